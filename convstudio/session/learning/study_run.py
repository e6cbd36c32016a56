"""A study in processes of its own: the window hears of every network as soon as it is trained."""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial

from PySide6.QtCore import QObject, Signal

from convstudio.files.batch.processes import in_processes
from convstudio.files.problems import FileProblem
from convstudio.files.study.study_work import StudyOutcome, check_study_memory, study_outcomes
from convstudio.model.learning.study import Study, StudyCell, StudyResult
from convstudio.model.learning.study_data import OwnData
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.words.wording import as_sentence
from convstudio.ops.threads import cores
from convstudio.session.worker import Outcome, Task, Work, Worker

_NO_MEMORY = (
    "The study needs more memory than there is. What was trained until then is kept. Close other programs, and start "
    "it again."
)
_FAULT = "A fault in this program stopped the study. What was trained until then is kept. Save your work."


class StudyRun(QObject):
    """Trains the networks of one study at a time. `changed` is emitted after every network, at the start and the end.

    `failed` carries a sentence about a network that could not be trained, or about the study where it cannot go on.
    `found` of its networks were trained already when it began.
    """

    changed = Signal()
    failed = Signal(str)
    _arrived = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self, expected=(CancelledError, FileProblem, MemoryError))
        self._results: dict[StudyCell, StudyResult] = {}
        self._since = 0.0
        self._ended = 0.0
        self.found = 0
        self.study: Study | None = None
        self.is_running = False
        self._arrived.connect(self._keep)

    @property
    def results(self) -> tuple[StudyResult, ...]:
        """The results of the study so far, in its order."""
        cells = () if self.study is None else self.study.cells
        return tuple(self._results[cell] for cell in cells if cell in self._results)

    @property
    def seconds(self) -> float | None:
        """How long the study has been running; None before one begins."""
        if self.study is None:
            return None
        return (time.monotonic() if self.is_running else self._ended) - self._since

    def start(self, study: Study, own: OwnData | None = None) -> None:
        """Train the networks of a study, on one's `own` data; those that this window has trained are there already."""
        self.study = study
        self._worker.replace(Task(partial(self._prepare, study, own), self._take))

    def stop(self) -> None:
        """End the processes; what is trained stays."""
        self._worker.stop()

    def close(self, patience: int = -1) -> bool:
        """Tell nothing more, end the processes, wait `patience` ms (-1: for ever), and return whether they ended."""
        self.blockSignals(True)
        self._worker.stop()
        return self._worker.close(patience)

    def _prepare(self, study: Study, own: OwnData | None) -> Work:
        missing = tuple(cell for cell in study.cells if cell not in self._results)
        self.found = len(study.cells) - len(missing)
        self._since, self.is_running = time.monotonic(), True
        self.changed.emit()
        return partial(self._train, study, own, missing)

    def _train(self, study: Study, own: OwnData | None, missing: tuple[StudyCell, ...], progress: Progress) -> None:
        """Train in processes of their own, which look several times a second whether they are still wanted."""
        check_study_memory(own, cores())
        runner = in_processes(cores(), partial(progress, 0.0), in_order=False)
        with closing(study_outcomes(missing, runner, own)) as outcomes:
            for outcome in outcomes:
                progress(0.0)
                self._arrived.emit(study, outcome)

    def _keep(self, study: Study, outcome: StudyOutcome) -> None:
        if outcome.result is None:
            if study is self.study:
                self.failed.emit(as_sentence(outcome.problem))
            return
        self._results[outcome.cell] = outcome.result
        self.changed.emit()

    def _take(self, outcome: Outcome) -> None:
        self._ended, self.is_running = time.monotonic(), False
        if outcome.problem is not None and not isinstance(outcome.problem, CancelledError):
            self.failed.emit(outcome.told(_NO_MEMORY, _FAULT))
        self.changed.emit()
