"""The steps by name, and asking for one."""

import pytest
from pytestqt.qtbot import QtBot

from convstudio.views.window.pages.history_window import HistoryWindow


@pytest.fixture
def window(qtbot: QtBot) -> HistoryWindow:
    made = HistoryWindow()
    qtbot.addWidget(made)
    return made


def listed(window: HistoryWindow) -> list[str]:
    return [window.list.item(row).text() for row in range(window.list.count())]


def test_it_lists_the_steps_below_the_start_and_selects_the_last_that_is_done(window: HistoryWindow) -> None:
    window.show_steps(["Set cell", "Set weight"], 1, has_dropped=False)
    assert listed(window) == ["As it was opened", "Set cell", "Set weight"]
    assert window.list.currentRow() == 1


def test_without_its_first_steps_it_does_not_claim_to_reach_back_to_the_start(window: HistoryWindow) -> None:
    window.show_steps(["Set cell"], 1, has_dropped=True)
    assert listed(window) == ["The oldest step that is kept", "Set cell"]


def test_choosing_a_step_asks_for_it_and_showing_one_asks_for_nothing(qtbot: QtBot, window: HistoryWindow) -> None:
    asked: list[int] = []
    window.step_asked.connect(asked.append)
    window.show_steps(["a", "b", "c"], 3, has_dropped=False)
    window.list.setCurrentRow(1)
    assert asked == [1]
