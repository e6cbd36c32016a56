"""Writing the network as a program off the UI thread: it runs the network, which may take a while."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from convstudio.files.code import code_for
from convstudio.files.problems import FileProblem
from convstudio.model.document import Document

_FAULT = "The program was not written, for something went wrong inside ConvStudio: your work is kept."


class Coder(QObject):
    """Writes one program at a time in a thread of its own; what was asked for last is what comes."""

    written = Signal(str, str)
    """The library, and the program for it."""
    failed = Signal(str)
    """Why there is no program, in a sentence."""
    _finished = Signal(int, str, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._newest = 0
        self._finished.connect(self._take)

    def request(self, document: Document, target: str) -> None:
        """Ask for a document's program for one of `files.code.TARGETS`; `written` or `failed` answers."""
        self._newest += 1
        self._pool.clear()
        self._pool.start(_Run(self._newest, document, target, self._finished.emit))

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` milliseconds, -1 for ever, for what runs, and say if it ended."""
        self.blockSignals(True)
        self._pool.clear()
        return self._pool.waitForDone(patience)

    def _take(self, ticket: int, target: str, text: str, problem: str) -> None:
        if ticket != self._newest:
            return
        if problem:
            self.failed.emit(problem)
        else:
            self.written.emit(target, text)


class _Run(QRunnable):
    """One program of a frozen document."""

    def __init__(self, ticket: int, document: Document, target: str, finished: Callable[..., object]) -> None:
        super().__init__()
        self._ticket = ticket
        self._document = document
        self._target = target
        self._finished = finished

    def run(self) -> None:
        text, problem = "", ""
        try:
            text = code_for(self._document, self._target)
        except FileProblem as refusal:
            problem = str(refusal)
        except MemoryError:
            problem = "There is not enough memory to write this network as a program: use a smaller sample."
        except Exception:
            traceback.print_exc()
            problem = _FAULT
        self._finished(self._ticket, self._target, text, problem)
