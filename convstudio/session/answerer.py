"""Answers that are worked out off the UI thread: the newest question wins."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Protocol

from PySide6.QtCore import QObject, Signal

from convstudio.model.values.progress import CancelledError, Progress
from convstudio.session.worker import Outcome, Task, Work, Worker


class Repeatable(Protocol):
    """A question that can be asked again."""

    def wants_the_same_as(self, other: Any) -> bool:
        """Return whether another one, or none, has the same answer."""


class Answerer(QObject):
    """Answers one question at a time in a separate thread; a newer one cancels it, and an older one gets no answer."""

    answered = Signal(object)
    failed = Signal(str)
    """Why there is no answer, in a sentence."""

    no_memory: ClassVar[str]
    fault: ClassVar[str]
    """What is said where memory does not suffice, and where the program is at fault."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: Repeatable | None = None
        self._worker = Worker(self, expected=(CancelledError, MemoryError, ValueError))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is worked out now."""
        return self._worker.is_idle

    def ask(self, work: Work) -> None:
        """Let a question be answered in the place of all others; a ValueError says why there is no answer."""
        self._worker.replace(Task(lambda: work, self._take))

    def ask_once(self, question: Repeatable | None, answer: Callable[[Any, Progress], object]) -> None:
        """Let a question be answered unless it was the last one, too; None wants no answer any more."""
        if question is not None and question.wants_the_same_as(self._asked):
            return
        self._asked = question
        if question is None:
            self._worker.forget()
        else:
            self.ask(partial(answer, question))

    def close(self, patience: int = -1) -> bool:
        """Deliver nothing more; wait `patience` ms (-1: for ever) for what runs, and return whether it ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    def _take(self, outcome: Outcome) -> None:
        if not outcome.is_newest or isinstance(outcome.problem, CancelledError):
            return
        if outcome.problem is None:
            self.answered.emit(outcome.result)
        else:
            self.failed.emit(outcome.told(self.no_memory, self.fault))
