"""The table named Input: a whole small input, or the loupe on a picture."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QStyle

from convstudio.model.colour.picture_geometry import DIGIT_WIDTH, SMALLEST_DIGIT
from convstudio.views.parts.grids.grid import EASY_CELL, LARGEST_CELL, GridView
from convstudio.views.parts.keys import ARROWS, PAGES, handles_keys
from convstudio.views.parts.sizes import BODY_PIXELS, px, scaled

LOUPE_CELL = 37
LOUPE_LETTERS = 4
LEAST_LOUPE = (3, 5)
MOST_STEPS_AT_ONCE = 16
"""Up to so many steps a sequence, such as the scores of ten classes, shows them all; a longer one scrolls sideways."""
_ROOMY_ROWS = 4
_SMALLEST = 21  # the eight rows of the tutorial stay in sight above the gallery of a small screen


@handles_keys(
    "Large inputs, as numbers",
    ("Arrow keys, Page Up, Page Down", "At the edge: move the part that is shown"),
)
class InputGrid(GridView):
    """A `GridView` that can be a loupe: at its edges the arrow keys, the page keys and the wheel move it on.

    `scroll_asked` carries the rows and columns to move by, `room_changed` means that more or fewer cells fit.
    """

    scroll_asked = Signal(int, int)
    room_changed = Signal()

    def __init__(self, name: str, tip: str) -> None:
        super().__init__(name, tip)
        self._is_loupe = False
        self._loupe_cell = LOUPE_CELL
        self._least_cell = _SMALLEST

    def set_loupe(self, on: bool) -> None:
        """Show a part of a picture, or a whole input."""
        self._is_loupe = on
        self.updateGeometry()

    def set_longest_text(self, letters: int, *, are_small: bool = False) -> None:
        """Keep the cells large enough for numbers of so many letters, perhaps of the smallest digits."""
        side = round(DIGIT_WIDTH * BODY_PIXELS * letters) + 5
        if are_small or (self._is_loupe and letters > LOUPE_LETTERS):  # no more cells are lost than need be
            least = LOUPE_CELL if self._is_loupe else _SMALLEST
            side = max(least, math.ceil(DIGIT_WIDTH * SMALLEST_DIGIT * letters) + 3)
        side = min(max(side, _SMALLEST), EASY_CELL)
        if self._is_loupe and side != self._loupe_cell:
            self._loupe_cell = side
            self.updateGeometry()
        self.set_cell_range(side, LARGEST_CELL)
        self._least_cell = side

    @property
    def width_of_all(self) -> int:
        """How wide it must be to show all columns of a table; 0 for a long sequence and a loupe, which scroll."""
        if self._is_loupe or (self.grid.rowCount() < _ROOMY_ROWS and self.grid.columnCount() > MOST_STEPS_AT_ONCE):
            return 0
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        return self.grid.columnCount() * px(self._least_cell) + bar + 2

    def room(self) -> tuple[int, int]:
        """Return how many rows and columns of a loupe fit."""
        side = px(self._loupe_cell)
        return max(1, (self.height() - 2) // side), max(1, (self.width() - 2) // side)

    def scroll_to_cell(self, row: int, column: int) -> None:
        """Bring a cell of the input into sight, where the table is longer than its room."""
        index = self.grid.index(row - self.grid.content.origin[0], column - self.grid.content.origin[1])
        if index.isValid():
            self.scrollTo(index)

    def selected_along(self, axis: int) -> list[int]:
        """Return the rows (axis 0) or columns of the input that the selection meets."""
        return self.selected.rows() if axis == 0 else self.selected.columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._way_out(Qt.Key(event.key())) if self._is_loupe else None
        if step is None:
            super().keyPressEvent(event)
            return
        current = self.currentIndex()
        self.scroll_asked.emit(*step)
        self.make_current(max(0, current.row()), max(0, current.column()))

    def step_by(self, rows: int, columns: int, *, is_enter: bool) -> None:
        """Go on; past the edge of a loupe, move it on as the arrow keys do."""
        current = self.currentIndex()
        row, column = self.grid.array_position(current.row(), current.column())
        wanted = (current.row() + rows, self.grid.rowCount()), (current.column() + columns, self.grid.columnCount())
        past = [min(0, to) + max(0, to - length + 1) for to, length in wanted]
        if self._is_loupe and any(past):
            self.scroll_asked.emit(*past)
        first = self.grid.content.origin
        self.walk.arrive(row + rows - first[0], column + columns - first[1], is_enter=is_enter)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._is_loupe:
            super().wheelEvent(event)
            return
        turned = event.angleDelta()
        self.scroll_asked.emit(-_notches(turned.y()), -_notches(turned.x()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.room_changed.emit()

    def sizeHint(self) -> QSize:
        return scaled(QSize(2 * _ROOMY_ROWS * LOUPE_CELL, _ROOMY_ROWS * LOUPE_CELL))

    def minimumSizeHint(self) -> QSize:
        if not self._is_loupe:
            return scaled(QSize(3 * LOUPE_CELL + 2, LOUPE_CELL + 2))
        wide = max(LEAST_LOUPE[1] * LOUPE_CELL, LEAST_LOUPE[0] * self._loupe_cell)  # a 3×3 window is always seen
        return scaled(QSize(wide + 2, LEAST_LOUPE[0] * self._loupe_cell + 2))

    def _way_out(self, key: Qt.Key) -> tuple[int, int] | None:
        """Return how far a key moves the loupe, or None where it moves inside it."""
        if key in PAGES:
            return PAGES[key] * self.grid.rowCount(), 0
        rows, columns = ARROWS.get(key, (0, 0))
        row, column = self.currentIndex().row() + rows, self.currentIndex().column() + columns
        is_outside = not (0 <= row < self.grid.rowCount() and 0 <= column < self.grid.columnCount())
        return (rows, columns) if (rows or columns) and is_outside and self.currentIndex().isValid() else None


def _notches(angle: int) -> int:
    """Turn the angle of a wheel into cells: one notch is 120."""
    return round(angle / 120) or (angle > 0) - (angle < 0)
