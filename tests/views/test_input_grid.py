from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.display import colours, picture_levels
from convstudio.views.grid import GridContent
from convstudio.views.input_grid import InputGrid


def content(values: np.ndarray) -> GridContent:
    return GridContent(values.astype(np.float32), colours(values, picture_levels(values)), editable=values.shape)


@pytest.fixture
def grid(qtbot: QtBot) -> InputGrid:
    grid = InputGrid("Input", "A tip")
    qtbot.addWidget(grid)
    grid.resize(300, 300)
    grid.show()
    grid.show_content(content(np.zeros((4, 4))))
    return grid


def test_only_cells_that_differ_are_drawn_again(grid, qtbot):
    values = np.zeros((4, 4))
    values[1, 2] = values[2, 2] = 1

    with qtbot.waitSignal(grid.grid.dataChanged) as changed:
        grid.show_content(content(values))

    first, last, *_ = changed.args
    assert (first.row(), first.column(), last.row(), last.column()) == (1, 2, 2, 2)


def test_the_same_numbers_again_draw_nothing(grid, qtbot):
    with qtbot.assertNotEmitted(grid.grid.dataChanged), qtbot.assertNotEmitted(grid.grid.modelReset):
        grid.show_content(content(np.zeros((4, 4))))


def test_the_current_cell_stays_the_same_cell_of_the_input(grid):
    grid.setCurrentIndex(grid.grid.index(2, 2))

    padded = np.zeros((6, 6))
    grid.show_content(GridContent(padded.astype(np.float32), content(padded).colours, (-1, -1), (4, 4)))

    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (3, 3)


def test_a_row_that_is_scrolled_sideways_keeps_its_whole_height(grid):
    grid.setFixedHeight(70)

    grid.show_content(content(np.zeros((1, 60))))

    assert grid.viewport().height() >= grid.rowHeight(0)


def test_room_counts_whole_cells(grid):
    rows, columns = grid.room()

    assert (rows, columns) == (8, 8)
