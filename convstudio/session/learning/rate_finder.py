"""Looking off the UI thread for a learning rate that a training which diverged can begin again with."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from convstudio.model.learning.training import NotFiniteError, TrainingPlan, tolerated_rate
from convstudio.model.values.progress import Progress
from convstudio.session.worker import Outcome, Task, Work, Worker


class RateFinder(QObject):
    """Tries smaller rates in a separate thread; a newer question stops the one before.

    `found` carries the rate, None where none helps. Nothing comes where it was stopped, or could not be worked out.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self)

    def request(self, plan: TrainingPlan, stop: NotFiniteError) -> None:
        """Ask for a rate in place of the one with which a training diverged."""
        self._worker.replace(Task(partial(_work, plan, stop.rate), self._take))

    def forget(self) -> None:
        """Stop looking: nobody wants to know any more."""
        self._worker.forget()

    def close(self, patience: int = -1) -> bool:
        """Tell nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    def _take(self, outcome: Outcome) -> None:
        if outcome.is_newest and outcome.problem is None:
            self.found.emit(outcome.result)


def _work(plan: TrainingPlan, rate: float) -> Work:
    return partial(_tolerated, plan, rate)


def _tolerated(plan: TrainingPlan, rate: float, progress: Progress) -> float | None:
    return tolerated_rate(plan, rate, progress)
