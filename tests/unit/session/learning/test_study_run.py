"""A study runs in processes of its own, is heard of network by network, can be stopped, and goes on."""

import multiprocessing
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from convstudio.files.datasets.loading import digit_data
from convstudio.model.learning.study import Study, StudySettings, run_cell
from convstudio.model.learning.study_data import study_data
from convstudio.session.learning import study_run
from convstudio.session.learning.study_run import StudyRun

SMALL = Study((1, 2), (3,), (2,), 1, StudySettings(epochs=1))
LONG = Study((1, 2), (3,), (8,), 50, StudySettings(epochs=500))


@pytest.fixture
def run(qtbot: QtBot) -> Iterator[StudyRun]:
    made = StudyRun()
    yield made
    made.close()


def ends(run: StudyRun) -> bool:
    return run.study is not None and not run.is_running


def test_every_network_has_the_result_that_it_has_in_this_process(run: StudyRun, qtbot: QtBot) -> None:
    changes: list[int] = []
    run.changed.connect(lambda: changes.append(len(run.results)))
    run.start(SMALL)
    qtbot.waitUntil(lambda: len(changes) > 3, timeout=60_000)
    assert changes == [0, 1, 2, 2]
    assert run.results == tuple(run_cell(cell, study_data(cell.settings.data, 2, digit_data)) for cell in SMALL.cells)


def test_a_second_start_trains_nothing_again(run: StudyRun, qtbot: QtBot) -> None:
    run.start(SMALL)
    qtbot.waitUntil(lambda: len(run.results) == 2 and not run.is_running, timeout=60_000)
    first = run.results
    with qtbot.waitSignal(run.changed):
        run.start(SMALL)
    assert all(one is other for one, other in zip(run.results, first, strict=True))


def test_a_study_that_is_stopped_ends_long_before_its_network_would(run: StudyRun, qtbot: QtBot) -> None:
    run.start(LONG)
    qtbot.waitUntil(lambda: run.is_running)
    run.stop()
    qtbot.waitUntil(lambda: not run.is_running, timeout=60_000)
    assert len(run.results) < len(LONG.cells)


def test_closing_ends_the_processes(qtbot: QtBot) -> None:
    run = StudyRun()
    run.start(LONG)
    qtbot.waitUntil(lambda: run.is_running)
    qtbot.waitUntil(lambda: bool(multiprocessing.active_children()), timeout=60_000)
    assert run.close()


def test_a_network_that_diverges_is_told(run: StudyRun, qtbot: QtBot) -> None:
    wild = Study((2,), (3,), (2,), 1, StudySettings(epochs=1, optimiser="sgd", rate=1e30))
    with qtbot.waitSignal(run.failed, timeout=60_000) as told:
        run.start(wild)
    assert told.args[0].startswith("2 filters 3×3, 2 classes, seed 1: The training diverged at step ")


def test_too_little_memory_is_told_as_what_it_is(run: StudyRun, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object) -> Iterator[object]:
        raise MemoryError
        yield

    monkeypatch.setattr(study_run, "study_outcomes", no_memory)
    with qtbot.waitSignal(run.failed) as told:
        run.start(SMALL)
    assert told.args[0].startswith("The study needs more memory than there is.")
