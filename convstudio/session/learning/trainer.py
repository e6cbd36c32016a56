"""Training in a thread of its own, which the window samples: the run never waits for the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, Signal

from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.reports import EpochReport, StepReport
from convstudio.model.values.learning.runs import Status, StepCurves
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.progress import Progress
from convstudio.session.learning.kept_states import KeptStates
from convstudio.session.learning.run_log import RunLog
from convstudio.session.window_frames import FRAMES
from convstudio.session.worker import Outcome, Task, Work, Worker, give_way_often

_KEPT_BYTES = 128 * 2**20
_MOST_RECENT = 64
_COPIES = 4
"""How many arrays a state holds for each one of weights, at most: weights, two of the optimiser, the best so far."""
_DOUBLINGS = 12
"""In so many parts, by age, states are kept: as many as a run of some 100,000 steps has."""
_NO_MEMORY = "The training needs more memory than there is. Take smaller batches, or a smaller network."
_FAULT = "A fault in this program stopped the training. What was trained until then is kept. Save your work."


class State(Protocol):
    """What a trainer knows of the state of a run."""

    @property
    def network(self) -> Network:
        """The network after so many steps."""

    @property
    def step(self) -> int:
        """The number of steps done."""

    @property
    def epoch(self) -> int:
        """The number of epochs done."""

    @property
    def kept_epoch(self) -> int | None:
        """The epoch whose weights are the final ones; None where those of the last step are."""


class Method(Protocol):
    """How a run goes, step by step: the functions of `model.learning.training`, which know no threads."""

    def plan(self, document: Document, data: Dataset, settings: TrainingSettings) -> Any:
        """Check all that a run needs; raise ValueError with a sentence."""

    def begin(self, plan: Any) -> Any:
        """Return the state before the first step."""

    def advance(self, plan: Any, state: Any) -> tuple[Any, StepReport, EpochReport | None]:
        """Make one step."""

    def is_over(self, plan: Any, state: Any) -> bool:
        """Return whether no step is left."""

    def total_steps(self, plan: Any) -> int:
        """Return how many steps all epochs have."""

    def continued(self, plan: Any, state: Any, network: Network) -> Any:
        """Return a state that goes on with a network that was changed meanwhile; raise ValueError with a sentence."""

    def prolonged(self, plan: Any, state: Any) -> tuple[Any, Any]:
        """Return plan and state with more steps, where none was left."""

    def trained(self, document: Document, state: Any) -> Document:
        """Return a document with the network of a state."""


@dataclass(frozen=True, eq=False)
class Glimpse:
    """A run as it is at one moment: its newest state, the reports about it, and how quickly it goes.

    `seconds` is the time that was spent on training, without pauses.
    """

    state: State
    report: StepReport | None
    epoch: EpochReport | None
    steps: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the speed so far; None before the first step."""
        return self.seconds / self.state.step * (self.steps - self.state.step) if self.state.step else None


class _Moment(NamedTuple):
    """A state that is kept, and what the step to it reported: None of the state that a run begins with."""

    state: Any
    report: StepReport | None

    @property
    def step(self) -> int:
        """The number of steps that led to it."""
        return int(self.state.step)


