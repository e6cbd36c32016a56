"""A panel of the menu Train: what it is for, in a sentence or two, and what it shows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QWidget

from convstudio.views.parts.controls import PlainLabel, labelled
from convstudio.views.parts.panels.side_panel import LEAST_DOCKED, SidePanel
from convstudio.views.parts.room.tall_scroll import TallColumn, TallScroll
from convstudio.views.parts.sizes import sized

_DOCKED = (LEAST_DOCKED, 560)
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
        self.setWidget(TallScroll(TallColumn(self.lesson, content, self.message, stretched=content)))

    def say(self, sentence: str) -> None:
        """Say what was refused; nothing: put the last sentence away."""
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))


class LabelledField(QWidget):
    """A field with its label before it; both go to the next row together."""

    def __init__(self, text: str, field: QWidget) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        sized(row, spacing=4)
        row.addWidget(labelled(text, field))
        row.addWidget(field)


def wrapping_label(*, small: bool = False, bold: bool = False) -> PlainLabel:
    """Make a label whose text goes on in further lines."""
    label = PlainLabel(small=small, bold=bold)
    label.setWordWrap(True)
    return label
