"""Pooling: every window is summed up in its largest or its mean value, channel by channel."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float
from convstudio.ops.gradients import matching
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry, Padding, PerAxis, ShapeError, check_count, geometry, times

POOLS = ("max", "average")
WIDEST = 2**16
"""The longest side of a window, in cells."""


class _Axis(NamedTuple):
    """One axis of a pooling: windows along several axes are pooled one axis after the other."""

    at: int
    size: int
    cells: int
    stride: int
    dilation: int
    before: int
    output: int

    def taps(self) -> Iterator[tuple[slice, slice]]:
        """Pair, for each cell of the window, the output positions where it meets the input with these."""
        for k in range(self.cells):
            offset = k * self.dilation - self.before
            first = max(-(offset // self.stride), 0)
            last = min((self.size - 1 - offset) // self.stride, self.output - 1)
            if first <= last:
                start = first * self.stride + offset
                stop = last * self.stride + offset + 1
                yield slice(first, last + 1), slice(start, stop, self.stride)

    def counts(self) -> npt.NDArray[np.int64]:
        """Count the input cells in each window; the padding does not count."""
        counts = np.zeros(self.output, dtype=np.int64)
        for positions, _ in self.taps():
            counts[positions] += 1
        return counts


def pool(
    x: npt.ArrayLike,
    kind: str,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Sum up every window of each channel in one number.

    `x` is `(*batch, *spatial, channels)`; `size`, in cells, has one entry per spatial axis, and its length
    is the rank. `kind` is `"max"` or `"average"`; `stride` is `size` unless given; `padding` and `dilation`
    as in `conv`. Padding never wins a maximum and is left out of a mean. NaN in a window makes it NaN.

    Returns `(*batch, *output, channels)`, float type kept, `output = output_shape(spatial, size, ...)`.

    Raises ShapeError when the window does not fit or sees only padding, ValueError for a wrong argument.

    Source: https://keras.io/api/layers/pooling_layers/

    >>> pool(np.arange(16).reshape(4, 4, 1), "max", (2, 2))[..., 0].tolist()
    [[5.0, 7.0], [13.0, 15.0]]
    """
    values, axes = _pool_call(x, kind, size, stride, padding, dilation)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        for axis in reversed(axes):
            values = _pool_axis(values, kind, axis)
        return values / _counts(axes, values) if kind == "average" else values


