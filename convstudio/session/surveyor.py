"""Surveying the maps of a layer off the UI thread: the newest maps win."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from convstudio.model.gallery import Survey, can_show, survey
from convstudio.model.maps import Maps
from convstudio.model.progress import CancelledError, Progress

_MOMENT_MILLISECONDS = 150


class Surveyor(QObject):
    """Surveys one layer's maps at a time in a thread of its own, and stops a survey that newer maps have overtaken.

    It waits until no other maps have come for a moment: those that are looked at are painted first, and nothing is
    counted of maps that the next point of a stroke replaces.
    """

    surveyed = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._wanted: Maps | None = None
        self._running: Maps | None = None
        self._last: Survey | None = None
        self._progress = Progress()
        self._finished.connect(self._take)
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.setInterval(_MOMENT_MILLISECONDS)
        self._moment.timeout.connect(self._start)

    def request(self, made: Maps | None) -> None:
        """Ask what a layer's maps hold; `surveyed` brings it, at once where it is known, unless other maps come first.

        Nothing comes for maps that a gallery does not show.
        """
        self._wanted = made if can_show(made) else None
        if self._wanted is None or (self._last is not None and self._last.made is self._wanted):
            self._progress.cancel()
            self._deliver()
        elif self._running is not self._wanted:
            self._progress.cancel()
            self._moment.start()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` milliseconds, -1 for ever, for the survey, and say if it ended."""
        self.blockSignals(True)
        self._wanted = None
        self._moment.stop()
        self._progress.cancel()
        return self._pool.waitForDone(patience)

    def _start(self) -> None:
        if self._running is None and self._wanted is not None:
            self._running, self._progress = self._wanted, Progress()
            self._pool.start(_Run(self._running, self._progress, self._finished.emit).run)

    def _take(self, found: Survey | None) -> None:
        has_failed = found is None and not self._progress.is_cancelled
        is_wanted = self._running is self._wanted
        self._running = None
        self._last = found or self._last
        if found is not None and is_wanted:
            self._deliver()
        elif not (has_failed and is_wanted) and not self._moment.isActive():
            self._start()

    def _deliver(self) -> None:
        if self._last is not None and self._last.made is self._wanted:
            self.surveyed.emit(self._last)


class _Run:
    """One survey of frozen maps."""

    def __init__(self, made: Maps, progress: Progress, finished: Callable[[Survey | None], object]) -> None:
        self._made = made
        self._progress = progress
        self._finished = finished

    def run(self) -> None:
        found: Survey | None = None
        try:
            found = survey(self._made, self._progress)
        except CancelledError:
            pass
        except Exception:  # a fault here must not stop all later surveys
            traceback.print_exc()
        self._finished(found)
