"""Rows of numbers, one a step, in a bounded amount of memory: where there are too many, pairs become their mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ROWS = 2048


class BoundedRows:
    """Takes a row of numbers at every step, the step first; `steps_per_row` rows that came are one row that is kept."""

    def __init__(self, rows: int = ROWS) -> None:
        self._most = rows
        self._rows = np.zeros((0, 0))
        self._count = 0
        self._pending: list[Sequence[float]] = []
        self.steps_per_row = 1

    def add(self, row: Sequence[float]) -> None:
        """Take one more row; all have the same length."""
        if not self._rows.size:
            self._rows = np.zeros((self._most, len(row)))
        self._pending.append(row)
        if len(self._pending) == self.steps_per_row:
            self._end_row()

    def go_back(self, step: int) -> None:
        """Forget what came after a step."""
        self._pending = [row for row in self._pending if row[0] <= step]
        self._count = int(np.searchsorted(self._rows[: self._count, 0], step, side="right")) if self._rows.size else 0

    def array(self, columns: int) -> NDArray[np.float64]:
        """Return what is kept, `(rows, columns)`; the step of a row is the last one of those that it is the mean of."""
        rows = self._rows[: self._count]
        if self._pending:
            rows = np.vstack([rows, _joined(self._pending)])
        return rows.copy() if rows.size else np.zeros((0, columns))

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
            self.steps_per_row *= 2


def _joined(rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return the mean of some rows, at the step of the last."""
    mean = np.asarray(rows, float).mean(axis=0) if len(rows) > 1 else np.asarray(rows[0], float)
    mean[0] = rows[-1][0]
    return mean
