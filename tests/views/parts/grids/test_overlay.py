"""An overlay outlines the blocks of marked cells that a table shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.panes.explanation import SmallContent
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.grids.small_grid import SmallGrid
from convstudio.views.parts.theme import LIGHT


def overlay(*, is_window: bool = True, is_thin: bool = False) -> Overlay:
    return Overlay(np.array([0, 1, 4]), np.array([2, 3]), is_window, is_thin)


def test_steps_of_a_sequence_are_columns_of_one_row() -> None:
    marked = Overlay.of((np.array([3, 4]),), is_window=True)
    assert (marked.rows.tolist(), marked.columns.tolist()) == ([0], [3, 4])


def test_cells_that_touch_are_one_block() -> None:
    assert overlay().blocks((0, 0), (6, 6)) == [(slice(0, 2), slice(2, 4)), (slice(4, 5), slice(2, 4))]


def test_blocks_are_counted_from_the_origin_and_cut_to_the_table() -> None:
    assert overlay().blocks((1, 3), (2, 6)) == [(slice(0, 1), slice(0, 1))]


@pytest.mark.parametrize(
    ("other", "is_same"), [(overlay(), True), (overlay(is_window=False), False), (overlay(is_thin=True), False)]
)
def test_overlays_are_the_same_where_cells_and_look_are(other: Overlay, is_same: bool) -> None:
    assert overlay().marks_the_same_as(other) is is_same


@pytest.mark.parametrize(("is_window", "colour"), [(True, LIGHT.window), (False, LIGHT.selection)])
def test_a_window_and_linked_cells_have_their_own_colours(qtbot: QtBot, is_window: bool, colour: QColor) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    overlay(is_window=is_window).draw(painter, [QRect(5, 5, 30, 30)], LIGHT)
    painter.end()
    assert image.pixelColor(6, 20).rgb() == colour.rgb()
    assert image.pixelColor(20, 20) == QColor("white")


def dark(table: QWidget) -> set[tuple[int, int]]:
    """Return the pixels of the digits, which are darker than every outline."""
    image = table.grab().toImage()
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if max(QColor(image.pixel(x, y)).getRgb()[:3]) < 180
    }


def test_an_outline_hides_no_part_of_a_number_that_fills_its_cell(qtbot: QtBot) -> None:
    values = np.float32([[8.882, 0.604], [0.888, 8.888]])
    view = GridView("Grid", "A tip")
    qtbot.addWidget(view)
    view.set_cell_range(1, 40)
    view.resize(82, 82)
    view.show_content(GridContent(values, np.full((2, 2, 3), 250, np.uint8)))
    plain = dark(view)
    view.show_overlays((Overlay(np.array([0]), np.array([0, 1]), is_window=True),))
    assert plain
    assert plain <= dark(view)


def test_the_outline_of_a_current_term_hides_no_part_of_its_number(qtbot: QtBot) -> None:
    values = np.float32([[8.882e-16, -1], [-1, 3.331e-16]])
    content = SmallContent("weights", values, np.full((2, 2, 3), 250, np.uint8))
    grid = SmallGrid()
    qtbot.addWidget(grid)
    grid.show_content(content, refit=True)
    grid.set_room(128, 1.0)
    grid.resize(grid.sizeHint())
    plain = dark(grid)
    grid.show_content(replace(content, current=0))
    assert plain
    assert plain <= dark(grid)
