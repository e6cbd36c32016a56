"""The cells of a study as work for other processes and machines."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from convstudio.files.batch.tasks import InputTask, Made, Runner
from convstudio.files.datasets.loaded import free_memory
from convstudio.files.datasets.loading import digit_data
from convstudio.files.problems import FileProblem
from convstudio.model.learning.study import StudyCell, StudyResult, run_cell
from convstudio.model.learning.study_data import OwnData, study_data
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.numbers import format_bytes

_COPIES = 2
"""How often a process holds the data at most: all of them, and those of the first classes."""


@dataclass(frozen=True)
class StudyOutcome:
    """What became of a cell: its result, or the sentence that says why there is none."""

    cell: StudyCell
    result: StudyResult | None
    problem: str = ""


class StudyWork:
    """Trains the network of one cell.

    Which one is in the task. The bundled digits are everywhere, and each process is sent the user's `own` data once.
    """

    def __init__(self, own: OwnData | None = None) -> None:
        self._own = own

    def __call__(self, task: InputTask) -> Made:
        """Return the result of a cell as the bytes of its only file."""
        assert task.data is not None, "a cell is in its task"
        cell = msgspec.json.decode(task.data, type=StudyCell)
        try:
            result = run_cell(cell, study_data(cell.settings.data, cell.classes, digit_data, self._own))
        except ValueError as refusal:
            raise FileProblem(f"{cell.name}: {refusal}") from None
        return Made([(task.target, msgspec.json.encode(result))])


def study_outcomes(cells: Sequence[StudyCell], runner: Runner, own: OwnData | None = None) -> Generator[StudyOutcome]:
    """Train the networks of cells, and yield what becomes of each when its result comes; closing it ends the work."""
    by_spec = {cell.name: cell for cell in cells}
    with closing(runner(StudyWork(own), map(_task, cells))) as results:
        for result in results:
            cell = by_spec[result.spec]
            if result.made is None:
                yield StudyOutcome(cell, None, result.problem)
            else:
                ((_, data),) = result.made.files
                yield StudyOutcome(cell, msgspec.json.decode(data, type=StudyResult))


def check_study_memory(own: OwnData | None, processes: int) -> None:
    """Raise FileProblem, in a sentence, where there is no memory for a copy of one's own data in each process."""
    free = free_memory()
    if own is None or free is None:
        return
    needed = _COPIES * processes * own.data.inputs.nbytes
    if needed > free:
        held = counted(processes, "process", "processes")
        raise FileProblem(
            f"“{own.data.name}” would take {format_bytes(needed)} of memory in {held}, and {format_bytes(free)} is "
            "free. Use fewer samples, or smaller ones."
        )


def _task(cell: StudyCell) -> InputTask:
    return InputTask(cell.name, Path("result.json"), msgspec.json.encode(cell))
