from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import colours, picture_levels
from convstudio.model.values.scale import NEGATIVE
from convstudio.views.input.grid import InputGrid
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.theme import LIGHT


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


def colour_in(grid: InputGrid, row: int, column: int, x: float, y: float) -> tuple[int, int, int]:
    """The colour at a share of the width and height of a cell."""
    cell = grid.visualRect(grid.grid.index(row, column))
    image = grid.viewport().grab().toImage()
    return image.pixelColor(cell.left() + int(x * cell.width()), cell.top() + int(y * cell.height())).getRgb()[:3]


def test_a_cell_has_the_colour_of_its_number(grid):
    values = np.zeros((4, 4))
    values[1, 2] = 1
    shown = content(values)

    grid.show_content(shown)

    assert colour_in(grid, 1, 2, 0.2, 0.2) == tuple(shown.colours[1, 2].tolist())
    assert colour_in(grid, 2, 1, 0.2, 0.2) == tuple(shown.colours[2, 1].tolist())


def test_a_negative_cell_has_a_marked_corner(grid):
    values = np.zeros((4, 4))
    values[1, 2] = -1

    grid.show_content(content(values))

    assert colour_in(grid, 1, 2, 0.05, 0.95) == NEGATIVE


def test_what_is_not_computed_yet_hides_its_number(grid):
    values = np.ones((4, 4))

    grid.show_content(replace(content(values), shown=6))

    assert grid.grid.data(grid.grid.index(1, 2)) == ""
    assert colour_in(grid, 1, 1, 0.2, 0.2) == (255, 255, 255)
    assert len({colour_in(grid, 1, 2, 0.2 + 0.02 * at, 0.3) for at in range(20)}) > 1


def test_a_padding_cell_is_dimmed(grid):
    values = np.zeros((4, 4))
    shown = replace(content(values), origin=(-1, 0))

    grid.show_content(shown)

    assert colour_in(grid, 0, 0, 0.2, 0.2) > colour_in(grid, 1, 0, 0.2, 0.2)


def test_the_window_is_outlined_around_its_cells(grid):
    grid.show_overlays([Overlay(np.arange(1, 3), np.arange(1, 3), is_window=True)])

    assert colour_in(grid, 1, 2, 0.5, 0.03) == LIGHT.window.getRgb()[:3]
    assert colour_in(grid, 2, 2, 0.5, 0.0) != LIGHT.window.getRgb()[:3]
