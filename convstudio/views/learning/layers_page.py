"""What becomes of the layers in a run: the sizes of weights and gradients, and how weights are spread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.panes.learning.graphs.run_graphs import norm_graph
from convstudio.model.panes.learning.weight_history import WeightHistory
from convstudio.model.values.learning.runs import StepCurves
from convstudio.views.parts.plots.history_plot import HistoryPlot
from convstudio.views.parts.plots.line_plot import LinePlot
from convstudio.views.parts.sizes import sized


class LayersPage(QWidget):
    """Two plots with a line for each layer that learns, and the histogram of the selected layer over the steps."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = LinePlot("Size of the weights", is_live=True)
        self.gradients = LinePlot("Size of the gradients", is_live=True)
        self.history = HistoryPlot("Weights over the steps")
        column = QVBoxLayout(self)
        sized(column, contents_margins=(2, 2, 2, 2), spacing=2)
        for plot in (self.weights, self.gradients, self.history):
            column.addWidget(plot, 1)

    def show_weights(self, curves: StepCurves, layers: Sequence[str], steps: int) -> None:
        """Show the norms of the weights in a run of so many steps in all; `layers` are the names of all layers."""
        self.weights.show_graph(norm_graph("Weights, √Σw²", curves, curves.weight_norms, layers, steps=steps))

    def show_gradients(self, curves: StepCurves, layers: Sequence[str], steps: int) -> None:
        """Show the norms of the gradients of the same run."""
        self.gradients.show_graph(norm_graph("Gradients, √Σg²", curves, curves.gradient_norms, layers, steps=steps))

    def show_history(self, title: str, history: WeightHistory | None) -> None:
        """Show how the weights of the selected layer are spread."""
        self.history.show_history(title, history)
