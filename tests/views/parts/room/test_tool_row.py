"""A row of tools, and the menu of those that have no room in it."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.controls import Choice, tool_button
from convstudio.views.parts.room.tool_row import ToolRow


@pytest.fixture
def row(qtbot: QtBot) -> ToolRow:
    row = ToolRow()
    qtbot.addWidget(row)
    return row


def show_folded(qtbot: QtBot, row: ToolRow) -> QMenu:
    """Show a row without room for any of its tools, and return its menu."""
    row.resize(30, 30)
    row.show()
    qtbot.waitExposed(row)
    (more,) = (button for button in row.findChildren(QToolButton) if button.accessibleName() == "More")
    return more.menu()


def open_again_and_again(menu: QMenu) -> None:
    for _ in range(3):
        menu.aboutToShow.emit()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()


def test_the_menu_of_a_tool_without_room_works_however_often_it_was_listed(qtbot: QtBot, row: ToolRow) -> None:
    button = tool_button("Rows", "Rows", "")
    own = QMenu("Rows", row)
    command = own.addAction("Insert row")
    button.setMenu(own)
    row.add(button)
    open_again_and_again(show_folded(qtbot, row))
    command.setVisible(False)
    assert own.actions() == [command]


def test_a_tool_without_room_is_listed_once_however_often_the_menu_was_open(qtbot: QtBot, row: ToolRow) -> None:
    row.add(tool_button("Fit", "Fit", ""))
    row.add(Choice("Levels", ["0 to 1", "all"], ""))
    menu = show_folded(qtbot, row)
    open_again_and_again(menu)
    assert [action.text() for action in menu.actions()] == ["Fit", "Levels"]
    assert len(menu.findChildren(QMenu)) == 1


def entries(menu: QMenu) -> list[QAction]:
    """Return the entries of the one choice that a menu lists."""
    menu.aboutToShow.emit()
    (listed,) = menu.actions()
    held = listed.menu()
    assert isinstance(held, QMenu)
    return held.actions()


def test_an_entry_of_the_menu_is_chosen_as_one_of_the_list(qtbot: QtBot, row: ToolRow) -> None:
    choice = Choice("Levels", ["0 to 1", "all"], "")
    row.add(choice)
    second = entries(show_folded(qtbot, row))[1]
    with qtbot.waitSignal(choice.chosen) as told:
        second.trigger()
    assert (told.args, choice.currentIndex()) == ([1], 1)


def test_an_entry_that_cannot_be_chosen_in_the_list_cannot_be_in_the_menu(qtbot: QtBot, row: ToolRow) -> None:
    choice = Choice("Levels", ["0 to 1", "all"], "")
    choice.show_use(1, "There is only one", is_usable=False)
    row.add(choice)
    assert [entry.isEnabled() for entry in entries(show_folded(qtbot, row))] == [True, False]


def test_two_rows_that_belong_together_have_one_menu(qtbot: QtBot) -> None:
    upper, lower, holder = ToolRow(), ToolRow(), QWidget()
    qtbot.addWidget(holder)
    for row, names in ((upper, ("Open", "Sample")), (lower, ("Brush", "Padding"))):
        row.setParent(holder)
        for name in names:
            row.add(tool_button(name, name, ""))
    upper.fold_into(lower)
    holder.show()
    for row in (upper, lower):
        row.resize(30, 30)
    buttons = [one for one in holder.findChildren(QToolButton) if one.accessibleName() == "More" and one.isVisible()]
    assert len(buttons) == 1
    buttons[0].menu().aboutToShow.emit()
    assert [action.text() for action in buttons[0].menu().actions()] == ["Open", "Sample", "Brush", "Padding"]


def test_a_row_whose_host_lent_its_tools_has_its_own_menu_again(qtbot: QtBot) -> None:
    upper, lower, holder = ToolRow(), ToolRow(), QWidget()
    qtbot.addWidget(holder)
    for row, name in ((upper, "Open"), (lower, "Brush")):
        row.setParent(holder)
        row.add(tool_button(name, name, ""))
    upper.fold_into(lower)
    upper.borrow(lower)
    holder.show()
    upper.resize(30, 30)
    (more,) = (one for one in upper.findChildren(QToolButton) if one.accessibleName() == "More")
    assert more.isVisibleTo(holder)


def test_a_tool_can_be_added_before_another(qtbot: QtBot, row: ToolRow) -> None:
    first, last, between = (tool_button(name, name, "") for name in ("First", "Last", "Between"))
    for button in (first, last):
        row.add(button)
    row.add(between, before=last)
    row.resize(row.sizeHint())
    row.show()
    qtbot.waitExposed(row)
    assert sorted((first, last, between), key=lambda one: one.mapTo(row, QPoint()).x()) == [first, between, last]


def test_other_tools_go_into_the_menu_before_one_has_less_than_its_room(qtbot: QtBot, row: ToolRow) -> None:
    slider, button = QSlider(Qt.Orientation.Horizontal), tool_button("Fit", "Fit", "")
    row.add(button)
    row.add(slider, stays=True, room=200)
    row.resize(200 + button.sizeHint().width() + 4, 30)
    row.show()
    qtbot.waitExposed(row)
    assert (row.folded, slider.width()) == ([], 200)
    row.resize(row.width() - 1, 30)
    assert row.folded == [button]
    assert row.minimumSizeHint().width() < 200
