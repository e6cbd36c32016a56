"""The feature map as a pyqtgraph view: its image, and numbers and outlines over it; wheel zoom and drag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QPalette, QResizeEvent, QTransform, QWheelEvent

from convstudio.model.colour.display import Levels
from convstudio.model.colour.reduction import Reduction
from convstudio.model.values.arrays import Box, Floats, TiledArray
from convstudio.model.values.scale import Colours
from convstudio.views.map.drawing import MapDrawing
from convstudio.views.map.sight import MARGIN, Marks, fitted_range
from convstudio.views.map.stems import MapStems
from convstudio.views.parts.grids.grid import LARGEST_CELL
from convstudio.views.parts.keys import ZOOM_STEP
from convstudio.views.parts.pictures.image_item import ReducedItem
from convstudio.views.parts.pictures.sight import Sight
from convstudio.views.parts.sizes import px

_FEWEST_COLUMNS = 3
_NOTCH = 120
_BUTTONS = Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton
_OVER_ALL = 100


class MapView(pg.GraphicsView):
    """Shows a table of values `(rows, columns)` as colours, a sequence as one row with a stem plot under it.

    `pointed` carries the (row, column) under the mouse, None when it leaves; `clicked` the one that was clicked;
    `placed` the part of the view that the map covers.
    """

    pointed = Signal(object)
    clicked = Signal(int, int)
    placed = Signal(object)

    _stems: MapStems | None = None  # pyqtgraph changes the palette before __init__ has come to make them

    def __init__(self) -> None:
        super().__init__(background=None)  # type: ignore[no-untyped-call]
        self._values: Floats = np.zeros((0, 0), np.float32)
        self._is_sequence = False
        self._reduction = Reduction(TiledArray.of([[0.0]]))
        self._marks = Marks()
        self._fitted = QRectF(0, 0, 1, 1)
        self._zooms = (False, False)
        self._is_fitted = True
        self._pressed_at: QPointF | None = None
        self._is_dragging = False
        self.sight = Sight()
        self._image = ReducedItem()
        self._drawing = MapDrawing()
        self._stems = MapStems(self.viewport())
        self._frame: Any = pg.ViewBox(enableMouse=False, enableMenu=False, invertY=True, defaultPadding=0)
        self._frame.addItem(self._image, ignoreBounds=True)
        self._drawing.setParentItem(self._frame)
        self._drawing.setZValue(_OVER_ALL)
        self.setCentralItem(self._frame)  # type: ignore[no-untyped-call]
        # The view takes the mouse: the scene would hold the press of a double click, whose release never comes to it.
        self.setInteractive(False)
        # The scene would have the window painted once more, after all that changed with the map is painted already.
        self.setViewportUpdateMode(pg.GraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self._image.improved.connect(self.viewport().update)
        self.setAccessibleName("Feature map in colours")
        self.viewport().setAccessibleName("Picture")
        for surface in (self, self.viewport()):
            surface.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            surface.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # the widget that holds it has one
            surface.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else what is under it is painted each time
        self._take_ground()

    @property
    def pixels(self) -> Colours:
        """The colours that were painted last, one for each cell, or for each pixel where cells are smaller."""
        return self._image.pixels

    @property
    def place(self) -> QTransform:
        """Where cells are in pixels of this widget."""
        return self.sight.place

    def show_map(
        self, values: Floats, levels: Levels, *, is_sequence: bool, boxes: Sequence[Box] | None = None
    ) -> None:
        """Show other values `(rows, columns)`; a new shape is fitted again.

        Where nothing but the values in `boxes` changed, only these are repainted.
        """
        is_same_shape = values.shape == self._values.shape and is_sequence == self._is_sequence
        self._values, self._is_sequence = values, is_sequence
        array = TiledArray(values[..., np.newaxis])
        if boxes is not None and is_same_shape:
            self._reduction.replace(array, boxes)
        else:
            self._reduction, boxes = Reduction(array), None
        self._image.show_array(self._reduction, 0, levels, boxes)
        self._drawing.show_values(values, levels)
        self._show_stems()
        if not is_same_shape:
            self.fit()
        self.viewport().update()

    def show_marks(self, marks: Marks, *, has_focus_frame: bool) -> None:
        """Mark other cells; the image itself is not made again."""
        has_moved, self._marks = marks.current != self._marks.current, marks
        if has_moved and not self._is_fitted:
            self._follow()
        self._drawing.show_marks(marks, has_focus_frame=has_focus_frame)
        self._show_stems()
        self.viewport().update()

    def fit(self) -> None:
        """Show the whole map, its cells square and not larger than they need to be."""
        if not self._values.size or min(self.width(), self.height()) < 2 * px(MARGIN):
            return
        self._is_fitted = True
        self._fitted = fitted_range(self._shape, self.size(), is_sequence=self._is_sequence)
        self._show_area(QRectF(self._fitted))
        can_zoom = self.sight.cell(0, 0).width() < px(LARGEST_CELL) - 0.5
        self._zooms = can_zoom, can_zoom and not self._is_sequence

    def zoom(self, steps: int) -> None:
        """Zoom in (above 0) or out (below 0) around the current output."""
        row, column = self._marks.current or (0, 0)
        self._zoom_by(ZOOM_STEP**steps, QPointF(column + 0.5, row + 0.5))

    # --- Qt's own events -----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fit the map again, or keep its cells as large as the user made them."""
        super().resizeEvent(event)  # type: ignore[no-untyped-call]
        if event is None:
            return
        before = event.oldSize()
        if self._is_fitted:
            self.fit()
        elif before.width() > 0 and before.height() > 0:
            left, top, width, height = self.sight.seen
            wide = width * self.width() / before.width()
            tall = height * (self.height() / before.height() if self._zooms[1] else 1.0)
            self._show_area(QRectF(left, top, wide, tall))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_ground()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._zooms[0]:
            self._zoom_by(ZOOM_STEP ** (event.angleDelta().y() / _NOTCH), self.sight.point_at(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in _BUTTONS:
            self._pressed_at, self._is_dragging = event.position(), False
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second click as any other."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None and event.buttons() & _BUTTONS:
            self._drag_to(event.position())
        if event.buttons() == Qt.MouseButton.NoButton:
            self.pointed.emit(self.sight.cell_at(event.position()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, self._pressed_at = self._pressed_at is not None, None
        cell = self.sight.cell_at(event.position())
        if was_pressed and not self._is_dragging and event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.clicked.emit(*cell)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    # --- helpers -------------------------------------------------------------------------------------------------

    @property
    def _shape(self) -> tuple[int, int]:
        return self._values.shape[0], self._values.shape[1]

    def _take_ground(self) -> None:
        self.setBackgroundBrush(self.palette().color(QPalette.ColorRole.Base))
        self._show_stems()
        self.viewport().update()

    def _show_stems(self) -> None:
        if self._stems is None:
            return
        if not self._is_sequence:
            self._stems.hide()
        elif self._values.size and self.sight.shape == self._shape:
            self._stems.show(self._values[0], self.sight, self._marks)

    def _zoom_by(self, factor: float, centre: QPointF) -> None:
        """Enlarge what is seen around a point, measured in cells."""
        left, top, wide, tall = self.sight.seen
        least, most = float(_FEWEST_COLUMNS), 2 * self._fitted.width()
        width = min(max(wide / factor, min(least, most)), most)
        share = width / wide
        down = share if self._zooms[1] else 1.0
        self._is_fitted = False
        at = QPointF(centre.x() - (centre.x() - left) * share, centre.y() - (centre.y() - top) * down)
        self._show_area(QRectF(at.x(), at.y(), width, tall * down))

    def _drag_to(self, at: QPointF) -> None:
        assert self._pressed_at is not None
        way = QGuiApplication.styleHints().startDragDistance()
        self._is_dragging = self._is_dragging or (at - self._pressed_at).manhattanLength() >= way
        if self._is_dragging and any(self._zooms):
            by = self.sight.point_at(self._pressed_at) - self.sight.point_at(at)
            self._is_fitted, self._pressed_at = False, at
            self._move_by(by.x() * self._zooms[0], by.y() * self._zooms[1])

    def _move_by(self, across: float, down: float) -> None:
        """Show cells further right and further down."""
        self._show_area(QRectF(*self.sight.seen).translated(across, down))

    def _show_area(self, seen: QRectF) -> None:
        """Show a stretch of columns and rows, moved so far that its middle is on a cell."""
        rows, columns = self._shape
        if not self._is_fitted:
            middle = seen.center()
            middle.setX(min(max(middle.x(), 0.0), float(columns)))
            fixed = self._fitted.center().y()
            middle.setY(min(max(middle.y(), 0.0), float(rows)) if self._zooms[1] else fixed)
            seen.moveCenter(middle)
        self.sight = Sight(self._shape, self.size(), (seen.left(), seen.top(), seen.width(), seen.height()))
        self._frame.setRange(seen, padding=0)
        self._drawing.show_sight(self.sight)
        self._show_stems()
        self.viewport().update()
        self.placed.emit(self.sight.whole().intersected(QRectF(self.rect())).toAlignedRect())

    def _follow(self) -> None:
        """Pan a zoomed picture so that it shows the current output."""
        if self._marks.current is None or not self._values.size:
            return
        row, column = self._marks.current
        rows, columns = self.sight.visible()
        if not (rows.start <= row < rows.stop and columns.start <= column < columns.stop):
            centre = QRectF(*self.sight.seen).center()
            self._move_by(column + 0.5 - centre.x(), 0 if self._is_sequence else row + 0.5 - centre.y())
