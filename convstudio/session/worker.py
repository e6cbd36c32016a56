"""One piece of work at a time off the UI thread: in order, or the newest in the place of all others."""

from __future__ import annotations

import sys
import traceback
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QThreadPool, Signal

from convstudio.files.problems import FileProblem
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.words.wording import as_sentence

Work = Callable[[Progress], object]
"""What runs in the thread. It counts what it did on the progress, which raises CancelledError once it is cancelled."""

_SWITCH_SECONDS = 0.001
"""A fifth of Python's usual time: frames take two thirds as long while a network trains, which is no slower for it."""


def give_way_often() -> None:
    """Let the window have the interpreter sooner; called before many short steps are made in another thread.

    A paint gives the interpreter up and wants it back many times, and each time waits this long for the steps.
    """
    sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))


@dataclass(frozen=True)
class Outcome:
    """What came of a piece of work: its result, or the exception that ended it.

    It `is_newest` while nothing was asked for after it. Object identity would prove nothing: undo brings the same
    object back.
    """

    result: object = None
    problem: BaseException | None = None
    is_newest: bool = False

    def told(self, no_memory: str, fault: str) -> str:
        """Say in a sentence why there is no result: a refusal in its own words, else by one of the two sentences.

        A refusal is a ValueError or a FileProblem; anything else but a lack of memory is a fault of the program.
        """
        match self.problem:
            case MemoryError():
                return no_memory
            case ValueError() | FileProblem() as refusal:
                return as_sentence(str(refusal))
            case _:
                return fault


@dataclass(frozen=True, eq=False)
class Task:
    """A piece of work: `prepare` makes it on the UI thread just before it starts, `take` is called there at its end."""

    prepare: Callable[[], Work]
    take: Callable[[Outcome], object]
    progress: Progress = field(default_factory=Progress)


class Worker(QObject):
    """Runs tasks one after the other in a separate thread, and hands their outcomes over on the UI thread.

    Nothing starts while an outcome is taken: who takes it may ask the user a question. Exceptions that are not
    `expected` are faults of the program: they are printed with their traceback, and handed over as all others are.
    """

    _ended = Signal(object, object)

    def __init__(
        self, parent: QObject, expected: tuple[type[BaseException], ...] = (CancelledError, MemoryError)
    ) -> None:
        super().__init__(parent)
        self._expected = expected
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._tasks: deque[tuple[int, Task]] = deque()
        self._ahead: list[tuple[int, Task]] = []
        self._running: tuple[int, Task] | None = None
        self._ticket = 0
        self._is_delivering = False
        self._is_closed = False
        self._ended.connect(self._take)

    @property
    def newest(self) -> int:
        """The ticket of what was asked for last; `forget` gives out one for nothing."""
        return self._ticket

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs, nothing waits, and every outcome was taken."""
        return self._running is None and not self.is_waiting

    @property
    def is_waiting(self) -> bool:
        """Whether something waits for what runs to end."""
        return bool(self._tasks or self._ahead)

    @property
    def is_delivering(self) -> bool:
        """Whether an outcome is being taken."""
        return self._is_delivering

    @property
    def tasks(self) -> list[Task]:
        """What runs and what waits, in their order."""
        running = [] if self._running is None else [self._running]
        return [task for _, task in (*running, *self._ahead, *self._tasks)]

    def add(self, task: Task, *, ahead: bool = False) -> None:
        """Run a task after all others, or `ahead` of those that wait."""
        self._ticket += 1
        entry = (self._ticket, task)
        if not ahead:
            self._tasks.append(entry)
        elif self._is_delivering:
            self._ahead.append(entry)
        else:
            self._tasks.appendleft(entry)
        self._start()

    def replace(self, task: Task) -> None:
        """Run a task in the place of all others: what runs is stopped, and what waits never starts."""
        self.stop()
        self.add(task)

    def stop(self) -> None:
        """Stop what runs, and drop what waits; what ran is still taken, as soon as it has ended."""
        self._drop()
        if self._running is not None:
            self._running[1].progress.cancel()

    def forget(self) -> None:
        """Stop all work, none of which is the newest any more."""
        self._ticket += 1
        self.stop()

    def close(self, patience: int = -1) -> bool:
        """Hand nothing over and start nothing any more, and drop what waits.

        Wait `patience` ms (-1: for ever) for what runs, and return whether it ended.
        """
        self.blockSignals(True)
        self._is_closed = True  # what ran on would end when this worker is gone
        self._drop()
        return self._pool.waitForDone(patience)

    def _drop(self) -> None:
        self._tasks.clear()
        self._ahead.clear()

    def _start(self) -> None:
        if self._running is not None or not self._tasks or self._is_closed:
            return
        self._running = ticket, task = self._tasks.popleft()
        # The method itself: of QRunnables PySide leaks those that end while Python is busy, about one in four here.
        # There is no public report; tests/unit/test_workarounds.py fails when the leak is gone.
        self._pool.start(_Run(ticket, task.prepare(), task.progress, self._expected, self._ended.emit).run)

    def _take(self, ticket: int, outcome: Outcome) -> None:
        assert self._running is not None, "only what runs can end"
        _, task = self._running
        self._is_delivering = True
        try:
            task.take(Outcome(outcome.result, outcome.problem, is_newest=ticket == self._ticket))
        finally:
            self._is_delivering = False
            self._tasks.extendleft(reversed(self._ahead))
            self._ahead.clear()
            self._running = None
            self._start()


class _Run:
    """One task in the thread."""

    def __init__(
        self,
        ticket: int,
        work: Work,
        progress: Progress,
        expected: tuple[type[BaseException], ...],
        ended: Callable[[int, Outcome], object],
    ) -> None:
        self._ticket = ticket
        self._work = work
        self._context = copy_context()  # with how numbers are written for the reader
        self._progress = progress
        self._expected = expected
        self._ended = ended

    def run(self) -> None:
        try:
            outcome = Outcome(self._context.run(self._work, self._progress))
        except BaseException as problem:  # whatever it is, the window must hear that the work is over
            outcome = Outcome(problem=problem)
            if not isinstance(problem, self._expected):
                traceback.print_exception(problem)
        self._ended(self._ticket, outcome)
