"""Numbers are typed one after the other, as in a spreadsheet: Enter and Tab go on, also through selected cells."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView
from pytestqt.qtbot import QtBot

from tests.e2e.answers import CTRL, SHIFT, Inside
from tests.e2e.driver import Desk, tell

Key = Qt.Key
ENTER, TAB = (Key.Key_Return, Qt.KeyboardModifier.NoModifier), (Key.Key_Tab, Qt.KeyboardModifier.NoModifier)


def table_at(desk: Desk, name: str, row: int, column: int) -> QTableView:
    table = desk.find(QTableView, name)
    table.setFocus()
    table.setCurrentIndex(table.model().index(row, column))
    return table


def select(table: QTableView, first: tuple[int, int], last: tuple[int, int]) -> None:
    index = table.model().index
    table.setFocus()
    table.setCurrentIndex(index(*first))
    block = QItemSelection(index(*first), index(*last))
    table.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def type_series(table: QTableView, texts: Sequence[str], key: Key, modifier: Qt.KeyboardModifier) -> None:
    """Type numbers with nothing but the keyboard, each left with the key."""
    for text in texts:
        QTest.keyClicks(table, text[0])
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        QTest.keyClicks(editor, text[1:])
        QTest.keyClick(editor, key, modifier)


def place(table: QTableView) -> tuple[int, int]:
    return table.currentIndex().row(), table.currentIndex().column()


def steps(inside: Inside) -> int:
    return inside.studio.session.undo_stack.count()


def test_enter_goes_down_a_column_of_the_kernel_and_stays_at_its_end(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        table = table_at(desk, "Kernel", 0, 1)
        type_series(table, ["5", "1/4", "2*3"], *ENTER)
        assert desk.array("Kernel")[:, 1].tolist() == [5, 0.25, 6]
        assert place(table) == (2, 1)
        assert steps(inside) == 3

    assert tell(qtbot, story) == 0


def test_tabs_go_right_and_enter_after_them_to_the_row_below_where_they_began(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = table_at(desk, "Kernel", 0, 1)
        type_series(table, ["5"], *TAB)
        type_series(table, ["6"], *ENTER)
        assert desk.array("Kernel")[0].tolist()[1:] == [5, 6]
        assert place(table) == (1, 1)

    assert tell(qtbot, story) == 0


def test_shift_and_enter_go_up(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = table_at(desk, "Kernel", 2, 0)
        type_series(table, ["5", "6"], Key.Key_Return, SHIFT)
        assert desk.array("Kernel")[:, 0].tolist()[1:] == [6, 5]
        assert place(table) == (0, 0)

    assert tell(qtbot, story) == 0


def test_shift_and_tab_go_left(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = table_at(desk, "Kernel", 2, 2)
        type_series(table, ["5", "6"], Key.Key_Backtab, SHIFT)
        assert desk.array("Kernel")[2].tolist()[1:] == [6, 5]
        assert place(table) == (2, 0)

    assert tell(qtbot, story) == 0


def test_enter_goes_right_in_a_sequence(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Sample", "Tutorial: two-step bump")
        table = desk.find(QTableView, "Input")
        first = next(
            at for at in range(20) if table.model().flags(table.model().index(0, at)) & Qt.ItemFlag.ItemIsEditable
        )
        table_at(desk, "Input", 0, first)
        type_series(table, ["2", "3", "4"], *ENTER)
        assert inside.document.sample.values.to_array()[:3, 0].tolist() == [2, 3, 4]
        assert place(table) == (0, first + 3)

    assert tell(qtbot, story) == 0


def test_enter_without_typing_goes_on_too(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        table = table_at(desk, "Kernel", 0, 0)
        QTest.keyClick(table, *ENTER)
        assert place(table) == (1, 0)
        assert steps(inside) == 0

    assert tell(qtbot, story) == 0


def test_in_a_selected_range_enter_walks_down_its_columns_and_the_range_stays(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        select(table, (0, 1), (1, 2))
        type_series(table, ["1", "2", "3", "4"], *ENTER)
        assert desk.array("Kernel")[:2, 1:].tolist() == [[1, 3], [2, 4]]
        assert place(table) == (0, 1)
        assert len(table.selectedIndexes()) == 4

    assert tell(qtbot, story) == 0


def test_in_a_selected_range_tab_walks_along_its_rows(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        select(table, (0, 1), (1, 2))
        type_series(table, ["1", "2", "3", "4"], *TAB)
        assert desk.array("Kernel")[:2, 1:].tolist() == [[1, 2], [3, 4]]

    assert tell(qtbot, story) == 0


def test_ctrl_and_enter_give_all_selected_cells_the_number_in_one_step(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        select(table, (1, 0), (2, 1))
        type_series(table, ["1/2"], Key.Key_Return, CTRL)
        assert desk.array("Kernel")[1:, :2].tolist() == [[0.5, 0.5], [0.5, 0.5]]
        assert steps(inside) == 1

    assert tell(qtbot, story) == 0


def test_where_a_number_is_refused_the_cell_stays_the_current_one(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        table = table_at(desk, "Kernel", 0, 1)
        type_series(table, ["5+"], *ENTER)
        assert desk.message().startswith("Row 1, column 2: ")
        assert place(table) == (0, 1)
        assert steps(inside) == 0

    assert tell(qtbot, story) == 0


def test_at_the_edge_of_the_loupe_enter_moves_it_on(qtbot: QtBot, inside: Inside, tmp_path: Path) -> None:
    np.save(tmp_path / "large.npy", np.zeros((200, 200), np.float32))

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        table = desk.find(QTableView, "Input")
        last = table.model().rowCount() - 1
        table_at(desk, "Input", last, 2)
        row, column = table.grid.array_position(last, 2)
        type_series(table, ["5", "6", "7"], *ENTER)
        values = inside.document.sample.values.to_array()[..., 0]
        assert values[row : row + 3, column].tolist() == [5, 6, 7]

    assert tell(qtbot, story, str(tmp_path / "large.npy")) == 0
