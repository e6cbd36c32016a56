"""How the weights of a layer are spread, over the steps of a run: a histogram for each of some steps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.panes.learning.graphs.graph import PALE, round_up
from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import apart, format_number

_BINS = 48
_COLUMNS = 64


@dataclass(frozen=True, eq=False)
class WeightHistory:
    """Counts, `(bins, steps)`, from the value `low` to `high`, the steps that they belong to, and what was counted.

    Steps after `shown_step` are those that the run was taken back from.
    """

    counts: NDArray[np.int64]
    steps: tuple[int, ...]
    low: float
    high: float
    values: tuple[Floats, ...] = ()
    shown_step: float = math.inf

    @property
    def strengths(self) -> NDArray[np.float64]:
        """How strongly the counts are painted, `(bins, steps)`: 1 for the largest of a step up to the one on show."""
        strengths: NDArray[np.float64] = self.counts / np.maximum(self.counts.max(axis=0), 1)
        return strengths * np.where(np.array(self.steps) > self.shown_step, PALE, 1.0)

    def told_at(self, step: float, value: float) -> str:
        """Tell how many weights there are of a value at a step."""
        column = int(np.abs(np.array(self.steps) - step).argmin())
        width = (self.high - self.low) / len(self.counts)
        row = min(max(0, int((value - self.low) / width)), len(self.counts) - 1)
        ends = [format_number(self.low + width * (row + more), 3) for more in (0, 1)]
        count = int(self.counts[row, column])
        share = f"{count} of {int(self.counts[:, column].sum())}"
        return f"step {apart(self.steps[column])}: {share} from {ends[0]} to {ends[1]}"


def shown_steps(kept: Sequence[int]) -> tuple[int, ...]:
    """Choose at most some dozens of the steps that are kept, equally far apart, with the first and the newest.

    >>> len(shown_steps(range(1000))), shown_steps([0, 1, 2])
    (64, (0, 1, 2))
    """
    if len(kept) <= _COLUMNS:
        return tuple(kept)
    wanted = np.linspace(kept[0], kept[-1], _COLUMNS)
    places = np.searchsorted(kept, wanted)
    return tuple(sorted({kept[int(place)] for place in places}))


def learned_values(layer: Layer) -> Floats | None:
    """Return the weights of a layer that a histogram shows; None where it has none."""
    weights = getattr(layer, "weights", None)
    return weights if isinstance(weights, np.ndarray) else None


def weight_history(
    weights: Mapping[int, Floats], before: WeightHistory | None = None, shown_step: float = math.inf
) -> WeightHistory | None:
    """Count the weights of each step, all over the same range around 0; None where there are none that are finite.

    What a history `before` has counted over that range already is taken from it.
    """
    held = {step: values for step, values in sorted(weights.items()) if values.size and np.isfinite(values).all()}
    if not held:
        return None
    reach = round_up(max(float(np.abs(values).max()) for values in held.values()))
    known = {}
    if before is not None and before.high == reach:
        known = {id(values): before.counts[:, place] for place, values in enumerate(before.values)}
    counts = [
        known[id(values)] if id(values) in known else np.histogram(values, _BINS, (-reach, reach))[0]
        for values in held.values()
    ]
    return WeightHistory(np.stack(counts, axis=1), tuple(held), -reach, reach, tuple(held.values()), shown_step)
