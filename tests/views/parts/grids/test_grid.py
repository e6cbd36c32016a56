from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import colours, picture_levels
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent

VALUES = np.float32([[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 1 / 3, 0], [0, 0, 0, 0]])


@pytest.fixture
def view(qtbot: QtBot) -> GridView:
    """A 2×2 input inside one cell of padding on every side."""
    view = GridView("Input", "A tip")
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show_content(GridContent(VALUES, colours(VALUES, picture_levels(VALUES)), (-1, -1), (2, 2)))
    return view


def select(view: GridView, first: tuple[int, int], last: tuple[int, int]) -> None:
    block = QItemSelection(view.grid.index(*first), view.grid.index(*last))
    view.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def test_a_typed_fraction_is_an_edit_of_the_cell_in_the_input(view: GridView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.grid.edited) as edited:
        view.grid.setData(view.grid.index(2, 1), "1/4")

    row, column, block = edited.args
    assert (row, column, block.tolist()) == (1, 0, [[0.25]])


def test_what_is_no_number_is_refused_with_the_place(view: GridView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.grid.refused) as refused, qtbot.assertNotEmitted(view.grid.edited):
        view.grid.setData(view.grid.index(1, 2), "two")

    assert refused.args[0].startswith("Row 1, column 2: ")


def test_leaving_a_cell_as_it_was_is_no_edit(view: GridView, qtbot: QtBot) -> None:
    third = view.grid.index(2, 2)
    with qtbot.assertNotEmitted(view.grid.edited):
        view.grid.setData(third, view.grid.data(third, Qt.ItemDataRole.EditRole))


def test_padding_cannot_be_edited(view: GridView) -> None:
    editable = [bool(view.grid.flags(view.grid.index(0, at)) & Qt.ItemFlag.ItemIsEditable) for at in range(4)]
    assert editable == [False] * 4


def test_a_screen_reader_hears_that_a_cell_is_padding(view: GridView) -> None:
    told = view.grid.data(view.grid.index(0, 1), Qt.ItemDataRole.AccessibleDescriptionRole)
    assert told.startswith("padding, ")


def test_headers_count_the_cells_of_the_input(view: GridView) -> None:
    heads = [view.grid.headerData(at, Qt.Orientation.Horizontal) for at in range(4)]
    assert heads == ["·", "1", "2", "·"]


def test_a_copied_block_is_tabs_and_lines_of_exact_numbers(view: GridView) -> None:
    select(view, (1, 1), (2, 2))

    view.selected.copy()

    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    np.testing.assert_array_equal(np.float32(lines), VALUES[1:3, 1:3])


def test_one_pasted_number_fills_the_selection(view: GridView, qtbot: QtBot) -> None:
    select(view, (1, 1), (2, 2))
    QGuiApplication.clipboard().setText("7")

    with qtbot.waitSignal(view.grid.edited) as edited:
        view.selected.paste()

    row, column, block = edited.args
    assert (row, column, block.tolist()) == (0, 0, [[7, 7], [7, 7]])


def test_pasting_into_padding_is_refused(view: GridView, qtbot: QtBot) -> None:
    select(view, (0, 0), (0, 0))
    QGuiApplication.clipboard().setText("7")

    with qtbot.waitSignal(view.refused) as refused, qtbot.assertNotEmitted(view.grid.edited):
        view.selected.paste()

    assert refused.args[0].startswith("Padding cells follow from the input")


def test_cells_that_are_not_computed_yet_show_no_number(view: GridView) -> None:
    view.show_content(GridContent(VALUES, colours(VALUES, picture_levels(VALUES)), shown=6))
    assert [view.grid.data(view.grid.index(1, at)) for at in (1, 2)] == ["1", ""]


@pytest.mark.parametrize(("height", "cell"), [(300, (60, 60)), (122, (60, 40)), (60, (60, 60))])
def test_rows_are_lower_where_all_of_them_are_in_sight_then(qtbot: QtBot, height: int, cell: tuple[int, int]) -> None:
    grid = GridView("Kernel", "A tip")
    qtbot.addWidget(grid)
    grid.set_cell_range(60, 60)
    grid.resize(400, height)
    grid.show_content(GridContent(VALUES[:3, :3], colours(VALUES[:3, :3], picture_levels(VALUES))))
    assert (grid.columnWidth(0), grid.rowHeight(0)) == cell
    grid.grab()
    assert (grid.verticalScrollBar().maximum() > 0) == (height == 60)
