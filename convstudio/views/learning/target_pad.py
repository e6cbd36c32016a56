"""The target map to draw on: a grid of numbers while they fit, else a picture, with a brush on both."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent

from convstudio.model.colour.display import ColoursInSight
from convstudio.model.colour.over_input import ColoursOverInput
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.panes.learning.teaching.tables import ShownTable
from convstudio.model.readings.tables import parse_block
from convstudio.model.values.answers.axis_names import AXES
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.scale import Colours
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.pictures.cell_picture import CellPicture
from convstudio.views.parts.pictures.plate import Plate

_TIP = "What the map should be: paint with the brush, type, or paste a block of numbers"


class TargetPad(Plate):
    """Shows the target, and asks to write into it.

    `painted` carries row and column of one point of a stroke, and a number that only this stroke has. `written` carries
    the row and column of the first cell of a block of numbers, and the block.
    """

    painted = Signal(int, int, object)
    written = Signal(int, int, object)
    refused = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name, GridView(name, _TIP), takes_edits=True)
        self._has_brush = False
        self._under: ColoursOverInput | None = None
        self._painted_picture: PaintedPicture | None = None
        self.grid.painted.connect(self.painted)
        self.grid.grid.edited.connect(self.written)
        self.grid.refused.connect(self.refused)

    def set_brush(self, on: bool) -> None:
        """Paint with the mouse, or select with it."""
        self._has_brush = on
        self.grid.set_brush(on)
        if self._painted_picture is not None:
            self._painted_picture.set_brush(on)

    def paste(self) -> None:
        """Ask to write the numbers of the clipboard, from the first cell on."""
        try:
            block = parse_block(QGuiApplication.clipboard().text(), longest=LIMITS.axis_length)
        except ValueError as refusal:
            self.refused.emit(f"Nothing was pasted: {refusal}")
            return
        self.written.emit(0, 0, block)

    def show_target(self, table: ShownTable, under: Floats | None = None) -> None:
        """Show another target; all of its cells can be edited. Its picture is drawn over `under`, an input in grey."""
        self._under = None if under is None else ColoursOverInput(as_table(table.values), table.levels, under)
        values = as_table(np.asarray(table.values, np.float32))
        axes = AXES[min(2, table.values.ndim)]
        painted = ColoursInSight(values, table.levels)
        self.show_content(GridContent(values, painted, editable=(values.shape[0], values.shape[1]), axes=axes))

    def colours_of_picture(self, content: GridContent) -> Colours | ColoursInSight:
        """Let the input show where nothing is drawn: without it nobody knows where its edges are."""
        return content.colours if self._under is None else self._under

    def make_picture(self) -> CellPicture:
        """Make a picture that can be painted on."""
        made = self._painted_picture = PaintedPicture(self.name, read_out=self.value_at)
        made.set_brush(self._has_brush)
        made.painted.connect(self.painted)
        return made


class PaintedPicture(CellPicture):
    """A picture that a brush paints on; `painted` carries row, column, and the number of the stroke."""

    painted = Signal(int, int, object)
    _stroke: int | None = None
    _has_brush = False

    def set_brush(self, on: bool) -> None:
        """Paint with the mouse, or not."""
        self._has_brush = on
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._has_brush and event.button() == Qt.MouseButton.LeftButton:
            self._stroke = time.monotonic_ns()
            self._paint_at(event)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._stroke is not None:
            self._paint_at(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._stroke = None
        super().mouseReleaseEvent(event)  # type: ignore[no-untyped-call]

    def _paint_at(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is not None:
            self.painted.emit(*cell, self._stroke)
