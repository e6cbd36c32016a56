"""Stories about channels: a photograph's three sums, and shapes in the reader's own dialect."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QRadioButton, QTableView, QToolButton
from pytestqt.qtbot import QtBot

from tests.e2e.driver import Desk, tell


def results(desk: Desk) -> list[str]:
    return [row[4] for row in desk.numbers("Channel ledger")]


def act(desk: Desk, text: str) -> None:
    """Trigger the command of a menu that begins with a text."""
    next(a for a in desk.window.findChildren(QAction) if a.text().replace("&", "").startswith(text)).trigger()


def descriptions(desk: Desk) -> list[str]:
    return [chip.accessibleDescription() for chip in desk.window.findChildren(QObject) if hasattr(chip, "moved")]


def test_a_photograph_shows_three_channel_sums_that_add_up_to_its_output(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait(lambda: desk.find(QTableView, "Channel ledger").model().rowCount() == 4)
        ledger = desk.numbers("Channel ledger")
        assert [row[0] for row in ledger] == ["red", "green", "blue", "bias"]
        sums = [float(row[3].removeprefix("= ")) for row in ledger[:3]]
        assert abs(sum(sums) - float(results(desk)[-1])) < 2e-3
        last = desk.find(QPlainTextEdit, "Calculation").toPlainText().splitlines()[-1]
        assert all(f"{row[0]} {row[3].removeprefix('= ')}" in last for row in ledger[:3])

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_a_line_of_the_ledger_puts_its_kernel_into_the_editor(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Channel ledger")
        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_Down)
        assert desk.calculation().startswith("green: ")

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_the_switch_shows_what_depthwise_would_be_and_the_button_leads_back_to_the_grids(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.find(QRadioButton, "depthwise").click()
        assert results(desk) == ["1 of 3", "2 of 3", "3 of 3"]
        desk.find(QToolButton, "Channel ledger").click()
        assert not desk.window.findChild(QRadioButton).isVisible()

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_shapes_in_another_dialect_are_still_there_at_the_next_start(qtbot: QtBot) -> None:
    def choose(desk: Desk) -> None:
        assert descriptions(desk)[0] == "512×512×3"
        act(desk, "Shapes as PyTorch")
        assert descriptions(desk)[0] == "3×512×512"

    def look(desk: Desk) -> None:
        assert descriptions(desk)[0] == "3×512×512"

    assert tell(qtbot, choose, "sample:astronaut") == 0
    assert tell(qtbot, look, "sample:astronaut") == 0
