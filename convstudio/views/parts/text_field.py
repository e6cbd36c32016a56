"""A field for a line of text."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit

from convstudio.views.parts.keys import is_command_elsewhere
from convstudio.views.parts.theme import tokens_of


class TextField(QLineEdit):
    """A field for a line of text, with an edge that can be seen, and a ring while it has the keyboard."""

    def event(self, event: QEvent) -> bool:
        if is_command_elsewhere(event):
            event.ignore()
            return False
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens, has_focus = tokens_of(self.palette()), self.hasFocus()
        colour = tokens.selection if has_focus else tokens.edge if self.isEnabled() else tokens.line
        inset = 1.0 if has_focus else 0.5
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2 * inset))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(inset, inset, -inset, -inset), 3, 3)
