"""The door of convolutions: what a caller gives becomes arrays and settings that fit each other, or one clear error."""

from __future__ import annotations

import math
from typing import NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, check_bias
from convstudio.ops.padding import Array, check_padding_mode
from convstudio.ops.shapes import (
    Geometry,
    Padding,
    PerAxis,
    ShapeError,
    check_count,
    geometry,
    per_axis,
    remembered,
    times,
)


class ConvSettings(TypedDict, total=False):
    """How the window of a convolution slides: keywords of `conv`, whose docstring explains them."""

    stride: PerAxis
    padding: Padding
    padding_mode: str
    dilation: PerAxis
    groups: int
    flip: bool


class ConvCall(NamedTuple):
    """A checked call of a convolution: arrays of one float type, and how the window slides."""

    x: Array
    weights: Array
    bias: Array | None
    geometry: Geometry
    padding_mode: str
    groups: int

    @property
    def batch(self) -> tuple[int, ...]:
        """The leading axes of the input, none for a single sample."""
        return self.x.shape[: self.x.ndim - 1 - self.geometry.rank]

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the feature maps: `(*batch, *output, filters)`."""
        return (*self.batch, *self.geometry.output, self.weights.shape[-1])

    @property
    def padded_size(self) -> int:
        """The number of values in the input with its padding."""
        if not self.geometry.is_padded:
            return self.x.size
        return math.prod((*self.batch, *self.geometry.padded, self.x.shape[-1]))

    @property
    def multiplications(self) -> int:
        """The number of multiplications that the formula asks for."""
        return math.prod(self.output_shape) * math.prod(self.weights.shape[:-1])


def conv_call(
    x: npt.ArrayLike,
    weights: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    padding_mode: str = "zeros",
    dilation: PerAxis = 1,
    groups: int = 1,
    flip: bool = False,
) -> ConvCall:
    """Check the arguments of `conv`, bring them to one float type, and flip the kernel of a true convolution.

    Raises ShapeError and ValueError as `conv` does.
    """
    inputs, filters = as_float(x, "the input"), as_float(weights, "weights")
    shape, groups = _checked(inputs.shape, filters.shape, stride, padding, padding_mode, dilation, groups)
    if inputs.dtype != filters.dtype:
        inputs, filters = inputs.astype(np.float64), filters.astype(np.float64)
    if flip:
        filters = np.flip(filters, tuple(range(shape.rank)))
    added = check_bias(bias, filters.shape[-1], filters.dtype)
    return ConvCall(inputs, filters, added, shape, padding_mode, groups)


@remembered
def _checked(
    x: tuple[int, ...],
    weights: tuple[int, ...],
    stride: PerAxis,
    padding: Padding,
    padding_mode: str,
    dilation: PerAxis,
    groups: int,
) -> tuple[Geometry, int]:
    """Check that shapes and settings fit each other; return how the window slides, and the number of groups."""
    rank, groups = check_weights(x, weights, groups)
    if x[-1] != weights[-2] * groups:
        in_groups = "" if groups == 1 else f" in {groups} groups"
        raise ShapeError(
            f"weights of shape {times(weights)}{in_groups} read a channel axis of length {weights[-2] * groups}, "
            f"but the input has one of length {x[-1]}; make channels per filter × groups equal the input's channels"
        )
    spatial, batch = x[-1 - rank : -1], x[: -1 - rank]
    shape = geometry(spatial, weights[:rank], stride=stride, padding=padding, dilation=dilation)
    check_padding_mode(shape.spatial, shape.pairs, padding_mode)
    check_count((*batch, *shape.output, weights[-1]), "the output")
    check_count((*batch, *shape.padded, x[-1]), "the padded input")
    return shape, groups


def check_weights(x: tuple[int, ...], weights: tuple[int, ...], groups: int) -> tuple[int, int]:
    """Return the rank of a convolution and its groups, refusing weights that do not slide over such an input.

    >>> check_weights((8, 8, 1), (3, 3, 1, 1), 1)
    (2, 1)
    """
    if not 3 <= len(weights) <= 5:
        raise ShapeError(
            f"weights of shape {times(weights)} have {len(weights)} axes; use 3 to 5: "
            f"1 to 3 kernel axes, then channels / groups, then filters"
        )
    rank = len(weights) - 2
    if len(x) < rank + 1:
        raise ShapeError(
            f"the input {times(x)} has {len(x)} axes, but weights of shape {times(weights)} "
            f"slide along {rank}; give the input {rank} spatial axes and one for channels"
        )
    (groups,) = per_axis(groups, 1, "groups")
    if not weights[-1] or not weights[-2]:
        raise ShapeError(
            f"weights of shape {times(weights)} leave nothing to compute; use at least 1 channel and 1 filter"
        )
    if weights[-1] % groups:
        raise ShapeError(
            f"{groups} groups need a number of filters divisible by {groups}, not {weights[-1]}; "
            f"use fewer groups or other filters"
        )
    return rank, groups
