"""File work off the UI thread: one piece at a time, in the order in which it was asked for."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal

from convstudio.files.problems import FileProblem
from convstudio.model.progress import CancelledError, Progress, Wait
from convstudio.model.wording import as_sentence
from convstudio.session.progress_clock import ProgressClock

Result = TypeVar("Result")
Work = Callable[[Progress], Result]
"""What runs in the thread; it counts what it did on the progress, which raises CancelledError after a Cancel."""


@dataclass(frozen=True, eq=False)
class _Job:
    """One piece of work, and who takes its result on the UI thread."""

    title: str
    work: Work[Any]
    done: Callable[[Any], object]
    is_write: bool = False
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True)
class _Outcome:
    """What came of a job: its result, or the exception that ended it."""

    result: object = None
    problem: BaseException | None = None


class Jobs(QObject):
    """Runs pieces of file work one after the other in a thread of its own, so that the window never waits for a file.

    A piece is asked for with a title ("Opening photo.png"), its work, and `done`, which takes the result on the UI
    thread. What `done` asks for in turn comes before all that was waiting already, and nothing else starts while
    `done` runs: it may ask the user a question.

    What goes wrong is a sentence in `failed`; sentences of pieces that ran without a pause between them are said
    together, so that none is put away unread. A fault of the program goes where all faults go, to `sys.excepthook`.
    """

    failed = Signal(str)
    progress_changed = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._queue: deque[_Job] = deque()
        self._next: list[_Job] = []
        self._running: _Job | None = None
        self._is_delivering = False
        self._problems: list[str] = []
        self._clock = ProgressClock(self)
        self._clock.changed.connect(self.progress_changed)
        self._finished.connect(self._take)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs, nothing waits, and every result was taken."""
        return self._running is None and not self._queue

    @property
    def is_writing(self) -> bool:
        """Whether something that writes a file runs or waits."""
        return any(job.is_write for job in self._all())

    @property
    def wait(self) -> Wait | None:
        """What is told of the piece that runs, from half a second on."""
        return self._clock.wait

    def read(self, title: str, work: Work[Result], done: Callable[[Result], object]) -> None:
        """Ask for work that leaves no trace: after a Cancel its result is dropped, even if it comes."""
        self._add(_Job(title, work, done))

    def write(self, title: str, work: Work[Result], done: Callable[[Result], object]) -> None:
        """Ask for work that writes a file: a Cancel that comes too late changes nothing, for the file is there."""
        self._add(_Job(title, work, done, is_write=True))

    def then(self, do: Callable[[], object]) -> None:
        """Call `do` after everything that was asked for until now."""
        self._queue.append(_Job("", lambda _: None, lambda _: do()))
        self._start()

    def cancel(self) -> None:
        """Stop the piece that runs; the ones that wait come next."""
        if self._running is not None:
            self._running.progress.cancel()
            self._clock.follow(f"{self._running.title}: stopping", self._running.progress)

    def cancel_reading(self) -> None:
        """Give up all that only reads; what writes files goes on."""
        for job in self._all():
            if not job.is_write:
                job.progress.cancel()

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` milliseconds, -1 for ever, for what runs, and say if it ended."""
        self.blockSignals(True)
        self.cancel_reading()
        self._queue.clear()
        self._clock.stop()
        return self._pool.waitForDone(patience)

    def _all(self) -> list[_Job]:
        return [*([self._running] if self._running else []), *self._next, *self._queue]

    def _add(self, job: _Job) -> None:
        (self._next if self._is_delivering else self._queue).append(job)
        self._start()

    def _start(self) -> None:
        if self._running is not None:
            return
        if not self._queue:
            self._problems.clear()
            return
        job = self._running = self._queue.popleft()
        self._clock.follow(job.title, job.progress)
        self._clock.start()
        self._pool.start(_Run(job, self._finished.emit).run)

    def _take(self, outcome: _Outcome) -> None:
        job = self._running
        assert job is not None, "only the piece that runs can end"
        self._clock.stop()
        self._is_delivering = True
        try:
            self._deliver(job, outcome)
        finally:
            self._is_delivering = False
            self._queue.extendleft(reversed(self._next))
            self._next.clear()
            self._running = None
            self._say_problems()
            self._start()

    def _deliver(self, job: _Job, outcome: _Outcome) -> None:
        problem = outcome.problem
        is_dropped = job.progress.is_cancelled and not job.is_write
        if is_dropped or isinstance(problem, CancelledError):
            if job.title:
                self._problems.append(f"{job.title} was cancelled.")
            return
        if problem is None:
            try:
                job.done(outcome.result)
            except (FileProblem, ValueError) as refusal:
                problem = refusal
        if problem is not None:
            self._take_problem(job, problem)

    def _take_problem(self, job: _Job, problem: BaseException) -> None:
        if isinstance(problem, FileProblem):
            self._problems.append(str(problem))
        elif isinstance(problem, ValueError):
            self._problems.append(as_sentence(str(problem)))
        elif isinstance(problem, MemoryError):
            self._problems.append(f"{job.title} needs more memory than there is. Close other programs, and try again.")
        else:
            sys.excepthook(type(problem), problem, problem.__traceback__)

    def _say_problems(self) -> None:
        if self._problems:
            self.failed.emit(" ".join(self._problems))


class _Run:
    """One job in the thread."""

    def __init__(self, job: _Job, finished: Callable[[_Outcome], object]) -> None:
        self._job = job
        self._finished = finished

    def run(self) -> None:
        outcome = _Outcome(problem=CancelledError())
        try:
            if not self._job.progress.is_cancelled:
                outcome = _Outcome(self._job.work(self._job.progress))
        except BaseException as problem:  # whatever it is, the window must hear that the work is over
            outcome = _Outcome(problem=problem)
        self._finished(outcome)
