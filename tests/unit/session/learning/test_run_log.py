"""Reports of any number of steps are held in a bounded number of rows."""

import math

from convstudio.model.values.learning.reports import EpochReport, StepReport
from convstudio.session.learning.run_log import RunLog


def report(step: int) -> StepReport:
    return StepReport(step, 1, float(step), None, 0.1, (1.0, 2.0), (0.0, float(step)))


def after(steps: int, rows: int = 8) -> RunLog:
    log = RunLog(rows)
    for step in range(1, steps + 1):
        log.add(report(step))
    return log


def test_few_steps_are_held_one_by_one() -> None:
    curves = after(3).curves()
    assert curves.steps.tolist() == [1, 2, 3]
    assert curves.losses.tolist() == [1, 2, 3]
    assert all(map(math.isnan, curves.accuracies))
    assert curves.gradient_norms.tolist() == [[0, 1], [0, 2], [0, 3]]


def test_many_steps_are_held_as_means() -> None:
    curves = after(19).curves()
    assert curves.steps_per_row == 4
    assert curves.steps.tolist() == [4, 8, 12, 16, 19]
    assert curves.losses.tolist() == [2.5, 6.5, 10.5, 14.5, 18]


def test_a_million_rows_are_never_held() -> None:
    assert len(after(10_000).curves().steps) <= 8


def test_going_back_forgets_later_reports() -> None:
    log = after(6)
    log.add(report(7), EpochReport(1, 7, 0.5, None, None, None))
    log.go_back(4)
    assert log.curves().steps.tolist() == [1, 2, 3, 4]
    assert log.epochs == []


def test_a_run_without_steps_has_empty_curves() -> None:
    assert RunLog().curves().losses.tolist() == []