class Trainer(QObject):
    """Trains one network at a time. Nothing is told of single steps: `glimpse` returns the newest state at any time.

    `status_changed` carries a `Status` where it became another one. `failed` carries a sentence about what ended the
    run; the last state with finite numbers is kept, and the run can go on from there.
    """

    status_changed = Signal(object)
    failed = Signal(str)

    def __init__(self, method: Method, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._method = method
        self._worker = Worker(self, expected=(ValueError, MemoryError))
        self._lock = Lock()
        self._plan: Any = None
        self._first_plan: Any = None
        self._given: tuple[Document, Dataset, TrainingSettings] | None = None
        self._state: Any = None
        self._reports: tuple[StepReport | None, EpochReport | None] = None, None
        self._kept: KeptStates[_Moment] = KeptStates(1)
        self._log = RunLog()
        self._seconds = 0.0
        self.status = Status.IDLE
        self.problem: BaseException | None = None
        """What ended the run that was started last."""

    @property
    def is_running(self) -> bool:
        """Whether steps are being made."""
        return self.status is Status.RUNNING

    @property
    def settings(self) -> TrainingSettings | None:
        """How the run goes that was started last."""
        return None if self._given is None else self._given[2]

    @property
    def plan(self) -> Any:
        """How that run was planned; None before that."""
        return self._plan

    @property
    def kept_steps(self) -> tuple[int, ...]:
        """The steps that the run can go back to."""
        with self._lock:
            return self._kept.steps

    def start(self, document: Document, data: Dataset, settings: TrainingSettings, steps: int | None = None) -> None:
        """Begin another run, and make all its steps, or only some."""
        self._worker.stop()
        self._run(partial(self._prepare_start, (document, data, settings), steps))

    def pause(self) -> None:
        """Stop after the step that is being made; the status tells when."""
        self._worker.stop()

    def resume(self, network: Network | None = None, steps: int | None = None) -> None:
        """Make the steps that are left, or only some, from the current state on, or from a network that was changed.

        Some steps are also made where none is left.
        """
        if self._given is not None and all(task.progress.is_cancelled for task in self._worker.tasks):
            self._run(partial(self._prepare_rest, network, steps))

    def step_once(self, network: Network | None = None) -> None:
        """Make one step."""
        self.resume(network, steps=1)

    def step_back(self) -> bool:
        """Go back to the last state that was kept; return whether there was one."""
        with self._lock:
            before = None if self._state is None or self.is_running else self._kept.before(self._state.step)
        return before is not None and self._go_to(before)

    def go_to(self, step: int) -> bool:
        """Go to the state of a step, or the last one before it that is kept; return whether there was one."""
        with self._lock:
            held = None if self._state is None or self.is_running else self._kept.at(step)
        return held is not None and self._go_to(held)

    def restart(self) -> bool:
        """Go back to the start of the run; return whether there was one."""
        return self.go_to(0)

    def return_to(self, state: State) -> bool:
        """Go to a state that the run had, however long ago; return whether that was possible."""
        with self._lock:
            held = self._kept.at(state.step) if len(self._kept) else None
        report = held.report if held is not None and held.state is state else None
        return not self.is_running and self._go_to(_Moment(state, report))

    def state_at(self, step: int) -> State | None:
        """Return the state of a step, or the last one before it that is kept, and leave the run where it is."""
        with self._lock:
            return self._kept.at(step).state if len(self._kept) else None

    def glimpse(self) -> Glimpse | None:
        """Return the run as it is now; None before the first step is prepared."""
        with self._lock:
            if self._state is None:
                return None
            steps = self._method.total_steps(self._plan)
            return Glimpse(self._state, *self._reports, steps, self._seconds)

    def curves(self) -> StepCurves:
        """Return what the steps reported, and which one the run is at."""
        with self._lock:
            curves = self._log.curves()
            return curves if self._state is None else replace(curves, shown_step=self._state.step)

    def epochs(self) -> tuple[EpochReport, ...]:
        """Return what the epochs reported."""
        with self._lock:
            return tuple(self._log.epochs)

    def close(self, patience: int = -1) -> bool:
        """Tell nothing more; wait `patience` ms (-1: for ever) for the last step, and return whether it ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    # --- in the thread of the window ---------------------------------------------------------------------------------

    def _run(self, prepare: Callable[[], Work]) -> None:
        """Make steps as soon as those that are being made have stopped."""
        self._worker.add(Task(prepare, self._take))

    def _prepare_start(self, given: tuple[Document, Dataset, TrainingSettings], steps: int | None) -> Work:
        self._given, self._plan = given, None
        self._reset(None)
        return self._prepare_rest(None, steps)

    def _prepare_rest(self, network: Network | None, steps: int | None) -> Work:
        self.problem = None
        give_way_often()
        self._set_status(Status.RUNNING)
        return partial(self._make_steps, network, steps)

    def _take(self, outcome: Outcome) -> None:
        problem = outcome.problem
        if problem is None:
            self._set_status(Status.FINISHED if outcome.result else Status.PAUSED)
            return
        self.problem = problem
        self._set_status(Status.FAILED)
        self.failed.emit(outcome.told(_NO_MEMORY, _FAULT))

    def _set_status(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self.status_changed.emit(status)

    def _go_to(self, moment: _Moment) -> bool:
        state = moment.state
        with self._lock:
            self._state = state
            if state.step <= self._method.total_steps(self._first_plan):
                self._plan = self._first_plan  # steps that were added at its end are taken back
            self._reports = (
                moment.report,
                next((one for one in reversed(self._log.epochs) if one.step <= state.step), None),
            )
        self._set_status(Status.FINISHED if self._method.is_over(self._plan, state) else Status.PAUSED)
        return True

    def _reset(self, state: Any) -> None:
        with self._lock:
            self._state, self._reports, self._seconds = state, (None, None), 0.0
            self._log = RunLog()
            self._kept = KeptStates(1 if state is None else _recent(state.network))
            if state is not None:
                self._kept.add(_Moment(state, None))

    # --- in the thread of the run ------------------------------------------------------------------------------------

    def _make_steps(self, network: Network | None, steps: int | None, progress: Progress) -> bool:
        """Make all steps, or as many as asked for, unless `progress` is cancelled; return whether none is left."""
        state = self._prepared(network, goes_beyond=steps is not None)
        done = 0
        while not self._method.is_over(self._plan, state):
            if progress.is_cancelled or done == steps:
                return False
            state = self._make_step(state)
            FRAMES.give_way()
            done += 1
        return True

    def _prepared(self, network: Network | None, *, goes_beyond: bool) -> Any:
        if self._plan is None:
            assert self._given is not None, "a run is started with what it learns from"
            self._plan = self._first_plan = self._method.plan(*self._given)
            self._reset(self._method.begin(self._plan))
        state = self._state
        if goes_beyond and self._method.is_over(self._plan, state):
            self._plan, state = self._method.prolonged(self._plan, state)
        if network is not None and network is not state.network:
            state = self._method.continued(self._plan, state, network)
        with self._lock:  # what was reported after this step belongs to a way that was left
            self._state = state
            self._log.go_back(state.step)
            self._kept.add(_Moment(state, self._reports[0]))
        return state

    def _make_step(self, state: Any) -> Any:
        begin = time.perf_counter()
        after, report, epoch = self._method.advance(self._plan, state)
        with self._lock:
            self._seconds += time.perf_counter() - begin
            self._state = after
            self._reports = report, epoch or self._reports[1]
            self._log.add(report, epoch)
            self._kept.add(_Moment(after, report))
        return after


def _recent(network: Network) -> int:
    """Return how many of the last states are kept, so that all that are kept take a bounded amount of memory."""
    size = _COPIES * 4 * sum(layer.parameters for layer in network.layers)
    return min(_MOST_RECENT, _KEPT_BYTES // max(1, size * _DOUBLINGS))
