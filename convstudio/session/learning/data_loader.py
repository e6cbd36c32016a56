"""Reading the data that networks are trained on: what the user chooses, and what a project asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convstudio.model.edits.intent import Intent
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.learning.sources import (
    DataSource,
    OwnSource,
    PairSource,
    StoredSource,
    remembered_text,
    source_of,
)
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.progress import Progress
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.learning.data_choice import DataChoice
from convstudio.session.session import Session

if TYPE_CHECKING:
    from convstudio.files.datasets.loaded import DataOptions, LabelPlaces, LoadedData, UnclearLabelsError


@dataclass(frozen=True)
class _DataRead:
    """Data that was read, None for the pair of a document, and where it comes from."""

    source: DataSource
    loaded: LoadedData | None = None
    is_folder: bool = False
    unclear: UnclearLabelsError | None = None


_CHOOSE = "Choose their folder or file again, or other data."


class DataLoader(QObject):
    """Reads data in the worker of files, and makes it the choice of the window.

    A project remembers digits and patterns, which are there on every computer, and of the user's own data the name
    alone, never a path: where such a project is opened, the data is missing until it is chosen again. `source`
    is where the data comes from that is there now, None where none was chosen; it `is_folder` or a file where it is
    stored, `notes` are sentences about it, and `places` are where the classes of a file may be.
    `settled` tells that what was asked for last is there, or was cancelled or refused. `unclear` carries the path of a
    file of which it is not clear where its classes are, and the problem, which has the names to choose from.
    """

    settled = Signal()
    unclear = Signal(str, object)

    def __init__(self, session: Session, editor: Editor, jobs: Jobs, choice: DataChoice) -> None:
        super().__init__(choice)
        self._session, self._editor, self._jobs, self._choice = session, editor, jobs, choice
        self.source: DataSource | None = None
        self.is_folder = False
        self.notes: tuple[str, ...] = ()
        self.places: LabelPlaces | None = None
        self._kept = ""
        self._asked = 0
        self._own: _DataRead | None = None
        self._own_in: dict[int, TrainingSettings] = {}  # by identity: undo and detours bring the same object back
        self._is_restarted = False
        session.about_to_restart.connect(self._note_restart)
        session.document_changed.connect(self._follow)
        self._follow(session.document, session.document)

    def load(self, text: str, options: DataOptions | None = None) -> None:
        """Read the data that a text means, as `model.learning.sources` tells, and use it."""
        self._read(text, options, is_asked=True)

    def _read(self, text: str, options: DataOptions | None, *, is_asked: bool) -> None:
        document = self._session.document

        def read(progress: Progress) -> _DataRead:
            from convstudio.files.datasets.loaded import (  # here, and not above: no start needs them
                AS_STORED,
                UnclearLabelsError,
            )
            from convstudio.files.datasets.loading import load_dataset

            source = source_of(text)
            if isinstance(source, PairSource):
                return _DataRead(source)
            try:
                loaded = load_dataset(text, AS_STORED if options is None else options, progress, document)
            except UnclearLabelsError as unclear:
                return _DataRead(source, unclear=unclear)
            return _DataRead(source, loaded, isinstance(source, StoredSource) and Path(source.path).is_dir())

        self._jobs.read(f"Reading {Path(text).name}", read, partial(self._take, is_asked))
        self._asked += 1
        self._jobs.then(partial(self._settle, self._asked))

    def _settle(self, number: int) -> None:
        if number == self._asked:
            self.settled.emit()

    def _take(self, is_asked: bool, found: _DataRead) -> None:
        if found.unclear is not None:
            assert isinstance(found.source, StoredSource), "of all others it is clear"
            self.unclear.emit(found.source.path, found.unclear)
            return
        self._use(found)
        if isinstance(found.source, StoredSource):
            self._own = found
            self._own_in.clear()
        if is_asked:
            name = "the current pair" if found.loaded is None else found.loaded.data.name
            self._editor.apply(Intent(f"Train on {name}", partial(set_training, data=self._kept)))
        self._note_own(self._session.document)

    def _use(self, found: _DataRead) -> None:
        self.source, loaded, self.is_folder = found.source, found.loaded, found.is_folder
        self._kept = remembered_text(self.source, "" if loaded is None else loaded.data.name)
        self.notes = () if loaded is None else loaded.notes
        self.places = None if loaded is None else loaded.places
        self._choice.use(None if loaded is None else loaded.data)

    def _note_own(self, document: Document) -> None:
        """Take note of a state of the project in which the data that is there is the user's own, and is used."""
        if isinstance(self.source, StoredSource) and document.training.data == self._kept:
            self._own_in[id(document.training)] = document.training

    def _note_restart(self) -> None:
        self._is_restarted = True

    def _follow(self, _before: Document, document: Document) -> None:
        """Read what a project asks for that was opened, or that undo brought back."""
        wanted = document.training.data
        is_restarted, self._is_restarted = self._is_restarted, False
        self._note_own(document)
        if wanted == self._kept:
            return
        self._kept = wanted
        missing = _own_name(wanted)
        if wanted and missing is None:
            self._read(wanted, None, is_asked=False)
        elif missing is not None and self._own is not None and id(document.training) in self._own_in:
            self._use(self._own)
            self.settled.emit()
        elif missing is not None:
            self._use_nothing(missing, f"{missing.sentence} {_CHOOSE}")
        elif not (is_restarted and isinstance(self.source, StoredSource)):
            self._use_nothing(None)

    def _use_nothing(self, source: OwnSource | None, missing: str = "") -> None:
        """Have no data, because there is none, or because it is not known where it is."""
        self.source, self.notes, self.places, self.is_folder = source, tuple(filter(None, [missing])), None, False
        self._choice.use(None, missing)
        self.settled.emit()


def _own_name(text: str) -> OwnSource | None:
    """Return which samples of the user's a project means; of a path, which older ones hold, only the name counts."""
    if not text:
        return None
    try:
        source = source_of(text)
    except ValueError:  # which is told when they are read
        return None
    if isinstance(source, StoredSource):
        return OwnSource(PurePath(source.path).name or source.path)
    return source if isinstance(source, OwnSource) else None
