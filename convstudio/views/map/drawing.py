"""What is drawn over the image of a feature map: lines, numbers, links, what is not computed yet, where one is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from convstudio.model.colour import picture_geometry as geometry
from convstudio.model.colour.display import Levels, colours
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import number_format
from convstudio.model.values.scale import NEGATIVE
from convstudio.views.map.sight import Marks
from convstudio.views.parts.controls import colour_of
from convstudio.views.parts.grids.cells import hatching
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.pictures.cell_drawing import draw_lines, draw_texts
from convstudio.views.parts.pictures.sight import Sight
from convstudio.views.parts.sizes import interface_scale, px
from convstudio.views.parts.theme import DARK, LIGHT, Tokens, draw_outline, tokens_of

_SMALLEST_LINED_CELL = 12


class MapDrawing(pg.GraphicsObject):
    """Draws in pixels of the view, so that lines and digits keep their size however the cells are zoomed.

    The view that holds it says when it is painted again.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._values: Floats = np.zeros((0, 0), np.float32)
        self._levels = Levels(-1.0, 1.0, signed=True)
        self._sight = Sight()
        self._marks = Marks()
        self._has_focus_frame = False
        self._tokens = LIGHT
        self._content = 0
        self._numbers: tuple[object, QPixmap] | None = None

    def show_values(self, values: Floats, levels: Levels) -> None:
        """Write other values `(rows, columns)` into the cells."""
        self._values, self._levels = values, levels
        self._content += 1

    def show_sight(self, sight: Sight) -> None:
        """Draw where the cells are now."""
        if sight.size != self._sight.size:
            self.prepareGeometryChange()
        self._sight = sight

    def show_marks(self, marks: Marks, *, has_focus_frame: bool) -> None:
        """Mark other cells, and frame the map while it has the keyboard."""
        self._marks, self._has_focus_frame = marks, has_focus_frame

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._sight.size.width(), self._sight.size.height())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not self._values.size or widget is None or self._values.shape != self._sight.shape:
            return
        self._tokens = tokens = tokens_of(widget.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPixmap(0, 0, self._cell_pixmap(widget.devicePixelRatioF()))
        self._paint_uncomputed(painter, tokens)
        self._paint_linked(painter, tokens)
        self._paint_current(painter, tokens)
        if self._has_focus_frame:
            painter.setPen(QPen(tokens.selection, 2))
            painter.drawRect(self._sight.whole().adjusted(-3, -3, 3, 3))

    def _cell_pixmap(self, sharpness: float) -> QPixmap:
        """Return lines, numbers and corners of the visible cells; kept until the values or their place change."""
        key = (self._content, self._sight, sharpness, self._tokens is DARK, interface_scale(), number_format())
        if self._numbers is None or self._numbers[0] != key:
            self._numbers = key, self._paint_cells(sharpness)
        return self._numbers[1]

    def _paint_cells(self, sharpness: float) -> QPixmap:
        pixmap = QPixmap(self._sight.size * sharpness)
        pixmap.setDevicePixelRatio(sharpness)
        pixmap.fill(Qt.GlobalColor.transparent)
        cell = self._sight.cell(0, 0)
        painter = QPainter(pixmap)
        if min(cell.width(), cell.height()) >= px(_SMALLEST_LINED_CELL):
            self._paint_corners(painter)
            self._paint_numbers(painter, cell)
            draw_lines(painter, self._sight, self._tokens.line, *self._sight.visible())
        painter.end()
        return pixmap

    def _paint_corners(self, painter: QPainter) -> None:
        """Mark negative cells by shape, for readers who cannot tell the colours apart."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour_of(NEGATIVE))
        rows, columns = self._sight.visible()
        for row, column in np.argwhere(self._values[rows, columns] < 0).tolist():
            cell = self._sight.cell(row + rows.start, column + columns.start)
            side = max(5.0, cell.width() / 6)
            corner = cell.bottomLeft()
            painter.drawPolygon(QPolygonF([corner, corner - QPointF(0, side), corner + QPointF(side, 0)]))

    def _paint_numbers(self, painter: QPainter, cell: QRectF) -> None:
        rows, columns = self._sight.visible()
        scale = interface_scale()
        texts = geometry.cell_texts(self._values[rows, columns], cell.width() / scale, cell.height() / scale)
        if texts is None:
            return
        grounds = colours(self._values[rows, columns], self._levels)
        draw_texts(painter, self._sight, texts.rows, grounds, px(texts.pixels), (rows.start, columns.start))

    def _paint_uncomputed(self, painter: QPainter, tokens: Tokens) -> None:
        shape = (self._values.shape[0], self._values.shape[1])
        visible = self._sight.visible()
        is_lined = self._sight.cell(0, 0).width() >= px(_SMALLEST_LINED_CELL)
        for rows, columns in geometry.uncomputed_boxes(shape, self._marks.revealed):
            area = self._sight.cells(rows, columns)
            painter.fillRect(area, tokens.card)
            painter.fillRect(area, hatching(tokens))
            if is_lined:
                shown = _common(rows, visible[0]), _common(columns, visible[1])
                draw_lines(painter, self._sight, tokens.line, *shown)

    def _paint_linked(self, painter: QPainter, tokens: Tokens) -> None:
        if self._marks.linked is None:
            return
        places = (_not_too_small(rectangle) for rectangle in self._linked_rectangles(self._marks.linked))
        draw_outline(painter, (place.adjusted(1, 1, -1, -1) for place in places), tokens.selection, 2, tokens)

    def _linked_rectangles(self, linked: Overlay) -> Iterator[QRectF]:
        rows = geometry.runs(linked.rows, self._values.shape[0])
        columns = geometry.runs(linked.columns, self._values.shape[1])
        for down in rows:
            for across in columns:
                yield self._sight.cells(down, across)

    def _paint_current(self, painter: QPainter, tokens: Tokens) -> None:
        if self._marks.current is None:
            return
        row, column = self._marks.current
        if row >= self._values.shape[0] or column >= self._values.shape[1]:
            return
        cell = self._sight.cell(row, column)
        draw_outline(painter, [_not_too_small(cell).adjusted(1, 1, -0.5, -0.5)], tokens.window, 3, tokens)


def _not_too_small(cells: QRectF) -> QRectF:
    """Return a frame around cells that can be seen, however tiny they are."""
    across, down = max(0.0, (8 - cells.width()) / 2), max(0.0, (8 - cells.height()) / 2)
    return cells.adjusted(-across, -down, across, down)


def _common(one: slice, other: slice) -> slice:
    start = max(one.start, other.start)
    return slice(start, max(start, min(one.stop, other.stop)))
