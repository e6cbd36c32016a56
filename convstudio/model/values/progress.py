"""How far a computation has come, and the way to stop it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Lock


class CancelledError(Exception):
    """The computation was stopped, because somebody asked for it or a newer one took its place."""


class Progress:
    """Shared between the threads of one computation, which report how far they are, and a caller that can stop it.

    Calling it with the multiplications done since the last call raises CancelledError once `cancel` was called.

    >>> progress = Progress()
    >>> progress.expect(200)
    >>> progress(50)
    >>> progress.share
    0.25
    """

    def __init__(self) -> None:
        self._is_cancelled = Event()
        self._lock = Lock()
        self._expected = 0.0
        self._done = 0.0

    @property
    def share(self) -> float:
        """How much of the work is done, from 0 to 1."""
        return min(1.0, self._done / self._expected) if self._expected else 0.0

    @property
    def is_cancelled(self) -> bool:
        """Whether the computation is to stop."""
        return self._is_cancelled.is_set()

    def cancel(self) -> None:
        """Make the computation stop at the next tile."""
        self._is_cancelled.set()

    def expect(self, multiplications: float) -> None:
        """Take note of how much work there is in all."""
        self._expected = multiplications

    def reach(self, multiplications: float) -> None:
        """Take note that this much of all the work is done, however it was done."""
        self._done = multiplications

    def __call__(self, multiplications: float) -> None:
        """Count what was done; stop the computation when it was cancelled."""
        if self.is_cancelled:
            raise CancelledError
        with self._lock:
            self._done += multiplications


@dataclass(frozen=True)
class Wait:
    """What the user waits for, and which share of it, from 0 to 1, is done; 0 also where nobody can tell."""

    title: str
    share: float
