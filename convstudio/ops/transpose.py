"""The transposed convolution: a small map grows into a large one, every value painting its window."""

from __future__ import annotations

import math
from typing import NamedTuple, TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, check_bias, check_weights
from convstudio.ops.native.spread import spread
from convstudio.ops.padding import Array
from convstudio.ops.shapes import (
    Geometry,
    Padding,
    PerAxis,
    ShapeError,
    check_count,
    geometry,
    kernel_extent,
    per_axis,
    resolve_padding,
    times,
)
from convstudio.ops.strategies.paint import Painting, paint


class TransposeSettings(TypedDict, total=False):
    """How the windows of a transposed convolution are painted: keywords of `conv_transpose`, which explains them."""

    stride: PerAxis
    padding: Padding
    output_padding: PerAxis | None
    dilation: PerAxis


def conv_transpose(
    y: npt.ArrayLike,
    weights: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Send every value of a feature map back through its window: the adjoint of `conv` with the same weights.

    `x[p · stride + k · dilation − before, c] = bias[c] + Σ y[p, f] · weights[k, c, f]`, so that
    `Σ conv(x, w) · y = Σ x · conv_transpose(y, w)`.

    - `y` is `(*batch, *spatial, filters)`; `weights` is `conv`'s, `(*kernel, channels / groups, filters)`;
      `bias` is `(channels,)`.
    - `padding` is cut off the result: in numbers as in PyTorch and ONNX, by name as in Keras, where `"valid"`
      and `"same"` without `output_padding` make the size that `conv` with that stride would shrink to `y`.
    - `output_padding`, below stride or dilation, adds cells after, one int or one per axis.

    Returns `(*batch, *output, channels)` with
    `output = (n − 1) · stride + extent − before − after + output_padding`; `"same"` gives `n · stride`.

    Raises ShapeError when `y`, weights, groups and bias do not fit or nothing would be left, ValueError for a
    setting that cannot be.

    Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
    https://arxiv.org/abs/1603.07285, chapter 4; Keras's Conv2DTranspose.

    >>> conv_transpose([[1.0], [10.0]], [[[1.0]], [[2.0]]], stride=2)[:, 0].tolist()
    [1.0, 2.0, 10.0, 20.0]
    """
    call = transpose_call(
        y, weights, groups, stride=stride, padding=padding, output_padding=output_padding, dilation=dilation
    )
    rank, samples = call.weights.ndim - 2, math.prod(call.y.shape[: 1 - call.weights.ndim])
    added, output = check_bias(bias, call.output_shape[-1], call.y.dtype), np.empty(call.output_shape, call.y.dtype)
    more = (1,) * (3 - rank)  # axes of one cell: everything is painted as planes, rows and columns
    painting = Painting(
        call.y.reshape(samples, *more, *call.y.shape[-1 - rank :]),
        call.weights.reshape(more + call.weights.shape),
        more + per_axis(stride, rank, "stride"),
        more + per_axis(dilation, rank, "dilation"),
        call.groups,
    )
    planes, rows, columns = (slice(0, 1),) * (3 - rank) + call.kept
    canvas = output.reshape(samples, *more, *output.shape[-1 - rank :])
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if not spread(painting, (planes, rows, columns), canvas, added):
            paint(painting, (planes, rows, columns), canvas, added)
    return output


class TransposeCall(NamedTuple):
    """A checked call of a transposed convolution: arrays of one float type, and the painted cells that are kept."""

    y: Array
    weights: Array
    kept: tuple[slice, ...]
    groups: int

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the result: `(*batch, *output, channels)`."""
        cells = (axis.stop - axis.start for axis in self.kept)
        return (*self.y.shape[: -1 - len(self.kept)], *cells, self.weights.shape[-2] * self.groups)


def transpose_call(
    y: npt.ArrayLike, weights: npt.ArrayLike, groups: int, **settings: Unpack[TransposeSettings]
) -> TransposeCall:
    """Check the arguments of `conv_transpose`; raises ShapeError and ValueError as it does."""
    maps, filters = as_float(y, "the map"), as_float(weights, "weights")
    rank, groups = check_weights(maps.shape, filters.shape, groups)
    if maps.shape[-1] != filters.shape[-1]:
        raise ShapeError(
            f"weights of shape {times(filters.shape)} have {filters.shape[-1]} filters, but the map has "
            f"{maps.shape[-1]}; give one map per filter"
        )
    kept = kept_cells(maps.shape[-1 - rank : -1], filters.shape[:rank], **settings)
    dtype = np.result_type(maps, filters)
    call = TransposeCall(maps.astype(dtype, copy=False), filters.astype(dtype, copy=False), kept, groups)
    check_count(call.output_shape, "the output")
    return call


def transposed_shape(spatial: PerAxis, kernel_size: PerAxis, **settings: Unpack[TransposeSettings]) -> tuple[int, ...]:
    """Count the cells on every axis of a `conv_transpose`; settings and errors are its own.

    >>> transposed_shape((8, 8), (3, 3), stride=2, padding="same")
    (16, 16)
    """
    return tuple(axis.stop - axis.start for axis in kept_cells(spatial, kernel_size, **settings))


def kept_cells(
    spatial: PerAxis,
    kernel_size: PerAxis,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation: PerAxis = 1,
) -> tuple[slice, ...]:
    """Say which of the painted cells a `conv_transpose` keeps, counted from the first; some may be past the last.

    >>> kept_cells((8,), (3,), stride=1, padding="same")
    (slice(1, 9, None),)
    """
    unit = geometry(spatial, kernel_size, stride=stride, padding="full", dilation=dilation)
    extent = kernel_extent(unit.kernel, unit.dilation)
    painted = [(n - 1) * s + e for n, s, e in zip(unit.spatial, unit.stride, extent, strict=True)]
    cuts = _cuts(unit, extent, padding, _extra(output_padding, unit))
    kept = tuple(slice(before, size - after) for size, (before, after) in zip(painted, cuts, strict=True))
    if any(axis.stop <= axis.start for axis in kept):
        raise ShapeError(
            f"padding {cuts} leaves nothing of the {times(painted)} cells that a map {times(unit.spatial)} "
            f"and a kernel {times(unit.kernel)} make; use less padding or a larger kernel"
        )
    return kept


def _extra(output_padding: PerAxis | None, unit: Geometry) -> tuple[int, ...] | None:
    if output_padding is None:
        return None
    extra = per_axis(output_padding, unit.rank, "output padding", at_least=0)
    for cells, most in zip(extra, map(max, unit.stride, unit.dilation), strict=True):
        if cells >= most:
            raise ValueError(
                f"output padding {cells} must be below the stride or the dilation; use {most - 1} or less, "
                f"or a larger stride"
            )
    return extra


def _cuts(
    unit: Geometry, extent: tuple[int, ...], padding: Padding, extra: tuple[int, ...] | None
) -> list[tuple[int, int]]:
    """Say how many painted cells are cut before and after; a negative number adds cells."""
    if padding == "same":
        totals = [
            e - s if extra is None else 2 * (e // 2) - extra[axis]
            for axis, (e, s) in enumerate(zip(extent, unit.stride, strict=True))
        ]
        befores = [max(total // 2, 0) for total in totals]
        return [(before, total - before) for before, total in zip(befores, totals, strict=True)]
    pairs = resolve_padding(unit.spatial, unit.kernel, padding=padding, dilation=unit.dilation)
    if extra is None and padding == "valid":
        extra = tuple(max(s - e, 0) for e, s in zip(extent, unit.stride, strict=True))
    return [(b, a - more) for (b, a), more in zip(pairs, extra or (0,) * unit.rank, strict=True)]
