"""The panel Train with its wiring."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from convstudio.model.edits.intent import EVERYTHING, Intent
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.learning import pairs
from convstudio.model.learning import training as method
from convstudio.model.learning.sources import DIGITS, PAIR, OwnSource
from convstudio.model.panes.exports.training import TrainingRecord
from convstudio.model.panes.learning.run_words import batch_line, held_out_line, kept_epoch, progress_line, train_words
from convstudio.model.run.forward import Forward
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.session.learning.network_training import NetworkTraining
from convstudio.session.learning.rate_finder import RateFinder
from convstudio.views.learning.run_bar import RunFacts
from convstudio.views.learning.training_panel import TrainingPanel
from convstudio.views.parts.room.painting import paint_now
from convstudio.wiring.learning.entries import DATA
from convstudio.wiring.learning.panels import Connections, LearningPanel
from convstudio.wiring.learning.records import record_of
from convstudio.wiring.learning.training_pages import TrainingPages

_DIGITS, _PAIR = "Handwritten digits", "Input and target"
_SOURCES = {_DIGITS: DIGITS, _PAIR: PAIR}
_SLOWER_STEP = "Begin again with a smaller rate"


class TrainingControl(LearningPanel):
    """Trains the network of the window, and shows how it goes."""

    about = "kernel"

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self.dock: TrainingPanel = TrainingPanel(connections.window)
        self.training = NetworkTraining(connections.session, method, self._is_showing, connections.window)
        self.pages = TrainingPages(self.dock, self.training)
        self.rates = RateFinder(connections.window)
        self._way_out: tuple[method.NotFiniteError, float | None] | None = None
        self._offered: list[str] = []
        self._wire()
        self._show_settings()
        self._show_data()
        self._show_run()

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Show the settings of the document, what “Train” would do with it, and the page on top."""
        self.pages.show_document(document, view, result)
        self._show_data()
        if not self.training.is_running:
            self._show_settings()
            self.dock.bar.show_facts(self._facts())

    @property
    def is_running(self) -> bool:
        """Whether the network is being trained."""
        return self.training.is_running

    def pause(self) -> None:
        """Stop after the step that is being made."""
        self.training.pause()

    def record(self) -> TrainingRecord | None:
        """Return the current run, or else the last one that ended, with the networks that are kept of it."""
        return record_of(self.training)

    def write_again(self) -> None:
        """Write again the settings, what the run has come to, and the rate that is offered."""
        self._show_settings()
        self._show_run()
        if self._way_out is not None:
            self._show_way_out(self._way_out[1])

    def close(self, patience: int) -> bool:
        """Stop the training."""
        ended = [part.close(patience) for part in (self.training, self.rates, self.pages.other_maps)]
        return all(ended)

    # --- what is asked -----------------------------------------------------------------------------------------------

    def _wire(self) -> None:
        dock, bar, training = self.dock, self.dock.bar, self.training
        dock.intent_asked.connect(self.connections.changes.take)
        dock.page_changed.connect(self._show_run)
        dock.visibilityChanged.connect(self._show_run)
        dock.data_chosen.connect(self._choose_data)
        dock.data_asked.connect(self._ask_data)
        bar.train_asked.connect(self._train_or_pause)
        bar.step_asked.connect(self._step)
        bar.back_asked.connect(training.step_back)
        bar.restart_asked.connect(training.restart)
        bar.stop_asked.connect(training.stop)
        bar.place_asked.connect(training.go_to)
        bar.slower_asked.connect(self._go_slower)
        training.sampled.connect(self._follow_run)
        training.status_changed.connect(self._show_run)
        training.runs_changed.connect(self._show_run)
        training.failed.connect(self._show_failure)
        training.told.connect(self._say)
        self.rates.found.connect(self._show_way_out)
        self.connections.session.about_to_restart.connect(partial(self._say, ""))
        self.connections.data.changed.connect(self._take_data)
        self.connections.loader.settled.connect(self._show_data)

    def _train_or_pause(self) -> None:
        if self.training.is_running:
            self.training.pause()
            return
        self.dock.show_curves()
        self._train(None)

    def _step(self) -> None:
        self._train(1)

    def _train(self, steps: int | None) -> None:
        """Train on the chosen data, or say why that is not possible."""
        self._say("")
        try:
            data = self._data()
        except ValueError as refusal:
            self._say(as_sentence(str(refusal)))
        else:
            self.training.train(data, steps)

    def _go_slower(self) -> None:
        """Go back to the weights that the run began with, and use the rate that is offered, as one step."""
        rate, first = None if self._way_out is None else self._way_out[1], self.training.first
        self._say("")
        if rate is not None and first is not None:
            edit = partial(_begun_again, network=first, rate=rate)
            self.connections.changes.take(Intent(_SLOWER_STEP, edit, target=EVERYTHING))

    # --- data --------------------------------------------------------------------------------------------------------

    def _data(self) -> Dataset:
        """Return what is trained on; raise ValueError where there is none."""
        return self.connections.data.of(self.connections.session.document)

    def _choose_data(self, place: int) -> None:
        """Have other data read, and show what there is until it is there."""
        source = _SOURCES.get(self._offered[place])
        if source is not None:
            self.connections.loader.load(source)
        self._show_data()

    def _ask_data(self) -> None:
        self.connections.open(DATA.title)

    def _take_data(self) -> None:
        self._show_data()
        self._show_settings()
        self._show_run()

    # --- what is shown -----------------------------------------------------------------------------------------------

    def _is_showing(self) -> bool:
        return self.connections.display.is_computing

    def _show_settings(self) -> None:
        data = self.connections.data.data
        self.dock.show_document(
            self.connections.session.document, is_split=data is not None and data.held_out is not None
        )

    def _show_data(self) -> None:
        chosen = self.connections.data.data
        self._offered = [_DIGITS, _PAIR]
        if chosen is not None and chosen.name not in self._offered:
            self._offered.append(chosen.name)
        source, missing = self.connections.loader.source, self.connections.data.missing
        if isinstance(source, OwnSource):
            self._offered.append(source.name)
            self.dock.show_data(self._offered, len(self._offered) - 1, missing)
            return
        place = self._offered.index(_PAIR if chosen is None else chosen.name)
        self.dock.show_data(self._offered, place, _data_line(chosen, self.connections.session.document))

    def _follow_run(self) -> None:
        """Show how far the run is, in every frame; the page on top follows as quickly as the eye does."""
        if not self.dock.is_in_sight:
            return
        if self.training.is_running:
            self.dock.bar.show_facts(self._facts())
            self.pages.follow_run()
            paint_now(self.dock)
        else:
            self._show_run()

    def _show_run(self) -> None:
        """Show the controls, and the page on top; the others follow when they come on top."""
        self.dock.bar.show_facts(self._facts())
        self.pages.show_run()

    def _facts(self) -> RunFacts:
        training = self.training
        status, glimpse = training.status, training.glimpse()
        button = train_words(status, goes_on=self._goes_on())
        if glimpse is None:
            return RunFacts(button, is_running=training.is_running)
        step, epochs = glimpse.state.step, self.training.epochs
        kept = kept_epoch(training.trainer.epochs(), training.kept_epoch)
        return RunFacts(
            button,
            progress_line(
                status,
                step,
                glimpse.steps,
                glimpse.state.epoch,
                epochs,
                glimpse.seconds_left,
                is_changed=training.is_changed,
            ),
            batch_line(glimpse.report),
            held_out_line(kept or glimpse.epoch, is_kept=kept is not None),
            step,
            glimpse.steps,
            is_running=training.is_running,
            can_go_back=not training.is_running,
            can_stop=True,
        )

    def _goes_on(self) -> bool:
        try:
            return self.training.can_go_on(self._data())
        except ValueError:
            return False

    def _show_failure(self, sentence: str) -> None:
        """Say why the run ended; where it diverged, look for a rate to begin again with."""
        self._say(sentence)
        trainer = self.training.trainer
        if isinstance(trainer.problem, method.NotFiniteError):
            self.rates.request(trainer.plan, trainer.problem)

    def _show_way_out(self, rate: float | None) -> None:
        """Offer a rate to begin again with after the run diverged; None: none helps."""
        problem = self.training.trainer.problem
        if isinstance(problem, method.NotFiniteError):
            self._way_out = problem, rate
            self.dock.bar.show_trouble(problem.advised(rate), slower=rate)

    def _say(self, sentence: str) -> None:
        """Say what went wrong, in place of what was said before; nothing: all is well."""
        self.rates.forget()
        self._way_out = None
        self.dock.bar.show_trouble(sentence)


def _begun_again(document: Document, network: Network, rate: float) -> Document:
    """Return a document as a run began with it, but for the learning rate."""
    return set_training(replace(document, network=network), rate=rate)


def _data_line(data: Dataset | None, document: Document) -> str:
    """Say what is trained on, in a line."""
    if data is None:
        return pairs.NO_TARGET if document.target is None else "The current input and its target."
    parts = [f"{counted(len(data), 'sample')} of {format_shape(data.input_shape)}"]
    if data.class_names:
        parts.append(counted(len(data.class_names), "class", "classes"))
    if data.held_out is not None and len(data.held_out):
        parts.append(f"{len(data.held_out)} held out")
    if document.training.random_labels:
        parts.append("random labels")
    return ", ".join(parts)
