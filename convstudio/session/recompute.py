"""Running the network off the UI thread: the newest document wins."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Signal

from convstudio.model.run.forward import Forward, LayerResult, gathered_results, layer_results
from convstudio.model.values.document import Document
from convstudio.model.values.progress import Progress, Wait
from convstudio.session.progress_clock import ProgressClock
from convstudio.session.worker import Outcome, Task, Work, Worker

_TITLE = "Computing"

_PATIENCE_SECONDS = 0.05
"""How long the layers after the one on show wait for its map to be painted: both want the same cores."""

_FAULT = "A fault in this program stopped the computation: undo the last change, or save your work under another name."


class Recompute(QObject):
    """Computes one document at a time in a separate thread, and stops what a newer one has overtaken.

    Where the selected layer is not the last, `results_changed` brings the results up to it first; the others are
    computed when `go_on` tells that those are painted, or a while later, except those of the first document.
    `progress_changed` brings a `Wait` from half a second on, and None when it is over.
    """

    results_changed = Signal(object)
    busy_changed = Signal(bool)
    progress_changed = Signal(object)
    _reached = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_running = False
        self._last: Forward | None = None
        self._painted = Event()
        self._worker = Worker(self, expected=())
        self._clock = ProgressClock(self)
        self._clock.changed.connect(self.progress_changed)
        self._reached.connect(self._take_first)

    @property
    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._is_running or self._worker.is_waiting

    @property
    def wait(self) -> Wait | None:
        """What is told of the computation, from half a second on."""
        return self._clock.wait

    def request(self, document: Document, shown: int = 0) -> None:
        """Ask for the results of `document`; `results_changed` brings them, unless a newer request comes first.

        `shown` is the selected layer.
        """
        self.go_on()  # what is stopped now need not wait for anything
        progress = Progress()
        prepare, take = partial(self._prepare, document, shown, progress), partial(self._take, document)
        self._worker.replace(Task(prepare, take, progress))

    def go_on(self) -> None:
        """Compute the layers after the selected one, whose map is painted."""
        self._painted.set()

    def cancel(self) -> None:
        """Stop the computation; `results_changed` brings a sentence about it in place of maps."""
        self.go_on()
        self._worker.stop()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` ms (-1: for ever) for the computation, and return whether it ended."""
        self.blockSignals(True)
        self._clock.stop()
        self.go_on()
        self._worker.stop()
        return self._worker.close(patience)

    def _prepare(self, document: Document, shown: int, progress: Progress) -> Work:
        """Begin to tell of the computation; it builds on what the one before it has left."""
        self._set_running(True)
        self._clock.follow(_TITLE, progress)
        self._painted = Event()
        reached = partial(self._reached.emit, self._worker.newest)
        return _Computation(document, self._last, shown, reached, self._painted).run

    def _take_first(self, ticket: int, result: Forward) -> None:
        if ticket == self._worker.newest:
            self.results_changed.emit(result)

    def _take(self, document: Document, outcome: Outcome) -> None:
        result = outcome.result if isinstance(outcome.result, Forward) else _faulty(document)
        self._last = result.filled_from(self._last)
        if self._worker.is_waiting:
            return
        self._set_running(False)
        is_current = outcome.is_newest and result.is_complete
        self.results_changed.emit(result if is_current else _cancelled(document))

    def _set_running(self, running: bool) -> None:
        if running == self._is_running:
            return
        self._is_running = running
        if running:
            self._clock.start()
        else:
            self._clock.stop()
        self.busy_changed.emit(running)


class _Computation:
    """The computation of a frozen document; `reached` is told the results up to the layer on show.

    The layers after it wait until `painted` is set, where there was a result before.
    """

    def __init__(
        self,
        document: Document,
        before: Forward | None,
        shown: int,
        reached: Callable[[Forward], object],
        painted: Event,
    ) -> None:
        self._document = document
        self._before = before
        self._shown = shown
        self._reached = reached
        self._painted = painted

    def run(self, progress: Progress) -> Forward:
        results: list[LayerResult] = []
        for result in layer_results(self._document, self._before, progress):
            results.append(result)
            if len(results) - 1 == self._shown and len(results) < len(self._document.layers):
                self._reached(gathered_results(self._document, results, self._before))
                if self._before is not None:  # the first maps of a start are not edited by anybody
                    self._painted.wait(_PATIENCE_SECONDS)
        return gathered_results(self._document, results, self._before)


def _faulty(document: Document) -> Forward:
    return Forward(document, tuple(LayerResult.without_maps(layer, _FAULT) for layer in document.layers))


def _cancelled(document: Document) -> Forward:
    return Forward(document, tuple(LayerResult.cancelled(layer) for layer in document.layers))
