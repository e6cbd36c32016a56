"""A lab runs in its thread, can be paused, gone on with and begun again, and says why it cannot run."""

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.learning.patterns import PatternSettings, pattern_data
from convstudio.model.learning.side_by_side import JointPlan, plan_side_by_side
from convstudio.model.library.labs import LAB_SETTINGS, lab_starts, symmetry_lab
from convstudio.model.values.learning.runs import Status
from convstudio.session.learning.lab_run import LabRun

DATA = pattern_data(PatternSettings(per_class=8))


def plan(epochs: int = 2) -> JointPlan:
    return plan_side_by_side(lab_starts(symmetry_lab(), DATA, 2, 1), DATA, replace(LAB_SETTINGS, epochs=epochs))


@pytest.fixture
def lab(qtbot: QtBot) -> Iterator[LabRun]:
    made = LabRun()
    yield made
    made.close()


def ends(lab: LabRun, status: Status) -> bool:
    return lab.status is status


def test_all_steps_are_made_and_their_curves_kept(lab: LabRun, qtbot: QtBot) -> None:
    lab.start(plan)
    qtbot.waitUntil(lambda: ends(lab, Status.FINISHED))
    glimpse = lab.glimpse()
    assert glimpse is not None
    assert glimpse.state.step == glimpse.plan.steps == 2
    assert glimpse.steps.tolist() == [0, 1, 2]
    assert glimpse.losses.shape == glimpse.similarities.shape == (3, 3)
    assert glimpse.losses[-1].tolist() == list(glimpse.state.losses)


def test_a_paused_lab_goes_on_where_it_was(lab: LabRun, qtbot: QtBot) -> None:
    lab.start(lambda: plan(5000))
    qtbot.waitUntil(lambda: (lab.glimpse() is not None) and lab.glimpse().state.step > 2)
    lab.pause()
    qtbot.waitUntil(lambda: ends(lab, Status.PAUSED))
    paused = lab.glimpse().state
    lab.resume()
    qtbot.waitUntil(lambda: lab.glimpse().state.step > paused.step)
    assert lab.is_running


def test_a_lab_that_is_not_paused_is_not_gone_on_with(lab: LabRun) -> None:
    lab.resume()
    assert lab.status is Status.IDLE


def test_another_start_takes_the_place_of_what_runs(lab: LabRun, qtbot: QtBot) -> None:
    lab.start(lambda: plan(5000))
    lab.start(plan)
    qtbot.waitUntil(lambda: ends(lab, Status.FINISHED))
    assert lab.glimpse().state.step == 2


def test_a_lab_that_cannot_run_says_why(lab: LabRun, qtbot: QtBot) -> None:
    def refuse() -> JointPlan:
        raise ValueError("there are no classes")

    with qtbot.waitSignal(lab.failed) as told:
        lab.start(refuse)
    assert told.args == ["There are no classes."]
    assert lab.status is Status.FAILED


def test_missing_memory_is_said(lab: LabRun, qtbot: QtBot) -> None:
    def fail() -> JointPlan:
        raise MemoryError

    with qtbot.waitSignal(lab.failed) as told:
        lab.start(fail)
    assert "more memory than there is" in told.args[0]


def test_the_window_need_not_wait_long_for_a_lab_that_runs(lab: LabRun, qtbot: QtBot) -> None:
    sys.setswitchinterval(0.005)
    lab.start(plan)
    qtbot.waitUntil(lambda: ends(lab, Status.FINISHED))
    assert sys.getswitchinterval() == pytest.approx(0.001)


def test_the_window_is_told_at_the_end(lab: LabRun, qtbot: QtBot) -> None:
    with qtbot.waitSignal(lab.sampled, check_params_cb=lambda glimpse: glimpse.state.step == 2):
        lab.start(plan)
