"""While a run goes on, a frame has time for one plot of the page on top."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from convstudio.model.values.view_state import ViewState
from convstudio.session.learning.network_training import NetworkTraining
from convstudio.session.session import Session
from convstudio.views.learning.training_panel import TrainingPanel
from convstudio.wiring.learning import training_pages
from convstudio.wiring.learning.training_pages import TrainingPages
from tests.unit.session.learning.fakes import DATA, DOCUMENT, Adding


def test_each_frame_of_a_run_draws_one_plot_of_the_layers(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dock = TrainingPanel(window)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    session = Session(DOCUMENT)
    training = NetworkTraining(session, Adding(), lambda: False)
    training.train(DATA, 1)
    qtbot.waitUntil(lambda: not training.is_running)
    pages = TrainingPages(dock, training)
    window.show()
    dock.show()
    dock.pages.setCurrentWidget(pages.layers)
    qtbot.waitUntil(lambda: dock.is_in_sight and pages.layers.isVisible())
    pages.show_document(session.document, ViewState(), None)
    drawn: list[str] = []
    for name in ("weights", "gradients", "history"):
        plot = getattr(pages.layers, name)
        method = "show_history" if name == "history" else "show_graph"
        monkeypatch.setattr(plot, method, lambda *_given, name=name: drawn.append(name))
    later = iter(range(1000, 2000))
    monkeypatch.setattr(training_pages.time, "monotonic", lambda: float(next(later)))
    told = []
    for _ in range(3):
        pages.follow_run()
        told.append([*drawn])
    assert told == [["weights"], ["weights", "gradients"], ["weights", "gradients", "history"]]
    monkeypatch.undo()
    assert training.close()
    session.close()
