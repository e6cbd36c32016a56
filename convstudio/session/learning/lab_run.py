"""A lab's runs in a thread of their own, side by side, which the window samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from convstudio.model.learning.side_by_side import (
    JointPlan,
    JointState,
    advance_side_by_side,
    begin_side_by_side,
)
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.progress import Progress
from convstudio.session.learning.bounded_rows import BoundedRows
from convstudio.session.window_frames import FRAMES, FrameTimer
from convstudio.session.worker import Outcome, Task, Work, Worker, give_way_often

_SAMPLED_MILLISECONDS = 33
_NO_MEMORY = "The lab needs more memory than there is. Choose fewer filters or less data."
_FAULT = "A fault in this program stopped the lab. Save your work."


@dataclass(frozen=True, eq=False)
class LabGlimpse:
    """A lab at one moment: its plan and its newest state, and of all steps so far `losses` and `similarities`.

    `steps` is `(rows,)`, the other two are `(rows, runs)`; a row is the mean of some steps where there were many.
    """

    plan: JointPlan
    state: JointState
    steps: NDArray[np.float64]
    losses: NDArray[np.float64]
    similarities: NDArray[np.float64]


class LabRun(QObject):
    """Runs a lab. `sampled` carries a `LabGlimpse` about every other frame, and one at the end.

    `status_changed` carries a `Status` where it became another one, `failed` a sentence where the lab cannot run.
    """

    sampled = Signal(object)
    status_changed = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self, expected=(ValueError, MemoryError))
        self._lock = Lock()
        self._plan: JointPlan | None = None
        self._state: JointState | None = None
        self._rows = BoundedRows()
        self.status = Status.IDLE
        self._timer = FrameTimer(_SAMPLED_MILLISECONDS, self._sample, self)

    @property
    def is_running(self) -> bool:
        """Whether steps are being made."""
        return self.status is Status.RUNNING

    def start(self, make: Callable[[], JointPlan]) -> None:
        """Begin a lab; `make` plans it in the thread, and raises ValueError with a sentence where it cannot run."""
        self._worker.stop()
        self._worker.add(Task(partial(self._prepare, make), self._take))

    def resume(self) -> None:
        """Go on where it was paused."""
        if self.status is Status.PAUSED:
            self._worker.add(Task(partial(self._prepare, None), self._take))

    def pause(self) -> None:
        """Stop after the step that is being made."""
        self._worker.stop()

    def close(self, patience: int = -1) -> bool:
        """End; wait `patience` ms (-1: for ever) for the step that is being made, and return whether it ended."""
        self.blockSignals(True)
        self._timer.stop()
        self._worker.stop()
        return self._worker.close(patience)

    def glimpse(self) -> LabGlimpse | None:
        """Return the lab as it is now; None before it is planned."""
        with self._lock:
            if self._plan is None or self._state is None:
                return None
            runs = len(self._state.states)
            rows = self._rows.array(1 + 2 * runs)
            return LabGlimpse(self._plan, self._state, rows[:, 0], rows[:, 1 : 1 + runs], rows[:, 1 + runs :])

    # --- in the thread of the window ---------------------------------------------------------------------------------

    def _prepare(self, make: Callable[[], JointPlan] | None) -> Work:
        give_way_often()
        self._set_status(Status.RUNNING)
        self._timer.begin()
        return partial(self._make_steps, make)

    def _take(self, outcome: Outcome) -> None:
        self._timer.stop()
        if outcome.problem is None:
            self._set_status(Status.FINISHED if outcome.result else Status.PAUSED)
            self._sample()
            return
        self._set_status(Status.FAILED)
        self.failed.emit(outcome.told(_NO_MEMORY, _FAULT))

    def _set_status(self, status: Status) -> None:
        if status is not self.status:
            self.status = status
            self.status_changed.emit(status)

    def _sample(self) -> None:
        glimpse = self.glimpse()
        if glimpse is not None:
            self.sampled.emit(glimpse)

    # --- in the thread of the lab ------------------------------------------------------------------------------------

    def _make_steps(self, make: Callable[[], JointPlan] | None, progress: Progress) -> bool:
        """Make steps until none is left or `progress` is cancelled; return whether none is left."""
        if make is not None:
            plan = make()
            state = begin_side_by_side(plan)
            with self._lock:
                self._plan, self._rows = plan, BoundedRows()
            self._keep(state)
        assert self._plan is not None, "a lab that goes on was planned"
        assert self._state is not None, "a lab that goes on has begun"
        plan, state = self._plan, self._state
        while state.step < plan.steps:
            if progress.is_cancelled:
                return False
            state = advance_side_by_side(plan, state)
            self._keep(state)
            FRAMES.give_way()
        return True

    def _keep(self, state: JointState) -> None:
        with self._lock:
            self._state = state
            self._rows.add((state.step, *state.losses, *state.similarities))
