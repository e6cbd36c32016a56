"""Steps have keys with Ctrl, and Ctrl adds to what is selected: what a step goes to is selected alone all the same."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from tests.e2e.answers import CTRL, Inside
from tests.e2e.driver import Desk, tell


def step(desk: Desk, times: int) -> None:
    """Press Ctrl+Right as the system delivers it: then Qt knows that Ctrl is held."""
    for _ in range(times):
        QTest.keyClick(desk.window.windowHandle(), Qt.Key.Key_Right, CTRL)


def selected_rows(desk: Desk, table: str) -> set[int]:
    return {index.row() for index in desk.find(QTableView, table).selectedIndexes()}


def test_going_through_the_channels_term_by_term_selects_one_line_of_the_ledger(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        inside.studio.workspace.open("sample:astronaut")
        desk.wait_for_files()
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        desk.press("Term by term")
        step(desk, 20)
        assert selected_rows(desk, "Channel ledger") == {2}

    assert tell(qtbot, story) == 0


def test_stepping_selects_one_cell_of_the_map(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.press("Show the table")
        step(desk, 4)
        assert len(desk.find(QTableView, "Feature map").selectedIndexes()) == 1

    assert tell(qtbot, story) == 0
