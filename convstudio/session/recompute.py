"""Running the network off the UI thread: the newest document wins."""

from __future__ import annotations

import traceback

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from convstudio.model.document import Document
from convstudio.model.forward import Forward, LayerResult, forward

_FAULT = "A fault in this program stopped the computation: undo the last change, or save your work under another name."


class Recompute(QObject):
    """Computes one document at a time in a thread of its own, and skips those that a newer one has overtaken.

    A result is current when its ticket is the last one given out; object identity says nothing, for undo brings the
    same document back.
    """

    results_changed = Signal(object)
    busy_changed = Signal(bool)
    _finished = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._ticket = 0
        self._waiting: Document | None = None
        self._is_running = False
        self._last: Forward | None = None
        self._finished.connect(self._take)

    @property
    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._is_running

    def request(self, document: Document) -> None:
        """Ask for the results of `document`; `results_changed` brings them, unless a newer request comes first."""
        self._ticket += 1
        self._waiting = document
        if not self._is_running:
            self._start()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` milliseconds, -1 for ever, for the computation, and say if it ended."""
        self.blockSignals(True)
        self._waiting = None
        self._pool.clear()
        return self._pool.waitForDone(patience)

    def _start(self) -> None:
        document, self._waiting = self._waiting, None
        if document is None:
            return
        self._set_running(True)
        self._pool.start(_Run(self._ticket, document, self._last, self._finished.emit))

    def _take(self, ticket: int, result: Forward) -> None:
        self._last = result
        if ticket == self._ticket:
            self._set_running(False)
            self.results_changed.emit(result)
        else:
            self._start()

    def _set_running(self, running: bool) -> None:
        if running != self._is_running:
            self._is_running = running
            self.busy_changed.emit(running)


class _Run(QRunnable):
    """One computation: a frozen document and a ticket."""

    def __init__(self, ticket: int, document: Document, before: Forward | None, finished: object) -> None:
        super().__init__()
        self._ticket = ticket
        self._document = document
        self._before = before
        self._finished = finished

    def run(self) -> None:
        try:
            result = forward(self._document, self._before)
        except Exception:  # a fault must neither stop all later computations nor leave old numbers on the screen
            traceback.print_exc()
            result = _faulty(self._document)
        self._finished(self._ticket, result)  # type: ignore[operator]  # a bound Signal.emit has no callable type


def _faulty(document: Document) -> Forward:
    return Forward(document, tuple(LayerResult(layer, None, None, _FAULT) for layer in document.layers))
