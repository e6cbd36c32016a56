"""The project on show: opened, saved, started again, and followed when another program changes its file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from convstudio.files.disk.real_paths import real_path
from convstudio.files.disk.save import UnconfirmedWrite
from convstudio.files.disk.stamps import FileStamp
from convstudio.files.problems import FileProblem, named
from convstudio.files.projects.names import PROJECT_SUFFIX
from convstudio.model.edits.intent import EVERYTHING
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress
from convstudio.model.values.view_state import ViewState
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.file_reader import FileReader, ready_to_show
from convstudio.session.workspace.project_file import Change, ProjectFile

Taken = Literal["read-only", "copy", "cancel"]
"""What to do with a project that another window has open."""
MayReplace = Callable[[Callable[[], object]], bool]
AskTaken = Callable[[str], Taken]


@dataclass(frozen=True)
class _OpenedProject:
    """A project that was read, the stamp of its file, and whether another window has it open."""

    document: Document
    view: ViewState | None = None
    stamp: FileStamp | None = None
    is_taken: bool = False


@dataclass(frozen=True)
class _SaveResult:
    """What came of a save: the file's stamp, what another program did to it, and what the disk did not confirm."""

    stamp: FileStamp | None
    change: Change = ""
    problem: UnconfirmedWrite | None = None


