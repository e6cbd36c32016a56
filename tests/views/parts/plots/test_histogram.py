from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from convstudio.views.parts.plots.histogram import Histogram
from convstudio.views.parts.theme import DARK, LIGHT, palette_of

COUNTS, EDGES = np.array([4, 0, 8, 2]), np.array([-1.0, -0.5, 0.0, 0.5, 1.0])


@pytest.fixture
def plot(qtbot: QtBot) -> Histogram:
    plot = Histogram()
    qtbot.addWidget(plot)
    plot.setPalette(palette_of(LIGHT))
    plot.resize(400, 120)
    plot.show_counts(COUNTS, EDGES)
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    return plot


def place(plot: Histogram, bar: float) -> QPoint:
    view = plot.canvas.getPlotItem().getViewBox().sceneBoundingRect()
    return QPoint(round(view.left() + view.width() * bar / COUNTS.size), round(view.center().y()))


def heights(plot: Histogram) -> list[int]:
    image = plot.grab().toImage()
    colour = LIGHT.secondary.getRgb()
    return [
        sum(image.pixelColor(place(plot, bar + 0.4).x(), y).getRgb() == colour for y in range(image.height()))
        for bar in range(COUNTS.size)
    ]


def read_out(plot: Histogram) -> str:
    return plot.canvas.read_out


def test_a_bar_is_as_tall_as_its_count(plot: Histogram) -> None:
    first, empty, tallest, last = heights(plot)
    assert (empty, first) == (0, pytest.approx(tallest / 2, abs=2))
    assert last == pytest.approx(tallest / 4, abs=2)


def test_the_fullest_bar_is_read_out_first(plot: Histogram) -> None:
    assert read_out(plot) == "fullest bar 8 of 14"


def test_the_bar_under_the_mouse_is_read_out(plot: Histogram, qtbot: QtBot) -> None:
    qtbot.mouseMove(plot, place(plot, 1.5))
    qtbot.mouseMove(plot, place(plot, 3.5))
    qtbot.waitUntil(lambda: read_out(plot) == "0.5 to 1: 2 of 14")


def test_counts_of_other_values_replace_the_bars(plot: Histogram) -> None:
    plot.show_counts(np.array([0, 0, 0, 5]), EDGES * 6.8e38)
    assert [height > 0 for height in heights(plot)] == [False, False, False, True]


def test_a_map_without_finite_values_has_an_empty_plot_that_says_so(plot: Histogram) -> None:
    plot.show_counts(np.zeros(4, np.int64), EDGES)
    assert heights(plot) == [0, 0, 0, 0]
    assert plot.accessibleDescription() == "This map has no finite values to count."


def test_the_plot_follows_a_dark_palette(plot: Histogram) -> None:
    plot.setPalette(palette_of(DARK))
    assert plot.grab().toImage().pixelColor(place(plot, 1.5)) == DARK.card
