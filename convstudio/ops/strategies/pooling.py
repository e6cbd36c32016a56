"""Pooling in boxes, one axis after the other: a window of rows first, and then a window of what these made.

Equals [positions] and [cell] of `ops.reference`, with a maximum or a sum in the place of its sum of products.

The largest of nine cells is that of three rows' largest: two cells less to compare for each further one. A mean is a
sum here, which its caller divides. Backwards, the winner of each axis passes the gradient on to the axis before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from convstudio.ops.calls.pooled_axes import PooledAxis, Pooling, cells_along
from convstudio.ops.padding import Array
from convstudio.ops.strategies.bands import may_leak
from convstudio.ops.strategies.gather import add_up
from convstudio.ops.strategies.sweep import BOX_VALUES, Box, cut, run, whole

_COMBINE: dict[str, np.ufunc] = {"max": np.maximum, "average": np.add}
_NOTHING = {"max": -np.inf, "average": 0.0}


def pool_windows(pooling: Pooling, kind: str) -> Array:
    """Return the maximum of every window, or its sum for "average": `(samples, planes, rows, columns, channels)`."""
    pooled = np.empty(pooling.output_shape, pooling.x.dtype)

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            values = pooling.x[box[0], *pooling.met(box)]
            for axis in pooling.part(box):
                values = _pool_axis(values, kind, axis)
            pooled[box] = values

    if pooled.size:
        run(_boxes(pooling), work, pooled.size * pooling.cells, counts=False)
    return pooled


def give_back(pooling: Pooling, kind: str, grads: Array) -> Array:
    """Return the gradient of every cell, from all windows that meet it; those of means are divided already."""
    grad_x = np.zeros(pooling.x.shape, pooling.x.dtype)

    def given(box: Box) -> Array:
        if kind == "average":
            return _share(grads[box], pooling.part(box))
        return _award(pooling.x[box[0], *pooling.met(box)], grads[box], pooling.part(box))

    if grads.size:
        tiles = [(box, grad_x[box[0], *pooling.met(box)]) for box in _boxes(pooling)]
        add_up(tiles, given, grads.size * pooling.cells, counts=False)
    return grad_x


def _boxes(pooling: Pooling) -> list[Box]:
    """Cut the result so that a box, and what its windows meet, stays close to a core."""
    each = pooling.x.shape[-1] * math.prod(axis.stride for axis in pooling.axes)
    return cut(whole(pooling.output_shape), max(BOX_VALUES // each, 1))


def _pool_axis(x: Array, kind: str, axis: PooledAxis) -> Array:
    """Pool windows that are one cell wide on every other axis."""
    if axis.cells == axis.stride == 1:
        return x
    taps = [(cells_along(x, axis, cells), positions) for _, positions, cells in axis.taps()]
    if len(taps) > 1 and taps[0][1] == taps[1][1] == slice(0, axis.output):  # no window lacks them
        pooled: Array = _COMBINE[kind](taps[0][0], taps[1][0])
        taps = taps[2:]
    else:
        pooled = np.full((*x.shape[: axis.at], axis.output, *x.shape[axis.at + 1 :]), _NOTHING[kind], x.dtype)
    for cells, positions in taps:
        target = cells_along(pooled, axis, positions)
        _COMBINE[kind](target, cells, out=target)
    return pooled


def _share(grad: Array, axes: list[PooledAxis]) -> Array:
    """Give every gradient to all cells of its window."""
    for axis in axes:
        shared = np.zeros((*grad.shape[: axis.at], axis.size, *grad.shape[axis.at + 1 :]), grad.dtype)
        for _, positions, cells in axis.taps():
            cells_along(shared, axis, cells)[...] += cells_along(grad, axis, positions)
        grad = shared
    return grad


def _award(x: Array, grad: Array, axes: list[PooledAxis]) -> Array:
    """Give every gradient to the cell that won, along the last axis first found, and given to last."""
    steps = [x]
    for axis in reversed(axes):
        steps.append(_pool_axis(steps[-1], "max", axis))
    for axis, before, after in zip(axes, steps[-2::-1], steps[:0:-1], strict=True):
        grad = _award_axis(before, after, grad, axis)
    return grad


def _award_axis(x: Array, winners: Array, grad: Array, axis: PooledAxis) -> Array:
    if axis.cells == axis.stride == 1:
        return grad
    awarded, is_open = np.zeros_like(x), np.ones(winners.shape, dtype=bool)
    has_nan = may_leak(winners)
    for _, positions, cells in axis.taps():
        value, winner = cells_along(x, axis, cells), cells_along(winners, axis, positions)
        wins = value == winner
        if has_nan:
            wins |= np.isnan(value) & np.isnan(winner)
        free = cells_along(is_open, axis, positions)
        wins &= free  # the first of a tie
        free ^= wins
        cells_along(awarded, axis, cells)[...] += where_won(wins, cells_along(grad, axis, positions))
    return awarded


def where_won(wins: npt.NDArray[np.bool_], grad: Array, into: Array | None = None) -> Array:
    """Keep the gradients of winners, make 0 of the others: their bits times 1 or 0, three times as fast as a choice.

    >>> where_won(np.array([True, False]), np.array([np.nan, np.inf])).tolist()
    [nan, 0.0]
    """
    bits = f"i{grad.itemsize}"
    kept: Array = np.multiply(grad.view(bits), wins, out=None if into is None else into.view(bits)).view(grad.dtype)
    return kept
