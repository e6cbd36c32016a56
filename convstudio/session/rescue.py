"""Work from before a crash: offered at the start, twice, and listed for as long as it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from convstudio.files.problems import FileProblem
from convstudio.files.projects import leftovers
from convstudio.files.projects.leftovers import Leftover
from convstudio.model.panes.recovered_work import RecoveredWork
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.session.autosave import Autosave
from convstudio.session.jobs import Jobs
from convstudio.session.workspace.project import Project

Question = Callable[[str, str], bool]
"""Takes the name of the work and a time, and returns whether it is wanted back."""

_STAYS = "The unsaved work is kept. It will be offered once more, and then listed under File › Recovered work."
_LISTED = "The unsaved work is kept. File › Recovered work lists it."
_OPEN = "The recovered work is open. Save it to keep it for good."
_OPENING = "Opening recovered work"


class Rescue(QObject):
    """Offers, lists, brings back and deletes work that was never saved; what is new is a sentence in `told`."""

    told = Signal(str)

    def __init__(
        self, folder: Path, jobs: Jobs, project: Project, autosave: Autosave, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._jobs = jobs
        self._project = project
        self._autosave = autosave

    def offer(self, ask: Question) -> None:
        """Offer what was not saved, the newest first, until one is wanted."""
        self._jobs.read("Looking for unsaved work", lambda _: _find(self._folder), partial(self._offer, ask))

    def list_works(self, show: Callable[[Sequence[RecoveredWork]], object]) -> None:
        """Give everything that is left to `show`, the newest first."""
        self._jobs.read("Looking for recovered work", lambda _: _list(self._folder), show)

    def open(self, key: str) -> None:
        """Bring a piece of work back as unsaved; it stays listed."""
        self._open(self._folder / key, lambda: None)

    def delete(self, key: str) -> None:
        """Remove a piece of work for good."""
        self._jobs.write("Deleting recovered work", lambda _: leftovers.delete(self._folder / key), lambda _: None)

    def _offer(self, ask: Question, found: Sequence[tuple[Leftover, str]]) -> None:
        """Ask about the first piece of work, and about the others where it is not wanted or breaks."""
        if not found:
            return
        (leftover, name), others = found[0], found[1:]
        is_wanted = ask(name, _when(leftover))
        marked = leftovers.mark_offered(leftover)  # before it is opened: it may bring the program down
        if is_wanted:
            self._open(marked.path, partial(self._offer, ask, others))
        else:
            self.told.emit(_LISTED if leftovers.is_aside(marked) else _STAYS)
            self._offer(ask, others)

    def _open(self, path: Path, go_on: Callable[[], object]) -> None:
        """Bring work back; where it cannot be read, only list it, and `go_on`."""

        def read() -> tuple[Document, ViewState | None] | FileProblem:
            try:
                return leftovers.read_leftover(path)
            except FileProblem as problem:
                leftovers.put_aside(path)
                return problem

        def take(result: tuple[Document, ViewState | None] | FileProblem) -> None:
            if isinstance(result, FileProblem):
                self._jobs.then(go_on)
                raise FileProblem(f"{result} It stays listed under File › Recovered work.")
            self._project.bring_back(*result)
            self._autosave.keep_now(lambda: self._put_aside(path))
            self.told.emit(_OPEN)

        self._jobs.read(_OPENING, lambda _: read(), take)

    def _put_aside(self, path: Path) -> None:
        """Stop offering it, now that this program keeps its work."""
        self._jobs.write(_OPENING, lambda _: leftovers.put_aside(path), lambda _: None)


def _find(folder: Path) -> list[tuple[Leftover, str]]:
    """Tidy up, and return what is to be offered, with names."""
    leftovers.tidy(folder)
    return [(leftover, _line(leftover).name) for leftover in leftovers.list_leftovers(folder)]


def _list(folder: Path) -> list[RecoveredWork]:
    found = (*leftovers.list_leftovers(folder), *leftovers.list_aside(folder))
    return [_line(leftover) for leftover in sorted(found, key=lambda one: one.when, reverse=True)]


def _line(leftover: Leftover) -> RecoveredWork:
    key, when = leftover.path.name, _when(leftover)
    try:
        name, picture = leftovers.glance_at(leftover)
    except FileProblem as problem:
        return RecoveredWork(key, "Damaged work", when, note=str(problem))
    return RecoveredWork(key, name, when, picture)


def _when(leftover: Leftover) -> str:
    return datetime.fromtimestamp(leftover.when).strftime("%d %B, %H:%M")
