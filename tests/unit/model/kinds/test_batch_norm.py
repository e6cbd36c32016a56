from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.arrays import frozen
from convstudio.ops.shapes import ShapeError

LAYER = replace(BatchNorm.of(2), mean=frozen([1, 10]), variance=frozen([4, 9]), epsilon=0.0)


def test_values_are_normalised_channel_by_channel():
    np.testing.assert_allclose(LAYER.run(frozen([[3, 16]])), [[1, 2]])


def test_another_number_of_channels_is_refused_with_both_numbers():
    with pytest.raises(ShapeError, match="statistics of 2 channels, and its input has 3"):
        LAYER.output_shape((4, 4, 3))


def test_half_of_the_parameters_are_measured():
    assert (LAYER.parameters, LAYER.measured) == (8, 4)


def test_fitting_to_more_channels_keeps_the_statistics():
    assert LAYER.fitted_to((4, 4, 3)).mean.tolist() == [1, 10, 0]


def test_the_statistics_follow_maps_that_change_places():
    assert LAYER.following(MapOrder(2, (1, 0))).mean.tolist() == [10, 1]


def test_the_layer_for_one_map_makes_that_map():
    whole = LAYER.run(frozen([[3, 16]]))
    np.testing.assert_array_equal(LAYER.for_map(1).run(frozen([[16]])), whole[:, 1:])
