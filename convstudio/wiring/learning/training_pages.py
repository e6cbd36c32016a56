"""What the pages of the training panel show: only the one on top is worked out and painted."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from convstudio.model.panes.learning.comparison import Comparison, compared_filters, compared_maps, dead_line
from convstudio.model.panes.learning.run_differences import differences
from convstudio.model.panes.learning.weight_history import WeightHistory, learned_values, shown_steps, weight_history
from convstudio.model.run.forward import Forward
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.session.learning.network_training import NetworkTraining
from convstudio.session.learning.other_maps import OtherMaps
from convstudio.views.learning.compare_page import ComparePage
from convstudio.views.learning.layers_page import LayersPage
from convstudio.views.learning.training_panel import TrainingPanel
from convstudio.wiring.learning.records import plans_of

START, NOW = "start of the run", "now"
_ROWS = ("A", "B")
_PAGE_SECONDS = 1 / 8
_LAYER_PLOTS = 3
_NO_RUN = "Nothing is trained yet. Choose Train, and see here what becomes of the filters."
_COMING = "The maps of this network are being computed."


class TrainingPages:
    """Shows a run in the tabs of its panel: curves, layers, and networks side by side."""

    def __init__(self, dock: TrainingPanel, training: NetworkTraining) -> None:
        self._dock, self._training = dock, training
        self.layers, self.compare = LayersPage(), ComparePage()
        dock.add_page(self.layers, "Layers")
        dock.add_page(self.compare, "Compare")
        self.other_maps = OtherMaps(dock)
        self._shown: tuple[Document, ViewState, Forward | None] | None = None
        self._networks: dict[str, Network] = {}
        self._history: WeightHistory | None = None
        self._shown_at = 0.0
        self._next_plot = 0
        self.compare.changed.connect(self.show_run)
        self.other_maps.made.connect(self.show_run)

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Follow another document, or another layer or channel of it."""
        self._shown = document, view, result
        if self._training.is_running:
            return  # the page on top follows the run anyway, as quickly as the eye does
        if self._is_in_sight(self.compare):
            self._show_comparison()
        if self._is_in_sight(self.layers):
            self._show_history()

    def follow_run(self) -> None:
        """Show the newest state of a run that goes on: one plot in a frame, curves most often."""
        training, glimpse = self._training, self._training.glimpse()
        if self._is_in_sight(self._dock.curves) and glimpse is not None:
            epochs, curves = training.trainer.epochs(), training.trainer.curves()  # in this order: none is yet to come
            self._dock.curves.follow_run(curves, epochs, training.runs, glimpse.steps)
        elif self._is_in_sight(self.layers):
            if time.monotonic() - self._shown_at >= _PAGE_SECONDS / _LAYER_PLOTS:
                self._shown_at = time.monotonic()
                self._show_layers(self._next_plot)
                self._next_plot = (self._next_plot + 1) % _LAYER_PLOTS
        elif time.monotonic() - self._shown_at >= _PAGE_SECONDS:
            self.show_run()

    def show_run(self) -> None:
        """Show the newest state of the run on the page on top."""
        training, self._shown_at = self._training, time.monotonic()
        glimpse = training.glimpse()
        steps = 0 if glimpse is None else glimpse.steps
        if self._is_in_sight(self._dock.curves):
            self._dock.curves.show_run(training.trainer.curves(), training.trainer.epochs(), training.runs, steps)
            self._dock.curves.show_differences(differences(plans_of(training)))
        elif self._is_in_sight(self.layers):
            for plot in range(_LAYER_PLOTS):
                self._show_layers(plot)
        elif self._is_in_sight(self.compare):
            self._show_comparison()

    def _is_in_sight(self, page: QWidget) -> bool:
        return self._dock.is_in_sight and page.isVisible()

    def _show_layers(self, plot: int) -> None:
        """Show the newest state of the run in one of the plots of the layers."""
        training, glimpse = self._training, self._training.glimpse()
        if self._shown is None:
            return
        names = [f"{place} {layer.name.split()[0]}" for place, layer in enumerate(self._shown[0].layers, start=1)]
        steps = 0 if glimpse is None else glimpse.steps
        match plot:
            case 0:
                self.layers.show_weights(training.trainer.curves(), names, steps)
            case 1:
                self.layers.show_gradients(training.trainer.curves(), names, steps)
            case _:
                self._show_history()

    def _show_history(self) -> None:
        """Count the weights of the selected layer at some of the steps that are kept."""
        if self._shown is None:
            return
        document, view, _ = self._shown
        trainer, at = self._training.trainer, view.layer
        held = {}
        for step in shown_steps(trainer.kept_steps):
            state = trainer.state_at(step)
            layers = () if state is None else state.network.layers
            values = learned_values(layers[at]) if at < len(layers) else None
            if values is not None:
                held[step] = values
        glimpse = self._training.glimpse()
        shown_step = math.inf if glimpse is None else glimpse.state.step
        self._history = weight_history(held, self._history, shown_step)
        self.layers.show_history(f"Weights of layer {at + 1}: {document.layers[at].name}", self._history)

    # --- two networks ------------------------------------------------------------------------------------------------

    def _offer_networks(self, document: Document) -> None:
        """Offer the beginning of this run, both ends of those before it, and the network of now."""
        run = self._training.current_run()
        found = {} if run is None else {START: run.first}
        for one in self._training.runs:
            found[f"start of run {one.number}"] = one.first
            found[f"end of run {one.number}"] = one.last
        found[NOW] = document.network
        is_other = [*found] != [*self._networks]
        self._networks = found
        if is_other:
            self.compare.offer([*found])

    def _show_comparison(self) -> None:
        if self._shown is None:
            return
        document, view, result = self._shown
        self._offer_networks(document)
        if len(self._networks) == 1:
            self.compare.show_comparison(None, _NO_RUN)
            return
        names = [*self._networks]
        chosen = names[self.compare.chosen[0]], names[self.compare.chosen[1]]
        try:
            made = self._compared(document, view, chosen)
        except ValueError as refusal:
            self.compare.show_comparison(None, as_sentence(str(refusal)))
            return
        if made is None:
            self.compare.show_comparison(None, _COMING)
            return
        maps = None if result is None or result.document is not document else result.layers[view.layer].maps
        facts = (made.facts, dead_line(document, view.layer, maps), differences(plans_of(self._training)))
        self.compare.show_comparison(made, " ".join(filter(None, facts)))

    def _compared(self, document: Document, view: ViewState, names: tuple[str, str]) -> Comparison | None:
        """Compare two networks; return None while maps are still to come, raise ValueError where that cannot be."""
        a, b = (self._networks[name] for name in names)
        if view.layer >= min(len(a.layers), len(b.layers)):
            raise ValueError(f"Layer {view.layer + 1} is not in both networks. Select another layer.")
        if not self.compare.shows_maps:
            return compared_filters(a.layers[view.layer], b.layers[view.layer], view.channel, view.layer + 1, _ROWS)
        maps = [self._maps(document, network, view.layer) for network in (a, b)]
        return None if maps[0] is None or maps[1] is None else compared_maps(maps[0], maps[1], _ROWS)

    def _maps(self, document: Document, network: Network, layer: int) -> Floats | None:
        """Return the maps of the sample under a network, those on show where it is that of the document."""
        assert self._shown is not None, "networks are compared for what is shown"
        result = self._shown[2]
        if network is document.network and result is not None and len(result.layers) > layer:
            return result.layers[layer].maps  # of a moment ago while a run goes: it is the newest there is
        return self.other_maps.maps_of(replace(document, network=network), layer)
