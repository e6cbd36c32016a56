"""A large input as a picture: zoom, pan, brush, the window outlined, and the loupe's place on it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from convstudio.model.colour.display import Levels
from convstudio.model.colour.reduction import Reduction
from convstudio.model.panes.input.input_display import Block, Loupe, Shown
from convstudio.model.panes.input.shown_input import Outlines
from convstudio.model.values.arrays import Box
from convstudio.views.parts.keys import ARROWS, PAGES, ZOOM_STEP, ZOOMS, handles_keys
from convstudio.views.parts.pictures.image_item import ReducedItem
from convstudio.views.parts.sizes import scaled
from convstudio.views.parts.theme import tokens_of

_SMALLEST_OUTLINE = 9.0
_DRAG_DISTANCE = 4
_SIDES_AROUND = 3  # how far one can move and zoom out, in sides of the picture; narrow views need some of it to fit
_LEAST_CELLS_ACROSS = 4
_USUAL_SIDE = 240


@handles_keys(
    "Large inputs, as a picture",
    ("Arrow keys, Page Up, Page Down", "Move the part that is shown as numbers"),
    ("+, −", "Zoom in or out"),
    ("0", "Show the whole picture"),
)
class InputPicture(pg.GraphicsView):
    """Shows a picture and asks; positions in signals are rows and columns of the input.

    `painted` carries the place before (None at the start of a stroke), the place now, and a number that only this
    stroke has. `loupe_asked` carries the corner that the loupe was dragged to, `scroll_asked` rows and columns to
    move it by, `menu_asked` the place of the screen where the menu is wanted, `pointed` None when the mouse leaves.
    """

    pointed = Signal(object)
    clicked_cell = Signal(int, int)
    painted = Signal(object, object, object)
    loupe_asked = Signal(int, int)
    scroll_asked = Signal(int, int)
    menu_asked = Signal(object)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__(background=None)  # type: ignore[no-untyped-call]
        self.setBackgroundBrush(tokens_of(self.palette()).card)
        self.setAccessibleName(name)
        self.viewport().setAccessibleName("Picture")
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(tip)
        self.image = ReducedItem()
        self.marks = PictureMarks()
        self._frame: Any = pg.ViewBox(
            enableMouse=False, enableMenu=False, lockAspect=True, invertY=True, defaultPadding=0
        )
        self._frame.addItem(self.image)
        self._frame.addItem(self.marks, ignoreBounds=True)
        self.setCentralItem(self._frame)  # type: ignore[no-untyped-call]
        self._shape: tuple[int, int] | None = None
        self._is_fitted = True
        self._brush_on = False
        self._stroke = 0
        self._last: tuple[int, int] | None = None
        self._pressed_at: QPointF | None = None
        self._is_panning = False
        self._grip: tuple[int, int] | None = None

    def show_picture(
        self, reduction: Reduction, shown: Shown, levels: Levels, boxes: Sequence[Box] | None = None
    ) -> None:
        """Show another array, or other channels or levels of it; where these are the same, only `boxes` changed."""
        is_other_shape = self._shape != reduction.shape
        self._shape = reduction.shape
        self.image.show_array(reduction, shown, levels, boxes)
        if is_other_shape:
            self.marks.show_extent(*self._shape)
            self._limit_zoom(*self._shape)
            self.fit()

    def show_marks(self, outlines: Outlines) -> None:
        """Outline the current window, one term of it, the linked cells, and the loupe."""
        self.marks.show_outlines(outlines)

    def set_brush(self, on: bool) -> None:
        """Paint with the left button, or move the loupe and the picture with it."""
        self._brush_on = on
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def fit(self) -> None:
        """Show the whole picture, as large as it fits."""
        self._is_fitted = True
        if self._shape is not None:
            rows, columns = self._shape
            self._frame.setRange(xRange=(0, columns), yRange=(0, rows), padding=0.0)

    def zoom(self, factor: float, centre: QPointF | None = None) -> None:
        """Enlarge the picture around a point of it, else around the middle of the view."""
        self._is_fitted = False
        self._frame.scaleBy((1 / factor, 1 / factor), center=centre)

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """Return the row and column under a place of this widget; they may be outside the picture."""
        at = self.picture_point(place)
        return math.floor(at.y()), math.floor(at.x())

    def picture_point(self, place: QPointF) -> QPointF:
        """Return where a place of this widget is on the picture, in columns and rows."""
        point = self._frame.mapSceneToView(self.mapToScene(place.toPoint()))
        return QPointF(point.x(), point.y())

    def widget_point(self, row: float, column: float) -> QPointF:
        """Return where a point of the picture is on this widget."""
        scene: QPointF = self._frame.mapViewToScene(QPointF(column, row))
        return QPointF(self.mapFromScene(scene))

    def sizeHint(self) -> QSize:
        return scaled(QSize(_USUAL_SIDE, _USUAL_SIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(_USUAL_SIDE // 3, _USUAL_SIDE // 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pressed_at, self._is_panning = at, True
        elif event.button() == Qt.MouseButton.LeftButton and self._brush_on:
            self._stroke, self._last = time.monotonic_ns(), None
            self._paint_to(self.cell_at(at))
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = at
            self._grip = self.marks.grip(self.picture_point(at), self.cell_at(at))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, cell = event.position(), self.cell_at(event.position())
        self.pointed.emit(cell if self._holds(cell) else None)
        if self._last is not None:
            self._paint_to(cell)
        elif self._grip is not None:
            self.loupe_asked.emit(cell[0] - self._grip[0], cell[1] - self._grip[1])
        elif self._pressed_at is not None:
            self._pan(at)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_click = self._pressed_at is not None and not self._is_panning and not self._has_moved(event.position())
        cell = self.cell_at(event.position())
        self._last, self._pressed_at, self._grip, self._is_panning = None, None, None, False
        if is_click and self._holds(cell):
            self.clicked_cell.emit(*cell)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), self.picture_point(event.position()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ZOOMS:
            self.zoom(ZOOM_STEP ** ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in ARROWS:
            self.scroll_asked.emit(*ARROWS[key])
        elif key in PAGES:
            self.scroll_asked.emit(PAGES[key] * self.marks.outlines.loupe.lengths[0], 0)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)  # type: ignore[no-untyped-call]
        if hasattr(self, "_is_fitted") and self._is_fitted:
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.setBackgroundBrush(tokens_of(self.palette()).card)

    def _paint_to(self, cell: tuple[int, int]) -> None:
        if cell != self._last:
            before, self._last = self._last, cell
            self.painted.emit(before, cell, self._stroke)

    def _pan(self, at: QPointF) -> None:
        if self._pressed_at is None or not (self._is_panning or self._has_moved(at)):
            return
        shift = self.picture_point(self._pressed_at) - self.picture_point(at)
        self._is_panning, self._is_fitted, self._pressed_at = True, False, at
        self._frame.translateBy(x=shift.x(), y=shift.y())

    def _has_moved(self, at: QPointF) -> bool:
        way = at - self._pressed_at if self._pressed_at is not None else QPointF()
        return way.manhattanLength() > _DRAG_DISTANCE

    def _holds(self, cell: tuple[int, int]) -> bool:
        return self._shape is not None and all(0 <= at < n for at, n in zip(cell, self._shape, strict=True))

    def _limit_zoom(self, rows: int, columns: int) -> None:
        out = _SIDES_AROUND * max(rows, columns)
        self._frame.setLimits(
            xMin=-out,
            xMax=columns + out,
            yMin=-out,
            yMax=rows + out,
            minXRange=min(_LEAST_CELLS_ACROSS, columns),
            minYRange=min(_LEAST_CELLS_ACROSS, rows),
        )


class PictureMarks(QGraphicsItem):
    """The outlines on the picture, never smaller than can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self._extent = QRectF()
        self.outlines = Outlines(Loupe((0, 0), (1, 1)))

    def show_extent(self, rows: int, columns: int) -> None:
        """Say how large the picture is."""
        self.prepareGeometryChange()
        self._extent = QRectF(-columns, -rows, 3 * columns, 3 * rows)

    def show_outlines(self, outlines: Outlines) -> None:
        """Show other outlines; nothing is drawn again where they are the same."""
        if outlines != self.outlines:
            self.outlines = outlines
            self.update()

    def grip(self, point: QPointF, cell: tuple[int, int]) -> tuple[int, int] | None:
        """Return where in the loupe the mouse holds it, or None beside it."""
        (top, left), (rows, columns) = self.outlines.loupe.corner, self.outlines.loupe.lengths
        if not QRectF(left, top, columns, rows).contains(point):
            return None
        return cell[0] - top, cell[1] - left

    def boundingRect(self) -> QRectF:
        return self._extent

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if widget is None:
            return
        tokens, pixel = tokens_of(widget.palette()), 1 / painter.worldTransform().m11()
        shown, (top, left), (bottom, right) = self.outlines, *zip(*self.outlines.loupe.bounds, strict=True)
        loupe = [(top, left, bottom, right)]
        for blocks, colour, width in (
            (loupe, tokens.text, 2), (shown.linked, tokens.selection, 2), (shown.window, tokens.window, 3),
        ):  # fmt: skip
            _outline(painter, blocks, tokens.card, width + 2, pixel)
            _outline(painter, blocks, colour, width, pixel)
        _outline(painter, shown.term, tokens.window, 1, pixel)


def _outline(painter: QPainter, shown: Sequence[Block], colour: QColor, width: int, pixel: float) -> None:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for top, left, bottom, right in shown:
        rows = max(0.0, _SMALLEST_OUTLINE * pixel - (bottom - top)) / 2
        columns = max(0.0, _SMALLEST_OUTLINE * pixel - (right - left)) / 2
        painter.drawRect(QRectF(left, top, right - left, bottom - top).adjusted(-columns, -rows, columns, rows))
