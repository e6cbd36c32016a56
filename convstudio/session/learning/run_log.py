"""What a run reported, in a bounded number of rows however many steps it makes."""

from __future__ import annotations

import math

from convstudio.model.values.learning.reports import EpochReport, StepReport
from convstudio.model.values.learning.runs import StepCurves
from convstudio.session.learning.bounded_rows import ROWS, BoundedRows

_HEAD = 4
"""Columns before the norms: step, loss, accuracy, rate."""


class RunLog:
    """Takes the report of every step and every epoch; where there are too many, pairs of rows become their mean."""

    def __init__(self, rows: int = ROWS) -> None:
        self._rows = BoundedRows(rows)
        self._layers = 0
        self.epochs: list[EpochReport] = []

    def add(self, report: StepReport, epoch: EpochReport | None = None) -> None:
        """Take the reports of one more step."""
        accuracy = math.nan if report.accuracy is None else report.accuracy
        self._layers = len(report.weight_norms)
        self._rows.add((report.step, report.loss, accuracy, report.rate, *report.weight_norms, *report.gradient_norms))
        if epoch is not None:
            self.epochs.append(epoch)

    def go_back(self, step: int) -> None:
        """Forget what was reported of the steps after one."""
        self._rows.go_back(step)
        self.epochs = [epoch for epoch in self.epochs if epoch.step <= step]

    def curves(self) -> StepCurves:
        """Return the reports of all steps so far."""
        rows = self._rows.array(_HEAD)
        middle = _HEAD + self._layers
        steps, losses, accuracies, rates = rows[:, :_HEAD].T.copy()
        weights, gradients = rows[:, _HEAD:middle].copy(), rows[:, middle:].copy()
        return StepCurves(steps, losses, accuracies, rates, weights, gradients, self._rows.steps_per_row)
