"""What a network should make: a class is 1 at its place, a map has the network's shape."""

import numpy as np
import pytest

from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.target import ClassTarget, MapTarget, target_values
from convstudio.ops.shapes import ShapeError


def test_a_class_is_1_at_its_place_and_0_elsewhere():
    assert target_values(ClassTarget(2), (4,)).tolist() == [0, 0, 1, 0]


def test_a_map_is_what_the_network_should_make():
    values = frozen(np.arange(4).reshape(2, 2, 1))
    assert target_values(MapTarget(values), (2, 2, 1)) is values


@pytest.mark.parametrize(
    ("target", "shape", "named"),
    [
        (ClassTarget(3), (3,), ("class 3", "3 values")),
        (ClassTarget(0), (2, 2, 1), ("class 0", "2×2×1")),
        (MapTarget(frozen(np.zeros((2, 2, 1)))), (3, 3, 1), ("2×2×1", "3×3×1")),
    ],
)
def test_a_target_that_does_not_fit_is_refused_with_both_shapes(target, shape, named):
    with pytest.raises(ShapeError) as refused:
        target_values(target, shape)
    assert all(part in str(refused.value) for part in named)


def test_targets_of_the_same_bits_are_equal_and_others_are_not():
    one, same, other = (MapTarget(frozen(np.full((1, 1), value))) for value in (1, 1, 2))
    assert (one == same, one == other, one == ClassTarget(0)) == (True, False, False)
