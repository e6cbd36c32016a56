"""The training of a session's network: a run is one undo step, which grows while the window samples the run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from convstudio.model.edits.intent import EVERYTHING
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.runs import Status, TrainingRun
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.session.learning.trainer import Glimpse, Method, State, Trainer
from convstudio.session.session import Session
from convstudio.session.window_frames import FrameTimer

STEP = "Train network"
SAMPLED_MILLISECONDS = 16
"""How often the reports are sampled while a run goes: once a frame."""
SHOWN_MILLISECONDS = 100
"""How often the network of the document follows: everything that the window shows is worked out for each."""
_LATEST_MILLISECONDS = 1000
"""How long maps that are still being computed may delay that: what is not in the document is lost in a crash."""
_RUNS = 8
_PLACES = 100
"""So many pauses of a run can be gone on from after an undo; it goes on as from a change by hand from those before."""
_CHANGED = "The network was changed, so the training is paused. “Train” goes on with the network as it is now."


class NetworkTraining(QObject):
    """Trains the network of the document, and shows it in the document as it becomes.

    `sampled` carries a `Glimpse` about every frame while a run goes, and one more where it rests.
    `told` carries a sentence where the run was paused by a change of the network, `failed` one where it cannot go on.
    `runs_changed` tells that `runs`, those before the current one, are others.
    """

    sampled = Signal(object)
    status_changed = Signal(object)
    failed = Signal(str)
    told = Signal(str)
    runs_changed = Signal()

    def __init__(
        self,
        session: Session,
        method: Method,
        is_showing: Callable[[], bool],
        parent: QObject | None = None,
        step: str = STEP,
    ) -> None:
        super().__init__(parent)
        self._step = step
        self._session, self._method, self._is_showing = session, method, is_showing
        self.trainer = Trainer(method, self)
        self.runs: list[TrainingRun] = []
        self.data: Dataset | None = None
        self._number = 0
        self._first: Network | None = None
        self._network: Network | None = None
        self._applied: State | None = None
        self._places: list[tuple[Network, State]] = []
        self._applied_at = 0.0
        self._is_applying = self._is_overtaken = self._is_ending = self._is_growing = False
        self._timer = FrameTimer(SAMPLED_MILLISECONDS, self._sample, self)
        self.trainer.status_changed.connect(self._take_status)
        self.trainer.failed.connect(self.failed)
        session.document_changed.connect(self._take_change)
        session.about_to_restart.connect(self.leave)

    @property
    def status(self) -> Status:
        """What the trainer does."""
        return self.trainer.status

    @property
    def is_running(self) -> bool:
        """Whether a run goes."""
        return self.trainer.is_running

    @property
    def epochs(self) -> int:
        """How many epochs the run has."""
        return 0 if self.trainer.plan is None else self.trainer.plan.settings.epochs

    @property
    def kept_epoch(self) -> int | None:
        """The epoch whose weights the finished run left; None where it left those of its last step, or goes on."""
        glimpse = self.glimpse()
        return None if glimpse is None or self.status is not Status.FINISHED else glimpse.state.kept_epoch

    @property
    def is_changed(self) -> bool:
        """Whether the network of the document is none that the run made: it was changed since."""
        return self._first is not None and self._place_of(self._session.document.network) is None

    @property
    def first(self) -> Network | None:
        """The network that the run began with; None where there is no run."""
        return self._first

    def glimpse(self) -> Glimpse | None:
        """Return the run as it is now; None where there is none, or before its first step is prepared."""
        return None if self._first is None else self.trainer.glimpse()

    def can_go_on(self, data: Dataset, settings: TrainingSettings | None = None, steps: int | None = None) -> bool:
        """Whether “Train” goes on with the run: it has the same settings, data and layers, and steps left.

        Some `steps` are also made after its last one.
        """
        document, before = self._session.document, self._network
        is_alike = self.trainer.settings == (settings or document.training) and data is self.data
        has_steps = self.status is Status.PAUSED or (steps is not None and self.status is Status.FINISHED)
        if self._first is None or before is None or not (is_alike and has_steps):
            return False
        return _are_alike(before, document.network)

    def train(self, data: Dataset, steps: int | None = None, settings: TrainingSettings | None = None) -> None:
        """Go on with the run, or begin another one, from the network as it is now; make all steps, or only some.

        Some steps also go on with a run that is finished. Without `settings`, those of the document are used.
        """
        document = self._session.document
        if self.can_go_on(data, settings, steps):
            self._resume(steps)
            return
        self._is_overtaken = False
        self._keep_run()
        self._number += 1
        self.data, self._first, self._network, self._applied = data, document.network, document.network, None
        self._places, self._is_growing = [], False
        self._applied_at = time.monotonic()  # a first frame is made sooner without the maps
        self.trainer.start(document, data, settings or document.training, steps)

    def pause(self) -> None:
        """Stop after the step that is being made."""
        self.trainer.pause()

    def step_back(self) -> None:
        """Go back to the state before."""
        if self.trainer.step_back():
            self._show_other()

    def go_to(self, step: int) -> None:
        """Go to the state of a step, or the last one before it that is kept."""
        if self.trainer.go_to(step):
            self._show_other()

    def restart(self) -> None:
        """Go back to the network that the run began with."""
        self.go_to(0)

    def stop(self) -> None:
        """End the run, and keep it to compare: the next one is another one."""
        self._is_ending = True
        if self.is_running:
            self.trainer.pause()
        else:
            self._end()

    def leave(self) -> None:
        """Forget the run: another project comes."""
        self.trainer.pause()
        self._first = self._network = None

    def current_run(self) -> TrainingRun | None:
        """Return all of the run that goes on, though it was taken back; None before its first step is prepared."""
        glimpse, settings = self.trainer.glimpse(), self.trainer.settings
        if self._first is None or glimpse is None or settings is None or self.data is None:
            return None
        curves, epochs = replace(self.trainer.curves(), shown_step=math.inf), self.trainer.epochs()
        newest = self.trainer.state_at(self.trainer.kept_steps[-1])
        last = (newest or glimpse.state).network
        return TrainingRun(self._number, settings, self.data.name, curves, epochs, self._first, last)

    def close(self, patience: int = -1) -> bool:
        """End; wait `patience` ms (-1: for ever) for the step that is being made, and return whether it ended."""
        self.blockSignals(True)
        self._timer.stop()
        return self.trainer.close(patience)

    def _resume(self, steps: int | None) -> None:
        """Go on from the network as it is now: one that the run had is a place in it, any other one was changed."""
        self._is_overtaken = False
        network = self._session.document.network
        place = self._place_of(network)
        if place is not None:
            self.trainer.return_to(place)
        self.trainer.resume(network if place is None else None, steps)

    def _place_of(self, network: Network) -> State | None:
        """Return the state of the run that led to a network; None for one that was changed by hand."""
        if network is self._first:
            return self.trainer.state_at(0)
        return next((state for held, state in reversed(self._places) if held is network), None)

    def _keep_run(self) -> None:
        """Keep what is left of the run before."""
        run = self.current_run()
        if run is not None and len(run.curves.steps):
            self.runs = [*self.runs, run][-_RUNS:]
            self.runs_changed.emit()

    def _end(self) -> None:
        self._is_ending = False
        self._keep_run()
        self._first = self._network = None
        self.status_changed.emit(self.status)

    def _take_status(self, status: Status) -> None:
        if status is Status.RUNNING:
            self._timer.begin()
        else:
            self._timer.stop()
            if self._is_overtaken and self._applied is not None:
                self.trainer.go_to(self._applied.step)  # what was made of the network since is not in the document
            self._sample()
            if self._is_ending:
                self._end()
        self.status_changed.emit(status)

    def _sample(self) -> None:
        """Tell of the newest state, or show it in the document where it is time for that.

        While a run goes, one frame has time for one of them; where it rests, it is both.
        """
        glimpse = self.trainer.glimpse()
        if glimpse is None or self._first is None:
            return
        is_due = not self.is_running or self._is_due()
        if glimpse.state is not self._applied and is_due and not self._is_overtaken:
            self._apply(glimpse.state)
            if self.is_running:
                return
        self.sampled.emit(glimpse)

    def _show_other(self) -> None:
        """Show another state of the run than before."""
        self._is_overtaken = False
        self._sample()

    def _is_due(self) -> bool:
        passed = 1000 * (time.monotonic() - self._applied_at)
        return passed >= (_LATEST_MILLISECONDS if self._is_showing() else SHOWN_MILLISECONDS)

    def _apply(self, state: State) -> None:
        """Put the network of a state into the document: the undo step of the run grows."""
        self._applied, self._applied_at = state, time.monotonic()
        try:
            document = self._document_of(state)
        except ValueError as refusal:
            self.told.emit(str(refusal))
            return
        goes_on = self._is_growing
        if goes_on:  # the undo step of the run holds the newest network alone
            self._places.pop()
        self._is_growing = self.is_running
        self._is_applying, self._network = True, document.network
        self._places = [*self._places[-_PLACES:], (document.network, state)]
        try:
            if goes_on:
                self._session.go_on(self._step, document, self._number, EVERYTHING)
            else:
                self._session.apply(self._step, document, self._number, EVERYTHING)
        finally:
            self._is_applying = False

    def _document_of(self, state: State) -> Document:
        """Return the document with the network of a state; raise ValueError where its layers are others."""
        document = self._session.document
        if self.status is Status.FINISHED:
            return self._method.trained(document, state)  # which may be the best one, and not the last
        return replace(document, network=state.network)

    def _take_change(self, before: Document, document: Document) -> None:
        """Pause where another change of the network would be lost with the next sample; follow an undo and a redo."""
        if self._is_applying or document.network is before.network:
            return
        if self.is_running:
            self._is_overtaken = True
            self.trainer.pause()
            self.told.emit(_CHANGED)
            return
        place = self._place_of(document.network)
        if place is not None:
            self._applied = place  # the document has its network already
            self.trainer.return_to(place)
            self._sample()


def _are_alike(one: Network, other: Network) -> bool:
    """Return whether two networks have the same kinds of layers with as many parameters each."""
    kinds, others = ([(type(layer), layer.parameters, layer.is_on) for layer in net.layers] for net in (one, other))
    return kinds == others
