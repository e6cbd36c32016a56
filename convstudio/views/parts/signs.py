"""Buttons with drawn signs, crisp at every scale, the one primary button, and the signs of an equation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QPushButton, QToolButton

from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.sizes import in_font, interface_scale, px
from convstudio.views.parts.theme import small_font, tokens_of

_EQUATION_PIXELS = 20


def _triangle(left: float, tip: float) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(left, -5), QPointF(tip, 0), QPointF(left, 5)]))
    path.closeSubpath()
    return path


def _bars(*rectangles: tuple[float, float, float, float]) -> QPainterPath:
    path = QPainterPath()
    for rectangle in rectangles:
        path.addRect(QRectF(*rectangle))
    return path


def _both(one: QPainterPath, other: QPainterPath) -> QPainterPath:
    path = QPainterPath(one)
    path.addPath(other)
    return path


def _frame(left: float, top: float, width: float, height: float) -> QPainterPath:
    path = _bars((left, top, width, height), (left + 1.3, top + 1.3, width - 2.6, height - 2.6))
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


SIGNS: dict[str, QPainterPath] = {
    "first": _both(_bars((-6, -5, 2, 10)), _triangle(5, -3)),
    "back": _triangle(3, -5),
    "forward": _triangle(-3, 5),
    "last": _both(_bars((4, -5, 2, 10)), _triangle(-5, 3)),
    "histogram": _bars((-6, 1, 3, 4), (-2, -5, 3, 10), (2, -2, 3, 7)),
    "copy": _both(_frame(-6, -3, 8, 9), _bars((-2, -6, 8, 1.3), (4.7, -6, 1.3, 9), (-2, -6, 1.3, 2), (3, 1.7, 2, 1.3))),
}
"""The signs, drawn around (0, 0)."""


class SignButton(QToolButton):
    """A small button with one of `SIGNS` on it, in the colour of text."""

    def __init__(
        self, sign: str, name: str, tip: str, clicked: Callable[[], object] | None = None, *, toggles: bool = False
    ) -> None:
        super().__init__()
        self._sign = SIGNS[sign]
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setCheckable(toggles)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())

    def sizeHint(self) -> QSize:
        return QSize(px(30), max(px(26), super().sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.rect().toRectF().center())
        painter.scale(interface_scale(), interface_scale())
        painter.fillPath(self._sign, self.palette().color(QPalette.ColorRole.ButtonText))


class PrimaryButton(QPushButton):
    """The one blue button of a card."""

    def __init__(self, text: str, name: str, tip: str) -> None:
        super().__init__(text)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("Pause") + px(28), max(px(28), super().sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus():
            painter.setPen(QPen(tokens.selection, 1.5))
            painter.drawRoundedRect(area, 5, 5)
            area = area.adjusted(2.5, 2.5, -2.5, -2.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground(tokens.selection, tokens.line))
        painter.drawRoundedRect(area, 4, 4)
        painter.setPen(tokens.card if self.isEnabled() else tokens.secondary)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _ground(self, colour: QColor, off: QColor) -> QColor:
        if not self.isEnabled():
            return off
        if self.isDown():
            return colour.darker(120)
        return colour.darker(108) if self.underMouse() else colour


class EquationSign(PlainLabel):
    """A sign of an equation, to stand between its parts."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        in_font(self, partial(small_font, _EQUATION_PIXELS))
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
