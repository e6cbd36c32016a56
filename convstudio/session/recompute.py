"""Running the network off the UI thread: the newest document wins."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from convstudio.model.document import Document
from convstudio.model.forward import Forward, LayerResult, forward
from convstudio.model.progress import Progress

_SILENCE_MILLISECONDS = 500
_TICK_MILLISECONDS = 100

_FAULT = "A fault in this program stopped the computation: undo the last change, or save your work under another name."


class Recompute(QObject):
    """Computes one document at a time in a thread of its own, and stops what a newer one has overtaken.

    A result is current when its ticket is the last one given out; object identity says nothing, for undo brings the
    same document back. `progress_changed` tells from half a second on which share is done, and None when it is over.
    """

    results_changed = Signal(object)
    busy_changed = Signal(bool)
    progress_changed = Signal(object)
    _finished = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._ticket = 0
        self._waiting: Document | None = None
        self._is_running = False
        self._last: Forward | None = None
        self._progress = Progress()
        self._is_told = False
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tell_progress)
        self._finished.connect(self._take)

    @property
    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._is_running

    def request(self, document: Document) -> None:
        """Ask for the results of `document`; `results_changed` brings them, unless a newer request comes first."""
        self._ticket += 1
        self._waiting = document
        if self._is_running:
            self._progress.cancel()
        else:
            self._start()

    def cancel(self) -> None:
        """Stop the computation; `results_changed` brings, in place of maps, the sentence that says so."""
        self._waiting = None
        self._progress.cancel()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` milliseconds, -1 for ever, for the computation, and say if it ended."""
        self.blockSignals(True)
        self.cancel()
        self._clock.stop()
        self._pool.clear()
        return self._pool.waitForDone(patience)

    def _start(self) -> None:
        document, self._waiting = self._waiting, None
        if document is None:
            return
        self._set_running(True)
        self._progress = Progress()
        self._pool.start(_Run(self._ticket, document, self._last, self._progress, self._finished.emit))

    def _take(self, ticket: int, result: Forward) -> None:
        self._last = result.filled_from(self._last)
        if self._waiting is not None:
            self._start()
            return
        self._set_running(False)
        is_current = ticket == self._ticket and result.is_complete
        self.results_changed.emit(result if is_current else _cancelled(result.document))

    def _set_running(self, running: bool) -> None:
        if running == self._is_running:
            return
        self._is_running = running
        if running:
            self._clock.start(_SILENCE_MILLISECONDS)
        else:
            self._clock.stop()
            self._tell_end()
        self.busy_changed.emit(running)

    def _tell_progress(self) -> None:
        self._is_told = True
        self._clock.setInterval(_TICK_MILLISECONDS)
        self.progress_changed.emit(self._progress.share)

    def _tell_end(self) -> None:
        if self._is_told:
            self._is_told = False
            self.progress_changed.emit(None)


class _Run(QRunnable):
    """One computation: a frozen document and a ticket."""

    def __init__(
        self,
        ticket: int,
        document: Document,
        before: Forward | None,
        progress: Progress,
        finished: Callable[[int, Forward], object],
    ) -> None:
        super().__init__()
        self._ticket = ticket
        self._document = document
        self._before = before
        self._progress = progress
        self._finished = finished

    def run(self) -> None:
        try:
            result = forward(self._document, self._before, self._progress)
        except Exception:  # a fault must neither stop all later computations nor leave old numbers on the screen
            traceback.print_exc()
            result = _faulty(self._document)
        self._finished(self._ticket, result)


def _faulty(document: Document) -> Forward:
    return Forward(document, tuple(LayerResult.without_maps(layer, _FAULT) for layer in document.layers))


def _cancelled(document: Document) -> Forward:
    return Forward(document, tuple(LayerResult.cancelled(layer) for layer in document.layers))
