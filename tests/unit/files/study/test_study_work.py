"""The cells of a study, in this process and in others."""

import pytest

from convstudio.files.batch.processes import in_processes
from convstudio.files.batch.tasks import one_by_one
from convstudio.files.datasets.loading import digit_data
from convstudio.files.problems import FileProblem
from convstudio.files.study import study_work
from convstudio.files.study.study_work import check_study_memory, study_outcomes
from convstudio.model.learning.patterns import PatternSettings, pattern_data
from convstudio.model.learning.study import Study, StudyCell, StudySettings, run_cell
from convstudio.model.learning.study_data import own_data, study_data

QUICK = StudySettings(epochs=1)
CELLS = Study((1, 2), (3,), (2, 4), 1, QUICK).cells


def test_every_cell_has_its_result_in_order():
    outcomes = list(study_outcomes(CELLS, one_by_one))
    assert [one.result for one in outcomes] == [
        run_cell(cell, study_data(QUICK.data, cell.classes, digit_data)) for cell in CELLS
    ]


def test_two_processes_lead_to_the_same_bits_as_one():
    found = list(study_outcomes(CELLS, in_processes(2, in_order=False)))
    assert sorted(found, key=lambda one: CELLS.index(one.cell)) == list(study_outcomes(CELLS, one_by_one))


def test_own_data_reach_the_processes():
    own = own_data(pattern_data(PatternSettings(2, 8, 8)))
    cells = Study((1, 2), (3,), (2,), 1, StudySettings(own.name, epochs=1)).cells
    found = list(study_outcomes(cells, in_processes(2), own))
    assert [one.problem for one in found] == ["", ""]
    assert [one.result for one in found] == [run_cell(cell, study_data(own.name, 2, digit_data, own)) for cell in cells]


def test_data_for_which_there_is_no_memory_in_every_process_are_refused(monkeypatch):
    own = own_data(pattern_data(PatternSettings(2, 8, 8)))
    monkeypatch.setattr(study_work, "free_memory", lambda: 4 * own.data.inputs.nbytes)
    check_study_memory(own, 2)
    check_study_memory(None, 1000)
    with pytest.raises(FileProblem, match="of memory in 3 processes, and 0 MiB is free"):
        check_study_memory(own, 3)


def test_what_diverges_is_named_and_the_others_are_trained():
    wild = StudyCell(2, 3, 2, 1, StudySettings(epochs=1, optimiser="sgd", rate=1e30))
    first, second = study_outcomes([wild, CELLS[0]], one_by_one)
    assert first.result is None
    assert first.problem.startswith("2 filters 3×3, 2 classes, seed 1: The training diverged at step ")
    assert second.result is not None


def test_closing_ends_the_work():
    begun = []

    def runner(work, tasks):
        for task in tasks:
            begun.append(task.spec)
            yield from one_by_one(work, [task])

    outcomes = study_outcomes(CELLS, runner)
    next(outcomes)
    outcomes.close()
    assert begun == ["1 filter 3×3, 2 classes, seed 1"]
