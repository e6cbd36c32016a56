"""Where things are in the picture of a feature map, and which numbers fit into its cells: geometry without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Box, Floats, distinct
from convstudio.model.values.numbers import fitting_way, format_shape

SMALLEST_DIGIT = 11
_EASY_DIGIT, _LARGEST_DIGIT = 16, 26
DIGIT_WIDTH = 0.61
"""How wide a digit is, of its height, in a monospaced font."""
_MARGIN = 2
_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True)
class CellTexts:
    """Numbers that fit into cells: one row of texts per row of cells, and the height of their font in pixels."""

    rows: tuple[tuple[str, ...], ...]
    pixels: int


def as_table(values: NDArray[_Number]) -> NDArray[_Number]:
    """Lay one map out in rows and columns: a sequence `(steps,)` becomes one row `(1, steps)`.

    >>> as_table(np.zeros(6, np.float32)).shape
    (1, 6)
    """
    return values.reshape(-1, values.shape[-1])


def table_shape(spatial: Sequence[int]) -> tuple[int, int]:
    """Return the rows and columns of the table that an array of these spatial lengths becomes.

    >>> table_shape((6,))
    (1, 6)
    """
    return (1, spatial[0]) if len(spatial) == 1 else (spatial[-2], spatial[-1])


def table_cell(position: Sequence[int]) -> tuple[int, int]:
    """Return the row and column of a position; a step is a column of the one row.

    >>> table_cell((4,))
    (0, 4)
    """
    return (0, position[0]) if len(position) == 1 else (position[-2], position[-1])


def position_of(row: int, column: int, rank: int) -> tuple[int, ...]:
    """Return the position of a cell of a table, the inverse of `table_cell` for ranks 1 and 2.

    >>> position_of(0, 4, 1)
    (4,)
    """
    return (column,) if rank == 1 else (row, column)


def block_at(row: int, column: int, block: Floats, rank: int) -> tuple[tuple[int, ...], Floats]:
    """Turn a block of a table into the start and values of a box of the array: a sequence takes one row or column.

    Raises ValueError for a block of several rows and columns on a sequence.

    >>> block_at(0, 2, np.float32([[1], [2]]), 1)[0]
    (2,)
    """
    if rank > 1:
        return (row, column), block
    if min(block.shape) > 1:
        raise ValueError(
            f"The {format_shape(block.shape)} block does not fit into a sequence: copy one row or one column of cells."
        )
    return (column,), block.reshape(-1)


def neighbour(position: Sequence[int], rows: int, columns: int, shape: tuple[int, int]) -> tuple[int, ...]:
    """Return the position some rows and columns away, stopping at the edges of a table of `shape`.

    >>> neighbour((5, 0), 3, 1, (6, 6))
    (5, 1)
    """
    row, column = table_cell(position)
    moved = min(max(row + rows, 0), shape[0] - 1), min(max(column + columns, 0), shape[1] - 1)
    return position_of(*moved, len(position))


def is_computed(position: Sequence[int], output: tuple[int, ...], revealed: int | None) -> bool:
    """Return whether an output is shown already while the stepper fills the map in reading order (None: all are)."""
    return revealed is None or int(np.ravel_multi_index(tuple(position), output)) < revealed


def uncomputed_boxes(shape: tuple[int, int], revealed: int | None) -> tuple[Box, ...]:
    """Return the boxes (rows, columns) that hold every cell not computed yet: the rest of a row, and the rows below.

    >>> uncomputed_boxes((6, 6), 15)
    ((slice(2, 3, None), slice(3, 6, None)), (slice(3, 6, None), slice(0, 6, None)))
    """
    rows, columns = shape
    if revealed is None or revealed >= rows * columns:
        return ()
    row, column = divmod(revealed, columns)
    rest = ((slice(row, row + 1), slice(column, columns)),) if column else ()
    below = row + 1 if column else row
    return (*rest, (slice(below, rows), slice(0, columns))) if below < rows else rest


def cell_under(x: float, y: float, shape: tuple[int, int]) -> tuple[int, int] | None:
    """Return the row and column under a point, counted in cells from the top left corner; None outside.

    >>> cell_under(2.5, 0.1, (6, 6))
    (0, 2)
    """
    row, column = int(np.floor(y)), int(np.floor(x))
    return (row, column) if 0 <= row < shape[0] and 0 <= column < shape[1] else None


def visible_cells(left: float, top: float, right: float, bottom: float, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return the rows and columns that a rectangle, measured in cells, shows at least a part of."""
    return _visible_along(top, bottom, shape[0]), _visible_along(left, right, shape[1])


