from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.model.values.scale import NEGATIVE
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.plots.stem_plot import StemPlot
from convstudio.views.parts.theme import LIGHT, palette_of


def content(*values: float) -> GridContent:
    row = np.float32([values])
    return GridContent(row, np.full((*row.shape, 3), 255, np.uint8), axes=("position",))


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    return host


@pytest.fixture
def plot(qtbot: QtBot, host: QWidget) -> StemPlot:
    grid = GridView("Input", "A tip")
    plot = StemPlot(grid)
    host.setPalette(palette_of(LIGHT))
    below = QVBoxLayout(host)
    below.addWidget(grid)
    below.addWidget(plot)
    host.resize(400, 260)
    grid.show_content(content(0, 2, -1, 1))
    host.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    settle(plot, qtbot)
    return plot


def settle(plot: StemPlot, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not plot._soon.isActive())
    QApplication.processEvents()


def lengths(plot: StemPlot, colour: tuple[int, ...]) -> list[int]:
    image = plot.grab().toImage()
    columns = [round(plot.stem_position(column)) for column in range(4)]
    return [
        max(
            sum(image.pixelColor(x + shift, y).getRgb()[:3] == colour for y in range(image.height() - 4))
            for shift in (-1, 0)
        )
        for x in columns
    ]


def test_a_stem_under_its_cell_is_as_long_as_its_value(plot: StemPlot) -> None:
    _, two, below, one = lengths(plot, LIGHT.text.getRgb()[:3])
    assert below == 0
    assert two == pytest.approx(2 * one, abs=6)


def test_a_stem_below_zero_is_blue(plot: StemPlot) -> None:
    assert [length > 8 for length in lengths(plot, NEGATIVE)] == [False, False, True, False]


def test_the_stems_follow_the_numbers_of_the_grid(plot: StemPlot, qtbot: QtBot) -> None:
    plot._grid.show_content(content(0, 0, 0, 5))
    settle(plot, qtbot)
    assert [length > 8 for length in lengths(plot, LIGHT.text.getRgb()[:3])] == [False, False, False, True]


def test_the_cells_of_the_window_are_marked_at_the_foot(plot: StemPlot, qtbot: QtBot) -> None:
    plot.show_overlays([Overlay(np.array([0]), np.array([2]), is_window=True)])
    settle(plot, qtbot)
    image = plot.grab().toImage()
    feet = [image.pixelColor(round(plot.stem_position(at)), image.height() - 2).getRgb() for at in range(4)]
    assert [foot == LIGHT.window.getRgb() for foot in feet] == [False, False, True, False]


def test_the_value_under_the_mouse_is_read_out_as_in_the_grid(plot: StemPlot) -> None:
    at, no = QPointF(plot.stem_position(2), 20), Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, at, at, no, no, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(plot, move)  # the mouse itself stays where it is: the next test's window may be under it
    assert plot.canvas.read_out.startswith("position 3")
    assert "-1" in plot.canvas.read_out
