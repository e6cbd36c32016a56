"""When and how often the user is told of work that takes long."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from convstudio.model.values.progress import Progress, Wait

_SILENCE_MILLISECONDS = 500
_TICK_MILLISECONDS = 100


class ProgressClock(QObject):
    """Tells from half a second on which share of some work is done, and None when it is over.

    Work that ends sooner is never shown: a row that flashes would only disturb.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wait: Wait | None = None
        self._title = ""
        self._progress = Progress()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tell)

    def start(self) -> None:
        """Begin to wait for work that is shown from half a second on."""
        self._timer.start(_SILENCE_MILLISECONDS)

    def follow(self, title: str, progress: Progress) -> None:
        """Tell of this progress from now on."""
        self._title, self._progress = title, progress
        if self.wait is not None:
            self._tell()

    def stop(self) -> None:
        """Take note that the work is over."""
        self._timer.stop()
        if self.wait is not None:
            self.wait = None
            self.changed.emit(None)

    def _tell(self) -> None:
        self._timer.setInterval(_TICK_MILLISECONDS)
        self.wait = Wait(self._title, self._progress.share)
        self.changed.emit(self.wait)
