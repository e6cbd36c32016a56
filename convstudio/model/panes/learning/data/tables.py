"""The tables of a data set: which class is taken for which, and how many samples each class has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.panes.learning.data.samples import ExaminedData, Part, class_name
from convstudio.model.values.numbers import format_number, in_percent


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often samples of each class, a row, are taken for each class, a column."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: NDArray[np.int64]

    def words(self, row: int, column: int) -> str:
        """Say what a cell counts.

        >>> Confusion(("cat", "dog"), ("cat", "dog"), np.array([[5, 1], [0, 4]])).words(0, 1)
        '1 of 6 samples of cat are taken for dog'
        """
        total = int(self.counts[row].sum())
        return f"{self.counts[row, column]} of {total} samples of {self.rows[row]} are taken for {self.columns[column]}"

    def share(self, row: int, column: int) -> float:
        """Return the share of a row's samples that a cell counts, from 0 to 1."""
        total = int(self.counts[row].sum())
        return float(self.counts[row, column]) / total if total else 0.0


def confusion(examined: ExaminedData, part: Part = "all") -> Confusion | None:
    """Count the samples of a part by their class and by what the network takes them for; None before that is known.

    >>> from convstudio.model.panes.learning.data.samples import Verdicts
    >>> from convstudio.model.values.arrays import frozen
    >>> from convstudio.model.values.learning.dataset import Dataset, Split
    >>> data = Dataset("d", frozen(np.zeros((3, 1))), np.array([1, 0, 1]), class_names=("a", "b"))
    >>> verdicts = Verdicts(np.zeros(3), np.array([1, 1, 1]), None, 2)
    >>> confusion(ExaminedData(data, Split(np.arange(3), np.arange(0)), verdicts)).counts.tolist()
    [[0, 1], [0, 2]]
    """
    data, verdicts = examined.data, examined.verdicts
    if data.labels is None or verdicts is None or verdicts.predicted is None:
        return None
    indices = examined.indices_of(part)
    rows, columns = len(data.class_names), max(len(data.class_names), verdicts.class_count)
    pairs = data.labels[indices] * columns + verdicts.predicted[indices]
    counts = np.bincount(pairs, minlength=rows * columns).reshape(rows, columns)
    return Confusion(data.class_names, tuple(class_name(data, number) for number in range(columns)), counts)


CLASS_COLUMNS = ("Class", "Samples", "Right in training", "Right held out")


def class_rows(examined: ExaminedData) -> list[tuple[str, ...]]:
    """Return a row of `CLASS_COLUMNS` for each class, and one for all together; none where the targets are maps."""
    data = examined.data
    if data.labels is None:
        return []
    parts = [examined.parts.training, examined.parts.held_out]
    size = len(data.class_names)
    counts = [np.bincount(data.labels[part], minlength=size) for part in parts]
    right = [_right(examined, part, size) for part in parts]
    rows = []
    for name, at in [*((name, slice(n, n + 1)) for n, name in enumerate(data.class_names)), ("All", slice(None))]:
        numbers = [int(one[at].sum()) for one in counts]
        shares = [_share(found, at, number) for found, number in zip(right, numbers, strict=True)]
        rows.append((name, str(sum(numbers)), *shares))
    return rows


def _right(examined: ExaminedData, part: NDArray[np.int64], size: int) -> NDArray[np.int64] | None:
    labels, verdicts = examined.data.labels, examined.verdicts
    if labels is None or verdicts is None or verdicts.predicted is None:
        return None
    held = labels[part]
    return np.bincount(held[verdicts.predicted[part] == held], minlength=size)


def _share(right: NDArray[np.int64] | None, at: slice, count: int) -> str:
    """Say how many of so many samples are right; before that is known, how many there are."""
    if right is None:
        return f"– of {count}"
    found = int(right[at].sum())
    share = f" ({in_percent(format_number(100 * found / count, 3))})" if count else ""
    return f"{found} of {count}{share}"
