"""Frames of the window go first: a run of many short steps rests between two of them while a frame is being made.

Python runs one thread at a time. A frame leaves Python and wants it back some hundred times, and so does a run of short
steps, each time for less than it takes to wake up the thread that waits. The window would come in by luck alone, and a
thousand steps could be over before their first frame. A rest is long enough for the window to wake up and go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf

from PySide6.QtCore import QObject, QTimer

_REST_SECONDS = 0.0005
"""Several times what it takes to wake up a thread."""
_SHORT_SECONDS = 0.0005
"""Longer steps compute for long enough at a time without Python."""
_LONGEST_SECONDS = 0.1
_PATIENCE_SECONDS = 0.05
"""How long a frame goes first while it is made, and while it is late: a run is not held up by a window that hangs."""


class WindowFrames:
    """When a frame is being made, and when the next one is to begin."""

    def __init__(self) -> None:
        self._made_until, self._expected_at, self._step_began = -inf, inf, -inf

    def expect(self, seconds: float) -> None:
        """Say in how many seconds the next frame begins; called in the window's thread."""
        self._expected_at = time.perf_counter() + seconds

    @contextmanager
    def making(self) -> Iterator[None]:
        """Make a frame, until it is painted; called in the window's thread."""
        self._made_until = time.perf_counter() + _LONGEST_SECONDS
        try:
            yield
        finally:
            self._made_until = -inf

    def give_way(self) -> None:
        """Rest for a moment where a frame is being made or is late; called by a run between two of its steps."""
        now = time.perf_counter()
        is_wanted = now < self._made_until or 0 <= now - self._expected_at < _PATIENCE_SECONDS
        if is_wanted and now - self._step_began < _SHORT_SECONDS:
            time.sleep(_REST_SECONDS)
            now = time.perf_counter()
        self._step_began = now


FRAMES = WindowFrames()
"""Those of this process, as there is one lock of Python for it."""


class FrameTimer(QTimer):
    """Makes a frame again and again while a run goes."""

    def __init__(self, milliseconds: int, make: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._make = make
        self.setInterval(milliseconds)
        self.timeout.connect(self._make_frame)

    def begin(self) -> None:
        """Begin with the first frame as soon as there is something to see."""
        self.start()
        FRAMES.expect(0)

    def _make_frame(self) -> None:
        FRAMES.expect(self.interval() / 1000)
        with FRAMES.making():
            self._make()
