"""A panel of the menu Train shows its lesson, its content, and what was refused."""

import pytest
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from convstudio.views.learning.lesson_dock import LabelledField, LessonDock, wrapping_label
from convstudio.views.parts.controls import WholeField


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


def test_a_label_is_the_buddy_of_its_field(qtbot: QtBot) -> None:
    field = WholeField("Draw size", 1, 9, "Cells a side")
    both = LabelledField("Size", field)
    qtbot.addWidget(both)
    assert both.findChild(QLabel).buddy() is field
