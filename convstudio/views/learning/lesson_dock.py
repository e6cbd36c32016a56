"""A panel of the menu Train: what it is for, in a sentence or two, and what it shows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from convstudio.views.parts.controls import PlainLabel, labelled
from convstudio.views.parts.panels.side_panel import SidePanel
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_DOCKED = (360, 560)
_FLOATING = QSize(900, 640)
_LEAST = 200


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


class TallScroll(QScrollArea):
    """Scrolls a column up and down where it is higher than its room; where there is room, the column fills it."""

    def __init__(self, column: TallColumn) -> None:
        super().__init__()
        self.column = column
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(column)

    def minimumSizeHint(self) -> QSize:
        beside = self.verticalScrollBar().sizeHint().width()
        return QSize(self.column.minimumSizeHint().width() + beside, px(_LEAST))

    def sizeHint(self) -> QSize:
        return self.column.sizeHint()


class TallColumn(QWidget):
    """Widgets below each other, as high as they must be at a width, and not as high as they would like to be.

    Qt asks a scrolled widget, whose rows wrap, for the height that it would like: then it scrolls although it fits.
    """

    def __init__(self, *parts: QWidget, stretched: QWidget) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        sized(self._column, contents_margins=(10, 6, 10, 10), spacing=RHYTHM)
        self._parts = parts
        for part in parts:
            self._column.addWidget(part, 1 if part is stretched else 0)

    def heightForWidth(self, width: int) -> int:
        margins = self._column.contentsMargins()
        inner = width - margins.left() - margins.right()
        heights = [_least_height(part, inner) for part in self._parts if not part.isHidden()]
        return sum(heights) + self._column.spacing() * (len(heights) - 1) + margins.top() + margins.bottom()


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


def _least_height(part: QWidget, width: int) -> int:
    """Return how high a widget must be at a width."""
    layout = part.layout()
    if layout is None:
        return part.heightForWidth(width) if part.hasHeightForWidth() else part.minimumSizeHint().height()
    return layout.totalMinimumHeightForWidth(width)
