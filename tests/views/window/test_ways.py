"""Bringing a named part of a window into sight, wherever it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QTabWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.controls import tool_button
from convstudio.views.parts.room.tool_row import ToolRow
from convstudio.views.window.guide.callout import seen_area
from convstudio.views.window.ways import reveal, shown_part


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    QVBoxLayout(window)
    qtbot.addWidget(window)
    window.resize(300, 200)
    return window


def named(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    return field


def show(qtbot: QtBot, window: QWidget, part: QWidget) -> None:
    window.layout().addWidget(part)
    window.show()
    qtbot.waitExposed(window)


def test_it_turns_to_the_page_of_a_part(qtbot: QtBot, window: QWidget) -> None:
    tabs, part = QTabWidget(), named("Part")
    tabs.addTab(QWidget(), "first")
    tabs.addTab(part, "second")
    show(qtbot, window, tabs)
    assert reveal(part) is part
    assert (part.isVisible(), tabs.currentIndex()) == (True, 1)


def test_it_scrolls_to_a_part(qtbot: QtBot, window: QWidget) -> None:
    held, part, area = QWidget(), named("Part"), QScrollArea()
    column = QVBoxLayout(held)
    for number in range(30):
        column.addWidget(named(f"Other {number}"))
    column.addWidget(part)
    area.setWidget(held)
    show(qtbot, window, area)
    assert seen_area(part).isEmpty()
    reveal(part)
    assert seen_area(part).size() == part.size()


def test_a_pane_that_was_folded_is_asked_to_unfold(qtbot: QtBot, window: QWidget) -> None:
    class Pane(QWidget):
        unfold_asked = Signal()
        least_heights = (10, 20)

        def set_folded(self, on: bool) -> None:
            self.findChild(QLineEdit).setVisible(not on)

    pane, part = Pane(), named("Part")
    QVBoxLayout(pane).addWidget(part)
    pane.unfold_asked.connect(lambda: pane.set_folded(False))
    show(qtbot, window, pane)
    pane.set_folded(True)
    reveal(part)
    assert part.isVisible()


def test_of_a_tool_without_room_the_button_of_its_menu_comes_back(qtbot: QtBot, window: QWidget) -> None:
    row = ToolRow()
    tools = [tool_button(f"A long name {number}", f"Tool {number}", "") for number in range(6)]
    for tool in tools:
        row.add(tool)
    show(qtbot, window, row)
    QApplication.processEvents()
    assert reveal(tools[0]) is tools[0]
    assert reveal(tools[-1]).accessibleName() == "More"


def test_of_two_parts_of_a_name_the_one_on_top_is_meant(qtbot: QtBot, window: QWidget) -> None:
    stage = QWidget()
    table, picture = named("Map"), named("Map picture")
    for part in (table, picture):
        part.setParent(stage)
        part.setGeometry(0, 0, 220, 60)
    show(qtbot, window, stage)
    picture.raise_()
    assert shown_part(window, "Map") is picture
