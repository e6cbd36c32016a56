"""The panels of the small labs with their wiring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QTimer

from convstudio.files.datasets.loading import digit_data
from convstudio.files.resources import load_detectors
from convstudio.model.learning.patterns import pattern_data
from convstudio.model.learning.side_by_side import JointPlan, compared_layer, plan_side_by_side
from convstudio.model.library.labs import (
    LAB_SETTINGS,
    Lab,
    initialisation_lab,
    lab_starts,
    symmetry_lab,
)
from convstudio.model.library.symmetry import what_tells_apart
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
from convstudio.views.parts.room.painting import paint_now
from convstudio.wiring.learning.entries import INITIALISATION, SYMMETRY, PanelEntry
from convstudio.wiring.learning.panels import Connections, LearningPanel

PATTERNS, DIGITS, CHOSEN = "Lines in 4 directions", "Handwritten digits", "The data of Train"
OWN = "This network and its data"
_PAIR_EPOCHS = 1000
"""Steps of a single pair: as many as Teach by example makes."""
SOURCES = (PATTERNS, DIGITS, CHOSEN, OWN)


class Choices(NamedTuple):
    """What a lab is to learn, the filters of the small network, and the seed.

    `network` is that of the window where it learns, and None where the small one does; the filters of `layer` are
    compared.
    """

    source: str
    filters: int
    seed: int
    data: Dataset | None
    network: Network | None = None
    layer: int = 0


class LabPanel(LearningPanel):
    """Runs a lab with the choices of its card: with a small network, or with that of the window on its own data."""

    about = "map"

    def __init__(self, connections: Connections, entry: PanelEntry, lab: Lab) -> None:
        super().__init__(connections)
        self.lab = lab
        self.card = LabCard(SOURCES, lab.filters)
        self.panel = self.dock = LessonDock(entry.title, entry.lesson, self.card, connections.window)
        self.run = LabRun(self.dock)
        self._begun: Choices | None = None
        self.card.run_asked.connect(self._ask)
        self.card.data.currentTextChanged.connect(self._offer_filters)
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

    def _offer_filters(self, source: str) -> None:
        self.card.offer_filters(is_used=source != OWN)

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
        """What is chosen; raise ValueError, in a sentence, where the window has no data or no filters to compare."""
        card, session, data = self.card, self.connections.session, self.connections.data
        told = card.data.currentText(), card.filters.value(), card.seed.value()
        if told[0] != OWN:
            return Choices(*told, data.with_classes if told[0] == CHOSEN else None)
        document, begun = session.document, () if self._begun is None else (self._begun.layer,)
        layer = compared_layer(document.network, (session.view.layer, *begun), self.lab.least_filters)
        return Choices(*told, data.of(document), document.network, layer)

    def _show(self, glimpse: LabGlimpse) -> None:
        """Show the runs, where the panel is in sight."""
        if not self.dock.is_in_sight:
            return
        names = [start.title for start in glimpse.plan.starts]
        state = glimpse.state
        strips = [
            filter_strip(name, weights, similarity)
            for name, weights, similarity in zip(names, state.weights, state.similarities, strict=True)
        ]
        self.card.show_run(
            similarity_graph(names, glimpse.steps, glimpse.similarities),
            loss_graph(names, glimpse.steps, glimpse.losses),
            strips,
        )
        is_own = self._begun is not None and self._begun.network is not None
        line = lab_line(self.run.status, state.step, glimpse.plan.steps, state.layer if is_own else None)
        self.card.show_status(line, self.words(glimpse, names), is_running=self.run.is_running)
        if self.run.is_running:
            paint_now(self.dock)

    def _rest(self, is_visible: bool) -> None:
        """Pause a lab whose panel was closed; one under another tab goes on, and is shown again when it comes up."""
        if is_visible:
            self._show_status()
        else:
            QTimer.singleShot(0, self.dock, self._pause_where_closed)  # one that is docked is hidden for a moment

    def _pause_where_closed(self) -> None:
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
        plan, state = glimpse.plan, glimpse.state
        told_apart = "" if state.similarities[0] == 1 else what_tells_apart(plan.starts[0].network, plan.layer)
        return symmetry_words(names, state.similarities, state.step, told_apart=told_apart, rounding=state.rounding)


class InitialisationPanel(LabPanel):
    """The initialisation lab."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections, INITIALISATION, initialisation_lab(load_detectors()))

    def words(self, glimpse: LabGlimpse, names: Sequence[str]) -> LabWords:
        """Say which start has led to the lowest loss, by the mean of the last steps."""
        return initialisation_words(names, glimpse.losses, glimpse.state.step)


def _planned(lab: Lab, choices: Choices) -> JointPlan:
    """Plan a lab in its thread: data are drawn or read there."""
    data, network, layer = _data_of(choices.source, choices.data), choices.network, choices.layer
    if network is None:
        return plan_side_by_side(lab_starts(lab, data, choices.filters, choices.seed), data, LAB_SETTINGS)
    epochs = _PAIR_EPOCHS if len(data) == 1 else LAB_SETTINGS.epochs
    return plan_side_by_side(lab.own(network, layer, choices.seed), data, replace(LAB_SETTINGS, epochs=epochs), layer)


def _data_of(source: str, chosen: Dataset | None) -> Dataset:
    if source == PATTERNS:
        return pattern_data()
    if source == DIGITS:
        return digit_data()
    assert chosen is not None, "the data were chosen"
    return chosen
