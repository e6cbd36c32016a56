"""Lines with dots and bars: what was drawn before goes when other lines come."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
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


@pytest.mark.parametrize("classes_tried", [(2,), (2, 4, 8)])
@pytest.mark.parametrize("height", [0.2, 0.7])
def test_what_is_read_out_leaves_the_labels_of_the_axis_and_the_mouse_free(
    qtbot: QtBot, height: float, classes_tried: tuple[int, ...]
) -> None:
    plot = SpreadPlot("Accuracy")
    qtbot.addWidget(plot)
    plot.show_graph(study_graph(STUDY, [size(classes) for classes in classes_tried], graph_choices(STUDY)[0]))
    plot.resize(320, 200)
    plot.show()
    qtbot.waitUntil(lambda: plot.canvas is not None)
    mouse = QPoint(140, round(200 * height))
    for place in (mouse - QPoint(2, 0), mouse):
        qtbot.mouseMove(plot, place)
    qtbot.waitUntil(lambda: plot.canvas.read_out == plot.text_at(QPointF(1.5, 0)))
    assert plot.canvas._frame.geometry().contains(plot.canvas.read_out_area)
    assert not plot.canvas.read_out_area.contains(mouse)


def test_the_tool_tip_names_the_plot_and_leaves_its_points_to_the_read_out(qtbot: QtBot) -> None:
    plot = SpreadPlot("Accuracy")
    qtbot.addWidget(plot)
    plot.show_graph(study_graph(STUDY, [size(2)], graph_choices(STUDY)[0]))
    assert plot.toolTip() == "Accuracy on held-out samples by number of filters, lines of classes, kernels 3×3"
    assert "2 filters: 2 classes" in plot.accessibleDescription()
