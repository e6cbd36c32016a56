"""Pooling in boxes, one axis after the other: a window of rows first, and then a window of what these made.

Equals [positions] and [cell] of `ops.reference`, with a maximum or a sum in the place of its sum of products.

The largest of nine cells is that of three rows' largest: two cells less to compare for each further one. A mean is a
sum here, which its caller divides. Backwards, the winner of each axis passes the gradient on to the axis before.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from convstudio.ops.padding import Array
from convstudio.ops.pooled_axes import PooledAxis, Pooling, cells_along
from convstudio.ops.strategies.bands import may_leak
from convstudio.ops.strategies.sweep import Box, cut_evenly, run, whole

_COMBINE: dict[str, np.ufunc] = {"max": np.maximum, "average": np.add}
_NOTHING = {"max": -np.inf, "average": 0.0}


def pool_windows(pooling: Pooling, kind: str) -> Array:
    """Return the maximum of every window, or its sum for "average": `(samples, planes, rows, columns, channels)`."""
    pooled = np.empty(pooling.output_shape, pooling.x.dtype)

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            met = [axis.met(positions) for axis, positions in zip(pooling.axes, box[1:], strict=True)]
            values = pooling.x[box[0], *met]
            for axis, *part in zip(pooling.axes, box[1:], met, strict=True):
                values = _pool_axis(values, kind, axis.part(*part))
            pooled[box] = values

    if pooled.size:
        run(cut_evenly(whole(pooled.shape), pooling.lengths()), work, pooled.size * pooling.cells, 0)
    return pooled


def give_back(pooling: Pooling, kind: str, grads: Array) -> Array:
    """Return the gradient of every cell, from all windows that meet it; those of means are divided already."""
    grad_x = np.zeros(pooling.x.shape, pooling.x.dtype)

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            _give_back(pooling, kind, box, grads, grad_x[box])

    if grad_x.size:
        run(cut_evenly(whole(grad_x.shape), pooling.lengths_of_cells()), work, grads.size * pooling.cells, 0)
    return grad_x


def _pool_axis(x: Array, kind: str, axis: PooledAxis) -> Array:
    """Pool windows that are one cell wide on every other axis."""
    if axis.cells == axis.stride == 1:
        return x
    taps = [(cells_along(x, axis, cells), positions) for positions, cells in axis.taps()]
    if len(taps) > 1 and taps[0][1] == taps[1][1] == slice(0, axis.output):  # no window lacks them
        pooled: Array = _COMBINE[kind](taps[0][0], taps[1][0])
        taps = taps[2:]
    else:
        pooled = np.full((*x.shape[: axis.at], axis.output, *x.shape[axis.at + 1 :]), _NOTHING[kind], x.dtype)
    for cells, positions in taps:
        target = cells_along(pooled, axis, positions)
        _COMBINE[kind](target, cells, out=target)
    return pooled


def _give_back(pooling: Pooling, kind: str, box: Box, grads: Array, grad_x: Array) -> None:
    """Compute the gradients of the cells in one box, with all cells of the windows that meet it."""
    positions = [axis.meeting(cells) for axis, cells in zip(pooling.axes, box[1:], strict=True)]
    if any(part.stop <= part.start for part in positions):
        return
    met = [axis.met(part) for axis, part in zip(pooling.axes, positions, strict=True)]
    axes = [axis.part(*part) for axis, *part in zip(pooling.axes, positions, met, strict=True)]
    grad = grads[box[0], *positions]
    given = _share(grad, axes) if kind == "average" else _award(pooling.x[box[0], *met], grad, axes)
    both = [slice(max(m.start, b.start), min(m.stop, b.stop)) for m, b in zip(met, box[1:], strict=True)]
    here = [slice(part.start - b.start, part.stop - b.start) for part, b in zip(both, box[1:], strict=True)]
    there = [slice(part.start - m.start, part.stop - m.start) for part, m in zip(both, met, strict=True)]
    grad_x[:, *here] = given[:, *there]


def _share(grad: Array, axes: list[PooledAxis]) -> Array:
    """Give every gradient to all cells of its window."""
    for axis in axes:
        shared = np.zeros((*grad.shape[: axis.at], axis.size, *grad.shape[axis.at + 1 :]), grad.dtype)
        for positions, cells in axis.taps():
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
    for positions, cells in axis.taps():
        value, winner = cells_along(x, axis, cells), cells_along(winners, axis, positions)
        wins = value == winner
        if has_nan:
            wins |= np.isnan(value) & np.isnan(winner)
        free = cells_along(is_open, axis, positions)
        wins &= free  # the first of a tie
        free ^= wins
        cells_along(awarded, axis, cells)[...] += _where(wins, cells_along(grad, axis, positions))
    return awarded


def _where(wins: npt.NDArray[np.bool_], grad: Array) -> Array:
    """Keep the gradients of winners, make 0 of the others: their bits times 1 or 0, three times as fast as a choice."""
    kept: Array = np.multiply(grad.view(f"i{grad.itemsize}"), wins).view(grad.dtype)
    return kept
