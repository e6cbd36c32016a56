"""The cells of a study as work for other processes and machines."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from convstudio.files.batch.tasks import InputTask, Made, Runner
from convstudio.files.datasets.loading import digit_data
from convstudio.files.problems import FileProblem
from convstudio.model.learning.study import StudyCell, StudyResult, run_cell, study_data


@dataclass(frozen=True)
class StudyOutcome:
    """What became of a cell: its result, or the sentence that says why there is none."""

    cell: StudyCell
    result: StudyResult | None
    problem: str = ""


class StudyWork:
    """Trains the network of one cell; all that it needs is in the task, and the bundled digits are everywhere."""

    def __call__(self, task: InputTask) -> Made:
        """Return the result of a cell as the bytes of its only file."""
        assert task.data is not None, "a cell is in its task"
        cell = msgspec.json.decode(task.data, type=StudyCell)
        try:
            result = run_cell(cell, study_data(cell.settings, cell.classes, digit_data))
        except ValueError as refusal:
            raise FileProblem(f"{cell.name}: {refusal}") from None
        return Made([(task.target, msgspec.json.encode(result))])


def study_outcomes(cells: Sequence[StudyCell], runner: Runner) -> Generator[StudyOutcome]:
    """Train the networks of cells, and yield what becomes of each when its result comes; closing it ends the work."""
    by_spec = {cell.name: cell for cell in cells}
    with closing(runner(StudyWork(), map(_task, cells))) as results:
        for result in results:
            cell = by_spec[result.spec]
            if result.made is None:
                yield StudyOutcome(cell, None, result.problem)
            else:
                ((_, data),) = result.made.files
                yield StudyOutcome(cell, msgspec.json.decode(data, type=StudyResult))


def _task(cell: StudyCell) -> InputTask:
    return InputTask(cell.name, Path("result.json"), msgspec.json.encode(cell))
