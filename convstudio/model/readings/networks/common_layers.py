"""Layers that ONNX and Keras have alike: what both readers make of their numbers, and why some cannot be ours."""

from __future__ import annotations

import math

from convstudio.model.kinds.activation import Activation, check_alpha, check_slope
from convstudio.model.kinds.rescaling import Rescaling
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import format_number

_NEAR = 1e-6
_CLIPPED = {(0.0, 6.0): "relu6", (0.0, math.inf): "relu", (-1.0, 1.0): "hard_tanh", (-math.inf, math.inf): "linear"}
"""The activations that cut values off, by the least and the largest value that they leave."""


def numbered(name: str, alpha: float, slope: float = 0.0) -> tuple[Layer, ...]:
    """Return an activation with its numbers; raise ValueError where one is out of its limits."""
    check_alpha(name, alpha)
    check_slope(name, slope)
    return (Activation(name, alpha, slope),)


def hard_sigmoid(slope: float, middle: float) -> tuple[Layer, ...]:
    """Return the hard sigmoid `slope · x + middle`, cut off at 0 and 1; raise ValueError where it is not 0.5 at 0."""
    if not math.isclose(middle, 0.5, rel_tol=_NEAR):
        raise ValueError(f"a hard sigmoid that is {format_number(middle)} at 0, where only {format_number(0.5)} can be")
    return numbered("hard_sigmoid", slope)


def clipped(least: float, largest: float) -> tuple[Layer, ...]:
    """Return what cuts values off below and above two numbers; raise ValueError where no activation does."""
    name = _CLIPPED.get((least, largest))
    if name is not None:
        return (Activation(name),)
    if least != 0:
        raise ValueError(
            f"values cut off at {format_number(least)} and {format_number(largest)}, where only 0 and a number above "
            "it, -1 and 1, or 0 alone can be"
        )
    return numbered("clipped_relu", largest)


def at_most(largest: float) -> tuple[Layer, ...]:
    """Return the layers that cut values off above a number: largest − max(0, largest − x) is the smaller of both."""
    turned = Rescaling.of(-1, largest)
    return (turned, Activation("relu"), turned)


def softmax(name: str = "softmax", *, is_over_channels: bool) -> tuple[Layer, ...]:
    """Return a softmax, or its logarithm by that name; raise ValueError where it is not over the channels."""
    if not is_over_channels:
        raise ValueError("a softmax along another axis than the channels")
    return (Activation(name),)


def check_nearest(mode: str) -> None:
    """Raise ValueError for an up-sampling whose new cells are not copies of the nearest one."""
    if mode != "nearest":
        raise ValueError(f"resizing that interpolates ({mode[:60]})")
