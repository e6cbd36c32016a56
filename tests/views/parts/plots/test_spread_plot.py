"""Lines with dots and bars: what was drawn before goes when other lines come."""

import numpy as np
from pytestqt.qtbot import QtBot

from convstudio.model.learning.study import Study, StudySummary
from convstudio.model.panes.learning.capacity.study_graph import graph_choices, study_graph
from convstudio.views.parts.plots.spread_plot import SpreadPlot

STUDY = Study()


def size(classes: int) -> StudySummary:
    return StudySummary(2, 3, classes, 3, 0.75, 0.0625, 0.7, 0.8, 0.5, 0.875, 32, 1656, 0.5)


def test_each_line_has_its_bar_from_the_worst_to_the_best(qtbot: QtBot) -> None:
    plot = SpreadPlot("Accuracy")
    qtbot.addWidget(plot)
    choice = graph_choices(STUDY)[0]
    plot.show_graph(study_graph(STUDY, [size(2), size(4)], choice))
    plot.resize(320, 200)
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    assert plot.names_drawn == ("dots 0", "dots 1", "line 0", "line 1", "spread 0", "spread 1")
    plot.show_graph(study_graph(STUDY, [size(2)], choice))
    assert plot.names_drawn == ("dots 0", "line 0", "spread 0")
    ends = plot.graph.lines[0]
    np.testing.assert_allclose([ends.lows, ends.highs], [[0.7], [0.8]])
