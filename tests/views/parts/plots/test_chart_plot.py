"""A plot of lines draws them, names them, and reads out what is under the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from convstudio.model.panes.learning.charts import Chart, ChartLine
from convstudio.views.parts.plots.chart_plot import ChartPlot


def chart(*names: str, dots: bool = False) -> Chart:
    steps = np.array([1.0, 2.0, 3.0])
    return Chart("Loss", tuple(ChartLine(name, steps, steps / 4, has_dots=dots) for name in names), 3.0, 1.0)


@pytest.fixture
def plot(qtbot: QtBot) -> ChartPlot:
    made = ChartPlot("Loss")
    qtbot.addWidget(made)
    made.resize(360, 160)
    made.show_chart(chart("batches"))
    made.show()
    qtbot.waitUntil(lambda: made.canvas is not None)
    return made


def test_lines_that_went_are_not_drawn_any_more(plot: ChartPlot) -> None:
    plot.show_chart(chart("batches", "held out", dots=True))
    assert set(plot.canvas._drawn) == {"batches", "batches dots", "held out", "held out dots"}
    plot.show_chart(chart("held out"))
    assert set(plot.canvas._drawn) == {"held out"}


def test_a_plot_that_nobody_sees_is_drawn_when_it_is_shown_again(plot: ChartPlot, qtbot: QtBot) -> None:
    plot.hide()
    plot.show_chart(chart("batches", "held out"))
    assert set(plot.canvas._drawn) == {"batches"}
    assert plot.accessibleDescription() == "Loss: batches 0.75, held out 0.75 at step 3."
    plot.show()
    assert set(plot.canvas._drawn) == {"batches", "held out"}


def test_a_line_that_grows_is_moved_and_not_made_again(plot: ChartPlot) -> None:
    before = plot.canvas._drawn["batches"]
    plot.show_chart(chart("batches"))
    assert plot.canvas._drawn["batches"] is before


def test_the_place_under_the_mouse_is_read_out(plot: ChartPlot) -> None:
    assert plot._text_at(QPointF(2.1, 0)) == "step 2: batches 0.5"
    assert plot.accessibleDescription() == "Loss: batches 0.75 at step 3."
