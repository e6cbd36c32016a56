from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.run.patching import finished, is_patchable, made_of_map, sums_of, sums_of_all, sums_of_filter
from convstudio.model.values.arrays import TiledArray, frozen
from convstudio.ops import conv
from convstudio.ops.shapes import geometry

DRAW = np.random.default_rng(8)
LAYER = replace(Conv.of(DRAW.normal(size=(3, 3, 4, 6)), DRAW.normal(size=6)), groups=1, padding="same")
VALUES = frozen(DRAW.normal(size=(9, 10, 4)))
SLIDING = geometry((9, 10), (3, 3), padding="same")


def test_a_box_of_sums_is_that_of_all_sums():
    box = (slice(0, 3), slice(6, 10))
    whole = sums_of_all(LAYER, VALUES, "same")
    np.testing.assert_allclose(sums_of(LAYER, TiledArray.of(VALUES), SLIDING, box), whole[box], atol=1e-5)


@pytest.mark.parametrize("mode", ["reflect", "circular", "replicate"])
def test_a_box_at_the_border_reads_the_padding_of_its_mode(mode):
    layer, box = replace(LAYER, padding_mode=mode), (slice(0, 1), slice(0, 10))
    whole = sums_of_all(layer, VALUES, "same")
    np.testing.assert_allclose(sums_of(layer, TiledArray.of(VALUES), SLIDING, box), whole[box], atol=1e-5)


def test_the_sums_of_one_filter_are_its_map_of_all_sums():
    whole = sums_of_all(LAYER, VALUES, "same")
    np.testing.assert_allclose(sums_of_filter(LAYER, TiledArray.of(VALUES), SLIDING, 4), whole[..., 4], atol=1e-5)


def test_finished_sums_are_what_the_engine_makes():
    made = finished(sums_of_all(LAYER, VALUES, "same"), LAYER.bias, "linear")
    np.testing.assert_allclose(made, conv(VALUES, LAYER.weights, LAYER.bias, padding="same"), atol=1e-5)


def test_a_transposed_convolution_keeps_no_sums():
    assert not is_patchable(ConvTranspose(frozen(np.ones((3, 1, 1))), frozen([0]), (1,), (1,)))


def test_one_map_is_made_as_in_a_full_run():
    layer = replace(BatchNorm.of(4), mean=frozen([1, 2, 3, 4]))
    np.testing.assert_array_equal(made_of_map(layer, VALUES[..., 2], 2), layer.run(VALUES)[..., 2])
