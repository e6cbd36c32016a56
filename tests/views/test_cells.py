"""Cells too small for numbers are a picture: drawing tens of thousands of numbers would stop the window."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.display import ColoursInSight, Levels, colours
from convstudio.views.grid import GridContent, GridView


@pytest.mark.parametrize(("length", "has_numbers"), [(8, True), (200, False)])
def test_numbers_are_written_only_into_cells_that_can_hold_them(qtbot: QtBot, length: int, has_numbers: bool) -> None:
    written: list[float] = []

    def write(value: float) -> str:
        written.append(value)
        return "1"

    grid = GridView("Cells", "")
    qtbot.addWidget(grid)
    grid.set_cell_range(1, 52)
    grid.resize(420, 420)
    grid.show_content(
        GridContent(np.ones((length, length), np.float32), np.zeros((length, length, 3), np.uint8), write=write)
    )
    grid.grab()
    assert bool(written) == has_numbers


def test_cells_that_are_coloured_only_in_sight_look_as_all_others(qtbot: QtBot) -> None:
    values = np.linspace(-1, 1, 64, dtype=np.float32).reshape(8, 8)
    levels = Levels(-1.0, 1.0, signed=True)
    grid = GridView("Cells", "")
    qtbot.addWidget(grid)
    grid.resize(420, 420)
    pictures = []
    for painted in (colours(values, levels), ColoursInSight(values, levels)):
        grid.show_content(GridContent(values, painted))
        pictures.append(grid.grab().toImage())
    assert pictures[0] == pictures[1]
