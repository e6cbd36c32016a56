"""The selected cells of a grid are copied, pasted over and filled; padding refuses."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from convstudio.model.values.arrays import Floats
from convstudio.views.parts.grids.grid_model import GridContent, GridModel
from convstudio.views.parts.grids.selected_cells import SelectedCells

VALUES = np.float32([[1, 2, 3], [4, 0.5, 6]])


class Bench:
    """A table of numbers with some of its cells selected, and what was asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.view, self.model = QTableView(), GridModel()
        qtbot.addWidget(self.view)
        self.view.setModel(self.model)
        self.cells = SelectedCells(self.view, self.model)
        self.asked: list[tuple[int, int, list[list[float]]]] = []
        self.refused: list[str] = []
        self.model.edited.connect(self._take)
        self.model.refused.connect(self.refused.append)
        self.show((0, 0))

    def show(self, origin: tuple[int, int]) -> None:
        content = GridContent(VALUES, np.zeros((2, 3, 3), np.uint8), origin=origin, editable=(2, 3))
        self.model.show_content(content)

    def select(self, top: int, left: int, bottom: int, right: int) -> None:
        block = QItemSelection(self.model.index(top, left), self.model.index(bottom, right))
        self.view.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _take(self, row: int, column: int, block: Floats) -> None:
        self.asked.append((row, column, block.tolist()))


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_a_block_is_copied_as_a_spreadsheet_does(bench: Bench) -> None:
    bench.select(0, 1, 1, 2)
    bench.cells.copy()
    assert QGuiApplication.clipboard().text() == "2\t3\n0.5\t6"


def test_a_block_is_pasted_from_the_first_selected_cell_on(bench: Bench) -> None:
    QGuiApplication.clipboard().setText("7\t8")
    bench.select(1, 0, 1, 0)
    bench.cells.paste()
    assert bench.asked == [(1, 0, [[7, 8]])]


def test_one_number_fills_the_selection(bench: Bench) -> None:
    QGuiApplication.clipboard().setText("9")
    bench.select(0, 0, 1, 1)
    bench.cells.paste()
    assert bench.asked == [(0, 0, [[9, 9], [9, 9]])]


def test_what_is_no_table_of_numbers_is_refused(bench: Bench) -> None:
    QGuiApplication.clipboard().setText("cat")
    bench.select(0, 0, 0, 0)
    bench.cells.paste()
    assert bench.asked == []
    assert bench.refused[0].startswith("Nothing was pasted")


def test_cells_are_filled_with_one_value(bench: Bench) -> None:
    bench.select(0, 2, 1, 2)
    bench.cells.fill(0.0)
    assert bench.asked == [(0, 2, [[0], [0]])]


def test_padding_is_not_written_to(bench: Bench) -> None:
    bench.show((-1, -1))
    bench.select(0, 0, 1, 1)
    bench.cells.fill(5.0)
    assert bench.asked == []
    assert bench.refused[0].startswith("Padding cells follow from the input")


def test_rows_and_columns_are_counted_in_the_array(bench: Bench) -> None:
    bench.show((10, 20))
    bench.select(0, 1, 1, 2)
    assert (bench.cells.rows(), bench.cells.columns()) == ([10, 11], [21, 22])
