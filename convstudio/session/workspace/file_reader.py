"""Files that are read for the window, and what is remembered of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from convstudio.files.disk.real_paths import real_path
from convstudio.files.problems import FileProblem
from convstudio.model.panes.input.input_display import Ranges
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import Sample
from convstudio.session.jobs import Jobs

Result = TypeVar("Result")


class FileReader(QObject):
    """Reads files off the UI thread; `used` carries a file that was brought in, `missing` one that is not there."""

    used = Signal(str)
    missing = Signal(str)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs

    def read(self, path: str, read: Callable[[Progress], Result], use: Callable[[Result], object]) -> None:
        """Read a file in the worker, then use what it holds."""

        def work(progress: Progress) -> Result:
            try:
                return read(progress)
            except FileProblem:
                if not Path(path).exists():
                    self.missing.emit(path)  # Qt carries it over to the thread of the window
                raise

        self._jobs.read(f"Opening {Path(path).name}", work, use)

    def remember(self, path: str) -> None:
        """Tell that a file was used."""
        self.used.emit(str(real_path(path)))


def ready_to_show(sample: Sample) -> Sample:
    """Find in the worker what showing a large input needs of all its values; the same sample comes back."""
    Ranges.of(sample.values)
    return sample
