"""What happens where another program changed or removed the project's file: the user is asked which way to go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from convstudio.files.disk.stamps import FileStamp
from convstudio.session.workspace.project import Project
from convstudio.session.workspace.project_file import Change

Question = Callable[[str, str, Sequence[str]], int | None]
"""Takes a title, a text and the ways, and returns the place of the chosen one, None where the user chose none."""

_MINE, _THEIRS, _AGAIN, _COPY = "Keep mine", "Open theirs", "Save it there again", "Save as a copy…"
_RETRY = "Try again"


class OutsideChanges(QObject):
    """Asks about another program's changes of the project's file, and does what the user chooses.

    `save_as` asks for a name, saves there, and calls what it is given after that. What the user puts off is asked about
    again when the project is saved, or changed once more.
    """

    def __init__(
        self,
        project: Project,
        ask: Question,
        save_as: Callable[[Callable[[], object]], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._ask = ask
        self._save_as = save_as
        self._is_asking = False
        self._put_off: tuple[str, Change, FileStamp | None] | None = None
        project.found_changed.connect(self._settle)

    def look(self) -> None:
        """Look for changes, as when the window becomes the active one."""
        if not self._is_asking:
            self._project.look_for_changes()

    def _settle(self, change: Change, stamp: FileStamp | None, saved: Callable[[], object] | None) -> None:
        """Ask what to do, and do it; `saved` is called after a save that was under way, None where there was none."""
        found = (self._project.path, change, stamp)
        if saved is None and found == self._put_off:
            return
        way = self._ask_way(change)
        then = saved or _nothing
        if way == _COPY:
            self._save_as(then)
        elif way == _THEIRS:
            self._project.open_again("Open the other version")
        elif way == _AGAIN or (way == _MINE and saved is not None):
            self._project.save(self._project.path, then, is_sure=True)
        elif way == _RETRY:
            self._project.save(self._project.path, then)
        elif way == _MINE:
            self._project.keep_mine(stamp)
        else:
            self._put_off = found

    def _ask_way(self, change: Change) -> str:
        name = f"“{Path(self._project.path).name}”"
        if change == "gone":
            text = f"{name} was moved or deleted outside this window. Your work is still open here."
            ways: tuple[str, ...] = (_AGAIN, _COPY)
            title = "The file is gone"
        elif change == "locked":
            text = f"{name} is write-protected, so it was not saved. Allow writing and try again, or save a copy."
            ways = (_RETRY, _COPY)
            title = "The file is write-protected"
        else:
            text = f"{name} was changed outside this window. Which version do you want?"
            ways = (_MINE, _THEIRS, _COPY)
            title = "The file was changed"
        self._is_asking = True
        try:
            chosen = self._ask(title, text, ways)
        finally:
            self._is_asking = False
        return "" if chosen is None else ways[chosen]


def _nothing() -> None:
    """Do nothing after a save that nobody waits for."""
