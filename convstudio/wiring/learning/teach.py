"""The panel Teach by example with its wiring: the target is drawn, and a run of the training learns it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from convstudio.files.resources import load_detectors
from convstudio.model.edits.intent import Intent
from convstudio.model.edits.learning.targets import set_target, set_target_map
from convstudio.model.edits.learning.teaching import (
    begin_at_random,
    blank_target,
    fitting_map,
    hide_one_of,
    hideable,
    paint_target,
    write_target,
)
from convstudio.model.edits.strokes import stroke_cells
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.learning import training
from convstudio.model.panes.learning.graphs.graph import GraphLine, graph_of
from convstudio.model.panes.learning.teaching.teach_view import (
    guess_sentence,
    input_under,
    is_learned,
    shown_channel,
    slow_sentence,
    taught_kernels,
    taught_maps,
    teach_line,
)
from convstudio.model.run.forward import Forward
from convstudio.model.trace.receptive_field import field_of
from convstudio.model.values.arrays import Floats
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Shape
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.ops import ReceptiveField
from convstudio.session.learning.network_training import NetworkTraining
from convstudio.session.learning.trainer import Glimpse
from convstudio.views.learning.lesson_dock import LessonDock
from convstudio.views.learning.teach import TeachCard
from convstudio.views.parts.room.painting import paint_now
from convstudio.wiring.learning.entries import TEACH
from convstudio.wiring.learning.panels import Connections, LearningPanel

_BETA_2 = 0.99
"""Less than usual: one pair has a gradient without noise, and the large ones at the start would be remembered long."""
_MEASURED_SECONDS = 0.3
_SHOWN_SECONDS = 0.03
_LEARNED = "Learned: the map is the target, up to rounding."


class TeachPanel(LearningPanel):
    """Takes what is drawn, hides detectors, and runs the training with the one pair of input and target."""

    about = "kernel"

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self.card = TeachCard()
        self.panel = self.dock = LessonDock(TEACH.title, TEACH.lesson, self.card, connections.window)
        self.training = NetworkTraining(
            connections.session, training, lambda: connections.display.is_explaining, self.dock, TEACH.title
        )
        self._data: Dataset | None = None
        self._stroke: tuple[int, tuple[int, int]] | None = None
        self.hidden: Detector | None = None
        self._candidates: tuple[Detector, ...] = ()
        self._speed = _Speedometer()
        self._sampled_at = 0.0
        self._slow = ""
        self._learned_at = 0
        self._under: tuple[tuple[Sample, Shape | None, ReceptiveField | None], Floats | None] | None = None
        self._connect()

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Show the target, the map now and the kernel."""
        self.card.show_maps(taught_maps(document, view, result), self._under_target(document))
        if not self.training.is_running:
            self._show_kernels(document.network)
            if self.card.verdict.text() == _LEARNED and (self.training.is_changed or not self._is_of_run(document)):
                self.card.verdict.setText("")

    def _under_target(self, document: Document) -> Floats | None:
        """Return the input in grey, as large as the target; it is made once for an input and its windows."""
        last = len(document.layers) - 1
        key = document.sample, document.output_shape(last), field_of(document, last)
        if self._under is None or self._under[0][0] is not key[0] or self._under[0][1:] != key[1:]:
            self._under = key, input_under(document)
        return self._under[1]

    @property
    def is_running(self) -> bool:
        """Whether the network is being trained."""
        return self.training.is_running

    def pause(self) -> None:
        """Stop after the step that is being made."""
        self.training.pause()

    def write_again(self) -> None:
        """Write again what the run has come to."""
        self._show_status()

    def close(self, patience: int) -> bool:
        """End the run."""
        return self.training.close(patience)

    # --- the target --------------------------------------------------------------------------------------------------

    def _ask_target(self, kind: str) -> None:
        self._speak("")
        match kind:
            case "blank":
                self._forget_hidden()
                self._change("Blank target", blank_target)
            case "map":
                self._forget_hidden()
                self._take_map()
            case "hidden":
                self._hide()

    def _take_map(self) -> None:
        session, result = self.connections.session, self.connections.display.result
        maps = None if result is None or result.document is not session.document else result.layers[-1].maps
        if maps is None:
            self._speak("The map is not computed. Wait for it, or fix the layers first.")
            return
        self._change("Take the map as the target", partial(set_target_map, values=maps))

    def _hide(self) -> None:
        """Let a detector that is drawn at random make the target, in a thread: the picture may be large."""
        document, view = self.connections.session.document, self.connections.session.view
        try:
            layer = conv_at(document, view.layer)
        except ValueError as refusal:
            self._speak(str(refusal))
            return
        candidates = hideable(load_detectors(), layer)
        if not candidates:
            self._speak("No detector has a kernel of this size. Choose 3 rows and 3 columns.")
            return
        order = random.sample(candidates, len(candidates))
        work = partial(_hidden_target, document, view.layer, min(view.filter, layer.filters - 1), order)
        self.connections.jobs.read("Hiding a detector", work, partial(self._take_hidden, candidates))

    def _take_hidden(self, candidates: tuple[Detector, ...], found: tuple[Detector, Document]) -> None:
        hidden, made = found
        if self._change("Target of a hidden detector", partial(set_target, target=made.target)):
            self._candidates, self.hidden = candidates, hidden
            self.card.show_guesses([one.name for one in candidates])

    def _forget_hidden(self) -> None:
        self.hidden, self._candidates = None, ()
        self.card.show_guesses(())

    def _guess(self, place: int) -> None:
        if self.hidden is not None:
            self.card.verdict.setText(guess_sentence(self.hidden, self._candidates[place]))

    def _reveal(self) -> None:
        if self.hidden is not None:
            self.card.verdict.setText(f"It is {self.hidden.name}: {self.hidden.detects}.")

    def _paint(self, row: int, column: int, stroke: object) -> None:
        """Paint from the last point of a stroke to this one; all of a stroke is one undo step."""
        assert isinstance(stroke, int)
        size = self.card.brush_size.value()
        before = self._stroke[1] if self._stroke is not None and self._stroke[0] == stroke else None
        self._stroke = stroke, (row, column)
        cells = [(at[0], at[1]) for at in stroke_cells(before, (row, column), size)]
        channel = self._channel
        value = self.card.brush_value.value()
        self._change(
            "Draw target",
            lambda document: paint_target(document, cells, size, value, channel),
            gesture=stroke,
        )

    def _write(self, row: int, column: int, block: NDArray[np.floating]) -> None:
        channel = self._channel
        self._change("Set target values", lambda document: write_target(document, (row, column), block, channel))

    @property
    def _channel(self) -> int:
        return shown_channel(self.connections.session.document, self.connections.session.view)

    def _change(self, step: str, edit: Callable[[Document], Document], gesture: int | None = None) -> bool:
        """Make an edit one step; return whether it changed anything."""
        before = self.connections.session.document
        self.connections.changes.take(Intent(step, edit, gesture=gesture))
        return self.connections.session.document is not before

    # --- the run -----------------------------------------------------------------------------------------------------

    def _ask_run(self, what: str) -> None:
        self._speak("")
        match what:
            case "random":
                self._begin_at_random()
            case "step":
                self._train(steps=1)
            case "teach" if self.training.is_running:
                self.training.pause()
            case "teach":
                self._train()

    def _train(self, steps: int | None = None) -> None:
        document = self.connections.session.document
        try:
            fitting_map(document)  # what is missing is told in the words of this panel
            self._data = data = self.connections.data.pair_of(document)
        except ValueError as refusal:
            self._speak(str(refusal))
            return
        self._speed = _Speedometer()
        self.training.train(data, steps, self._settings)

    def _begin_at_random(self) -> None:
        """Draw all kernels of the selected layer, and show the next seed."""
        seed, layer = self.card.seed.value(), self.connections.session.view.layer
        self.training.pause()
        if self._change(f"Begin at random, seed {seed}", partial(begin_at_random, layer=layer, seed=seed)):
            self.card.seed.show_value(seed + 1)

    @property
    def _settings(self) -> TrainingSettings:
        return TrainingSettings(
            rate=self.card.rate.value(),
            beta_2=_BETA_2,
            schedule="cosine",
            batch_size=1,
            epochs=self.card.steps.value(),
            held_out=0.0,
        )

    def _sample(self, glimpse: Glimpse) -> None:
        """Show the run as it is now, in every other frame while it goes: what is painted costs the run its time."""
        now = time.monotonic()
        if self.training.is_running and now - self._sampled_at < _SHOWN_SECONDS:
            return
        self._sampled_at = now
        curves = self.training.trainer.curves()
        loss = None if glimpse.report is None else glimpse.report.loss
        speed = self._speed.at(glimpse.state.step, glimpse.seconds)
        line = teach_line(self.training.status, glimpse.state.step, loss, speed)
        losses = GraphLine("loss", curves.steps, curves.losses)
        graph = graph_of("Loss", [losses], is_log=True, shown_step=curves.shown_step)
        self.card.show_run(line, graph, is_running=self.training.is_running)
        if loss is not None and self._data is not None and is_learned(loss, self._data):
            self.training.pause()
            self.card.verdict.setText(_LEARNED)
            self._learned_at = glimpse.state.step
        elif self.card.verdict.text() == _LEARNED and glimpse.state.step < self._learned_at:
            self.card.verdict.setText("")  # not later: in the steps until the pause the loss may rise a little again
        self._show_kernels(glimpse.state.network)
        if self.training.is_running:
            paint_now(self.dock)

    def _show_status(self) -> None:
        glimpse = self.training.trainer.glimpse()
        if glimpse is not None:
            self._sample(glimpse)
        if self.training.status is Status.FINISHED and self.card.verdict.text() in ("", self._slow):
            session = self.connections.session
            self._slow = slow_sentence(session.document, session.view.layer)
            self.card.verdict.setText(self._slow)

    def _is_of_run(self, document: Document) -> bool:
        """Return whether a document has the input and the target that the run learned."""
        try:
            return self.connections.data.pair_of(document) is self._data
        except ValueError:
            return False

    def _show_kernels(self, now: Network) -> None:
        run = self.training.current_run()
        self.card.show_kernels(taught_kernels(None if run is None else run.first, now, self.connections.session.view))

    def _speak(self, sentence: str) -> None:
        self.card.verdict.setText("")
        self.panel.say(sentence)

    def _connect(self) -> None:
        card, run = self.card, self.training
        card.target_asked.connect(self._ask_target)
        card.run_asked.connect(self._ask_run)
        card.pad.painted.connect(self._paint)
        card.pad.written.connect(self._write)
        card.guessed.connect(self._guess)
        card.reveal_asked.connect(self._reveal)
        card.refused.connect(self.panel.say)
        run.sampled.connect(self._sample)
        run.status_changed.connect(self._show_status)
        run.failed.connect(self.panel.say)
        run.told.connect(self.panel.say)


class _Speedometer:
    """Steps per second, measured over a moment."""

    def __init__(self) -> None:
        self._since: tuple[int, float] | None = None
        self._last: float | None = None

    def at(self, step: int, seconds: float) -> float | None:
        """Return the speed at a step that was made after so many seconds of training."""
        if self._since is None or step < self._since[0]:
            self._since = step, seconds
        elif seconds - self._since[1] >= _MEASURED_SECONDS:
            self._last = (step - self._since[0]) / (seconds - self._since[1])
            self._since = step, seconds
        return self._last


def _hidden_target(
    document: Document, layer: int, filter_index: int, order: Sequence[Detector], progress: Progress
) -> tuple[Detector, Document]:
    return hide_one_of(document, layer, filter_index, order, progress)
