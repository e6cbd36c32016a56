"""The heat map of a study: the accuracy of every size of network, filters across and kernels up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import colours, grey_levels, ink_on
from convstudio.model.learning.study import Study, StudySummary
from convstudio.model.panes.learning.capacity.study_graph import GraphChoice
from convstudio.model.panes.learning.graphs.ticks import Ticks
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import frozen
from convstudio.model.values.numbers import percent
from convstudio.model.values.scale import Colour, Colours


@dataclass(frozen=True, eq=False)
class StudyMap:
    """The mean accuracy on held-out samples of every size, `shares`, `(kernels, filters)`; NaN where none is trained.

    `spreads` are the texts of the worst and the best seed, "" where they are the same.
    """

    name: str
    filters: tuple[int, ...]
    kernels: tuple[int, ...]
    shares: NDArray[np.float64]
    spreads: tuple[tuple[str, ...], ...]

    @property
    def ticks(self) -> dict[str, Ticks]:
        """The ticks of the axes, by the side they stand on: every cell is 1 wide and high."""
        across = tuple((place + 0.5, counted(count, "filter")) for place, count in enumerate(self.filters))
        return {"bottom": across, "left": tuple((place + 0.5, _kernel(one)) for place, one in enumerate(self.kernels))}

    @property
    def colours(self) -> Colours:
        """The colours of the cells, from black at 0 to white at 1; of those that are not trained, those of 0."""
        shares = np.nan_to_num(self.shares)
        return colours(frozen(shares), grey_levels(np.array([0.0, 1.0])))

    @property
    def cells(self) -> tuple[tuple[int, int, str, Colour], ...]:
        """The cells that are trained: row, column, the accuracy as text, and the ink in which it can be read."""
        painted = self.colours
        return tuple(
            (row, column, percent(share), ink_on(painted[row, column].tolist()))
            for (row, column), share in np.ndenumerate(self.shares)
            if np.isfinite(share)
        )

    def told_at(self, x: float, y: float) -> str:
        """Tell what the size at a point of the map reaches."""
        row, column = int(np.floor(y)), int(np.floor(x))
        if not (0 <= row < len(self.kernels) and 0 <= column < len(self.filters)):
            return ""
        share, size = (
            self.shares[row, column],
            f"{counted(self.filters[column], 'filter')} {_kernel(self.kernels[row])}",
        )
        return f"{size}: {percent(share)}{self.spreads[row][column]}" if np.isfinite(share) else f"{size}: not trained"

    @property
    def sentence(self) -> str:
        """Say what every size that is trained reaches."""
        told = [self.told_at(column, row) for row, column, _, _ in self.cells]
        return f"{self.name}. {'. '.join(told)}." if told else f"{self.name}: nothing is trained yet."


def study_map(study: Study, summaries: Sequence[StudySummary], choice: GraphChoice) -> StudyMap:
    """Return the heat map of the sizes of a choice, as far as they are trained."""
    filters, kernels = tuple(sorted(study.filters)), tuple(sorted(study.kernels))
    found = {(one.kernel, one.filters): one for one in summaries if choice.holds(one)}
    sizes = [[found.get((kernel, count)) for count in filters] for kernel in kernels]
    shares = np.array([[np.nan if one is None else one.accuracy for one in row] for row in sizes], np.float64)
    spreads = tuple(tuple(map(_spread, row)) for row in sizes)
    title = f"Accuracy on held-out samples by filters and kernels, {choice.classes} classes"
    return StudyMap(title, filters, kernels, shares, spreads)


def _spread(found: StudySummary | None) -> str:
    if found is None or found.lowest == found.highest:
        return ""
    return f" ({percent(found.lowest)} to {percent(found.highest)})"


def _kernel(side: int) -> str:
    return f"{side}×{side}"
