"""Curves over each other, on a plain or a logarithmic axis: what a plot draws, reads out and says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.panes.learning.graphs.ticks import Ticks, linear_ticks, log_ticks
from convstudio.model.values.numbers import apart, format_number, percent, rounded

Points = NDArray[np.float64]
_POINTS = 400
"""A line has at most so many points, and one more where it is cut: more than a plot can show."""
PALE = 0.35
"""How much of the colour is left of what a run did after the step on show."""
_ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
_DECADES = 12
"""How far a logarithmic axis reaches at most: what is smaller yet is the rounding of float32."""


@dataclass(frozen=True, eq=False)
class GraphLine:
    """A line through points `(n,)`; one of single values, such as those of some epochs, has dots where `has_dots`.

    A line that `is_before` belongs to a run before, and stands back.
    """

    name: str
    x: Points
    y: Points
    has_dots: bool = False
    is_before: bool = False

    def at(self, step: float) -> float | None:
        """Return the value at a step, or nearest to it; None where there are no points."""
        return float(self.y[np.abs(self.x - step).argmin()]) if len(self.x) else None


@dataclass(frozen=True, eq=False)
class Graph:
    """Lines over the steps of a run, between `low` and `high`.

    With `is_log` the axis counts powers of ten; where they are shares, with `is_share`, they are written in percent.
    What a run did after the step that is on show, `shown_step`, stands back: the run was taken back to that step.
    """

    name: str
    lines: tuple[GraphLine, ...]
    last_step: float
    low: float
    high: float
    is_log: bool = False
    is_share: bool = False
    shown_step: float = math.inf

    @property
    def extent(self) -> tuple[float, float]:
        """The ends of the upright axis, as the lines are drawn."""
        return (math.log10(self.low), math.log10(self.high)) if self.is_log else (self.low, self.high)

    def drawn(self, line: GraphLine) -> tuple[Points, Points]:
        """Return the points of a line up to the step on show, as they are drawn."""
        end = self._end(line)
        return line.x[:end], self._heights(line)[:end]

    def drawn_later(self, line: GraphLine) -> tuple[Points, Points]:
        """Return the points of a line from the step on show to its end, as they are drawn; none where it ends there."""
        end = self._end(line)
        begin = max(0, end - 1) if end < len(line.x) else end
        return line.x[begin:], self._heights(line)[begin:]

    def _end(self, line: GraphLine) -> int:
        """Return how many points of a line are up to the step on show: all, of a run before."""
        return len(line.x) if line.is_before else int(np.searchsorted(line.x, self.shown_step, side="right"))

    def _heights(self, line: GraphLine) -> Points:
        """Return where the points of a line are on the upright axis: on a logarithmic one, 0 is at its foot.

        What is far above the axis is only just out of sight: a painter cannot go to any height.
        """
        return np.log10(np.clip(line.y, self.low, None)) if self.is_log else np.minimum(line.y, 2 * self.high)

    def written(self, height: float) -> str:
        """Write a height of the graph."""
        return percent(height) if self.is_share else format_number(height, 3)

    @property
    def ticks(self) -> dict[str, Ticks]:
        """The ticks of the axes, by the side they stand on."""
        upright = log_ticks(self.low, self.high) if self.is_log else linear_ticks(self.low, self.high)
        if self.is_share:
            upright = tuple((height, self.written(height)) for height, _ in upright)
        return {"left": upright, "bottom": ((0.0, "0"), (self.last_step, f"step {apart(int(self.last_step))}"))}

    def values_at(self, step: float) -> str:
        """Tell what every line has at a step, or nearest to it; those of runs before come last."""
        lines = sorted(self.lines, key=lambda line: line.is_before)
        values = [(line.name, line.at(step)) for line in lines]
        told = [f"{name} {self.written(value)}" for name, value in values if value is not None]
        return f"step {apart(round(max(0.0, step)))}: {', '.join(told)}" if told else ""

    @property
    def sentence(self) -> str:
        """Say where every line ends, and that there are steps after the one on show."""
        ends = [(line, end - 1) for line in self.lines if (end := self._end(line))]
        last = max((int(line.x[-1]) for line in self.lines if self._end(line) < len(line.x)), default=0)
        later = f" The steps after it, up to {apart(last)}, are drawn paler." if last else ""
        if not ends:
            return f"{self.name}: no steps yet." if not last else f"{self.name}: the run is at its start.{later}"
        values = [f"{line.name} {self.written(float(line.y[at]))}" for line, at in ends]
        step = max(int(line.x[at]) for line, at in ends)
        return f"{self.name}: {', '.join(values)} at step {apart(step)}.{later}"


def graph_of(
    name: str,
    lines: Sequence[GraphLine],
    *,
    is_log: bool = False,
    span: tuple[float, float] | None = None,
    shown_step: float = math.inf,
) -> Graph:
    """Fit the axes to some lines; `span` fixes the upright one. What is not finite is left out.

    >>> line = GraphLine("loss", np.array([1.0, 2.0]), np.array([8.0, 0.5]))
    >>> graph_of("Loss", [line]).extent, graph_of("Loss", [line], is_log=True).extent[1]
    ((0.0, 8.0), 1.0)
    """
    shown = tuple(thinned(line, shown_step) for line in lines)
    last = max((float(line.x[-1]) for line in shown if len(line.x)), default=1.0)
    heights = np.concatenate([line.y for line in shown]) if shown else np.zeros(0)
    low, high = span or (_log_ends(heights) if is_log else (0.0, round_up(float(heights.max(initial=0.0)))))
    return Graph(name, shown, max(1.0, last), low, high, is_log, shown_step=shown_step)


def round_up(value: float) -> float:
    """Return the next round number, so that an axis does not change with every step.

    >>> round_up(2.31), round_up(0.071), round_up(0.0)
    (3.0, 0.08, 1.0)
    """
    if not value > 0 or not math.isfinite(value):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return rounded(next(one for one in _ROUND if one * unit >= value * (1 - 1e-9)) * unit, 6)


def thinned(line: GraphLine, shown_step: float = math.inf) -> GraphLine:
    """Return a line of at most some hundred points: the mean of as many each as that takes, at the last step of them.

    The last point, and the one of the step on show, stay what they are. What is not finite is left out.
    """
    is_there = np.isfinite(line.y)
    x, y = line.x[is_there], line.y[is_there]
    each = -(-len(x) // _POINTS)
    if each <= 1:
        return replace(line, x=x, y=y)
    shown = int(np.searchsorted(x, shown_step, side="right"))
    starts = np.arange(0, len(x), each)
    if 0 < shown < len(x) and shown % each:
        starts = np.insert(starts, shown // each + 1, shown)
    lasts = np.append(starts[1:], len(x)) - 1
    means = np.add.reduceat(y, starts) / (lasts - starts + 1)
    is_kept = (lasts == shown - 1) | (lasts == len(x) - 1)
    return replace(line, x=x[lasts], y=np.where(is_kept, y[lasts], means))


def _log_ends(heights: Points) -> tuple[float, float]:
    """Return the powers of ten around all heights above 0."""
    above = heights[heights > 0]
    if not len(above):
        return 0.1, 1.0
    high = math.ceil(math.log10(float(above.max())) + 1e-9)
    low = max(math.floor(math.log10(float(above.min())) - 1e-9), high - _DECADES)
    return 10.0 ** min(low, high - 1), 10.0**high
