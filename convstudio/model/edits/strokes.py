"""Brush strokes: the cells between two points of the mouse, painted as one edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from convstudio.model.edits import input_cells
from convstudio.model.values.document import Document

Position = tuple[int, ...]


def stroke_cells(start: Sequence[int] | None, end: Sequence[int], size: int) -> list[Position]:
    """Return the places to set a brush of `size` down on the way to `end`, close enough to leave no hole.

    `start` is the place before, painted already, or None at the beginning of a stroke.

    >>> stroke_cells((0, 0), (0, 3), 1)
    [(0, 1), (0, 2), (0, 3)]
    """
    if start is None:
        return [tuple(end)]
    way = max(abs(to - at) for at, to in zip(start, end, strict=True))
    count = max(1, -(-way // max(1, size // 2)))
    return [_between(start, end, part, count) for part in range(1, count + 1)]


def paint_stroke(
    document: Document, places: Iterable[Position], size: int, value: float, channel: int | None
) -> Document:
    """Paint a brush of `size` cells at every place, in one channel or in all (None)."""
    return reduce(lambda held, place: input_cells.paint_input(held, place, size, value, channel), places, document)


def _between(start: Sequence[int], end: Sequence[int], part: int, count: int) -> Position:
    return tuple(at + round((to - at) * part / count) for at, to in zip(start, end, strict=True))
