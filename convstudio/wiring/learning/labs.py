"""The panels of the small labs with their wiring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from convstudio.files.datasets.loading import digit_data
from convstudio.files.resources import load_detectors
from convstudio.model.learning.patterns import pattern_data
from convstudio.model.learning.side_by_side import JointPlan, first_weights, plan_side_by_side
from convstudio.model.library.labs import (
    LAB_SETTINGS,
    Lab,
    initialisation_lab,
    lab_starts,
    network_starts,
    symmetry_lab,
)
from convstudio.model.panes.learning.teaching.lab_view import (
    LabWords,
    filter_strip,
    initialisation_words,
    lab_line,
    loss_graph,
    similarity_graph,
    symmetry_words,
)
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.network import Network
from convstudio.model.words.wording import as_sentence
from convstudio.session.learning.lab_run import LabGlimpse, LabRun
from convstudio.views.learning.lab import LabCard
from convstudio.views.learning.lesson_dock import LessonDock
from convstudio.wiring.learning.entries import INITIALISATION, SYMMETRY, PanelEntry
from convstudio.wiring.learning.panels import Connections, LearningPanel

PATTERNS, DIGITS, CHOSEN = "Lines in 4 directions", "Handwritten digits", "The data of Train"
OWN = "This network and its data"
_PAIR_EPOCHS = 1000
"""Steps of a single pair: as many as Teach by example makes."""
Choices = tuple[str, int, int, Dataset | None, Network | None]
"""Where the data comes from, the numbers of filters and of the seed, and the data and the network of the window."""


class LabPanel(LearningPanel):
    """Runs a lab with the choices of its card."""

    about = "map"
    sources: tuple[str, ...] = (PATTERNS, DIGITS, CHOSEN)

    def __init__(self, connections: Connections, entry: PanelEntry, lab: Lab) -> None:
        super().__init__(connections)
        self.lab = lab
        self.card = LabCard(self.sources, lab.filters)
        self.panel = self.dock = LessonDock(entry.title, entry.lesson, self.card, connections.window)
        self.run = LabRun(self.dock)
        self._begun: Choices | None = None
        self.card.run_asked.connect(self._ask)
        self.card.refused.connect(self.panel.say)
        self.run.sampled.connect(self._show)
        self.run.status_changed.connect(self._show_status)
        self.run.failed.connect(self.panel.say)
        self.dock.visibilityChanged.connect(self._rest)

    def write_again(self) -> None:
        """Write again what the run has come to."""
        self._show_status()

    def close(self, patience: int) -> bool:
        """End the runs."""
        return self.run.close(patience)

    def words(self, glimpse: LabGlimpse, names: Sequence[str]) -> LabWords:
        """Say what the runs show by now."""
        raise NotImplementedError

    def _ask(self, what: str) -> None:
        self.panel.say("")
        try:
            choices = self._choices
        except ValueError as refusal:
            self.panel.say(as_sentence(str(refusal)))
            return
        is_same = self._begun == choices
        if what == "run" and self.run.is_running:
            self.run.pause()
        elif what == "run" and is_same and self.run.status is Status.PAUSED:
            self.run.resume()
        else:
            self._begun = choices
            self.run.start(partial(_planned, self.lab, choices))

    @property
    def _choices(self) -> Choices:
        """What is chosen; raise ValueError, in a sentence, where the window has no data."""
        card, document = self.card, self.connections.session.document
        told = card.data.currentText(), card.filters.value(), card.seed.value()
        if told[0] == OWN:
            return *told, self.connections.data.of(document), document.network
        return *told, self.connections.data.data, None

    def _show(self, glimpse: LabGlimpse) -> None:
        names = [start.name for start in glimpse.plan.starts]
        state = glimpse.state
        strips = [
            filter_strip(name, first_weights(network), similarity)
            for name, network, similarity in zip(names, state.networks, state.similarities, strict=True)
        ]
        self.card.show_run(
            similarity_graph(names, glimpse.steps, glimpse.similarities),
            loss_graph(names, glimpse.steps, glimpse.losses),
            strips,
        )
        line = lab_line(self.run.status, state.step, glimpse.plan.steps)
        self.card.show_status(line, self.words(glimpse, names), is_running=self.run.is_running)

    def _rest(self, _is_visible: bool) -> None:
        """Pause a lab whose panel was closed; one under another tab goes on."""
        if self.dock.isHidden():
            self.run.pause()

    def _show_status(self) -> None:
        glimpse = self.run.glimpse()
        if glimpse is not None:
            self._show(glimpse)


class SymmetryPanel(LabPanel):
    """The symmetry lab."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections, SYMMETRY, symmetry_lab())

    def words(self, glimpse: LabGlimpse, names: Sequence[str]) -> LabWords:
        """Say how similar the filters of every run are."""
        return symmetry_words(names, glimpse.state.similarities, glimpse.state.step)


class InitialisationPanel(LabPanel):
    """The initialisation lab, of a small network or of that of the window."""

    sources = (PATTERNS, DIGITS, CHOSEN, OWN)

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections, INITIALISATION, initialisation_lab(load_detectors()))

    def words(self, glimpse: LabGlimpse, names: Sequence[str]) -> LabWords:
        """Say which start has led to the lowest loss, by the mean of the last steps."""
        return initialisation_words(names, glimpse.losses[-20:].mean(axis=0).tolist(), glimpse.state.step)


def _planned(lab: Lab, choices: Choices) -> JointPlan:
    """Plan a lab in its thread: data are drawn or read there."""
    source, filters, seed, chosen, network = choices
    data = _data_of(source, chosen)
    if network is not None:
        epochs = _PAIR_EPOCHS if len(data) == 1 else LAB_SETTINGS.epochs
        return plan_side_by_side(network_starts(network, seed), data, replace(LAB_SETTINGS, epochs=epochs))
    return plan_side_by_side(lab_starts(lab, data, filters, seed), data, LAB_SETTINGS)


def _data_of(source: str, chosen: Dataset | None) -> Dataset:
    if source == PATTERNS:
        return pattern_data()
    if source == DIGITS:
        return digit_data()
    if chosen is None:
        raise ValueError("No data are chosen in Train › Data. Choose some there, or take patterns or digits.")
    return chosen
