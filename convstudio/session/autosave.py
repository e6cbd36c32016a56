"""Keeping unsaved work safe: a recovery file soon after every change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from convstudio.files.documents import encode_document
from convstudio.files.recovery import Recovery
from convstudio.model.document import Document
from convstudio.session.session import Session

DELAY_MILLISECONDS = 1000


class Autosave(QObject):
    """Keeps the document in its recovery file a second after the first change since the last write, off the UI thread.

    `failed` brings the sentence of a write that did not work, once until one works again.
    """

    failed = Signal(str)
    _finished = Signal(str)

    def __init__(self, session: Session, recovery: Recovery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._recovery = recovery
        self._has_failed = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MILLISECONDS)
        self._timer.timeout.connect(self.write_now)
        session.document_changed.connect(self._take_note)
        session.modified_changed.connect(self._take_saved)
        self._finished.connect(self._take_outcome)

    def write_now(self) -> None:
        """Keep the document of now, unless its file has it already."""
        self._timer.stop()
        if self._session.is_modified:
            self._pool.start(_Write(self._session.document, self._recovery, self._finished.emit))

    def close(self) -> None:
        """End: what was kept is not needed after an orderly goodbye."""
        self._timer.stop()
        self._pool.waitForDone()
        self._recovery.discard()
        self._recovery.close()

    def _take_note(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _take_saved(self, is_modified: bool) -> None:
        if not is_modified:
            self._timer.stop()
            self._pool.waitForDone()
            self._recovery.discard()

    def _take_outcome(self, problem: str) -> None:
        if problem and not self._has_failed:
            self.failed.emit(problem)
        self._has_failed = bool(problem)


class _Write(QRunnable):
    """One write of a frozen document."""

    def __init__(self, document: Document, recovery: Recovery, finished: Callable[[str], object]) -> None:
        super().__init__()
        self._document = document
        self._recovery = recovery
        self._finished = finished

    def run(self) -> None:
        try:
            self._recovery.write(encode_document(self._document))
        except Exception as problem:  # a thread has nobody above it who could tell the user
            self._finished(str(problem) or "There is not enough memory to keep your work safe: save it by hand.")
        else:
            self._finished("")
