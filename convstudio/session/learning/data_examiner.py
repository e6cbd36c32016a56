"""Trying the network on all samples off the UI thread: the newest network wins, and training keeps most of the time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError
from convstudio.session.worker import Outcome, Task, Work, Worker

_MOMENT_MILLISECONDS = 150
_SHARE = 4
"""So many times as long as the last trial took, no other network is tried: a run changes it all the time."""
_LONGEST_MILLISECONDS = 10_000
_NO_MEMORY = "There is not enough memory to try the network on the samples. Use fewer or smaller ones."
_FAULT = "A fault in this program kept the network from being tried on the samples. Save your work."


@dataclass(frozen=True, eq=False)
class Trial:
    """A network that is tried on samples, with a loss."""

    network: Network
    data: Dataset
    loss: str

    def is_same(self, other: Trial | None) -> bool:
        """Return whether another trial would find the same."""
        return (
            other is not None and self.network is other.network and self.data is other.data and self.loss == other.loss
        )


class DataExaminer(QObject):
    """Tries one network at a time on all samples; `examined` carries the trial and its verdicts.

    `failed` carries the trial and a sentence where the network cannot be tried.
    """

    examined = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: Trial | None = None
        self._running: Trial | None = None
        self._last: Trial | None = None
        self._seconds = 0.0
        self._worker = Worker(self, expected=(ValueError, MemoryError, CancelledError))
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.timeout.connect(self._start)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or waits to be tried."""
        return self._worker.is_idle and not self._moment.isActive()

    def request(self, trial: Trial | None) -> None:
        """Ask what a network makes of samples; what was asked for before is dropped where it has not begun.

        A trial of other samples is stopped. One of the same samples with an older network ends, so that something is
        shown while a run changes the network all the time.
        """
        self._wanted = trial
        running = self._running
        if trial is None or (running is not None and running.data is not trial.data):
            self._worker.stop()
        if trial is None or trial.is_same(running) or (running is None and trial.is_same(self._last)):
            self._moment.stop()
        elif running is None and not self._moment.isActive():
            self._wait()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self.request(None)
        return self._worker.close(patience)

    def _wait(self) -> None:
        assert self._wanted is not None, "there is something to wait for"
        is_again = self._last is not None and self._last.data is self._wanted.data
        pause = min(_SHARE * 1000 * self._seconds, _LONGEST_MILLISECONDS) if is_again else 0
        self._moment.start(max(_MOMENT_MILLISECONDS, round(pause)))

    def _start(self) -> None:
        if self._wanted is not None and self._running is None:
            self._running = self._wanted
            self._worker.add(Task(partial(_work, self._wanted), partial(self._take, self._wanted, time.perf_counter())))

    def _take(self, trial: Trial, began: float, outcome: Outcome) -> None:
        self._running, self._seconds = None, time.perf_counter() - began
        is_wanted = self._wanted is not None and self._wanted.data is trial.data
        if is_wanted and outcome.problem is None:
            self._last = trial
            self.examined.emit(trial, outcome.result)
        elif is_wanted and not isinstance(outcome.problem, CancelledError):
            self._last = trial
            self.failed.emit(trial, outcome.told(_NO_MEMORY, _FAULT))
        if self._wanted is not None and not self._wanted.is_same(trial):
            self._wait()


def _work(trial: Trial) -> Work:
    from convstudio.model.panes.learning.data.verdicts import verdicts_on  # here, and not above: no start needs it

    return lambda progress: verdicts_on(trial.network, trial.data, trial.loss, progress)
