"""A folder of pictures that the user leafs through with the same network, and small pictures of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convstudio.files.problems import FileProblem
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.scale import Colours
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.worker import Outcome, Task, Worker
from convstudio.session.workspace.file_reader import FileReader
from convstudio.session.workspace.input_files import InputFiles, read_ready_input

if TYPE_CHECKING:
    from convstudio.files.inputs import InputReading
    from convstudio.model.readings.inputs import ReadOptions
    from convstudio.model.readings.pictures.folder import PictureFolder

_MOST_WANTED = 64
"""Small pictures that wait to be made: more than a screen shows at once; older wishes are asked for again when seen."""


@dataclass(frozen=True)
class _Found:
    """The picture that a step came to, `row` and `reading`, or neither; `problems` are those of what it passed over."""

    row: int | None = None
    reading: InputReading | None = None
    problems: Mapping[int, str] = field(default_factory=dict)
    is_fitted: bool = False
    """Whether it was made smaller because it does not fit as a whole: no wish of the user for the next one."""


class PictureList(QObject):
    """Holds the folder that is leafed through, shows one of its pictures after the other, and has small ones made.

    `listed` carries a folder when it was listed, `selected` the place of the picture that is the input, `damaged` the
    place of a file that cannot be read and the reason, `thumbnail_made` a place and the small picture; `told` is a
    sentence about the list. A picture that was asked for while another one is read takes its place.
    """

    listed = Signal(object)
    selected = Signal(int)
    damaged = Signal(int, str)
    thumbnail_made = Signal(int, object)
    told = Signal(str)

    def __init__(self, session: Session, jobs: Jobs, reader: FileReader, inputs: InputFiles, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._reader = reader
        self._inputs = inputs
        self._held: PictureFolder | None = None
        self._row = 0
        self._target = 0
        self._asked = 0
        self._run = 0
        self._fitted: ReadOptions | None = None
        self._wanted: list[int] = []
        self._is_making = False
        self._worker = Worker(self, expected=(FileProblem, CancelledError, MemoryError))
        session.document_changed.connect(self._follow)

    # --- leafing -----------------------------------------------------------------------------------------------------

    def open(self, folder: str) -> None:
        """List a folder of pictures, and put the first one that can be read in."""
        from convstudio.files.pictures.folder import list_pictures  # here, and not above: no start needs it

        self._reader.read(folder, lambda _: list_pictures(folder), self._take_folder)

    def step(self, steps: int) -> None:
        """Go so many pictures on, or back where it is below 0; damaged ones are passed over."""
        if self._held is None:
            return
        target = self._target + steps
        if 0 <= target < len(self._held.names):
            self._read(target, 1 if steps > 0 else -1)
        else:
            self.told.emit(self._held.end(steps))

    def show_picture(self, row: int) -> None:
        """Put the picture at a place of the list in."""
        held = self._held
        if row == self._target != self._row:
            return  # it is being read
        if held is not None and (row, self._session.document.sample.origin) != (self._row, held.names[row]):
            self._read(row, 0)

    def _take_folder(self, held: PictureFolder) -> None:
        self._held = held
        self._row = self._target = -1
        self._run += 1
        self._forget_wanted()
        self._reader.remember(held.folder)
        self.listed.emit(held)
        self._read(0, 1)

    def _read(self, row: int, direction: int) -> None:
        """Read the picture at a place, or, where there is a direction, the next one there that can be read."""
        held = self._held
        assert held is not None, "only a list has places"
        self._asked += 1
        self._target = row
        number, options = self._asked, self._options()

        def read(progress: Progress) -> _Found | None:
            return _first_readable(held, row, direction, options, progress) if number == self._asked else None

        def take(found: _Found | None) -> None:
            if found is not None and number == self._asked:
                self._take(held, found, direction)

        self._jobs.read(f"Opening {held.names[row]}", read, take)
        self._jobs.then(lambda: self._settle(number))

    def _settle(self, number: int) -> None:
        """Stay at the picture that is the input where another one was cancelled, declined or could not be read."""
        if number == self._asked and self._target != self._row:
            self._target = self._row
            self.selected.emit(self._row)

    def _options(self) -> ReadOptions:
        """Return how the next picture is read: the part and the size that were chosen for the current one stay."""
        from convstudio.model.readings.inputs import BY_EVIDENCE  # here, and not above: no start needs it

        sample = self._session.document.sample
        opened = self._inputs.opened.of(sample)
        if (
            self._held is None
            or opened is None
            or opened.current == self._fitted
            or sample.origin not in self._held.rows
        ):
            return BY_EVIDENCE
        return replace(BY_EVIDENCE, crop=opened.current.crop, size=opened.current.size)

    def _take(self, held: PictureFolder, found: _Found, direction: int) -> None:
        for row, problem in found.problems.items():
            self.damaged.emit(row, problem)
        if found.row is None or found.reading is None:
            raise FileProblem(" ".join([*found.problems.values()][-1:] if direction == 0 else _none_left(held, found)))
        words = (held.place(found.row), found.reading.sentence, held.skipped(found.problems))
        reading = replace(found.reading, sentence=" ".join(filter(None, words)))
        is_first, self._row, self._target = self._row < 0, found.row, found.row
        self._fitted = reading.options if found.is_fitted else None
        path = held.path(found.row)
        if not is_first:
            self._inputs.take_next(path, reading, f"Leaf through {held.title}", self._run)
        elif not self._inputs.take_first(path, reading):
            self._row = -1  # the list is there, and nothing of it is the input
        self.selected.emit(self._row)

    def _follow(self) -> None:
        """Select the picture that undo, redo or another file brought in, where it is one of the list."""
        if self._held is None:
            return
        row = self._held.rows.get(self._session.document.sample.origin)
        if row is not None and row != self._row:
            self._row = self._target = row
            self.selected.emit(row)

    # --- small pictures ----------------------------------------------------------------------------------------------

    def want_thumbnail(self, row: int) -> None:
        """Ask for the small picture of a place that is on screen; what was asked for last is made first."""
        if row in self._wanted:
            self._wanted.remove(row)
        self._wanted = [*self._wanted, row][-_MOST_WANTED:]
        self._make_next()

    def close(self, patience: int = -1) -> bool:
        """Make no more small pictures; wait `patience` ms (-1: for ever) and return whether the thread ended."""
        self._forget_wanted()
        return self._worker.close(patience)

    def _forget_wanted(self) -> None:
        self._wanted.clear()
        self._worker.stop()

    def _make_next(self) -> None:
        if not self._wanted or self._held is None or self._is_making:
            return
        from convstudio.files.pictures.folder import read_thumbnail  # here for the reason in open

        self._is_making = True
        held, row, progress = self._held, self._wanted.pop(), Progress()
        work = partial(read_thumbnail, held.path(row))
        self._worker.add(Task(lambda: work, partial(self._take_thumbnail, held, row), progress))

    def _take_thumbnail(self, held: PictureFolder, row: int, outcome: Outcome) -> None:
        from convstudio.files.pictures.folder import reason_in  # here for the reason in open

        self._is_making = False
        if held is not self._held:
            pass  # another folder was opened meanwhile
        elif isinstance(outcome.problem, FileProblem):
            self.damaged.emit(row, reason_in(held, row, outcome.problem))
        elif outcome.problem is None:
            picture: Colours = outcome.result  # type: ignore[assignment]  # what the work returns
            self.thumbnail_made.emit(row, picture)
        self._make_next()


def _first_readable(held: PictureFolder, row: int, direction: int, options: ReadOptions, progress: Progress) -> _Found:
    """Read the first picture from a place on that can be read; raise FileProblem where the whole folder is gone."""
    from convstudio.files.pictures.folder import gone, is_there, reason_in  # here, and not above: no start needs it
    from convstudio.files.pictures.page import TooLargePicture
    from convstudio.model.readings.pictures.framing import fitting_size

    problems: dict[int, str] = {}
    while 0 <= row < len(held.names):
        progress(0)
        try:
            return _Found(row, read_ready_input(held.path(row), options, progress), problems)
        except TooLargePicture as large:
            smaller = replace(options, size=fitting_size(large.shape))
            return _Found(row, read_ready_input(held.path(row), smaller, progress), problems, is_fitted=True)
        except FileProblem as problem:
            if not is_there(held.folder):
                raise gone(held.folder) from None
            problems[row] = reason_in(held, row, problem)
        if direction == 0:
            break
        row += direction
    return _Found(problems=problems)


def _none_left(held: PictureFolder, found: _Found) -> list[str]:
    return [f"No other picture of “{held.title}” in this direction can be read.", held.skipped(found.problems)]
