"""The steps of the undo history in a window of their own, which follows every edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convstudio.session.session import Session
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow

if TYPE_CHECKING:
    from convstudio.views.window.pages.history_window import HistoryWindow


class HistorySteps:
    """Opens the window of steps, keeps it true, and goes to the step that is chosen in it."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        self._window = window
        self._session = session
        self._steps: HistoryWindow | None = None
        window.menus.history_asked.connect(self._open)
        session.history.changed.connect(self._show)

    def _open(self) -> None:
        if self._steps is None:
            made: HistoryWindow = load("window.pages.history_window.HistoryWindow")(self._window)
            made.step_asked.connect(self._session.history.go_to)
            made.finished.connect(self._forget)
            self._steps = made
        self._show()
        self._steps.show()
        self._steps.raise_()

    def _show(self) -> None:
        if self._steps is not None:
            history = self._session.history
            self._steps.show_steps(history.names, history.place, has_dropped=history.has_dropped)

    def _forget(self) -> None:
        self._steps = None
