"""Keeping unsaved work safe: a recovery soon after every change, and a word wherever there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from convstudio.files.problems import FileProblem
from convstudio.files.projects.recovery import Recovery
from convstudio.model.values.view_state import ViewState
from convstudio.session.session import Session
from convstudio.session.worker import Outcome, Task, Work, Worker

DELAY_MILLISECONDS = 500
"""How long after the first change since the last write the next one begins: the rest of two seconds is the disk's."""
VIEW_DELAY_MILLISECONDS = 5000
"""The same where only the view changed, which every step of the player does."""
RETRY_MILLISECONDS = 3000
"""How long after a write that failed the next one begins, where nothing changes meanwhile."""
WATCH_MILLISECONDS = 10_000
"""How often to check that what was kept is still there."""

_NO_MEMORY = "Unsaved work is not kept safe: there is not enough memory. Save it by hand."
_FAULT = "Unsaved work is not kept safe: ConvStudio hit an internal error ({kind}). Save it by hand."


class Autosave(QObject):
    """Keeps the document in its recovery soon after a change; everything but handing it over is off the UI thread.

    A document that is safe in its file is prepared for: its large arrays are stored before they are edited.
    `problem_changed` brings the sentence that holds while writes fail, and "" when one worked.
    """

    problem_changed = Signal(str)

    def __init__(self, session: Session, recovery: Recovery, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._recovery = recovery
        self.held: Recovery | None = None
        """Where work is kept while something else is shown in its place."""
        self._problem = ""
        self._is_waiting = False
        self._when_kept: list[Callable[[], object]] = []
        self._running_for: list[Callable[[], object]] = []
        self._worker = Worker(self, expected=(FileProblem, MemoryError))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.write_now)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MILLISECONDS)
        self._watch.timeout.connect(self._look_after)
        self._watch.start()
        session.document_changed.connect(self._take_change)
        session.modified_changed.connect(self._take_saved)
        session.view_changed.connect(self._take_view)

    @property
    def problem(self) -> str:
        """Why unsaved work is not kept safe, in a sentence, or nothing."""
        return self._problem

    def write_now(self) -> None:
        """Keep the document of now, or as soon as the write that runs has ended."""
        self._timer.stop()
        if not self._is_waiting:
            self._is_waiting = True
            self._worker.add(Task(self._prepare, self._take))

    def keep_now(self, then: Callable[[], object]) -> None:
        """Keep the document of now, and call `then` when it is on the disk, however often that must be tried."""
        self._when_kept.append(then)
        self.write_now()

    def hold(self, then: Callable[[], object]) -> None:
        """Keep the work of now apart, because something else is shown in its place for a while; then call `then`.

        It is called in any case: the work stays in memory, too.
        """
        if not self._session.is_modified:
            then()
            return
        document, view = self._session.document, self._session.view
        held = self.held = Recovery(self._recovery.path.parent)
        self._worker.add(Task(lambda: lambda _: held.write(document, view), lambda _outcome: then()))

    def let_go(self) -> None:
        """Forget what was kept apart, as soon as the work of now, which is the same again, is kept."""
        if self.held is not None and self._session.is_modified:
            self.keep_now(self._drop_held)
        else:
            self._drop_held()

    def close(self, patience: int = -1) -> bool:
        """End: what was kept is not needed after an orderly goodbye.

        Wait `patience` ms (-1: for ever) for a write that runs, and return whether it ended.
        """
        self.blockSignals(True)
        self._timer.stop()
        self._watch.stop()
        if not self._worker.close(patience):
            return False
        for recovery in (self._recovery, self.held):
            if recovery is not None:
                recovery.discard()
                recovery.close()
        return True

    def _drop_held(self) -> None:
        held, self.held = self.held, None
        if held is not None:
            self._worker.add(Task(lambda: partial(_drop, held), lambda _: None))

    def _prepare(self) -> Work:
        """Hand over the document of now: a change from here on asks for another write."""
        self._is_waiting = False
        document, view, recovery = self._session.document, self._session.view, self._recovery
        if not self._session.is_modified:
            return lambda _: recovery.prepare(document)
        self._running_for, self._when_kept = self._when_kept, []
        return lambda _: recovery.write(document, view)

    def _look_after(self) -> None:
        """Keep the work again where somebody removed its files."""
        if self._session.is_modified and self._worker.is_idle and not self._timer.isActive():
            document, view, recovery = self._session.document, self._session.view, self._recovery
            look: Work = lambda _: None if recovery.is_there else recovery.write(document, view)  # noqa: E731
            self._worker.add(Task(lambda: look, self._take))

    def _take_change(self) -> None:
        self._write_within(DELAY_MILLISECONDS)

    def _take_view(self, before: ViewState, view: ViewState) -> None:
        is_kept = (before.layer, before.channel, before.filter, before.position) != (
            view.layer,
            view.channel,
            view.filter,
            view.position,
        )
        if is_kept and self._session.is_modified:
            self._write_within(VIEW_DELAY_MILLISECONDS)

    def _write_within(self, milliseconds: int) -> None:
        if not self._timer.isActive() or self._timer.remainingTime() > milliseconds:
            self._timer.start(milliseconds)

    def _take_saved(self, is_modified: bool) -> None:
        if not is_modified:
            discard = self._recovery.discard
            self._worker.add(Task(lambda: lambda _: discard(), lambda _: None), ahead=True)  # after the write that runs

    def _take(self, outcome: Outcome) -> None:
        problem = _sentence(outcome.problem)
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit(problem)
        served, self._running_for = self._running_for, []
        if problem:
            self._when_kept = served + self._when_kept
            self._write_within(RETRY_MILLISECONDS)
        else:
            for then in served:
                then()


def _drop(recovery: Recovery, _progress: object) -> None:
    recovery.discard()
    recovery.close()


def _sentence(problem: BaseException | None) -> str:
    """Say why work is not kept safe, or nothing where it is."""
    if problem is None:
        return ""
    if isinstance(problem, FileProblem):
        return str(problem)
    return _NO_MEMORY if isinstance(problem, MemoryError) else _FAULT.format(kind=type(problem).__name__)
