"""A plate: a table of values with its name over it, written out in cells while they fit, else painted as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QTableView, QToolTip, QVBoxLayout, QWidget

from convstudio.model.arrays import Floats
from convstudio.model.display import Levels, colours, statistics
from convstudio.model.lenses.plates import LARGEST_CELL, cell_side, fitting_writer
from convstudio.model.numbers import Write, format_exact
from convstudio.model.picture_geometry import as_table
from convstudio.model.wording import AXES, cell_place, statistics_line
from convstudio.views.controls import PlainLabel
from convstudio.views.grid import GridContent, GridView, Overlay
from convstudio.views.theme import tokens_of

_LEAST = 84


class PicturePlate(QWidget):
    """Paints `(rows, columns)` values as large as fits, with square cells; pointing at one tells its value."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._values: Floats = np.zeros((1, 1), np.float32)
        self._image = QImage()
        self._axes: Sequence[str] = AXES[2]
        self.setAccessibleName(name)

    def show_content(self, content: GridContent) -> None:
        """Show other values in their colours."""
        values = content.values
        rows, columns = values.shape
        held = np.ascontiguousarray(content.colours)
        self._values, self._axes = values, content.axes
        self._image = QImage(held.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        self.setAccessibleDescription(statistics_line(statistics(values)))
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told(event.pos()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(self._area(), self._image)
        painter.setPen(QPen(tokens_of(self.palette()).line, 1))
        painter.drawRect(self._area())

    def _area(self) -> QRect:
        rows, columns = self._values.shape
        side = min((self.width() - 2) / columns, (self.height() - 2) / rows)
        width, height = int(side * columns), int(side * rows)
        return QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def _told(self, at: QPoint) -> str:
        area, (rows, columns) = self._area(), self._values.shape
        if not area.contains(at):
            return ""
        row = min(rows - 1, (at.y() - area.top()) * rows // area.height())
        column = min(columns - 1, (at.x() - area.left()) * columns // area.width())
        where = cell_place(row, column, self._axes)
        return f"{where}: {format_exact(float(self._values[row, column]))}"


class Plate(QWidget):
    """A named table of values: a grid that can be read with the keyboard while its numbers fit, else a picture.

    One that `stays_grid` shows dots in place of the numbers that do not fit, one that `holds_weights` writes them as
    the kernel pane does.
    """

    def __init__(
        self, name: str, grid: GridView | None = None, *, stays_grid: bool = False, holds_weights: bool = False
    ) -> None:
        super().__init__()
        self._stays_grid, self._holds_weights = stays_grid, holds_weights
        self._content: GridContent | None = None
        self._drawn: tuple[GridContent, Write | None] | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._choose_page)
        self.name = name
        self.caption = PlainLabel(name, small=True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.grid = grid or GridView(name, f"{name}, cell by cell")
        self.grid.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.grid.set_cell_range(1, LARGEST_CELL)
        self.picture = PicturePlate(name)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self.picture)
        self._stage = QWidget()
        self._stage.setLayout(self._pages)
        self._stage.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.caption)
        column.addWidget(self._stage, 1)

    @property
    def values(self) -> Floats:
        """The values on show, `(rows, columns)`."""
        return np.zeros((0, 0), np.float32) if self._content is None else self._content.values

    def show_values(self, values: NDArray[Any], levels: Levels, facts: str = "") -> None:
        """Show other values, `(rows, columns)` or `(steps,)`, in the colours of their levels, with facts beside."""
        table = as_table(values.astype(np.float32))
        self.show_content(GridContent(table, colours(table, levels), axes=AXES[min(2, values.ndim)]), facts)

    def show_content(self, content: GridContent, facts: str = "") -> None:
        """Show other cells, with facts beside the name."""
        self._content = content
        self.caption.setText(f"{self.name} · {facts}" if facts else self.name)
        self.picture.show_content(content)
        self._choose_page()

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Mark cells of the grid."""
        self.grid.show_overlays(overlays)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the page when all resizing is over.

        Showing the other page lays out every widget around this one at once, which would resize it in its own resizing.
        """
        super().resizeEvent(event)
        if self._content is not None:
            self._settled.start()

    def sizeHint(self) -> QSize:
        return QSize(220, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, _LEAST)

    def _choose_page(self) -> None:
        self._settled.stop()
        held = self._content
        if held is None:
            return
        writer = self._writer(held)
        before, self._drawn = self._drawn, (held, writer)
        if before is not None and before[0] is held and before[1] == writer:
            return
        if writer is not None:
            self.grid.show_content(replace(held, write=writer, is_locked=True))
        self._pages.setCurrentWidget(self.picture if writer is None else self.grid)

    def _writer(self, content: GridContent) -> Write | None:
        room = self._stage.size()
        rows, columns = content.values.shape
        side = cell_side((rows, columns), room.width() - 2, room.height() - 2)
        writer = fitting_writer(content.values, side, are_weights=self._holds_weights)
        return _dot if writer is None and self._stays_grid else writer


def _dot(_value: float) -> str:
    return "·"
