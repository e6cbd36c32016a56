"""The door of pooling: what a caller gives becomes axes along which a window slides, or one clear error."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import TypedDict

import numpy.typing as npt

from convstudio.ops.arguments import as_float
from convstudio.ops.calls.pooled_axes import PooledAxis, Pooling
from convstudio.ops.shapes import (
    Geometry,
    Padding,
    Pairs,
    PerAxis,
    ShapeError,
    check_count,
    geometry,
    kernel_extent,
    remembered,
    resolve_padding,
    times,
)

POOLS = ("max", "average")

WIDEST = 2**16
"""The longest side of a window, in cells."""


class PoolSettings(TypedDict, total=False):
    """How the window of a pooling slides: keywords of `pool`, whose docstring explains them."""

    stride: PerAxis | None
    padding: Padding
    dilation: PerAxis
    ceil_mode: bool
    count_include_pad: bool


def pool_call(
    x: npt.ArrayLike,
    kind: str,
    size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = False,
) -> Pooling:
    """Check the arguments of `pool`; raises ShapeError and ValueError as it does."""
    values = as_float(x, "the input")
    check_kind(kind)
    window = tuple(size) if isinstance(size, Iterable) else (operator.index(size),)
    if not 1 <= len(window) <= 3 or values.ndim < len(window) + 1:
        raise ShapeError(
            f"a window {times(window)} does not slide over the input {times(values.shape)}; "
            f"use a window of 1 to 3 axes and an input with one axis more, for channels"
        )
    first = values.ndim - 1 - len(window)
    settings = (window if stride is None else stride, padding, dilation, int(ceil_mode), int(count_include_pad))
    axes = pooled_axes(values.shape[first:-1], window, *settings)
    made = (*values.shape[:first], *(axis.output for axis in axes[3 - len(window) :]), values.shape[-1])
    check_count(made, "the output")
    lifted = values.reshape(math.prod(values.shape[:first]), *(axis.size for axis in axes), values.shape[-1])
    return Pooling(lifted, axes, values.shape, made)


@remembered
def pooled_axes(
    spatial: PerAxis,
    size: PerAxis,
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
    ceil_mode: int,
    count_include_pad: int,
) -> tuple[PooledAxis, ...]:
    """Return the axes of planes, rows and columns along which a window slides.

    Raises ShapeError for a window that is too wide, for one that sees no cell of the input, and for padding without
    bounds.
    """
    shape, asked = _sliding(spatial, size, stride, padding, dilation, ceil_mode)
    if max(shape.kernel) > WIDEST:
        raise ShapeError(
            f"a window {times(shape.kernel)} is wider than the {WIDEST:,} cells allowed; "
            f"use a smaller window, or global pooling"
        )
    check_count(shape.padded, "the padded input")
    counted = asked if count_include_pad else ((0, 0),) * shape.rank
    axes: list[PooledAxis] = []
    numbers = zip(*shape.lifted(), shape._replace(pairs=counted).lifted().pairs, strict=True)
    for at, (length, cells, step, gap, (before, _), output, (left, right)) in enumerate(numbers, start=1):
        needed = step if output > 1 else 1, gap if cells > 1 else 1
        axes.append(PooledAxis(at, length, cells, *needed, before, output, (-left, length + right)))
        _check_input_is_seen(axes[-1])
    return tuple(axes)


def _sliding(
    spatial: PerAxis, size: PerAxis, stride: PerAxis, padding: Padding, dilation: PerAxis, ceil_mode: int
) -> tuple[Geometry, Pairs]:
    """Work out how a window slides, and the padding as it was asked for.

    What `ceil_mode` reaches beyond that padding is padding of the geometry, too.
    """
    asked = resolve_padding(spatial, size, stride=stride, padding=padding, dilation=dilation)
    pairs = asked
    if ceil_mode:
        roomy = geometry(spatial, size, stride=stride, padding="full", dilation=dilation, name="window")  # checks all
        extent = kernel_extent(roomy.kernel, roomy.dilation)
        axes = zip(roomy.spatial, extent, roomy.stride, asked, strict=True)
        pairs = tuple((pair[0], pair[1] + _beyond(n, e, s, pair)) for n, e, s, pair in axes)
    return geometry(spatial, size, stride=stride, padding=pairs, dilation=dilation, name="window"), asked


def _beyond(size: int, extent: int, stride: int, pair: tuple[int, int]) -> int:
    """Count the cells past the padding that the last window meets; as in PyTorch it starts before that padding."""
    padded = size + sum(pair)
    steps = -(-(padded - extent) // stride)
    if steps < 0:
        return 0  # not even one window fits, and that is said by `geometry`
    if steps * stride >= size + pair[0]:
        steps -= 1
    return max(steps * stride + extent - padded, 0)


def pool_geometry(
    spatial: PerAxis,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
) -> Geometry:
    """Work out how the window of a `pool` slides; arguments and errors as there.

    >>> pool_geometry((5, 5), (2, 2)).output
    (2, 2)
    """
    settings = size, size if stride is None else stride, padding, dilation, int(ceil_mode)
    pooled_axes(spatial, *settings, 0)  # which refuses windows over padding alone
    return _sliding(spatial, *settings)[0]


def _check_input_is_seen(axis: PooledAxis) -> None:
    """Raise ShapeError, naming the first window that meets no cell of the input and what to change."""
    unseeing = axis.first_unseeing()
    if unseeing is None:
        return
    first = unseeing * axis.stride - axis.before
    last = first + (axis.cells - 1) * axis.dilation
    advice = "less dilation" if axis.dilation > 1 and axis.cells > 1 else "a larger window"
    raise ShapeError(
        f"window {unseeing + 1} of {axis.output} covers only padding: it reads cells {first + 1} to {last + 1} "
        f"in steps of {axis.dilation}, and the input has cells 1 to {axis.size}; use less padding, or {advice}"
    )


def check_kind(kind: str) -> None:
    """Raise ValueError for a kind that is none of `POOLS`."""
    if kind not in POOLS:
        raise ValueError(f'pooling "{kind}" is not known; use one of {", ".join(POOLS)}')
