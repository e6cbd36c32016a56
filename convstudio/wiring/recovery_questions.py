"""Work from a crash: offered at the start, listed on request; and what is said where unsaved work is not safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from convstudio.model.panes.recovered_work import RecoveredWork
from convstudio.model.values.limits import LIMITS
from convstudio.session.autosave import Autosave
from convstudio.session.rescue import Rescue
from convstudio.views.parts import dialogs
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow


class RecoveryQuestions:
    """Asks about recovered work, and says where unsaved work is not safe."""

    def __init__(
        self,
        window: MainWindow,
        rescue: Rescue,
        autosave: Autosave,
        may_discard: Callable[[Callable[[], object]], bool],
    ) -> None:
        self._window = window
        self._rescue = rescue
        self._may_discard = may_discard
        autosave.problem_changed.connect(self._show_unsafe)
        rescue.told.connect(window.messages.tell)
        window.menus.recovered_asked.connect(lambda: rescue.list_works(self._show))

    def offer(self) -> None:
        """Offer what was not saved, the newest first."""
        self._rescue.offer(partial(dialogs.ask_recover, self._window))

    def _show(self, works: Sequence[RecoveredWork]) -> None:
        most, size = LIMITS.put_aside, LIMITS.put_aside_bytes >> 30
        bound = f"At most {most} are kept, and {size} GiB together. The oldest go first."
        key = load("window.recovered_work.ask_recovered")(self._window, bound, works, self._rescue.delete)
        if key and self._may_discard(partial(self._rescue.open, key)):
            self._rescue.open(key)

    def _show_unsafe(self, problem: str) -> None:
        """Say why unsaved work is not kept safe: once aloud, and in the status line and the title while it is so."""
        self._window.status.show_unsafe(problem)
        if problem:
            self._window.messages.add(problem)