def fitting_side(shape: tuple[int, int], width: float, height: float, largest: float) -> float:
    """Return the side of the square cells with which a map fills a stage, at most `largest` pixels.

    >>> fitting_side((6, 6), 400, 300, 52)
    50.0
    """
    return max(min(width / shape[1], height / shape[0], largest), 1e-3)


def runs(positions: NDArray[np.int64], length: int | None = None) -> list[slice]:
    """Group positions into runs of neighbours; those inside 0 … length - 1, or all of them.

    >>> runs(np.array([-1, 0, 1, 4]), 6)
    [slice(0, 2, None), slice(4, 5, None)]
    """
    inside = distinct(positions if length is None else positions[(positions >= 0) & (positions < length)])
    pieces = np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1) if inside.size else []
    return [slice(int(piece[0]), int(piece[-1]) + 1) for piece in pieces]


def cell_texts(values: NDArray[Any], width: float, height: float) -> CellTexts | None:
    """Write `(rows, columns)` values so that every one fits a cell of `width` × `height` pixels; None where one can't.

    Digits are at least `SMALLEST_DIGIT` pixels high. Where four significant digits do not fit, three may, or else two
    decimals: a rounded `0.00` is not a zero, which is written `0`.

    >>> cell_texts(np.float32([[1 / 3]]), 52, 52).rows
    (('0.3333',),)
    >>> cell_texts(np.float32([[1 / 3]]), 42, 42).rows
    (('0.333',),)
    >>> cell_texts(np.float32([[-1 / 30, 0]]), 42, 42).rows
    (('-0.03', '0'),)
    """
    room = int((width - _MARGIN) / (DIGIT_WIDTH * SMALLEST_DIGIT))
    if room < 1 or height < SMALLEST_DIGIT + 2:
        return None
    write = fitting_way(values.ravel().tolist(), room)
    if write is None:
        return None
    rows = tuple(tuple(write(value) for value in row) for row in values.tolist())
    return CellTexts(rows, _digit_height(width, max((len(text) for row in rows for text in row), default=1)))


def envelope(values: Floats, buckets: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and largest finite value of `buckets` equal stretches of a long sequence (0 where none is).

    >>> envelope(np.float32([1, -2, 3, 4]), 2)[0].tolist()
    [-2.0, 3.0]
    """
    edges = np.linspace(0, values.size, min(buckets, values.size) + 1).astype(np.int64)[:-1]
    held = np.where(np.isfinite(values), values, 0).astype(np.float64)
    return np.minimum.reduceat(held, edges), np.maximum.reduceat(held, edges)


def stride_within(length: int, most: int) -> int:
    """Return the smallest step at which at most `most` of `length` cells are taken.

    >>> stride_within(20000, 8192)
    3
    """
    return max(1, -(-length // most))


def _digit_height(width: float, longest: int) -> int:
    roomy = max(_EASY_DIGIT, min(_LARGEST_DIGIT, int(width / 3)))
    return max(SMALLEST_DIGIT, min(roomy, int((width - _MARGIN) / (DIGIT_WIDTH * longest))))


def _visible_along(low: float, high: float, length: int) -> slice:
    start = min(max(int(np.floor(low)), 0), length)
    return slice(start, max(start, min(int(np.ceil(high)), length)))
