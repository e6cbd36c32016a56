"""Small pictures of kernels, one strip of all channels per filter, drawn when it is first seen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from convstudio.model.arrays import Floats
from convstudio.model.display import Levels, colours, signed_levels
from convstudio.views.controls import rgb_of

_MOST_STRIPS = 96
_LEAST_RULED = 4


class KernelPictures:
    """Paints the kernels of a layer's weights in diverging colours, all with the same levels.

    Drawing every kernel of a wide layer would hold the window up: only filters on show are drawn, and a strip stays
    until its filter or the levels change.
    """

    def __init__(self) -> None:
        self._weights: Floats = np.zeros((1, 1, 1, 1), np.float32)
        self._levels = Levels(-1.0, 1.0, signed=True)
        self._look = (1, QColor())
        self._strips: dict[int, QImage] = {}

    @property
    def levels(self) -> Levels:
        """The weights at the two ends of the colours."""
        return self._levels

    @property
    def drawn(self) -> frozenset[int]:
        """The filters whose strips are kept."""
        return frozenset(self._strips)

    def show_weights(self, weights: Floats) -> None:
        """Take other weights `(rows, columns, channels, filters)`, and forget the strips that differ."""
        before, self._weights = self._weights, weights
        levels = signed_levels(weights)
        if weights.shape != before.shape or levels != self._levels:
            self._strips.clear()
        else:
            for index in [at for at in self._strips if not np.array_equal(weights[..., at], before[..., at])]:
                del self._strips[index]
        self._levels = levels

    def paint(self, painter: QPainter, area: QRectF, filter_index: int, kernel_index: int, line: QColor) -> None:
        """Paint a filter's kernel into the middle of an area, framed and, while its weights are few, ruled."""
        sharpness = painter.device().devicePixelRatioF()
        rows, columns = self._weights.shape[:2]
        side = max(1, int(min(area.width(), area.height()) * sharpness) // max(rows, columns, 3))
        source = QRectF(0, kernel_index * rows * side, columns * side, rows * side)
        place = QRectF(0, 0, source.width() / sharpness, source.height() / sharpness)
        place.moveCenter(area.center())
        place.moveTopLeft(place.topLeft().toPoint())
        painter.drawImage(place, self._strip(filter_index, side, line), source)
        painter.setPen(QPen(line, 1))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))

    def _strip(self, filter_index: int, side: int, line: QColor) -> QImage:
        if self._look != (side, line):
            self._look = (side, line)
            self._strips.clear()
        if filter_index not in self._strips:
            if len(self._strips) >= _MOST_STRIPS:
                del self._strips[next(iter(self._strips))]
            self._strips[filter_index] = _strip_image(self._weights[..., filter_index], self._levels, side, line)
        return self._strips[filter_index]


def _strip_image(kernels: Floats, levels: Levels, side: int, line: QColor) -> QImage:
    """Draw kernels `(rows, columns, channels)` one below the other, each weight a square of `side` pixels."""
    rows, columns, channels = kernels.shape
    painted = colours(np.moveaxis(kernels, -1, 0), levels).reshape(channels * rows, columns, 3)
    squares = np.repeat(np.repeat(painted, side, axis=0), side, axis=1)
    if side >= _LEAST_RULED:
        squares[side - 1 :: side], squares[:, side - 1 :: side] = rgb_of(line), rgb_of(line)
    height, width = squares.shape[:2]
    return QImage(squares.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