class Project(QObject):
    """Opens and saves the document of one session, off the UI thread: every method returns at once.

    What is new about a project comes in `told`. `may_replace` is asked on the UI thread before an opened project takes
    the place of the one on show: it returns whether to go on now, and calls what it is given when it let the user save
    first. `ask_taken` is asked about a project that another window has open. `start` is the document of a new project.
    """

    told = Signal(str)
    path_changed = Signal(str)
    folder_used = Signal(str)
    """A folder that the project is about to be written to."""
    found_changed = Signal(str, object, object)
    """What another program did to the project's file, its stamp of now, and what to call after a save, or None."""

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        reader: FileReader,
        start: Document,
        file: ProjectFile,
        may_replace: MayReplace,
        ask_taken: AskTaken,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._reader = reader
        self._start = start
        self._file = file
        self._may_replace = may_replace
        self._ask_taken = ask_taken
        self._count = 0

    @property
    def path(self) -> str:
        """The project's file, or nothing while it has none."""
        return self._file.path

    @property
    def is_read_only(self) -> bool:
        """Whether another window has the project open, so that this one does not write its file."""
        return self._file.is_read_only

    @property
    def name(self) -> str:
        """The project's name for the title bar, with what is to be known of its file."""
        if not self.path:
            return f"{self.bare_name} (not saved yet)"
        return f"{self.bare_name} (read-only)" if self.is_read_only else self.bare_name

    @property
    def bare_name(self) -> str:
        """The project's name alone, for a question that has it between quotes."""
        return Path(self.path).name if self.path else self._own_name

    @property
    def suggested_path(self) -> str:
        """Where to save under another name: beside a file that another window has open, else where it is."""
        return self.suggested_copy if self.is_read_only else self.path or self._suggested_name

    @property
    def suggested_copy(self) -> str:
        """Where to save a copy: beside the project."""
        path = Path(self.path or self._suggested_name)
        return str(path.with_stem(f"{path.stem} copy"))

    @property
    def _suggested_name(self) -> str:
        """A name for the project's first file; signs that no file's name may have became dashes."""
        return re.sub(r'\s*[\\/:*?"<>|]+\s*', " - ", self._own_name) + PROJECT_SUFFIX

    @property
    def _own_name(self) -> str:
        """The project's title, or, of one that has none, its sample's name."""
        return self._session.document.title or self._session.document.sample.name

    def start_again(self) -> None:
        """Begin a new project: the tutorial's first picture."""
        self._replace("", _OpenedProject(self._start))

    def bring_back(self, document: Document, view: ViewState | None = None, *, saved: bool = False) -> None:
        """Go on with a document that was rescued after a crash, or put aside: it has no file.

        It counts as not saved, unless there is no work in it to lose.
        """
        self._replace("", _OpenedProject(document, view), saved=saved)

    def open(self, path: str) -> None:
        """Open a project from its file."""
        self._reader.read(path, partial(self._load, path), partial(self._use, path))

    def open_example(self, example_id: str) -> None:
        """Open one of the examples that ship with the program."""
        from convstudio.files.projects.examples import (  # here, and not above: no start needs it
            find_example,
            load_example,
        )

        def take(opened: tuple[Document, ViewState]) -> None:
            self._replace_if_allowed(
                "", _OpenedProject(*opened), lambda: self.told.emit(find_example(example_id).about)
            )

        self._jobs.read(f"Opening {example_id}", lambda _: load_example(example_id), take)

    def open_network(self, path: str) -> None:
        """Open a network that another program wrote, as a project without a file."""
        from convstudio.files.networks.opening import load_network  # here, and not above: no start needs it

        def load(progress: Progress) -> tuple[Document, tuple[str, ...]]:
            del progress  # the decoder tells of none
            document, notes = load_network(path)
            _check_rank(document, path)
            ready_to_show(document.sample)
            return document, notes

        def take(opened: tuple[Document, tuple[str, ...]]) -> None:
            document, notes = opened
            count = counted(len(document.layers), "layer")
            self._replace_if_allowed(
                "", _OpenedProject(document), lambda: self.told.emit(" ".join((f"The network has {count}.", *notes)))
            )
            self._reader.remember(path)

        self._reader.read(path, load, take)

    def save(self, path: str, saved: Callable[[], object] = lambda: None, *, is_sure: bool = False) -> None:
        """Save the project as it is now; `saved` is called once it is safe in its file.

        Where another program changed, locked or removed the file, nothing is written, and `found_changed` tells of it;
        `is_sure` writes all the same.
        """
        document, view, project = self._session.document, self._session.view, self._count
        self.folder_used.emit(str(real_path(path).parent))

        def write(progress: Progress) -> _SaveResult:
            return self._write(path, document, view, progress, is_sure=is_sure)

        def take_note(done: _SaveResult) -> None:
            if done.change:
                self.found_changed.emit(done.change, done.stamp, saved)
                return
            is_same_project = project == self._count  # another one may have been opened meanwhile
            if is_same_project:
                self._use_file(path, done.stamp)
            if done.problem is not None:  # it is not marked as saved: it is there, but it may not outlast a power cut
                raise done.problem
            if is_same_project:
                self._session.mark_saved(document)
            self._reader.remember(path)
            saved()

        self._jobs.write(f"Saving {Path(path).name}", write, take_note)

    def look_for_changes(self) -> None:
        """Look whether another program changed or removed the project's file; `found_changed` tells of it."""
        path = self.path
        if not path or not self._jobs.is_idle:  # a save looks by itself
            return

        def tell(found: tuple[Change, FileStamp | None]) -> None:
            change, stamp = found
            if change and path == self.path:
                self._session.mark_unsaved()  # this window's document is in no file any more
                self.found_changed.emit(change, stamp, None)

        self._jobs.read(f"Checking {Path(path).name}", lambda _: self._file.change(), tell)

    def keep_mine(self, stamp: FileStamp | None) -> None:
        """Go on with this window's document: a save will replace what is there, and keep that as the backup."""
        self._file.accept(stamp)

    def save_copy(self, path: str) -> None:
        """Write the project as it is now to another file, and go on with its own; `told` says where the copy is."""
        document, view, own = self._session.document, self._session.view, self.path
        self.folder_used.emit(str(real_path(path).parent))

        def write(progress: Progress) -> _SaveResult:
            if own and real_path(path) == real_path(own):
                raise FileProblem(f"{named(path)} is this project's own file. Use Save, or choose another name.")
            return self._write(path, document, view, progress, is_sure=True)

        def take_note(done: _SaveResult) -> None:
            if done.problem is not None:
                raise done.problem
            self.told.emit(f"A copy was saved as {named(path)}.")

        self._jobs.write(f"Saving {Path(path).name}", write, take_note)

    def open_again(self, step: str) -> None:
        """Open what the project's file holds now, as a step of this name that can be undone."""
        path = self.path

        def take(opened: _OpenedProject) -> None:
            if path == self.path:
                self._session.apply(step, opened.document, target=EVERYTHING)
                self._session.mark_saved(self._session.document)
                self._file.accept(opened.stamp)

        self._reader.read(path, partial(self._load, path), take)

    def put_aside(self, document: Document, view: ViewState) -> Callable[[], None]:
        """Show a document without a file in the place of the project; return what brings the project back.

        Until then its file stays locked, and its undo steps and everything else that the session holds are kept.
        """
        work, file = self._session.keep(), self._file
        self._file = ProjectFile(file.locks)
        self._replace("", _OpenedProject(document, view))

        def bring_back() -> None:
            self._count += 1
            self._file.let_go()
            self._file = file
            self._session.restore(work)
            self.path_changed.emit(self.path)

        return bring_back

    def show_instead(self, document: Document, view: ViewState) -> None:
        """Show another document without a file, where the work was put aside before."""
        self._replace("", _OpenedProject(document, view))

    def close(self) -> None:
        """Let other windows open the project."""
        self._file.let_go()

    def _write(
        self, path: str, document: Document, view: ViewState, progress: Progress, *, is_sure: bool
    ) -> _SaveResult:
        """Write the file in the worker, unless another window or another program is in the way."""
        from convstudio.files.projects.documents import save_document  # here, and not above: no start needs it

        if self._file.is_taken(path):
            raise FileProblem(f"{named(path)} is open in another window. Save under another name.")
        change, now = self._file.change_before_save() if path == self.path and not is_sure else ("", None)
        if change:
            return _SaveResult(now, change)
        try:
            save_document(path, document, view, progress)
        except UnconfirmedWrite as problem:
            return _SaveResult(FileStamp.of(path), problem=problem)
        return _SaveResult(FileStamp.of(path))

    def _load(self, path: str, progress: Progress) -> _OpenedProject:
        """Read a project in the worker; the stamp is taken before, so that a change while it is read is noticed."""
        from convstudio.files.projects.documents import load_document  # here, and not above: no start needs it

        stamp = FileStamp.of(path)
        document, view = load_document(path, progress)
        _check_rank(document, path)
        ready_to_show(document.sample)
        return _OpenedProject(document, view, stamp, self._file.is_taken(path))

    def _use(self, path: str, opened: _OpenedProject) -> None:
        answer = self._ask_taken(Path(path).name) if opened.is_taken else "own"
        if answer == "cancel":
            return
        if answer == "copy":
            copy = _OpenedProject(opened.document, opened.view)
            self._replace_if_allowed("", copy, lambda: self._session.mark_unsaved())
        else:
            held = replace(opened, is_taken=answer == "read-only")
            self._replace_if_allowed(path, held, lambda: self._reader.remember(path))

    def _replace_if_allowed(self, path: str, opened: _OpenedProject, replaced: Callable[[], object]) -> None:
        if self._may_replace(lambda: self._replace_if_allowed(path, opened, replaced)):
            self._replace(path, opened)
            replaced()

    def _replace(self, path: str, opened: _OpenedProject, *, saved: bool = True) -> None:
        self._count += 1
        self._session.restart(opened.document, opened.view, saved=saved)
        self._use_file(path, opened.stamp, read_only=opened.is_taken)

    def _use_file(self, path: str, stamp: FileStamp | None, *, read_only: bool = False) -> None:
        self._file.use(path, stamp, read_only=read_only)
        self.path_changed.emit(path)


def _check_rank(document: Document, path: str) -> None:
    """Refuse what the window has no pane for yet."""
    sample = document.sample
    if sample.rank > LIMITS.window_rank:
        raise FileProblem(
            f"{named(path)} holds a volume ({format_shape(sample.spatial)}), and the window shows sequences and "
            "images: run it with a program that has volumes."
        )
