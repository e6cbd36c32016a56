"""A histogram over steps is a picture with axes."""

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from convstudio.model.panes.learning.weight_history import weight_history
from convstudio.model.values.arrays import frozen
from convstudio.views.parts.plots.history_plot import HistoryPlot

HISTORY = weight_history({0: frozen([0.0, 0.5]), 8: frozen([1.0, 1.0])})


@pytest.fixture
def plot(qtbot: QtBot) -> HistoryPlot:
    made = HistoryPlot("Weights")
    qtbot.addWidget(made)
    made.resize(360, 160)
    made.show_history("Weights of layer 1", HISTORY)
    made.show()
    qtbot.waitUntil(lambda: made.canvas is not None)
    return made


def test_counts_are_read_out_under_the_mouse(plot: HistoryPlot) -> None:
    assert plot._text_at(QPointF(8, 0.99)).startswith("step 8: 2 of 2 from 0.958 to 1")
    assert plot.accessibleDescription() == "Weights of layer 1: from -1 to 1, at 2 steps."


def test_where_there_are_no_weights_nothing_is_drawn(plot: HistoryPlot) -> None:
    assert set(plot.canvas._drawn) == {"counts"}
    plot.show_history("Weights of layer 2", None)
    assert set(plot.canvas._drawn) == set()
