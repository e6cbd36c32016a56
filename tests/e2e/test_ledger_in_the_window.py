"""Stories about channels: a photograph's three sums, and shapes in the reader's own data format."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QRadioButton, QTableView, QToolButton
from pytestqt.qtbot import QtBot

from convstudio.views.parts.pictures.tile_list import TileList
from convstudio.views.window.chip import Chip
from tests.e2e.driver import Desk, tell


def results(desk: Desk) -> list[str]:
    return [row[4] for row in desk.numbers("Channel ledger")]


def titles(desk: Desk) -> list[str]:
    model = desk.find(TileList, "Partial maps").model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def act(desk: Desk, text: str) -> None:
    """Trigger the command of a menu that begins with a text."""
    next(a for a in desk.window.findChildren(QAction) if a.text().replace("&", "").startswith(text)).trigger()


def descriptions(desk: Desk) -> list[str]:
    return [chip.accessibleDescription() for chip in desk.window.findChildren(Chip)]


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


def test_the_switch_shows_the_maps_that_depthwise_would_make_and_standard_adds_them_again(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        whole = desk.calculation().splitlines()[-1]
        desk.find(QRadioButton, "depthwise").click()
        assert results(desk) == ["1 of 3", "2 of 3", "3 of 3"]
        desk.wait(lambda: titles(desk) == ["red", "green", "blue"])
        assert "nothing is added" in desk.calculation()
        desk.press("Back to standard")
        assert desk.find(QRadioButton, "standard").isChecked()
        assert desk.calculation().splitlines()[-1] == whole
        assert not any(found.isVisible() for found in desk.window.findChildren(TileList))

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_the_partial_maps_follow_an_edit(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.find(QRadioButton, "every pair").click()
        desk.wait(lambda: len(titles(desk)) == 3)
        desk.enter("Filters", "2")
        desk.wait(lambda: titles(desk)[3:] == ["2 · red", "2 · green", "2 · blue"])

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_the_button_leads_back_from_the_ledger_to_the_grids(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.find(QToolButton, "Channel ledger").click()
        assert not desk.window.findChild(QRadioButton).isVisible()

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_shapes_in_another_data_format_are_still_there_at_the_next_start(qtbot: QtBot) -> None:
    def choose(desk: Desk) -> None:
        assert descriptions(desk)[0] == "512×512×3"
        act(desk, "Shapes as PyTorch")
        assert descriptions(desk)[0] == "3×512×512"

    def look(desk: Desk) -> None:
        assert descriptions(desk)[0] == "3×512×512"

    assert tell(qtbot, choose, "sample:astronaut") == 0
    assert tell(qtbot, look, "sample:astronaut") == 0
