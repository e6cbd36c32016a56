"""Surveying the maps of a layer off the UI thread: the newest maps win."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from convstudio.model.panes.gallery import Survey, can_show, survey
from convstudio.model.values.maps import Maps
from convstudio.session.worker import Outcome, Task, Work, Worker

_MOMENT_MILLISECONDS = 150


class Surveyor(QObject):
    """Surveys one layer's maps at a time in a separate thread, and stops a survey that newer maps have overtaken.

    It waits until no other maps have come for a moment: the ones on show are painted first, and nothing is
    counted of maps that the next point of a stroke replaces.
    """

    surveyed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: Maps | None = None
        self._surveying: Maps | None = None
        self._last: Survey | None = None
        self._worker = Worker(self)
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.setInterval(_MOMENT_MILLISECONDS)
        self._moment.timeout.connect(self._start)

    @property
    def is_busy(self) -> bool:
        """Whether what the wanted maps hold is still to come."""
        return self._wanted is not None and (self._last is None or self._last.maps is not self._wanted)

    def request(self, made: Maps | None) -> None:
        """Ask what a layer's maps hold; `surveyed` brings it, at once where it is known, unless other maps come first.

        Nothing comes for maps that a gallery does not show.
        """
        self._wanted = made if can_show(made) else None
        if self._wanted is None or (self._last is not None and self._last.maps is self._wanted):
            self._stop()
            self._deliver()
        elif self._surveying is not self._wanted:
            self._stop()
            self._moment.start()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` ms (-1: for ever) for the survey, and return whether it ended."""
        self.blockSignals(True)
        self._wanted = None
        self._stop()
        return self._worker.close(patience)

    def _stop(self) -> None:
        self._moment.stop()
        self._surveying = None
        self._worker.stop()

    def _start(self) -> None:
        if self._wanted is not None:
            self._surveying = self._wanted
            self._worker.replace(Task(partial(_work, self._wanted), self._take))

    def _take(self, outcome: Outcome) -> None:
        if outcome.is_newest:
            self._surveying = None
        if isinstance(outcome.result, Survey):
            self._last = outcome.result
            self._deliver()

    def _deliver(self) -> None:
        if self._last is not None and self._last.maps is self._wanted:
            self.surveyed.emit(self._last)


def _work(made: Maps) -> Work:
    return lambda progress: survey(made, progress)
