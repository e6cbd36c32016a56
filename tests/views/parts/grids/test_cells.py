"""Cells too small for numbers are a picture: drawing tens of thousands of numbers would stop the window."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.model.colour.display import ColoursInSight, Levels, colours
from convstudio.model.colour.picture_geometry import DIGIT_WIDTH, SMALLEST_DIGIT
from convstudio.model.values.numbers import format_number
from convstudio.views.parts.grids.cells import CellStyle
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.sizes import ZOOMS, px, use_zoom


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


@pytest.mark.parametrize(
    ("values", "side", "written"),
    [
        ([0.1097, 0.4521], 31, ["0.11", "0.45"]),
        ([0.1097, 0.4521], 52, ["0.1097", "0.4521"]),
        ([-0.25, 0.125], 31, None),
        ([12345.678, 0.5], 24, None),
        ([-255.0, 7.0], 31, ["-255", "7"]),
    ],
)
def test_numbers_have_as_many_digits_as_fit_a_cell_or_are_left_out(
    values: list[float], side: int, written: list[str] | None
) -> None:
    table = np.array([values], np.float32)
    write, _ = CellStyle(table, np.zeros((1, 2, 3), np.uint8), np.zeros((1, 2), bool), 2, format_number).fitting_write(
        side
    )
    assert written == (None if write is None else [write(value) for value in values])


def test_a_number_longer_than_its_cell_is_never_drawn_over_the_next(qtbot: QtBot) -> None:
    values = np.zeros((1, 1025), np.float32)
    values[0, 1024] = 123456.7  # past the first thousand, of which the longest gives the size
    grid = GridView("Cells", "")
    qtbot.addWidget(grid)
    grid.set_cell_range(24, 24)
    grid.resize(420, 60)
    pictures = []
    for last in (123456.7, 765432.1):
        values = values.copy()
        values[0, 1024] = last
        grid.show_content(GridContent(values, np.zeros((1, 1025, 3), np.uint8)))
        grid.scrollTo(grid.grid.index(0, 1024))
        pictures.append(grid.grab().toImage())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("percent", ZOOMS)
def test_a_cell_that_is_made_for_its_number_holds_it_at_every_zoom(
    qapp: QApplication, percent: int, restored_zoom: None
) -> None:
    use_zoom(percent)
    for value in (0.5, 0.62, 0.625):
        letters = len(format_number(value))
        side = px(math.ceil(DIGIT_WIDTH * SMALLEST_DIGIT * letters) + 3)  # as the input's grid makes it
        style = CellStyle(np.array([[value]], np.float32), np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1), bool), 1,
                          format_number)  # fmt: skip
        write, _ = style.fitting_write(side)
        assert write is not None
        assert write(value) == format_number(value)


@pytest.fixture
def restored_zoom() -> Iterator[None]:
    yield
    use_zoom(100)
