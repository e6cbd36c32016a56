"""A small table of coloured cells as a pyqtgraph view: as large as it fits, its cells square."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from convstudio.model.colour.picture_geometry import fitting_side
from convstudio.model.values.scale import Colours
from convstudio.views.parts.pictures.cell_drawing import draw_lines, draw_texts
from convstudio.views.parts.pictures.sight import Sight
from convstudio.views.parts.sizes import interface_scale, px, scaled
from convstudio.views.parts.theme import draw_outline, tokens_of

_AROUND = 3
_LEAST_HEIGHT = 16
_SMALLEST_LINED, _LEAST_DIGIT, _MOST_DIGIT = 7, 9, 13
_LETTER = 0.65
_USUAL = 150


@dataclass(frozen=True)
class Outline:
    """A rectangle around a block of cells, which may reach beyond the table: `rows` and `columns` count from it."""

    rows: slice
    columns: slice
    is_dashed: bool = False


@dataclass(frozen=True, eq=False)
class ColouredCells:
    """A table of `shape` cells.

    `colours` are `(rows, columns, 3)` bytes: one for each cell, or fewer where the table was thinned out. `texts`, one
    for each cell, are written where they fit; without any, there are no lines between the cells either.
    """

    shape: tuple[int, int]
    colours: Colours
    texts: Sequence[Sequence[str]] = ()
    outlines: Sequence[Outline] = ()


_EMPTY = ColouredCells((0, 0), np.zeros((0, 0, 3), np.uint8))


class CellPicture(pg.GraphicsView):
    """Shows the whole of a table, without zoom and drag; no cell is larger than `largest_cell` pixels.

    `clicked` carries the row and the column of a cell. `read_out` makes the tooltip of a cell; without it the picture
    keeps its own.
    """

    clicked = Signal(int, int)

    def __init__(
        self,
        name: str = "",
        *,
        largest_cell: float = math.inf,
        is_centred: bool = True,
        read_out: Callable[[int, int], str] | None = None,
    ) -> None:
        super().__init__(background=None)  # type: ignore[no-untyped-call]
        self._cells = _EMPTY
        self._largest_cell, self._is_centred, self._read_out = largest_cell, is_centred, read_out
        self._image: Any = pg.ImageItem(axisOrder="row-major")
        self._marks = _CellMarks()
        for item in (self._image, self._marks):  # without a ViewBox, whose ranges, zoom and drag nothing here needs
            self.scene().addItem(item)
        self.setInteractive(False)  # the view takes the mouse
        # Else each scene has the window painted by itself, and pictures beside each other take a paint each.
        self.setViewportUpdateMode(pg.GraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setAccessibleName(name)
        self.viewport().setAccessibleName("Picture")
        for surface in (self, self.viewport()):
            surface.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setBackgroundBrush(tokens_of(self.palette()).card)

    def show_cells(self, cells: ColouredCells) -> None:
        """Show another table."""
        self._cells = cells
        self._image.setImage(np.ascontiguousarray(cells.colours), autoLevels=False)
        self._fit()
        self.viewport().update()

    def cell_area(self, row: int, column: int) -> QRectF:
        """Return where a cell is on this widget."""
        return self._marks.sight.cell(row, column)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the row and the column of the cell at a place of this widget; None outside the table."""
        return self._marks.sight.cell_at(place)

    def pixels_of(self, shape: tuple[int, int], size: QSize) -> tuple[int, int]:
        """Return on how many rows and columns of pixels a table is drawn when the picture is so large."""
        width, height = (max(1, side - 2 * _AROUND) for side in (size.width(), size.height()))
        cell = fitting_side(shape, width, height, self._largest_cell * interface_scale()) * self.devicePixelRatioF()
        return max(1, int(shape[0] * cell)), max(1, int(shape[1] * cell))

    def sizeHint(self) -> QSize:
        return scaled(QSize(_USUAL, _USUAL))

    def minimumSizeHint(self) -> QSize:
        return QSize(1, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.clicked.emit(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second click as any other."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what the picture is in: there is nothing to zoom."""
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._read_out is not None:
            cell = self.cell_at(event.position())
            self.setToolTip("" if cell is None else self._read_out(*cell))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)  # type: ignore[no-untyped-call]
        if event is not None and not self.closed:  # pyqtgraph resizes a view in making it, and after taking it apart
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.setBackgroundBrush(tokens_of(self.palette()).card)

    def _fit(self) -> None:
        """Show the table with the outlines around it."""
        rows, columns = self._cells.shape
        if not rows or not columns or min(self.width(), self.height()) <= 2 * _AROUND:
            return
        whole = QRectF(0, 0, columns, rows)
        for outline in self._cells.outlines:
            whole = whole.united(_block(outline))
        cell = self._cell_size(whole)
        left, top = _AROUND / cell.width(), _AROUND / cell.height()
        across, down = self.width() / cell.width(), self.height() / cell.height()
        if self._is_centred:
            left, top = (across - whole.width()) / 2, (down - whole.height()) / 2
        seen = QRectF(whole.left() - left, whole.top() - top, across, down)
        sight = Sight((rows, columns), self.size(), (seen.left(), seen.top(), across, down))
        self._image.setRect(sight.whole())
        self._marks.show_cells(self._cells, sight)

    def _cell_size(self, whole: QRectF) -> QSizeF:
        """Return the size of a cell: square and as large as the whole fits; one row is never flat."""
        width, height = self.width() - 2 * _AROUND, self.height() - 2 * _AROUND
        side = fitting_side(
            (round(whole.height()), round(whole.width())), width, height, self._largest_cell * interface_scale()
        )
        return QSizeF(side, max(side, px(_LEAST_HEIGHT)) if self._cells.shape[0] == 1 else side)


class _CellMarks(pg.GraphicsObject):
    """Draws in pixels of the view what is over the colours: frame, lines, texts and outlines."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._cells = _EMPTY
        self.sight = Sight()

    def show_cells(self, cells: ColouredCells, sight: Sight) -> None:
        """Draw over other cells, or over the same in another place."""
        if sight.size != self.sight.size:
            self.prepareGeometryChange()
        self._cells, self.sight = cells, sight
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.sight.size.width(), self.sight.size.height())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if widget is None or not self._cells.colours.size:
            return
        tokens = tokens_of(widget.palette())
        painter.setPen(QPen(tokens.line, 1))
        painter.drawRect(self.sight.whole())
        if self._cells.texts and self.sight.cell(0, 0).width() >= px(_SMALLEST_LINED):
            rows, columns = self._cells.shape
            draw_lines(painter, self.sight, tokens.line, slice(0, rows), slice(0, columns))
            self._draw_texts(painter)
        for outline in self._cells.outlines:
            place = self.sight.cells(outline.rows, outline.columns)
            if outline.is_dashed:
                painter.setPen(QPen(tokens.window, 1, Qt.PenStyle.DashLine))
                painter.drawRect(place)
            else:
                draw_outline(painter, [place], tokens.window, 2, tokens)

    def _draw_texts(self, painter: QPainter) -> None:
        longest = max((len(text) for row in self._cells.texts for text in row), default=0)
        pixels = min(px(_MOST_DIGIT), int(self.sight.cell(0, 0).width() / max(1.0, _LETTER * longest + 0.4)))
        if longest and pixels >= px(_LEAST_DIGIT):
            draw_texts(painter, self.sight, self._cells.texts, self._cells.colours, pixels)


def _block(outline: Outline) -> QRectF:
    rows, columns = outline.rows, outline.columns
    return QRectF(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
