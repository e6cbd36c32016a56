"""The curves of a run: what has no accuracy has no plot of it."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from convstudio.model.values.learning.runs import StepCurves
from convstudio.views.learning.curves_page import CurvesPage
from convstudio.views.learning.training_panel import TrainingPanel

NOTHING = np.zeros((2, 0))


@pytest.mark.parametrize(("accuracy", "is_there"), [(0.5, True), (np.nan, False)])
def test_maps_have_no_plot_of_accuracy(qtbot: QtBot, accuracy: float, is_there: bool) -> None:
    page = CurvesPage()
    qtbot.addWidget(page)
    page.resize(360, 480)
    page.show()
    steps = np.array([1.0, 2.0])
    page.show_run(StepCurves(steps, steps, np.full(2, accuracy), steps, NOTHING, NOTHING), (), (), 2)
    assert page.accuracy.isVisible() == is_there
    assert page.loss.isVisible()


def test_while_a_run_goes_on_each_frame_draws_one_plot_and_none_is_left_out(qtbot: QtBot) -> None:
    page = CurvesPage()
    qtbot.addWidget(page)
    page.show()
    drawn = []
    for plot in (page.loss, page.accuracy, page.rate):
        plot.show_graph = lambda chart: drawn.append(chart.name)
    steps = np.array([1.0, 2.0])
    curves = StepCurves(steps, steps, steps, steps, NOTHING, NOTHING)
    page.follow_run(curves, (), (), 2)
    assert drawn == ["Loss"]
    page.follow_run(curves, (), (), 2)
    page.follow_run(curves, (), (), 2)
    assert drawn == ["Loss", "Accuracy", "Learning rate"]
    page.show_run(curves, (), (), 2)
    assert drawn[3:] == ["Loss", "Accuracy", "Learning rate"]


def test_the_plots_are_made_while_the_settings_are_on_top(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    panel = TrainingPanel(window)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, panel)
    window.show()
    panel.show()
    plots = (panel.curves.loss, panel.curves.accuracy, panel.curves.rate)
    qtbot.waitUntil(lambda: all(plot.canvas is not None for plot in plots))
    assert not panel.curves.isVisible()
