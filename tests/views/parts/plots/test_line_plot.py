"""Curves are told apart by colour, stroke and name, and read out by step."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from convstudio.model.panes.learning.charts import ChartLine
from convstudio.model.panes.learning.teaching.graphs import graph_of
from convstudio.views.parts.plots.line_plot import LinePlot, line_looks
from convstudio.views.parts.theme import DARK, LIGHT

STEPS = np.array([1.0, 2.0, 3.0])


@pytest.fixture
def plot(qtbot: QtBot) -> LinePlot:
    plot = LinePlot("Loss")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    return plot


def lines(*names: str) -> list[ChartLine]:
    return [ChartLine(name, STEPS, np.array([3.0, 2.0, 1.0])) for name in names]


def test_what_is_drawn_is_said_to_screen_readers(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros")))
    assert plot.accessibleDescription() == "Loss: zeros 1 at step 3."


def test_values_are_read_out_by_step(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros", "ones")))
    assert plot.text_at(QPointF(2.1, 0)) == "step 2: zeros 2, ones 2"


def test_lines_that_went_are_not_drawn_any_more(plot: LinePlot) -> None:
    plot.show_graph(graph_of("Loss", lines("zeros", "ones")))
    plot.show_graph(graph_of("Loss", lines("zeros")))
    assert plot.names_drawn == ("line 0",)


def test_several_lines_have_a_legend_that_fits_the_width(plot: LinePlot) -> None:
    graph = graph_of("Loss", lines(*(f"a rather long name {number}" for number in range(6))))
    places = plot.legend(graph)
    assert len(places) == 6
    assert places[-1][1] > 0
    assert all(left < plot.width() for left, _ in places)


def test_one_line_alone_has_no_legend(plot: LinePlot) -> None:
    assert plot.legend(graph_of("Loss", lines("zeros"))) == []


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_no_two_of_six_lines_look_alike_and_all_stand_out(tokens) -> None:
    looks = [line_looks(tokens, place) for place in range(6)]
    assert len({(colour.name(), stroke) for colour, stroke in looks}) == 6
    assert all(_contrast(colour, tokens.card) >= 3 for colour, _ in looks)


def _contrast(one, other) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
