"""Working out gradients of the phase on show off the UI thread: the newest request wins."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.panes.learning.watching import PassRequest, worked_out
from convstudio.model.values.progress import CancelledError
from convstudio.model.words.wording import as_sentence
from convstudio.session.worker import Outcome, Task, Work, Worker

_NO_MEMORY = "There is not enough memory for the gradients: use a smaller input or fewer filters."
_FAULT = "The gradients could not be worked out: something went wrong inside ConvStudio. Choose Forward."


class Differentiator(QObject):
    """Works out one backward pass at a time in a separate thread; a newer request cancels it."""

    passed = Signal(object)
    failed = Signal(str)
    """Why there are no gradients, in a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: PassRequest | None = None
        self._worker = Worker(self, expected=(CancelledError, MemoryError, ValueError))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is worked out now."""
        return self._worker.is_idle

    def request(self, wanted: PassRequest | None) -> None:
        """Ask for a backward pass, or (None) for none; `passed` brings that of the newest request, once."""
        if wanted is not None and wanted.wants_the_same_as(self._wanted):
            return
        self._wanted = wanted
        if wanted is None:
            self._worker.forget()
        else:
            self._worker.replace(Task(partial(_work, wanted), self._take))

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    def _take(self, outcome: Outcome) -> None:
        if not outcome.is_newest or isinstance(outcome.problem, CancelledError):
            return
        if isinstance(outcome.result, BackwardPass):
            self.passed.emit(outcome.result)
        elif isinstance(outcome.problem, ValueError):
            self.failed.emit(as_sentence(str(outcome.problem)))
        else:
            self.failed.emit(_NO_MEMORY if isinstance(outcome.problem, MemoryError) else _FAULT)


def _work(wanted: PassRequest) -> Work:
    return partial(worked_out, wanted)
