"""The picture of a feature map: an image to zoom and pan, with numbers in its cells while they fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)

from convstudio.model import picture_geometry as geometry
from convstudio.model.arrays import Box, Floats, TiledArray
from convstudio.model.display import NEGATIVE, Colours, Levels, colours, finite_range, ink_on
from convstudio.model.reduction import Reduction
from convstudio.views.cells import hatching
from convstudio.views.controls import colour_of
from convstudio.views.grid import LARGEST_CELL, Overlay
from convstudio.views.keys import ARROWS, ZOOM_STEP, ZOOMS
from convstudio.views.reduced_image import ReducedImage
from convstudio.views.theme import DARK, Tokens, number_font, tokens_of
from convstudio.views.zoom_stage import ZoomStage

_MARGIN = 8
_ROW_HEIGHT = 44
_STEM_HEIGHT = 140
_STEM_GAP = 16
_SMALLEST_LINED_CELL = 12
_FEWEST_COLUMNS = 3


@dataclass(frozen=True)
class Marks:
    """What is drawn over a picture: the current output, linked cells, and how many cells are computed (None: all)."""

    current: tuple[int, int] | None = None
    linked: Overlay | None = None
    revealed: int | None = None


class MapPicture(ZoomStage):
    """Shows a table of values `(rows, columns)` as colours, a sequence as one row with a stem plot under it.

    `pointed` carries the (row, column) under the mouse, None when it leaves; `clicked` the one that was clicked;
    `stepped` rows and columns to go by arrow key; `placed` the part of the stage that the map covers.
    """

    pointed = Signal(object)
    clicked = Signal(int, int)
    stepped = Signal(int, int)
    placed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._values: Floats = np.zeros((0, 0), np.float32)
        self._levels = Levels(-1.0, 1.0, signed=True)
        self._reduction = Reduction(TiledArray.of([[0.0]]))
        self._is_sequence = False
        self._marks = Marks()
        self._has_focus_frame = False
        self._content = 0
        self._numbers: tuple[object, QPixmap] | None = None
        self._image = ReducedImage(self)
        self._image.improved.connect(self.viewport().update)
        self.setAccessibleName("Feature map picture")
        self.setWhatsThis("Click a value to see where it comes from; the arrow keys move on, and +, − and 0 zoom.")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAccessibleName("Picture")
        self.clicked_at.connect(self._take_click)

    @property
    def pixels(self) -> Colours:
        """The colours that were painted last, one for each cell, or for each pixel where cells are smaller."""
        return self._image.pixels

    def show_map(
        self, values: Floats, levels: Levels, *, is_sequence: bool, boxes: Sequence[Box] | None = None
    ) -> None:
        """Show other values `(rows, columns)`; a new shape is fitted anew.

        Where nothing but the values in `boxes` changed, only these are painted anew.
        """
        is_same_shape = values.shape == self._values.shape and is_sequence == self._is_sequence
        self._values, self._levels, self._is_sequence = values, levels, is_sequence
        self._content += 1
        array = TiledArray(values[..., np.newaxis])
        if boxes is not None and is_same_shape:
            self._reduction.replace(array, boxes)
        else:
            self._reduction, boxes = Reduction(array), None
        self._image.show(self._reduction, 0, levels, boxes)
        if not is_same_shape:
            self.fit()
        self.viewport().update()

    def show_marks(self, marks: Marks) -> None:
        """Mark other cells; the picture itself is not painted anew."""
        if marks != self._marks:
            has_moved = marks.current != self._marks.current
            self._marks = marks
            if has_moved and not self._is_fitted:
                self._follow()
            self.viewport().update()

    def show_focus(self, has_focus: bool) -> None:
        """Draw, or take away, the frame that says the keyboard is here."""
        self._has_focus_frame = has_focus
        self.viewport().update()

    def fit(self) -> None:
        """Show the whole map, its cells square and not larger than they need to be."""
        if not self._values.size or self.width() < 2 * _MARGIN or self.height() < 2 * _MARGIN:
            return
        rows, columns = self._values.shape
        self.fit_to(self._fitted_range(), QRectF(0, 0, columns, rows), _FEWEST_COLUMNS)
        can_zoom = self._cell_rectangle(0, 0).width() < LARGEST_CELL - 0.5
        self.allow_zoom(across=can_zoom, down=can_zoom and not self._is_sequence)

    def zoom(self, steps: int) -> None:
        """Zoom in (above 0) or out (below 0) around the current output."""
        row, column = self._marks.current or (0, 0)
        self.zoom_by(ZOOM_STEP**steps, QPointF(column + 0.5, row + 0.5))

    def sizeHint(self) -> QSize:
        return QSize(360, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            self.pointed.emit(self._cell_at(self.point_at(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            self.stepped.emit(*ARROWS[key])
        elif not self.take_zoom_key(key):
            event.ignore()

    def take_zoom_key(self, key: Qt.Key) -> bool:
        """Zoom by plus, minus or 0 (the whole map); say whether it was one of these keys."""
        if key == Qt.Key.Key_0:
            self.fit()
        elif key in ZOOMS:
            self.zoom(ZOOMS[key])
        else:
            return False
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_focus(False)

    # --- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the image, and over it cells, what is not computed yet, links and the current output."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Base))
        if not self._values.size:
            return
        tokens = tokens_of(self.palette())
        self._image.paint(painter, self.place, self.size(), self.devicePixelRatioF())
        painter.drawPixmap(0, 0, self._cell_pixmap())
        self._paint_uncomputed(painter, tokens)
        if self._is_sequence:
            self._paint_stems(painter, tokens)
        self._paint_linked(painter, tokens)
        self._paint_current(painter, tokens)
        if self._has_focus_frame:
            painter.setPen(QPen(tokens.selection, 2))
            painter.drawRect(self._map_rectangle().adjusted(-3, -3, 3, 3))

    def _cell_pixmap(self) -> QPixmap:
        """Return lines, numbers and corners of the visible cells; kept until the values or their place change."""
        place = self.place
        numbers = (place.m11(), place.m22(), place.dx(), place.dy(), self.devicePixelRatioF())
        key = (self._content, *numbers, self.size().toTuple(), tokens_of(self.palette()) is DARK)
        if self._numbers is None or self._numbers[0] != key:
            self._numbers = key, self._paint_cells()
        return self._numbers[1]

    def _paint_cells(self) -> QPixmap:
        pixmap = QPixmap(self.size() * self.devicePixelRatioF())
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        pixmap.fill(Qt.GlobalColor.transparent)
        cell = self._cell_rectangle(0, 0)
        painter = QPainter(pixmap)
        if min(cell.width(), cell.height()) >= _SMALLEST_LINED_CELL:
            self._paint_corners(painter)
            self._paint_numbers(painter, cell)
            self._paint_lines(painter, *self._visible())
        painter.end()
        return pixmap

    def _paint_corners(self, painter: QPainter) -> None:
        """Mark negative cells by shape, for readers who cannot tell the colours apart."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour_of(NEGATIVE))
        rows, columns = self._visible()
        for row, column in np.argwhere(self._values[rows, columns] < 0).tolist():
            cell = self._cell_rectangle(row + rows.start, column + columns.start)
            side = max(5.0, cell.width() / 6)
            corner = cell.bottomLeft()
            painter.drawPolygon(QPolygonF([corner, corner - QPointF(0, side), corner + QPointF(side, 0)]))

    def _paint_numbers(self, painter: QPainter, cell: QRectF) -> None:
        rows, columns = self._visible()
        texts = geometry.cell_texts(self._values[rows, columns], cell.width(), cell.height())
        if texts is None:
            return
        painter.setFont(number_font(texts.pixels))
        grounds = colours(self._values[rows, columns], self._levels).tolist()
        for row, line in enumerate(texts.rows, rows.start):
            for column, text in enumerate(line, columns.start):
                painter.setPen(colour_of(ink_on(grounds[row - rows.start][column - columns.start])))
                painter.drawText(self._cell_rectangle(row, column), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_lines(self, painter: QPainter, rows: slice, columns: slice) -> None:
        """Draw the lines between cells, one pixel wide."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(tokens_of(self.palette()).line, 1))
        area = self._cells_rectangle(rows, columns)
        for row in range(rows.start, rows.stop + 1):
            y = round(self._cell_rectangle(row, 0).top())
            painter.drawLine(round(area.left()), y, round(area.right()), y)
        for column in range(columns.start, columns.stop + 1):
            x = round(self._cell_rectangle(0, column).left())
            painter.drawLine(x, round(area.top()), x, round(area.bottom()))

    def _paint_uncomputed(self, painter: QPainter, tokens: Tokens) -> None:
        shape = (self._values.shape[0], self._values.shape[1])
        visible = self._visible()
        is_lined = self._cell_rectangle(0, 0).width() >= _SMALLEST_LINED_CELL
        for rows, columns in geometry.uncomputed_boxes(shape, self._marks.revealed):
            area = self._cells_rectangle(rows, columns)
            painter.fillRect(area, tokens.card)
            painter.fillRect(area, hatching(tokens))
            if is_lined:
                self._paint_lines(painter, _common(rows, visible[0]), _common(columns, visible[1]))

    def _paint_linked(self, painter: QPainter, tokens: Tokens) -> None:
        if self._marks.linked is None:
            return
        painter.setPen(QPen(tokens.selection, 2))
        for rectangle in self._linked_rectangles(self._marks.linked):
            painter.drawRect(_not_too_small(rectangle).adjusted(1, 1, -1, -1))

    def _linked_rectangles(self, linked: Overlay) -> Iterator[QRectF]:
        rows = geometry.runs(linked.rows, self._values.shape[0])
        columns = geometry.runs(linked.columns, self._values.shape[1])
        for down in rows:
            for across in columns:
                yield self._cells_rectangle(down, across)

    def _paint_current(self, painter: QPainter, tokens: Tokens) -> None:
        if self._marks.current is None:
            return
        row, column = self._marks.current
        if row >= self._values.shape[0] or column >= self._values.shape[1]:
            return
        cell = self._cell_rectangle(row, column)
        painter.setPen(QPen(tokens.window, 3, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(_not_too_small(cell).adjusted(1, 1, -0.5, -0.5))

    def _paint_stems(self, painter: QPainter, tokens: Tokens) -> None:
        """Draw a sequence a second time: every value as a stem from the zero line."""
        columns = self._visible()[1]
        values = self._values[0, columns.start : self._shown_end(columns)]
        area = self._stem_area()
        low, high = self._stem_range()
        zero = area.bottom() - area.height() * (0 - low) / (high - low)
        painter.setPen(QPen(tokens.line, 1))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.setPen(QPen(tokens.secondary, 1.5))
        painter.setBrush(tokens.secondary)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = area.height() / (high - low)
        if self._cell_rectangle(0, 0).width() >= 4:
            self._paint_single_stems(painter, values, columns.start, zero, scale)
        elif values.size:
            self._paint_envelope(painter, values, columns, zero, scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_single_stems(self, painter: QPainter, values: Floats, start: int, zero: float, scale: float) -> None:
        tokens = tokens_of(self.palette())
        for column, value in enumerate(values.tolist(), start):
            if np.isfinite(value):
                colour = tokens.window if self._marks.current == (0, column) else tokens.secondary
                painter.setPen(QPen(colour, 1.5))
                painter.setBrush(colour)
                x, y = self._cell_rectangle(0, column).center().x(), zero - value * scale
                painter.drawLine(QPointF(x, zero), QPointF(x, y))
                painter.drawEllipse(QPointF(x, y), 3, 3)

    def _paint_envelope(self, painter: QPainter, values: Floats, columns: slice, zero: float, scale: float) -> None:
        """Draw more stems than pixels as one line per pixel column, from the least value to the largest."""
        left = self._cell_rectangle(0, columns.start).left()
        right = self._cell_rectangle(0, columns.start + values.size).left()
        lows, highs = geometry.envelope(values, max(1, round(right - left)))
        places = np.linspace(left, right, lows.size, endpoint=False)
        for x, low, high in zip(places.tolist(), lows.tolist(), highs.tolist(), strict=True):
            painter.drawLine(QPointF(x, zero - min(low, 0) * scale), QPointF(x, zero - max(high, 0) * scale))

    def _stem_range(self) -> tuple[float, float]:
        low, high = finite_range(np.append(self._values, np.float32(0)))
        return (low, high) if high > low else (low, low + 1.0)

    def _shown_end(self, columns: slice) -> int:
        revealed = self._marks.revealed
        return int(columns.stop if revealed is None else max(columns.start, min(columns.stop, revealed)))

    # --- places ------------------------------------------------------------------------------------------------

    def _fitted_range(self) -> QRectF:
        """Return the stretch of columns and of rows that the stage shows when the map is fitted."""
        width, height = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        rows, columns = self._values.shape
        side = geometry.fitting_side((rows, columns), width, height if not self._is_sequence else 1e9, LARGEST_CELL)
        across = self.width() / side
        if self._is_sequence:
            block = _ROW_HEIGHT + _STEM_GAP + self._stem_height()
            top = (self.height() - block) / 2 / _ROW_HEIGHT
            down, centre = self.height() / _ROW_HEIGHT, self.height() / _ROW_HEIGHT / 2 - top
        else:
            down, centre = self.height() / side, rows / 2
        return QRectF(columns / 2 - across / 2, centre - down / 2, across, down)

    def _stem_height(self) -> float:
        return max(20.0, min(_STEM_HEIGHT, self.height() - _ROW_HEIGHT - _STEM_GAP - 2 * _MARGIN))

    def _stem_area(self) -> QRectF:
        row = self._map_rectangle()
        return QRectF(row.left(), row.bottom() + _STEM_GAP, row.width(), self._stem_height()).adjusted(0, 4, 0, -4)

    def _cell_rectangle(self, row: int, column: int) -> QRectF:
        return self.place.mapRect(QRectF(column, row, 1, 1))

    def _cells_rectangle(self, rows: slice, columns: slice) -> QRectF:
        size = columns.stop - columns.start, rows.stop - rows.start
        return self.place.mapRect(QRectF(columns.start, rows.start, *size))

    def _map_rectangle(self) -> QRectF:
        rows, columns = self._values.shape
        return self._cells_rectangle(slice(0, rows), slice(0, columns))

    def _visible(self) -> tuple[slice, slice]:
        shown = self.place.inverted()[0].mapRect(QRectF(self.rect()))
        shape = (self._values.shape[0], self._values.shape[1])
        return geometry.visible_cells(shown.left(), shown.top(), shown.right(), shown.bottom(), shape)

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        return geometry.cell_under(point.x(), point.y(), (self._values.shape[0], self._values.shape[1]))

    # --- answers -----------------------------------------------------------------------------------------------

    def _take_click(self, point: QPointF) -> None:
        cell = self._cell_at(point)
        if cell is not None:
            self.clicked.emit(*cell)

    def _follow(self) -> None:
        """Pan a zoomed picture so that it shows the current output."""
        if self._marks.current is None or not self._values.size:
            return
        row, column = self._marks.current
        rows, columns = self._visible()
        if not (rows.start <= row < rows.stop and columns.start <= column < columns.stop):
            centre = self.seen.center()
            self.move_by(column + 0.5 - centre.x(), 0 if self._is_sequence else row + 0.5 - centre.y())

    def take_place(self) -> None:
        super().take_place()
        self.placed.emit(self._map_rectangle().intersected(QRectF(self.rect())).toAlignedRect())


def _not_too_small(cells: QRectF) -> QRectF:
    """Return a frame around cells that can be seen, however tiny they are."""
    across, down = max(0.0, (8 - cells.width()) / 2), max(0.0, (8 - cells.height()) / 2)
    return cells.adjusted(-across, -down, across, down)


def _common(one: slice, other: slice) -> slice:
    start = max(one.start, other.start)
    return slice(start, max(start, min(one.stop, other.stop)))