def pool_geometry(
    spatial: PerAxis,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Geometry:
    """Work out how the window of a `pool` slides; arguments and errors as there.

    >>> pool_geometry((5, 5), (2, 2)).output
    (2, 2)
    """
    shape = geometry(spatial, size, stride=size if stride is None else stride, padding=padding, dilation=dilation)
    _axes(shape, 0)
    return shape


def pool_gradient(
    x: npt.ArrayLike,
    grad_y: npt.ArrayLike,
    kind: str,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
) -> Array:
    """Compute the gradient of `sum(pool(x, ...) · grad_y)` with respect to `x`.

    A maximum gives its gradient to the cell that won, the first of a tie in reading order; a mean shares it
    equally among the input cells of its window. `grad_y` has the shape of `pool`'s result; the other
    arguments and the errors are `pool`'s.

    Returns an array of the shape of `x`. Source: PyTorch's `max_pool2d` and `avg_pool2d`.

    >>> pool_gradient([[1.0], [3.0], [3.0]], [[1.0]], "max", (3,))[:, 0].tolist()
    [0.0, 1.0, 0.0]
    """
    values, axes = _pool_call(x, kind, size, stride, padding, dilation)
    steps = [values]
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        for axis in reversed(axes):
            steps.append(_pool_axis(steps[-1], kind, axis))
        grad = matching(grad_y, steps[-1].shape, "grad_y").astype(values.dtype, copy=False)
        if kind == "average":
            grad = grad / _counts(axes, grad)
        for axis, before, after in zip(axes, steps[-2::-1], steps[:0:-1], strict=True):
            grad = _share(before, grad, axis) if kind == "average" else _award(before, after, grad, axis)
    return grad


def global_pool(x: npt.ArrayLike, kind: str, rank: int) -> Array:
    """Sum up each whole channel in one number.

    `x` is `(*batch, *spatial, channels)` with `rank` spatial axes; `kind` is `"max"` or `"average"`.

    Returns `(*batch, channels)`, float type kept. Raises ShapeError for an input with too few axes or without
    cells, ValueError for an unknown kind. Source: https://keras.io/api/layers/pooling_layers/

    >>> global_pool(np.arange(4).reshape(2, 2, 1), "average", 2).tolist()
    [1.5]
    """
    values, axes = _global_call(x, kind, rank)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return np.asarray(values.max(axis=axes) if kind == "max" else values.mean(axis=axes))


def global_pool_gradient(x: npt.ArrayLike, grad_y: npt.ArrayLike, kind: str, rank: int) -> Array:
    """Compute the gradient of `sum(global_pool(x, kind, rank) · grad_y)` with respect to `x`.

    Shared or awarded as in `pool_gradient`; `grad_y` is `(*batch, channels)`, the rest as in `global_pool`.

    >>> global_pool_gradient([[1.0], [3.0]], [1.0], "average", 1)[:, 0].tolist()
    [0.5, 0.5]
    """
    values, axes = _global_call(x, kind, rank)
    size = values.shape[axes[0] : -1]
    grad = np.asarray(grad_y)
    spread = np.expand_dims(grad, axes) if grad.ndim == values.ndim - rank else grad
    return pool_gradient(values, spread, kind, size)


def _pool_call(
    x: npt.ArrayLike,
    kind: str,
    size: PerAxis,
    stride: PerAxis | None,
    padding: Padding,
    dilation: PerAxis,
) -> tuple[Array, list[_Axis]]:
    values = as_float(x, "the input")
    _check_kind(kind)
    window = tuple(size) if isinstance(size, Iterable) else (operator.index(size),)
    if not 1 <= len(window) <= 3 or values.ndim < len(window) + 1:
        raise ShapeError(
            f"a window {times(window)} does not slide over the input {times(values.shape)}; "
            f"use a window of 1 to 3 axes and an input with one axis more, for channels"
        )
    first = values.ndim - 1 - len(window)
    shape = geometry(
        values.shape[first:-1],
        window,
        stride=window if stride is None else stride,
        padding=padding,
        dilation=dilation,
    )
    check_count((*values.shape[:first], *shape.output, values.shape[-1]), "the output")
    return values, _axes(shape, first)


def _axes(shape: Geometry, first: int) -> list[_Axis]:
    befores = [before for before, _ in shape.pairs]
    numbers = (shape.spatial, shape.kernel, shape.stride, shape.dilation, befores, shape.output)
    if max(shape.kernel) > WIDEST:
        raise ShapeError(
            f"a window {times(shape.kernel)} is wider than the {WIDEST:,} cells allowed; "
            f"use a smaller window, or global pooling"
        )
    axes = [_Axis(at, *axis) for at, axis in enumerate(zip(*numbers, strict=True), start=first)]
    for axis in axes:
        if not axis.counts().all():
            raise ShapeError(
                f"padding {shape.pairs} lets a window {times(shape.kernel)} on {times(shape.spatial)} cells "
                f"see nothing but padding; use less padding, less dilation, or a larger window"
            )
    return axes


def _pool_axis(x: Array, kind: str, axis: _Axis) -> Array:
    """Pool windows that are one cell wide on every other axis; a mean is still a sum here."""
    shape = (*x.shape[: axis.at], axis.output, *x.shape[axis.at + 1 :])
    pooled = np.zeros(shape, x.dtype) if kind == "average" else np.full(shape, -np.inf, x.dtype)
    combine = np.add if kind == "average" else np.maximum
    for positions, cells in axis.taps():
        target = _along(pooled, axis, positions)
        combine(target, _along(x, axis, cells), out=target)
    return pooled


def _share(x: Array, grad: Array, axis: _Axis) -> Array:
    shared = np.zeros_like(x)
    for positions, cells in axis.taps():
        _along(shared, axis, cells)[...] += _along(grad, axis, positions)
    return shared


def _award(x: Array, winners: Array, grad: Array, axis: _Axis) -> Array:
    awarded = np.zeros_like(x)
    open_ = np.ones(winners.shape, dtype=bool)
    for positions, cells in axis.taps():
        value, winner, free = (
            _along(x, axis, cells),
            _along(winners, axis, positions),
            _along(open_, axis, positions),
        )
        wins = free & ((value == winner) | (np.isnan(value) & np.isnan(winner)))
        _along(awarded, axis, cells)[...] += np.where(wins, _along(grad, axis, positions), 0)
        free &= ~wins
    return awarded


def _along(x: npt.NDArray[Any], axis: _Axis, cells: slice) -> npt.NDArray[Any]:
    return x[(slice(None),) * axis.at + (cells,)]


def _counts(axes: list[_Axis], values: Array) -> Array:
    """Count the input cells of every window, as an array that divides the sums."""
    counts = np.ones(1, dtype=values.dtype)
    for axis in axes:
        counts = counts[..., None] * axis.counts().astype(values.dtype)
    shared: Array = counts[0][..., None]
    return shared


def _global_call(x: npt.ArrayLike, kind: str, rank: int) -> tuple[Array, tuple[int, ...]]:
    values = as_float(x, "the input")
    _check_kind(kind)
    if not 1 <= rank <= 3 or values.ndim < rank + 1:
        raise ShapeError(
            f"the input {times(values.shape)} has no {rank} spatial axes and one for channels; "
            f"use a rank from 1 to 3 that the input has"
        )
    axes = tuple(range(values.ndim - 1 - rank, values.ndim - 1))
    if 0 in values.shape[axes[0] : -1]:
        raise ShapeError(f"the input {times(values.shape)} has no cells; every axis needs at least 1")
    return values, axes


def _check_kind(kind: str) -> None:
    if kind not in POOLS:
        raise ValueError(f'pooling "{kind}" is not known; use one of {", ".join(POOLS)}')
