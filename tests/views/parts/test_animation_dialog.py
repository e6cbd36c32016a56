"""The dialog of animations says what its numbers make before anything is written."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.panes.exports.animation import AnimationChoice, told
from convstudio.views.parts.animation_dialog import AnimationDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[AnimationDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = AnimationDialog(parent, AnimationChoice(1, 20), 36, (1, 4, 8), lambda choice: told(choice, 36))
    made.show()
    yield made
    made.close()


def test_it_begins_with_what_is_filled_in(dialog: AnimationDialog) -> None:
    assert dialog.choice == AnimationChoice(1, 20, 4, 360)
    assert dialog.sentence.text() == "20 steps play in 5 s, and the last one stays for one more second."


def test_every_field_changes_the_choice(dialog: AnimationDialog) -> None:
    dialog.first.setValue(5)
    dialog.last.setValue(12)
    dialog.speed.setCurrentIndex(2)
    dialog.side.setCurrentIndex(0)
    dialog.side.chosen.emit(0)
    assert dialog.choice == AnimationChoice(5, 12, 8, 180)
    assert dialog.sentence.text().startswith("8 steps play in 1 s")


def test_steps_that_end_before_they_begin_cannot_be_exported(dialog: AnimationDialog) -> None:
    dialog.first.setValue(30)
    assert "begin before they end" in dialog.sentence.text()
    assert not dialog.export_button.isEnabled()
