"""Following a score back to the input off the UI thread: what was asked for last is what comes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from convstudio.model.lenses.attribution import Attribution, Score, attribution_of
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.words.wording import as_sentence
from convstudio.session.worker import Outcome, Task, Work, Worker

_NO_MEMORY = "There is not enough memory for these gradients. Use a smaller input or a smaller network."
_FAULT = "The gradients could not be computed: something went wrong inside ConvStudio. Choose another score."


class Attributor(QObject):
    """Follows one score at a time back to the input in a separate thread; a newer one cancels it.

    `answered` carries the `Attribution`, or a sentence why there is none.
    """

    answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self, expected=(CancelledError, MemoryError, ValueError))

    def request(self, score: Score) -> None:
        """Ask what a score depends on; `answered` brings that of the newest one, once."""
        self._worker.replace(Task(partial(_work, score), self._take))

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    def _take(self, outcome: Outcome) -> None:
        if not outcome.is_newest or isinstance(outcome.problem, CancelledError):
            return
        if isinstance(outcome.result, Attribution):
            self.answered.emit(outcome.result)
        elif isinstance(outcome.problem, MemoryError):
            self.answered.emit(_NO_MEMORY)
        else:
            refusal = outcome.problem
            self.answered.emit(as_sentence(str(refusal)) if isinstance(refusal, ValueError) else _FAULT)


def _work(score: Score) -> Work:
    return partial(_followed, score)


def _followed(score: Score, progress: Progress) -> Attribution:
    """Follow a score back, and make what the pictures are drawn from."""
    found = attribution_of(score, progress)
    _ = found.saliency, found.times_input
    return found
