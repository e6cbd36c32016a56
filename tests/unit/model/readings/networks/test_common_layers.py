"""Layers that ONNX and Keras have alike: which numbers become which activation, and which are refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.readings.networks import common_layers
from convstudio.model.values.arrays import frozen


@pytest.mark.parametrize(("least", "largest"), [(0.0, 6.0), (0.0, math.inf), (-1.0, 1.0), (-math.inf, math.inf)])
def test_what_cuts_values_off_leaves_those_between_as_they_are(least: float, largest: float) -> None:
    x = frozen(np.linspace(-8, 8, 33))
    (layer,) = common_layers.clipped(least, largest)
    np.testing.assert_array_equal(layer.run(x), np.clip(x, least, largest))


def test_cutting_off_at_other_numbers_is_refused_with_those_that_can_be() -> None:
    with pytest.raises(ValueError, match="cut off at -2 and 5, where only 0 and a number above it"):
        common_layers.clipped(-2, 5)


def test_cutting_off_at_0_and_a_number_is_a_clipped_relu() -> None:
    assert common_layers.clipped(0, 5) == (Activation("clipped_relu", 5),)


def test_a_hard_sigmoid_keeps_its_slope() -> None:
    assert common_layers.hard_sigmoid(0.2, 0.5) == (Activation("hard_sigmoid", 0.2),)


def test_a_hard_sigmoid_that_is_not_a_half_at_0_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a hard sigmoid that is 0\.4 at 0"):
        common_layers.hard_sigmoid(0.2, 0.4)


def test_a_number_out_of_its_limits_is_refused_with_them() -> None:
    with pytest.raises(ValueError, match="the alpha must be between 0 and 100, not -1"):
        common_layers.numbered("elu", -1)


def test_a_softmax_along_another_axis_is_refused() -> None:
    with pytest.raises(ValueError, match="along another axis than the channels"):
        common_layers.softmax(is_over_channels=False)


def test_resizing_that_interpolates_is_refused() -> None:
    with pytest.raises(ValueError, match=r"interpolates \(cubic\)"):
        common_layers.check_nearest("cubic")
