"""A large array as an item of a pyqtgraph view: one unit a cell."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from convstudio.model.colour.display import Levels
from convstudio.model.colour.reduction import Reduction
from convstudio.model.panes.input.input_display import Shown
from convstudio.model.values.arrays import Box
from convstudio.model.values.scale import Colours
from convstudio.views.parts.pictures.reduced_image import ReducedImage


class ReducedItem(pg.GraphicsObject):
    """Paints an array that may be much larger than the view; pyqtgraph's own image thins it out when it is smaller."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._image = ReducedImage(self)
        self.improved = self._image.improved
        self.improved.connect(self.update)
        self._extent = QRectF()

    @property
    def pixels(self) -> Colours:
        """The pixels that are painted, `(rows, columns, 3)` bytes: none until it was painted for the first time."""
        return self._image.pixels

    def show_array(self, reduction: Reduction, shown: Shown, levels: Levels, boxes: Sequence[Box] | None) -> None:
        """Show another array, or other channels or levels; where these are the same, only `boxes` changed."""
        rows, columns = reduction.shape
        if QRectF(0, 0, columns, rows) != self._extent:
            self.prepareGeometryChange()
            self._extent = QRectF(0, 0, columns, rows)
        self._image.show(reduction, shown, levels, boxes)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._extent

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if widget is not None:
            self._image.paint(painter, painter.worldTransform(), painter.viewport().size(), widget.devicePixelRatioF())
