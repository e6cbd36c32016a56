"""The detective's work off the UI thread: the newest question wins."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from convstudio.model.learning.detective import Solution, case_of, solve
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.words.wording import as_sentence
from convstudio.session.worker import Outcome, Task, Work, Worker

_NO_MEMORY = "The equations need more memory than there is. Choose a smaller input or a smaller kernel."
_FAULT = "A fault in this program stopped the detective. Save your work."


class Detective(QObject):
    """Looks for the filter that makes a document's target; `solved` carries a `Solution`, `refused` why there is none.

    A question that a newer one has overtaken is stopped, and gets no answer.
    """

    solved = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self, expected=(CancelledError, MemoryError, ValueError))

    def request(self, document: Document, layer: int, filter_index: int, read: TiledArray | None) -> None:
        """Ask for one filter of a layer; `read` is what the layer reads, None where that is not computed."""
        self._worker.replace(Task(partial(_work, document, layer, filter_index, read), self._take))

    def close(self, patience: int = -1) -> bool:
        """Tell nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    def _take(self, outcome: Outcome) -> None:
        if not outcome.is_newest:
            return
        problem = outcome.problem
        if isinstance(outcome.result, Solution):
            self.solved.emit(outcome.result)
        elif isinstance(problem, ValueError):
            self.refused.emit(as_sentence(str(problem)))
        else:
            self.refused.emit(_NO_MEMORY if isinstance(problem, MemoryError) else _FAULT)


def _work(document: Document, layer: int, filter_index: int, read: TiledArray | None) -> Work:
    return partial(_solve, document, layer, filter_index, read)


def _solve(document: Document, layer: int, filter_index: int, read: TiledArray | None, progress: Progress) -> Solution:
    return solve(case_of(document, layer, filter_index, read), progress)
