"""The picture of a feature map: holds what is shown, and the pyqtgraph view of it once the window is painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from convstudio.model.colour.display import Levels
from convstudio.model.values.arrays import Box, Floats
from convstudio.model.values.scale import Colours
from convstudio.views.map.sight import Marks
from convstudio.views.parts.keys import ARROWS, ZOOMS, handles_keys
from convstudio.views.parts.later import load
from convstudio.views.parts.pictures.colour_bar import NEXT_FRAME
from convstudio.views.parts.pictures.picture_base import PictureBase
from convstudio.views.parts.sizes import scaled

if TYPE_CHECKING:
    from convstudio.views.map.map_view import MapView


@handles_keys(
    "Feature map",
    ("Arrow keys", "Go from output to output"),
    ("+, −", "Zoom in or out"),
    ("0", "Show the whole map"),
)
class MapPicture(QWidget, PictureBase):
    """Takes the keyboard and stands for the map to screen readers; the view in it takes the mouse.

    The view is made after the first paint, because importing pyqtgraph takes as long as painting the whole window:
    until then the picture is a plain surface. `pointed` carries the (row, column) under the mouse, None when it
    leaves; `clicked` the one that was clicked; `stepped` rows and columns to go by arrow key; `placed` the part of the
    widget that the map covers.
    """

    pointed = Signal(object)
    clicked = Signal(int, int)
    stepped = Signal(int, int)
    placed = Signal(object)
    menu_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._values: Floats = np.zeros((0, 0), np.float32)
        self._levels = Levels(-1.0, 1.0, signed=True)
        self._is_sequence = False
        self._marks = Marks()
        self._has_focus_frame = False
        self._view: MapView | None = None
        self._is_awaited = False
        self.setAccessibleName("Feature map picture")
        self.setWhatsThis("Click a value to see where it comes from; the arrow keys move on, and +, − and 0 zoom.")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else the table under it is painted each time

    @property
    def view(self) -> MapView:
        """The pyqtgraph view, made now if it has not been shown yet."""
        if self._view is None:
            self._view = self._make_view()
        return self._view

    def viewport(self) -> QWidget:
        """Return the surface that is painted and takes the mouse."""
        return self.view.viewport()

    @property
    def pixels(self) -> Colours:
        """The colours that were painted last, one for each cell, or for each pixel where cells are smaller."""
        return self.view.pixels

    def show_map(
        self, values: Floats, levels: Levels, *, is_sequence: bool, boxes: Sequence[Box] | None = None
    ) -> None:
        """Show other values `(rows, columns)`; a new shape is fitted again.

        Where nothing but the values in `boxes` changed, only these are repainted.
        """
        self._values, self._levels, self._is_sequence = values, levels, is_sequence
        if self._view is not None:
            self._view.show_map(values, levels, is_sequence=is_sequence, boxes=boxes)

    def show_marks(self, marks: Marks) -> None:
        """Mark other cells; the picture itself is not repainted."""
        if marks != self._marks:
            self._marks = marks
            self._pass_marks()

    def show_focus(self, has_focus: bool) -> None:
        """Draw, or take away, the frame of keyboard focus."""
        if has_focus != self._has_focus_frame:
            self._has_focus_frame = has_focus
            self._pass_marks()

    def fit(self) -> None:
        """Show the whole map, its cells square and not larger than they need to be."""
        if self._view is not None:  # a view is fitted when it is made
            self._view.fit()

    def zoom(self, steps: int) -> None:
        """Zoom in (above 0) or out (below 0) around the current output."""
        self.view.zoom(steps)

    def take_zoom_key(self, key: Qt.Key) -> bool:
        """Zoom by plus, minus or 0 (the whole map); return whether it was one of these keys."""
        if key == Qt.Key.Key_0:
            self.fit()
        elif key in ZOOMS:
            self.zoom(ZOOMS[key])
        else:
            return False
        return True

    def copy(self) -> None:
        """Copy the picture as it is seen."""
        QGuiApplication.clipboard().setImage(self.grab().toImage())

    def sizeHint(self) -> QSize:
        return scaled(QSize(360, 320))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(120, 120))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu at a place of the screen; the view, which has none, leaves that to what holds it."""
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            self.stepped.emit(*ARROWS[key])
        elif not self.take_zoom_key(key):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_focus(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._view is not None:
            self._view.setGeometry(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plain surface; the view, which covers it, comes as soon as this is on the screen."""
        QPainter(self).fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._view is None and not self._is_awaited:
            self._is_awaited = True
            QTimer.singleShot(NEXT_FRAME, self, lambda: self.view)

    def _make_view(self) -> MapView:
        view: MapView = load("map.map_view.MapView")()
        view.setParent(self)
        view.setGeometry(self.rect())
        view.pointed.connect(self.pointed)
        view.clicked.connect(self.clicked)
        view.placed.connect(self.placed)
        view.show_map(self._values, self._levels, is_sequence=self._is_sequence)
        view.show_marks(self._marks, has_focus_frame=self._has_focus_frame)
        view.show()
        return view

    def _pass_marks(self) -> None:
        if self._view is not None:
            self._view.show_marks(self._marks, has_focus_frame=self._has_focus_frame)
