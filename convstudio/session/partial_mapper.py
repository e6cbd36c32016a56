"""Making partial maps off the UI thread: what was asked for last is what comes."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, Signal

from convstudio.model.partial_maps import PartialMaps, PartialRequest, partial_maps
from convstudio.model.progress import CancelledError, Progress

_NO_MEMORY = "There is not enough memory for these maps: use a smaller input or fewer filters."
_FAULT = "The partial maps could not be made: something went wrong inside ConvStudio. Choose standard again."


class PartialMapper(QObject):
    """Makes the partial maps of one request at a time in a thread of its own; a newer request cancels it."""

    made = Signal(object)
    failed = Signal(str)
    """Why there are no partial maps, in a sentence."""
    _finished = Signal(int, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._newest = 0
        self._wanted: PartialRequest | None = None
        self._progress = Progress()
        self._finished.connect(self._take)

    def request(self, wanted: PartialRequest | None) -> None:
        """Ask for partial maps, or (None) for none; `made` brings those of the newest request, once."""
        if wanted is not None and wanted.wants_the_same_as(self._wanted):
            return
        self._wanted = wanted
        self._newest += 1
        self._progress.cancel()
        self._pool.clear()
        if wanted is not None:
            self._progress = Progress()
            self._pool.start(_Run(self._newest, wanted, self._progress, self._finished.emit).run)

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` milliseconds, -1 for ever, for what runs, and say if it ended."""
        self.blockSignals(True)
        self._pool.clear()
        self._progress.cancel()
        return self._pool.waitForDone(patience)

    def _take(self, ticket: int, found: PartialMaps | None, problem: str) -> None:
        if ticket != self._newest:
            return
        if found is not None:
            self.made.emit(found)
        elif problem:
            self.failed.emit(problem)


class _Run:
    """The partial maps of one request."""

    def __init__(
        self, ticket: int, request: PartialRequest, progress: Progress, finished: Callable[..., object]
    ) -> None:
        self._ticket = ticket
        self._request = request
        self._progress = progress
        self._finished = finished

    def run(self) -> None:
        found: PartialMaps | None = None
        problem = ""
        try:
            found = partial_maps(self._request, self._progress)
        except CancelledError:
            pass
        except MemoryError:
            problem = _NO_MEMORY
        except Exception:  # a fault here must not stop all later requests
            traceback.print_exc()
            problem = _FAULT
        self._finished(self._ticket, found, problem)
