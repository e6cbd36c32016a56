"""The cells of a study, in this process and in others."""

from convstudio.files.batch.processes import in_processes
from convstudio.files.batch.tasks import one_by_one
from convstudio.files.datasets.loading import digit_data
from convstudio.files.study.study_work import study_outcomes
from convstudio.model.learning.study import Study, StudyCell, StudySettings, run_cell, study_data

QUICK = StudySettings(epochs=1)
CELLS = Study((1, 2), (3,), (2, 4), 1, QUICK).cells


def test_every_cell_has_its_result_in_order():
    outcomes = list(study_outcomes(CELLS, one_by_one))
    assert [one.result for one in outcomes] == [
        run_cell(cell, study_data(QUICK, cell.classes, digit_data)) for cell in CELLS
    ]


def test_two_processes_lead_to_the_same_bits_as_one():
    found = list(study_outcomes(CELLS, in_processes(2, in_order=False)))
    assert sorted(found, key=lambda one: CELLS.index(one.cell)) == list(study_outcomes(CELLS, one_by_one))


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
