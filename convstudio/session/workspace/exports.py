"""What is written from the window besides the project: feature maps, and the network as a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from convstudio.files.code import PROGRAMS, TRAINING, code_for, training_code_for
from convstudio.files.disk.real_paths import real_path
from convstudio.files.disk.save import save_all
from convstudio.model.panes.kernel_on_show import KernelOnShow
from convstudio.model.values.document import Document
from convstudio.model.values.progress import Progress
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session

if TYPE_CHECKING:
    from convstudio.model.values.learning.dataset import Dataset


class Exports(QObject):
    """Writes off the UI thread; `said` carries the sentence about it, or `told` where it has more to tell."""

    said = Signal(str)
    told = Signal(str)
    folder_used = Signal(str)
    """A folder that files are about to be written to."""

    def __init__(self, session: Session, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._written: dict[Path, tuple[int, int]] = {}

    def write_files(self, path: str, files_of: Callable[[Progress], Iterable[tuple[Path, bytes]]], count: int) -> None:
        """Write `count` files with names like `path`, all or none; `said` names them.

        `files_of` yields them in the worker: what is in them may have to be computed first. Cancel stops between two.
        """

        def write(progress: Progress) -> tuple[Path, ...]:
            return save_all(_counted(files_of(progress), count, progress))

        self.folder_used.emit(str(real_path(path).parent))
        self._jobs.write(f"Exporting {Path(path).name}", write, self._take_written)

    def write_kernel(self, path: str, shown: KernelOnShow) -> None:
        """Write a kernel in the format of the ending; `told` carries how."""
        from convstudio.files.kernels.kernel_files import write_kernel  # here, and not above: no start needs it

        self.folder_used.emit(str(real_path(path).parent))
        self._jobs.write(
            f"Exporting {Path(path).name}",
            lambda _: write_kernel(path, shown.kernel, shown.name, shown.bias),
            lambda sentence: self.told.emit(" ".join((sentence, *shown.notes))),
        )

    def write_text(self, path: str, text: str) -> None:
        """Write a text; `said` names the file."""
        place = Path(path)
        self.write_files(path, lambda _progress: [(place, text.encode())], 1)

    def is_own(self, path: Path) -> bool:
        """Return whether a file was exported here and has not changed since: its size and its time are the same."""
        return path in self._written and self._written[path] == _state(path)

    def _take_written(self, paths: Sequence[Path]) -> None:
        from convstudio.files.exports.writing import written_sentence  # here, and not above: no start needs it

        self._written.update((path, _state(path)) for path in paths)
        self.said.emit(written_sentence(paths))

    def write_code(self, target: str, written: Callable[[str], object], data: Dataset | None = None) -> None:
        """Write the network of now as a program of one of `files.code.PROGRAMS`; `written` takes it.

        One that trains is written for `data`; without any it is the project's pair, or the digits.
        """
        document = self._session.document
        title = f"Writing the program for {PROGRAMS[target]}"
        library, has_training, _ = target.partition(TRAINING)
        work = partial(_training_code, document, library, data) if has_training else partial(_code, document, library)
        self._jobs.read(title, work, written)


def _code(document: Document, library: str, _progress: Progress) -> str:
    return code_for(document, library)


def _training_code(document: Document, library: str, data: Dataset | None, _progress: Progress) -> str:
    """Write a program that trains."""
    if data is None:
        from convstudio.files.datasets.loading import load_dataset  # here, and not above: no start needs it

        where = document.training.data or ("digits" if document.target is None else "pair")
        data = load_dataset(where, document=document).data
    return training_code_for(document, library, data).text


def _state(path: Path) -> tuple[int, int]:
    """Return the size of a file and its time in nanoseconds; of one that is not there, what no file has."""
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_size, found.st_mtime_ns


def _counted(files: Iterable[tuple[Path, bytes]], count: int, progress: Progress) -> Iterator[tuple[Path, bytes]]:
    """Yield files one by one, and take note of how many of them there are."""
    for done, file in enumerate(files, 1):
        progress.expect(count)
        progress.reach(done)
        progress(0)  # raises where it was cancelled
        yield file
