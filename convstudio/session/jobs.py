"""File work off the UI thread: one piece at a time, in the order in which it was asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from convstudio.files.problems import FileProblem
from convstudio.model.values.numbers import USUAL, written_in
from convstudio.model.values.progress import CancelledError, Progress, Wait
from convstudio.model.words.wording import as_sentence
from convstudio.session import worker
from convstudio.session.progress_clock import ProgressClock
from convstudio.session.worker import Outcome, Worker

Result = TypeVar("Result")
Work = Callable[[Progress], Result]
"""What runs in the thread; it counts what it did on the progress, which raises CancelledError after a Cancel."""


@dataclass(frozen=True, eq=False)
class _Job(worker.Task):
    """One piece of file work, with the title under which the user sees it."""

    title: str = ""
    is_write: bool = False


class Jobs(QObject):
    """Runs pieces of file work one after the other in a separate thread, so that the window never waits for a file.

    A piece is asked for with a title ("Opening photo.png"), its work, and `done`, which takes the result on the UI
    thread. What `done` asks for in turn comes before all that was waiting already, and nothing else starts while
    `done` runs: it may ask the user a question.

    What goes wrong is a sentence in `failed`; sentences of pieces that ran without a pause between them are said
    together, so that none is put away unread; a call of `then` says none of them again. A fault of the program goes
    where all faults go, to `sys.excepthook`.
    """

    failed = Signal(str)
    progress_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self, expected=(BaseException,))
        self._problems: list[str] = []
        self._clock = ProgressClock(self)
        self._clock.changed.connect(self.progress_changed)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs, nothing waits, and every result was taken."""
        return self._worker.is_idle

    @property
    def is_writing(self) -> bool:
        """Whether something that writes a file runs or waits."""
        return any(job.is_write for job in self._jobs())

    @property
    def wait(self) -> Wait | None:
        """What is told of the piece that runs, from half a second on."""
        return self._clock.wait

    def read(self, title: str, work: Work[Result], done: Callable[[Result], object]) -> None:
        """Ask for work that leaves no trace: after a Cancel its result is dropped, even if it comes."""
        self._add(title, work, done, is_write=False)

    def write(self, title: str, work: Work[Result], done: Callable[[Result], object]) -> None:
        """Ask for work that writes a file: a Cancel that comes too late changes nothing, because the file is there.

        What is in a file is written with points, however numbers are written for the reader.
        """

        def write(progress: Progress) -> Result:
            with written_in(USUAL):
                return work(progress)

        self._add(title, write, done, is_write=True)

    def then(self, do: Callable[[], object]) -> None:
        """Call `do` after everything that was asked for until now."""
        self._worker.add(self._job("", lambda _: None, lambda _: do(), is_write=False))

    def cancel(self) -> None:
        """Stop the piece that runs; the ones that wait come next."""
        for job in self._jobs()[:1]:
            job.progress.cancel()
            self._clock.follow(f"{job.title}: stopping", job.progress)

    def cancel_reading(self) -> None:
        """Cancel all work that only reads; work that writes files continues."""
        for job in self._jobs():
            if not job.is_write:
                job.progress.cancel()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self.cancel_reading()
        self._clock.stop()
        return self._worker.close(patience)

    def _jobs(self) -> list[_Job]:
        return [task for task in self._worker.tasks if isinstance(task, _Job)]

    def _add(self, title: str, work: Work[Any], done: Callable[[Any], object], *, is_write: bool) -> None:
        """Add a job; what a result asks for comes before what was waiting already."""
        self._worker.add(self._job(title, work, done, is_write=is_write), ahead=self._worker.is_delivering)

    def _job(self, title: str, work: Work[Any], done: Callable[[Any], object], *, is_write: bool) -> _Job:
        progress = Progress()
        prepare = partial(self._prepare, title, work, progress)
        take = partial(self._take, title, done, progress if not is_write else None)
        return _Job(prepare, take, progress, title, is_write)

    def _prepare(self, title: str, work: Work[Any], progress: Progress) -> worker.Work:
        self._clock.follow(title, progress)
        self._clock.start()
        return _stop if progress.is_cancelled else work

    def _take(self, title: str, done: Callable[[Any], object], stoppable: Progress | None, outcome: Outcome) -> None:
        """Hand a result on, unless it is of work that only reads (`stoppable`) and was cancelled."""
        self._clock.stop()
        is_dropped = stoppable is not None and stoppable.is_cancelled
        known = len(self._problems)
        try:
            self._deliver(title, done, is_dropped, outcome)
        finally:
            if len(self._problems) > known or (title and known):
                self.failed.emit(" ".join(self._problems))
            if not self._worker.is_waiting:
                self._problems.clear()

    def _deliver(self, title: str, done: Callable[[Any], object], is_dropped: bool, outcome: Outcome) -> None:
        problem = outcome.problem
        if is_dropped or isinstance(problem, CancelledError):
            if title:
                self._problems.append(f"{title} was cancelled.")
            return
        if problem is None:
            try:
                done(outcome.result)
            except (FileProblem, ValueError) as refusal:
                problem = refusal
        if problem is not None:
            self._take_problem(title, problem)

    def _take_problem(self, title: str, problem: BaseException) -> None:
        if isinstance(problem, FileProblem):
            self._problems.append(str(problem))
        elif isinstance(problem, ValueError):
            self._problems.append(as_sentence(str(problem)))
        elif isinstance(problem, MemoryError):
            self._problems.append(f"{title} needs more memory than there is. Close other programs, and try again.")
        else:
            sys.excepthook(type(problem), problem, problem.__traceback__)


def _stop(_progress: Progress) -> None:
    """Stand in for work that was cancelled while it waited."""
    raise CancelledError
