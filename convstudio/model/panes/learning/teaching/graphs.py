"""Curves over each other, on a plain or a logarithmic axis: what a plot of a lab draws, reads out and says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.panes.learning.charts import ChartLine, Points, round_up
from convstudio.model.panes.learning.teaching.ticks import Ticks, linear_ticks, log_ticks
from convstudio.model.values.numbers import apart, format_number

_POINTS = 400
_DECADES = 12
"""How far a logarithmic axis reaches at most: what is smaller yet is the rounding of float32."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Lines over the steps of a run, between `low` and `high`; with `is_log`, the axis counts powers of ten."""

    name: str
    lines: tuple[ChartLine, ...]
    last_step: float
    low: float
    high: float
    is_log: bool = False

    @property
    def extent(self) -> tuple[float, float]:
        """The ends of the upright axis, as the lines are drawn."""
        return (math.log10(self.low), math.log10(self.high)) if self.is_log else (self.low, self.high)

    def drawn(self, line: ChartLine) -> tuple[Points, Points]:
        """Return the points of a line as they are drawn: on a logarithmic axis, 0 is at its foot."""
        if not self.is_log:
            return line.x, line.y
        return line.x, np.log10(np.clip(line.y, self.low, None))

    @property
    def ticks(self) -> dict[str, Ticks]:
        """The ticks of the axes, by the side they stand on."""
        upright = log_ticks(self.low, self.high) if self.is_log else linear_ticks(self.low, self.high)
        return {"left": upright, "bottom": ((0.0, "0"), (self.last_step, f"step {apart(int(self.last_step))}"))}

    def values_at(self, step: float) -> str:
        """Tell what every line has at a step, or nearest to it."""
        values = [(line.name, line.at(step)) for line in self.lines]
        told = [f"{name} {format_number(value, 3)}" for name, value in values if value is not None]
        return f"step {apart(round(max(0.0, step)))}: {', '.join(told)}" if told else ""

    @property
    def sentence(self) -> str:
        """Say where every line ends."""
        ends = [f"{line.name} {format_number(float(line.y[-1]), 3)}" for line in self.lines if len(line.y)]
        return (
            f"{self.name}: {', '.join(ends)} at step {apart(int(self.last_step))}." if ends else f"{self.name}: none."
        )


def graph_of(
    name: str, lines: Sequence[ChartLine], *, is_log: bool = False, span: tuple[float, float] | None = None
) -> Graph:
    """Fit the axes to some lines; `span` fixes the upright one. What is not finite is left out.

    >>> line = ChartLine("loss", np.array([1.0, 2.0]), np.array([8.0, 0.5]))
    >>> graph_of("Loss", [line]).extent, graph_of("Loss", [line], is_log=True).extent[1]
    ((0.0, 8.0), 1.0)
    """
    shown = tuple(_thinned(_finite(line)) for line in lines)
    last = max((float(line.x[-1]) for line in shown if len(line.x)), default=1.0)
    heights = np.concatenate([line.y for line in shown]) if shown else np.zeros(0)
    low, high = span or (_log_ends(heights) if is_log else _plain_ends(heights))
    return Graph(name, shown, max(1.0, last), low, high, is_log)


def _finite(line: ChartLine) -> ChartLine:
    is_there = np.isfinite(line.y)
    return ChartLine(line.name, line.x[is_there], line.y[is_there], line.has_dots, line.is_before)


def _thinned(line: ChartLine) -> ChartLine:
    """Leave out points of a line with more than a plot can show; the last one stays."""
    each = -(-len(line.x) // _POINTS)
    if each <= 1:
        return line
    first = (len(line.x) - 1) % each
    return ChartLine(line.name, line.x[first::each], line.y[first::each], line.has_dots, line.is_before)


def _plain_ends(heights: Points) -> tuple[float, float]:
    return 0.0, round_up(float(heights.max(initial=0.0)))


def _log_ends(heights: Points) -> tuple[float, float]:
    """Return the powers of ten around all heights above 0."""
    above = heights[heights > 0]
    if not len(above):
        return 0.1, 1.0
    high = math.ceil(math.log10(float(above.max())) + 1e-9)
    low = max(math.floor(math.log10(float(above.min())) - 1e-9), high - _DECADES)
    return 10.0 ** min(low, high - 1), 10.0**high
