"""Making partial maps off the UI thread: what was asked for last is what comes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from convstudio.model.panes.partial_maps import PartialMaps, PartialRequest, partial_maps
from convstudio.model.values.progress import CancelledError
from convstudio.session.worker import Outcome, Task, Work, Worker

_NO_MEMORY = "There is not enough memory for these maps: use a smaller input or fewer filters."
_FAULT = "The partial maps could not be made: something went wrong inside ConvStudio. Choose standard again."


class PartialMapper(QObject):
    """Makes the partial maps of one request at a time in a separate thread; a newer request cancels it."""

    mapped = Signal(object)
    failed = Signal(str)
    """Why there are no partial maps, in a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: PartialRequest | None = None
        self._worker = Worker(self)

    def request(self, wanted: PartialRequest | None) -> None:
        """Ask for partial maps, or (None) for none; `mapped` brings those of the newest request, once."""
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
        if isinstance(outcome.result, PartialMaps):
            self.mapped.emit(outcome.result)
        else:
            self.failed.emit(_NO_MEMORY if isinstance(outcome.problem, MemoryError) else _FAULT)


def _work(wanted: PartialRequest) -> Work:
    return lambda progress: partial_maps(wanted, progress)
