"""The curve of an activation: what becomes of every value."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from convstudio.model.wording import ACTIVATION_NAMES, FORMULAS
from convstudio.ops import activate
from convstudio.views.theme import SMALL_PIXELS, tokens_of

_REACH = 4.0
_STEPS = 321


class Curve(QWidget):
    """Paints an activation between −4 and 4, over its axes."""

    def __init__(self) -> None:
        super().__init__()
        self._name = "linear"
        self.setAccessibleName("Curve")

    def show_activation(self, name: str) -> None:
        """Show the curve of an activation."""
        self._name = name
        self.setAccessibleDescription(f"{ACTIVATION_NAMES[name]}: {FORMULAS[name]}")
        self.setToolTip(f"{ACTIVATION_NAMES[name]}: {FORMULAS[name]}, from −4 to 4")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.line, 1))
        painter.drawLine(self._at(-_REACH, 0), self._at(_REACH, 0))
        painter.drawLine(self._at(0, -_REACH), self._at(0, _REACH))
        xs = np.linspace(-_REACH, _REACH, _STEPS)
        ys = activate(xs, self._name)
        inside = np.abs(ys) <= _REACH
        points = QPolygonF([self._at(x, y) for x, y in zip(xs[inside].tolist(), ys[inside].tolist(), strict=True)])
        painter.setPen(QPen(tokens.selection, 2))
        painter.drawPolyline(points)
        font = self.font()
        font.setPixelSize(SMALL_PIXELS)
        painter.setFont(font)
        painter.setPen(tokens.secondary)
        painter.drawText(self._at(_REACH, 0) + QPointF(-14, 14), "4")
        painter.drawText(self._at(-_REACH, 0) + QPointF(2, 14), "−4")
        painter.drawText(self._at(0, _REACH) + QPointF(4, 12), "4")

    def _at(self, x: float, y: float) -> QPointF:
        """Return where a point of the curve lies, in a square in the middle."""
        side = min(self.width(), self.height()) - 8
        scale = side / (2 * _REACH)
        return QPointF(self.width() / 2 + x * scale, self.height() / 2 - y * scale)
