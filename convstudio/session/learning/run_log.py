"""What a run reported, in a bounded number of rows however many steps it makes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.learning.reports import EpochReport, StepReport
from convstudio.model.values.learning.runs import StepCurves

_ROWS = 2048
_HEAD = 4
"""Columns before the norms: step, loss, accuracy, rate."""


class RunLog:
    """Takes the report of every step and every epoch; where there are too many, pairs of rows become their mean."""

    def __init__(self, rows: int = _ROWS) -> None:
        self._most = rows
        self._rows = np.zeros((0, 0))
        self._count = 0
        self._per_row = 1
        self._layers = 0
        self._pending: list[tuple[float, ...]] = []
        self.epochs: list[EpochReport] = []

    def add(self, report: StepReport, epoch: EpochReport | None = None) -> None:
        """Take the reports of one more step."""
        accuracy = math.nan if report.accuracy is None else report.accuracy
        row = (report.step, report.loss, accuracy, report.rate, *report.weight_norms, *report.gradient_norms)
        if not self._rows.size:
            self._layers = len(report.weight_norms)
            self._rows = np.zeros((self._most, len(row)))
        self._pending.append(row)
        if len(self._pending) == self._per_row:
            self._end_row()
        if epoch is not None:
            self.epochs.append(epoch)

    def go_back(self, step: int) -> None:
        """Forget what was reported of the steps after one."""
        self._pending = [row for row in self._pending if row[0] <= step]
        self._count = int(np.searchsorted(self._rows[: self._count, 0], step, side="right")) if self._rows.size else 0
        self.epochs = [epoch for epoch in self.epochs if epoch.step <= step]

    def curves(self) -> StepCurves:
        """Return the reports of all steps so far."""
        rows = self._rows[: self._count]
        if self._pending:
            rows = np.vstack([rows, _joined(self._pending)])
        if not rows.size:
            rows = np.zeros((0, _HEAD))
        middle = _HEAD + self._layers
        steps, losses, accuracies, rates = rows[:, :_HEAD].T.copy()
        weights, gradients = rows[:, _HEAD:middle].copy(), rows[:, middle:].copy()
        return StepCurves(steps, losses, accuracies, rates, weights, gradients, self._per_row)

    def _end_row(self) -> None:
        self._rows[self._count] = _joined(self._pending)
        self._pending.clear()
        self._count += 1
        if self._count == self._most:
            even, odd = self._rows[0 : self._most : 2], self._rows[1 : self._most : 2]
            joined = (even + odd) / 2
            joined[:, 0] = odd[:, 0]
            self._count = len(joined)
            self._rows[: self._count] = joined
            self._per_row *= 2


def _joined(rows: list[tuple[float, ...]]) -> NDArray[np.float64]:
    """Return the mean of some rows, at the step of the last."""
    mean = np.asarray(rows).mean(axis=0) if len(rows) > 1 else np.asarray(rows[0], float)
    mean[0] = rows[-1][0]
    return mean
