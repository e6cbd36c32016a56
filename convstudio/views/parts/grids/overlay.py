"""Cells that are marked on a grid: the current window, one term of it, and the linked cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from convstudio.model.colour.picture_geometry import runs
from convstudio.model.values.answers.windows import Cells
from convstudio.views.parts.theme import Tokens, draw_outline


@dataclass(frozen=True, eq=False)
class Overlay:
    """Cells to mark, per axis counted in the edited array: the current window (accent), or linked ones (blue).

    `is_thin` is a thinner line: one term inside the window.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    is_window: bool
    is_thin: bool = False

    @classmethod
    def of(cls, cells: Cells, *, is_window: bool, is_thin: bool = False) -> Overlay:
        """Mark cells given per axis; a sequence's steps are columns of its one row."""
        rows, columns = (np.zeros(1, np.int64), cells[0]) if len(cells) == 1 else (cells[-2], cells[-1])
        return cls(rows, columns, is_window, is_thin)

    def marks_the_same_as(self, other: Overlay) -> bool:
        """Return whether both mark the same cells in the same way."""
        return (
            (self.is_window, self.is_thin) == (other.is_window, other.is_thin)
            and np.array_equal(self.rows, other.rows)
            and np.array_equal(self.columns, other.columns)
        )

    def blocks(self, origin: tuple[int, int], shape: tuple[int, int]) -> list[tuple[slice, slice]]:
        """Return the blocks of touching cells, as rows and columns of a table that begins at `origin`; cut to it."""
        rows, columns = runs(self.rows - origin[0], shape[0]), runs(self.columns - origin[1], shape[1])
        return [(down, across) for down in rows for across in columns]

    def draw(self, painter: QPainter, rectangles: Iterable[QRect], tokens: Tokens) -> None:
        """Outline the blocks, which are at these places."""
        colour = tokens.window if self.is_window else tokens.selection
        inset = 4 if self.is_thin else 1
        places = (QRectF(rectangle.adjusted(inset, inset, -1 - inset, -1 - inset)) for rectangle in rectangles)
        draw_outline(painter, places, colour, 3 if self.is_window and not self.is_thin else 2, tokens)
