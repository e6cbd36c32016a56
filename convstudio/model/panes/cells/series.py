"""Series of numbers that fill a block of cells, as a spreadsheet fills them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Floats

CONTINUED, LINEAR, CONSTANT = "the first two numbers, continued", "a first number and a step", "one number"
KINDS = (CONTINUED, LINEAR, CONSTANT)
"""What the cells are filled with."""

DOWN, RIGHT, READING = "down each column", "along each row", "row after row"
WAYS = (DOWN, RIGHT, READING)
"""In which order they are filled."""


@dataclass(frozen=True)
class NumberSeries:
    """A series of one of `KINDS`, laid out in one of `WAYS`; `first` and `step` are those of a linear one."""

    kind: str
    way: str
    first: float = 0.0
    step: float = 1.0


def filled(values: Floats, series: NumberSeries) -> Floats:
    """Return a block of the shape of `values`, `(rows, columns)`, filled with a series: first + step · n.

    A series that is continued takes its first number and its step from the first two cells of every column, row, or of
    the block. Every number is worked out in float64 and rounded to float32 once.

    >>> filled(np.float32([[1, 9], [3, 9], [0, 9]]), NumberSeries(CONTINUED, DOWN)).tolist()
    [[1.0, 9.0], [3.0, 9.0], [5.0, 9.0]]
    >>> filled(np.zeros((2, 2), np.float32), NumberSeries(LINEAR, READING, first=1, step=0.5)).tolist()
    [[1.0, 1.5], [2.0, 2.5]]
    """
    rows, columns = values.shape
    lanes = values.T if series.way == DOWN else values if series.way == RIGHT else values.reshape(1, -1)
    made = _lanes(lanes.astype(np.float64), series)
    return np.asarray(made.T if series.way == DOWN else made.reshape(rows, columns), np.float32)


def first_series(values: Floats) -> NumberSeries:
    """Return what a dialog about these cells offers first: down or along the longer side, from their first two cells.

    >>> first_series(np.float32([[2], [4], [0]]))
    NumberSeries(kind='the first two numbers, continued', way='down each column', first=2.0, step=2.0)
    """
    is_column = values.shape[0] > values.shape[1]
    lane = (values[:, 0] if is_column else values[0]).astype(np.float64)
    step = float(lane[1] - lane[0]) if lane.size > 1 else 1.0
    return NumberSeries(CONTINUED, DOWN if is_column else RIGHT, float(lane[0]), step)


def _lanes(lanes: NDArray[np.float64], series: NumberSeries) -> NDArray[np.float64]:
    """Fill every row of an array `(lanes, cells)`."""
    count = np.arange(lanes.shape[1])
    if series.kind == CONSTANT:
        return np.full_like(lanes, series.first)
    if series.kind == LINEAR:
        return np.broadcast_to(series.first + series.step * count, lanes.shape)
    firsts = lanes[:, :1]
    steps = lanes[:, 1:2] - firsts if lanes.shape[1] > 1 else np.zeros_like(firsts)
    return firsts + steps * count
