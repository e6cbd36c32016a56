"""The parts of a panel that are unfolded when they are wanted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from convstudio.views.parts.room.section import Section


def test_the_heading_unfolds_its_part_and_folds_it_again_with_the_keyboard(qtbot: QtBot) -> None:
    section, told = Section("What others do"), QLabel("They do the same.")
    qtbot.addWidget(section)
    section.parts.addWidget(told)
    section.show()
    low = section.sizeHint().height()
    assert not told.isVisible()

    QTest.keyClick(section.heading, Qt.Key.Key_Space)
    assert told.isVisible()
    assert section.heading.isChecked()
    assert section.sizeHint().height() > low

    QTest.keyClick(section.heading, Qt.Key.Key_Space)
    assert not told.isVisible()
