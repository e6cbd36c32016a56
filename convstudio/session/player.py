"""Playing: the stepper's clock."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from convstudio.model.trace import stepping
from convstudio.session.session import Session

SPEEDS = (1, 2, 4, 8, 15, 30, 60)
"""Steps per second that can be chosen."""


class Player(QObject):
    """Steps the session's window forward at a chosen speed until the last position."""

    playing_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self.set_speed(4)

    @property
    def is_playing(self) -> bool:
        """Whether the window moves by itself."""
        return self._timer.isActive()

    @property
    def speed(self) -> int:
        """The speed in steps per second."""
        return self._speed

    def set_speed(self, steps_per_second: int) -> None:
        """Set the speed: the one of `SPEEDS` that is nearest to so many steps per second."""
        self._speed = min(SPEEDS, key=lambda speed: abs(speed - steps_per_second))
        self._timer.setInterval(1000 // self._speed)

    def faster(self, places: int) -> int:
        """Return the speed so many places on in `SPEEDS`, back for a negative number; the ends stay the ends."""
        return SPEEDS[min(max(SPEEDS.index(self._speed) + places, 0), len(SPEEDS) - 1)]

    def toggle(self) -> None:
        """Play, from the start when at the end; or pause."""
        if self.is_playing:
            self.pause()
            return
        session = self._session
        if not stepping.can_step_forward(session.document, session.view):
            session.look(stepping.go_to(session.document, session.view, 0))
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stop moving."""
        if self.is_playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def _step(self) -> None:
        session = self._session
        session.look(stepping.step_forward(session.document, session.view))
        if not stepping.can_step_forward(session.document, session.view):
            self.pause()
