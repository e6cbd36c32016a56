"""The one primary button of a card, the signs of an equation, and the bar of progress."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QProgressBar, QPushButton

from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.plain_text import without_mark
from convstudio.views.parts.sizes import in_font, px
from convstudio.views.parts.theme import small_font, tokens_of

_EQUATION_PIXELS = 20


def push_button(text: str, tip: str, clicked: Callable[[], object]) -> QPushButton:
    """Make a button of a dialog in which Enter presses none."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setAccessibleName(without_mark(text))
    button.setToolTip(tip)
    button.clicked.connect(lambda _checked=False: clicked())
    return button


class PrimaryButton(QPushButton):
    """The one blue button of a card."""

    def __init__(self, text: str, name: str, tip: str) -> None:
        super().__init__(text)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        width = max(map(self.fontMetrics().horizontalAdvance, ("Pause", self.text())))
        return QSize(width + px(28), max(px(28), super().sizeHint().height()))

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


class ProgressBar(QProgressBar):
    """A bar without text, which is painted together with the rest of the window.

    Qt's own paints at once where its value is set, and hands the whole window to the screen for it: a second frame.
    """

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.setToolTip(tip)

    def show_value(self, value: int) -> None:
        """Show another value, with the next frame."""
        if value != self.value():
            self.setUpdatesEnabled(False)
            self.setValue(value)
            self.setUpdatesEnabled(True)
