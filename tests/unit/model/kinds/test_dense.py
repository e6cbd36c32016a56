import numpy as np
import pytest

from convstudio.model.kinds.dense import Dense
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.model.values.view_state import ViewState
from convstudio.ops.shapes import ShapeError

LAYER = Dense.of([[1, 10], [2, 20], [3, 30]], [0.5, 0], "relu")


def test_every_unit_adds_up_all_values():
    assert LAYER.run(frozen([1, 1, -1])).tolist() == [0.5, 0]


def test_maps_are_refused_with_what_to_put_before():
    with pytest.raises(
        ShapeError, match="needs a vector, and its input is 2×2×3: add a flattening or a global pooling before"
    ):
        LAYER.output_shape((2, 2, 3))


def test_a_vector_of_another_length_is_refused_with_both_lengths():
    with pytest.raises(ShapeError, match="weights for 3 values, and its input has 4"):
        LAYER.output_shape((4,))


def test_the_terms_of_a_unit_add_up_to_its_output():
    found = LAYER.explain(TiledArray.of([1, 2, 3]), ViewState(position=(1,)), ())
    assert found.products.sum() == found.output == 140


def test_weights_and_biases_are_parameters():
    assert LAYER.parameters == 3 * 2 + 2


def test_every_value_feeds_every_unit():
    np.testing.assert_array_equal(LAYER.fed_by((3,), (1,))[0], [0, 1])


def test_every_weight_is_one_multiplication():
    assert LAYER.multiplications((3,)) == 3 * 2
