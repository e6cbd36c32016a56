"""A panel of the menu Train: what it is for, in a sentence or two, and what it shows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.panels.side_panel import SidePanel
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_DOCKED = (420, 560)
_FLOATING = QSize(900, 640)


class LessonDock(SidePanel):
    """Shows a lesson above its content, and below it what was refused."""

    def __init__(self, title: str, lesson: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window, Qt.DockWidgetArea.RightDockWidgetArea, docked=_DOCKED, floating=_FLOATING)
        self.content = content
        self.lesson = wrapping_label()
        self.lesson.setText(lesson)
        self.message = wrapping_label(small=True)
        self.message.hide()
        body = QWidget()
        column = QVBoxLayout(body)
        sized(column, contents_margins=(10, 6, 10, 10), spacing=RHYTHM)
        column.addWidget(self.lesson)
        column.addWidget(content, 1)
        column.addWidget(self.message)
        self.setWidget(body)

    def say(self, sentence: str) -> None:
        """Say what was refused; nothing: put the last sentence away."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))


def wrapping_label(*, small: bool = False, bold: bool = False) -> PlainLabel:
    """Make a label whose text goes on in further lines."""
    label = PlainLabel(small=small, bold=bold)
    label.setWordWrap(True)
    return label
