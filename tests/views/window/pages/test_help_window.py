"""The list in Help of where each question is answered, and the ways through a window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.panes.help_places import HELP_PLACES
from convstudio.views.parts.controls import tool_button
from convstudio.views.window.pages.help_window import HelpWindow
from convstudio.views.window.ways import entry_at, part_named
from tests.e2e.driver import go_along


@pytest.fixture
def window(qtbot: QtBot) -> HelpWindow:
    window = HelpWindow(HELP_PLACES)
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_first_question_is_answered_at_once(window: HelpWindow) -> None:
    assert window.question.text() == HELP_PLACES[0].question
    assert window.answer.text() == HELP_PLACES[0].answer


def test_choosing_a_question_shows_its_answer(window: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.table, Qt.Key.Key_Down)
    assert window.answer.text() == HELP_PLACES[1].answer


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_asks_for_the_place_of_the_chosen_question(window: HelpWindow, qtbot: QtBot, key: Qt.Key) -> None:
    window.table.selectRow(7)
    with qtbot.waitSignal(window.place_asked) as asked:
        qtbot.keyClick(window.table, key)
    assert asked.args == [HELP_PLACES[7]]


def test_the_button_asks_for_the_place_too(window: HelpWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.place_asked) as asked:
        window.show_button.click()
    assert asked.args == [HELP_PLACES[0]]


def test_a_part_of_a_question_finds_it_and_shows_its_answer(window: HelpWindow, qtbot: QtBot) -> None:
    wanted = next(place for place in HELP_PLACES if "number of filters" in place.question)
    qtbot.keyClicks(window.field, "number of filters the number")
    assert (window.question.text(), window.answer.text()) == (wanted.question, wanted.answer)


def test_a_word_that_is_in_the_answer_alone_finds_its_question(window: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.field, "as many maps come out")
    assert window.question.text() == HELP_PLACES[0].question


def test_arrow_keys_go_through_what_was_found_and_enter_asks_for_it(window: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.field, "filter")
    first = window.question.text()
    qtbot.keyClick(window.field, Qt.Key.Key_Down)
    second = window.question.text()
    with qtbot.waitSignal(window.place_asked) as asked:
        qtbot.keyClick(window.field, Qt.Key.Key_Return)
    assert first != second == asked.args[0].question


def test_what_matches_no_question_says_so_and_shows_nothing(window: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.field, "zzzzqqqq")
    assert (window.question.text(), window.answer.text()) == ("", "No question matches. Type another word of it.")
    assert not window.show_button.isEnabled()


@pytest.fixture
def main(qtbot: QtBot) -> QMainWindow:
    main = QMainWindow()
    qtbot.addWidget(main)
    main.menuBar().addMenu("&File").addMenu("E&xamples").addAction("Lines, then a &plus")
    main.setCentralWidget(tool_button("Ledger", "Channel ledger", "", toggles=True))
    main.show()
    qtbot.waitExposed(main)
    return main


def test_an_entry_is_found_by_its_names_without_their_keys(main: QMainWindow, qtbot: QtBot) -> None:
    entry = entry_at(main, ("File", "Examples", "Lines, then a plus"))
    assert entry is not None
    with qtbot.waitSignal(entry.triggered):
        assert go_along(main, ("File", "Examples", "Lines, then a plus"))


def test_a_way_that_leads_nowhere_is_none(main: QMainWindow) -> None:
    assert entry_at(main, ("File", "Nothing")) is None
    assert not go_along(main, ("Nothing",))


def test_a_switch_is_switched_on_and_stays_on(main: QMainWindow) -> None:
    for _ in range(2):
        assert go_along(main, ("Channel ledger",))
        switch = part_named(main, "Channel ledger")
        assert isinstance(switch, QToolButton)
        assert switch.isChecked()


def test_a_part_that_is_hidden_cannot_be_gone_to(main: QMainWindow) -> None:
    part = part_named(main, "Channel ledger")
    assert isinstance(part, QWidget)
    part.hide()
    assert not go_along(main, ("Channel ledger",))


def test_the_list_that_comes_back_begins_in_its_field(window: HelpWindow, qtbot: QtBot) -> None:
    window.show()
    window.field.setText("tuned")
    window.show_button.setFocus()
    window.hide()
    window.show()
    assert window.focusWidget() is window.field
    assert window.field.selectedText() == "tuned"
