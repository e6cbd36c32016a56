"""Running the network off the UI thread: the newest document wins."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThreadPool, Signal

from convstudio.model.document import Document
from convstudio.model.forward import Forward, LayerResult, gathered_results, layer_results
from convstudio.model.progress import Progress, Wait
from convstudio.session.progress_clock import ProgressClock

_TITLE = "Computing"

_FAULT = "A fault in this program stopped the computation: undo the last change, or save your work under another name."


class Recompute(QObject):
    """Computes one document at a time in a thread of its own, and stops what a newer one has overtaken.

    Where the layer that is looked at is not the last, `results_changed` brings the results up to it first.

    A result is current when its ticket is the last one given out; object identity says nothing, for undo brings the
    same document back. `progress_changed` brings a `Wait` from half a second on, and None when it is over.
    """

    results_changed = Signal(object)
    busy_changed = Signal(bool)
    progress_changed = Signal(object)
    _reached = Signal(int, object)
    _finished = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._ticket = 0
        self._waiting: Document | None = None
        self._shown = 0
        self._is_running = False
        self._last: Forward | None = None
        self._progress = Progress()
        self._clock = ProgressClock(self)
        self._clock.changed.connect(self.progress_changed)
        self._reached.connect(self._take_first)
        self._finished.connect(self._take)

    @property
    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._is_running

    @property
    def wait(self) -> Wait | None:
        """What is told of the computation, from half a second on."""
        return self._clock.wait

    def request(self, document: Document, shown: int = 0) -> None:
        """Ask for the results of `document`; `results_changed` brings them, unless a newer request comes first.

        `shown` is the layer that is looked at.
        """
        self._ticket += 1
        self._shown = shown
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
        self._clock.follow(_TITLE, self._progress)
        told = _Told(self._ticket, self._shown, self._reached.emit, self._finished.emit)
        # The method itself: of QRunnables PySide leaks those that end while Python is busy, about one in four here.
        self._pool.start(_Run(document, self._last, self._progress, told).run)

    def _take_first(self, ticket: int, result: Forward) -> None:
        if ticket == self._ticket:
            self.results_changed.emit(result)

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
            self._clock.start()
        else:
            self._clock.stop()
        self.busy_changed.emit(running)


@dataclass(frozen=True)
class _Told:
    """Who is told about a computation: with its ticket, when the layer on show is `reached`, and when it is over."""

    ticket: int
    shown: int
    reached: Callable[[int, Forward], object]
    finished: Callable[[int, Forward], object]


class _Run:
    """One computation of a frozen document."""

    def __init__(self, document: Document, before: Forward | None, progress: Progress, told: _Told) -> None:
        self._document = document
        self._before = before
        self._progress = progress
        self._told = told

    def run(self) -> None:
        try:
            result = self._compute()
        except Exception:  # a fault must neither stop all later computations nor leave old numbers on the screen
            traceback.print_exc()
            result = _faulty(self._document)
        self._told.finished(self._told.ticket, result)

    def _compute(self) -> Forward:
        results: list[LayerResult] = []
        for result in layer_results(self._document, self._before, self._progress):
            results.append(result)
            if len(results) - 1 == self._told.shown and len(results) < len(self._document.layers):
                self._told.reached(self._told.ticket, gathered_results(self._document, results, self._before))
        return gathered_results(self._document, results, self._before)


def _faulty(document: Document) -> Forward:
    return Forward(document, tuple(LayerResult.without_maps(layer, _FAULT) for layer in document.layers))


def _cancelled(document: Document) -> Forward:
    return Forward(document, tuple(LayerResult.cancelled(layer) for layer in document.layers))
