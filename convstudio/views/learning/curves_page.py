"""The curves of a run: loss, accuracy and learning rate, with those of runs before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.panes.learning.graphs.run_graphs import accuracy_graph, loss_graph, rate_graph
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import StepCurves, TrainingRun
from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.plots.line_plot import LinePlot
from convstudio.views.parts.sizes import sized

_PLOTS = 3


class CurvesPage(QWidget):
    """Three plots over the steps of a run."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 0
        self.loss, self.accuracy = LinePlot("Loss", is_live=True), LinePlot("Accuracy", is_live=True)
        self.rate = LinePlot("Learning rate", is_live=True)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(2, 2, 2, 2), spacing=2)
        for plot, share in ((self.loss, 3), (self.accuracy, 3), (self.rate, 2)):
            column.addWidget(plot, share)
        self._differences = PlainLabel(small=True)
        self._differences.setWordWrap(True)
        self._differences.hide()
        column.addWidget(self._differences)

    def make_ready(self) -> None:
        """Make the plots, one in each turn of the event loop: the first frame of a run would wait for all of them."""
        plot = next((one for one in (self.loss, self.accuracy, self.rate) if one.canvas is None), None)
        if plot is not None:
            plot.make_ready()
            QTimer.singleShot(0, self, self.make_ready)

    def show_differences(self, sentence: str) -> None:
        """Say in which settings the runs differ whose curves are drawn over each other; nothing: in none."""
        self._differences.setText(sentence)
        self._differences.setVisible(bool(sentence))

    @property
    def differences(self) -> str:
        """What is said of the settings in which the runs differ."""
        return self._differences.text()

    def show_run(
        self, curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun], steps: int
    ) -> None:
        """Show a run of so many steps in all, and those before it in grey."""
        self._next = 0
        for _ in range(_PLOTS):
            self.follow_run(curves, epochs, before, steps)

    def follow_run(
        self, curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun], steps: int
    ) -> None:
        """Show a run that goes on in the plot whose turn it is: a frame has time for one, and the eye sees no delay."""
        place, self._next = self._next, (self._next + 1) % _PLOTS
        match place:
            case 0:
                self.loss.show_graph(loss_graph(curves, epochs, before, steps=steps))
            case 1:
                accuracy = accuracy_graph(curves, epochs, before, steps=steps)
                self.accuracy.show_graph(accuracy)
                self.accuracy.setVisible(bool(accuracy.lines) or not len(curves.steps))  # maps are not right or wrong
            case _:
                self.rate.show_graph(rate_graph(curves, steps=steps))
