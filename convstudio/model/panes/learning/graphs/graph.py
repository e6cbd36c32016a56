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
    """

    name: str
    lines: tuple[GraphLine, ...]
    last_step: float
    low: float
    high: float
    is_log: bool = False
    is_share: bool = False

    @property
    def extent(self) -> tuple[float, float]:
        """The ends of the upright axis, as the lines are drawn."""
        return (math.log10(self.low), math.log10(self.high)) if self.is_log else (self.low, self.high)

    def drawn(self, line: GraphLine) -> tuple[Points, Points]:
        """Return the points of a line as they are drawn: on a logarithmic axis, 0 is at its foot."""
        if not self.is_log:
            return line.x, line.y
        return line.x, np.log10(np.clip(line.y, self.low, None))

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
        """Tell what every line has at a step, or nearest to it."""
        values = [(line.name, line.at(step)) for line in self.lines]
        told = [f"{name} {self.written(value)}" for name, value in values if value is not None]
        return f"step {apart(round(max(0.0, step)))}: {', '.join(told)}" if told else ""

    @property
    def sentence(self) -> str:
        """Say where every line ends."""
        ends = [f"{line.name} {self.written(float(line.y[-1]))}" for line in self.lines if len(line.y)]
        if not ends:
            return f"{self.name}: no steps yet."
        last = max(int(line.x[-1]) for line in self.lines if len(line.x))
        return f"{self.name}: {', '.join(ends)} at step {apart(last)}."


def graph_of(
    name: str, lines: Sequence[GraphLine], *, is_log: bool = False, span: tuple[float, float] | None = None
) -> Graph:
    """Fit the axes to some lines; `span` fixes the upright one. What is not finite is left out.

    >>> line = GraphLine("loss", np.array([1.0, 2.0]), np.array([8.0, 0.5]))
    >>> graph_of("Loss", [line]).extent, graph_of("Loss", [line], is_log=True).extent[1]
    ((0.0, 8.0), 1.0)
    """
    shown = tuple(_thinned(_finite(line)) for line in lines)
    last = max((float(line.x[-1]) for line in shown if len(line.x)), default=1.0)
    heights = np.concatenate([line.y for line in shown]) if shown else np.zeros(0)
    low, high = span or (_log_ends(heights) if is_log else (0.0, round_up(float(heights.max(initial=0.0)))))
    return Graph(name, shown, max(1.0, last), low, high, is_log)


def _finite(line: GraphLine) -> GraphLine:
    is_there = np.isfinite(line.y)
    return replace(line, x=line.x[is_there], y=line.y[is_there])


def round_up(value: float) -> float:
    """Return the next round number, so that an axis does not change with every step.

    >>> round_up(2.31), round_up(0.071), round_up(0.0)
    (3.0, 0.08, 1.0)
    """
    if not value > 0 or not math.isfinite(value):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return rounded(next(one for one in _ROUND if one * unit >= value * (1 - 1e-9)) * unit, 6)


def _thinned(line: GraphLine) -> GraphLine:
    """Leave out points of a line with more than a plot can show; the last one stays."""
    each = max(1, -(-len(line.x) // _POINTS))
    shown = slice((len(line.x) - 1) % each, None, each)
    return replace(line, x=line.x[shown], y=line.y[shown])


def _log_ends(heights: Points) -> tuple[float, float]:
    """Return the powers of ten around all heights above 0."""
    above = heights[heights > 0]
    if not len(above):
        return 0.1, 1.0
    high = math.ceil(math.log10(float(above.max())) + 1e-9)
    low = max(math.floor(math.log10(float(above.min())) - 1e-9), high - _DECADES)
    return 10.0 ** min(low, high - 1), 10.0**high
