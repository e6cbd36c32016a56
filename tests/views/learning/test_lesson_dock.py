"""A panel of the menu Train shows its lesson, its content, and what was refused."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.learning.lesson_dock import LabelledField, LessonDock, TallColumn, TallScroll, wrapping_label
from convstudio.views.parts.controls import WholeField
from convstudio.views.parts.flow import FlowLayout


@pytest.fixture
def dock(qtbot: QtBot) -> LessonDock:
    window = QMainWindow()
    qtbot.addWidget(window)
    return LessonDock("Panel", "What it is for.", QLabel("content"), window)


def test_the_lesson_is_above_the_content(dock: LessonDock) -> None:
    assert dock.lesson.text() == "What it is for."
    assert dock.accessibleName() == "Panel"


def test_what_was_refused_is_said_until_it_is_put_away(dock: LessonDock) -> None:
    dock.say("That cannot be.")
    shown = dock.message.isHidden(), dock.message.text()
    dock.say("")
    assert (shown, dock.message.isHidden()) == ((False, "That cannot be."), True)


def test_long_sentences_go_on_in_further_lines(qtbot: QtBot) -> None:
    label = wrapping_label(small=True)
    qtbot.addWidget(label)
    assert label.wordWrap()


class Wrapping(QWidget):
    """Buttons that wrap onto further rows in a narrow room, above something that would like to be very high."""

    def __init__(self, count: int) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        rows = FlowLayout()
        for number in range(count):
            rows.addWidget(QPushButton(f"Button {number}"))
        column.addLayout(rows)
        column.addWidget(Greedy())


class Greedy(QWidget):
    """Would like to be 900 pixels high, and can be 20."""

    def sizeHint(self) -> QSize:
        return QSize(10, 900)

    def minimumSizeHint(self) -> QSize:
        return QSize(10, 20)


def scroll_of(qtbot: QtBot, count: int, width: int) -> TallScroll:
    content = Wrapping(count)
    scroll = TallScroll(TallColumn(QLabel("Lesson"), content, stretched=content))
    qtbot.addWidget(scroll)
    scroll.resize(width, 300)
    scroll.show()
    return scroll


def test_rows_that_wrap_in_a_narrow_room_are_scrolled_and_not_squeezed(qtbot: QtBot) -> None:
    scroll = scroll_of(qtbot, 40, 220)
    buttons = scroll.widget().findChildren(QPushButton)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    assert buttons[-1].mapTo(scroll.widget(), buttons[-1].rect().bottomLeft()).y() < scroll.widget().height()


def test_what_would_like_more_room_is_not_scrolled_for_it(qtbot: QtBot) -> None:
    scroll = scroll_of(qtbot, 2, 400)
    assert scroll.verticalScrollBar().maximum() == 0
    assert scroll.widget().height() == scroll.viewport().height()


def test_a_label_is_the_buddy_of_its_field(qtbot: QtBot) -> None:
    field = WholeField("Draw size", 1, 9, "Cells a side")
    both = LabelledField("Size", field)
    qtbot.addWidget(both)
    assert both.findChild(QLabel).buddy() is field
