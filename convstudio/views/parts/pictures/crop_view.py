"""A picture with the part of it that is taken: a rectangle that the mouse drags, and whose corners it drags."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QWidget

from convstudio.model.readings.pictures.framing import Framing
from convstudio.model.values.scale import Colours

_LINE = 2  # pixels
_COLOUR, _HOVER = (217, 72, 15), (255, 140, 60)
_CORNERS = (((0, 0), (1, 1)), ((1, 0), (0, 1)), ((0, 1), (1, 0)))
"""The corners that can be dragged besides the last one, each with the corner that stays."""


class CropView(pg.GraphicsView):
    """Shows the whole picture and the crop of a framing; the number fields do the same for the keyboard.

    `dragged` carries the first row and column, and the rows and columns, of the rectangle while it is dragged, and
    `dropped` those where it was let go.
    """

    dragged = Signal(float, float, float, float)
    dropped = Signal(float, float, float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)  # type: ignore[no-untyped-call]
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Part of the picture that is taken")
        self.setToolTip("Drag the rectangle, or one of its corners, to choose the part that is taken")
        self._box: Any = pg.ViewBox(lockAspect=True, invertY=True, enableMouse=False, enableMenu=False)
        self.setCentralItem(self._box)  # type: ignore[no-untyped-call]
        self._image: Any = pg.ImageItem(axisOrder="row-major")
        self._box.addItem(self._image)
        pen, hover = pg.mkPen(_COLOUR, width=_LINE), pg.mkPen(_HOVER, width=_LINE)
        self._part: Any = pg.RectROI((0, 0), (1, 1), pen=pen, hoverPen=hover, handlePen=pen, handleHoverPen=hover)
        for corner, still in _CORNERS:
            self._part.addScaleHandle(corner, still)
        self._box.addItem(self._part)
        self._part.sigRegionChanged.connect(self._drag)
        self._part.sigRegionChangeFinished.connect(self._drop)
        self._whole = (1, 1)

    def show_picture(self, picture: Colours) -> None:
        """Show another small picture of the whole."""
        self._image.setImage(np.asarray(picture), levels=(0, 255))
        self._image.setRect(self._extent)

    def show_framing(self, framing: Framing) -> None:
        """Show the crop of a framing without telling of it."""
        row, column, rows, columns = framing.box
        with QSignalBlocker(self._part):
            if framing.whole != self._whole:
                self._whole = framing.whole
                self._image.clear()
                self._box.setRange(self._extent, padding=0.02)
            self._part.maxBounds = self._extent
            self._part.setPos((column, row))
            self._part.setSize((columns, rows))

    @property
    def _extent(self) -> QRectF:
        return QRectF(0, 0, self._whole[1], self._whole[0])

    def _drag(self, _part: object) -> None:
        self.dragged.emit(*self._place())

    def _drop(self, _part: object) -> None:
        self.dropped.emit(*self._place())

    def _place(self) -> tuple[float, float, float, float]:
        place, size = self._part.pos(), self._part.size()
        return place.y(), place.x(), size.y(), size.x()
