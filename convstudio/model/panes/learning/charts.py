"""What the plots of a training show: lines of a bounded number of points, and round ends of their axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import StepCurves, TrainingRun
from convstudio.model.values.numbers import apart, format_number, percent, rounded

Points = NDArray[np.float64]
_POINTS = 400
_DOTS = 40
_ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, eq=False)
class ChartLine:
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
class Chart:
    """Lines over the steps of a run, the ends of the axes, and how their heights are written."""

    name: str
    lines: tuple[ChartLine, ...]
    last_step: float
    top: float
    is_share: bool = False

    def written(self, height: float) -> str:
        """Write a height of the chart."""
        return percent(height) if self.is_share else format_number(height, 3)

    @property
    def ticks(self) -> dict[str, tuple[tuple[float, str], ...]]:
        """The ends of the axes with their texts, by the side they stand on."""
        left = ((0.0, self.written(0.0)), (self.top, self.written(self.top)))
        return {"left": left, "bottom": ((0.0, "0"), (self.last_step, apart(int(self.last_step))))}

    def values_at(self, step: float) -> str:
        """Tell what every line has at a step, or nearest to it."""
        values = [(line.name, line.at(step)) for line in self.lines]
        told = [f"{name} {self.written(value)}" for name, value in values if value is not None]
        return f"step {apart(round(step))}: {', '.join(told)}" if told else ""

    @property
    def sentence(self) -> str:
        """Say where every line ends."""
        ends = [f"{line.name} {self.written(float(line.y[-1]))}" for line in self.lines if len(line.y)]
        if not ends:
            return f"{self.name}: no steps yet."
        last = max(int(line.x[-1]) for line in self.lines if len(line.x))
        return f"{self.name}: {', '.join(ends)} at step {apart(last)}."


def loss_chart(
    curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun] = (), *, steps: int = 0
) -> Chart:
    """Show the loss of the batches, of held-out samples after each epoch, and of runs before."""
    lines = [
        ChartLine(f"run {run.number}", *_thin(run.curves.steps, run.curves.losses), is_before=True) for run in before
    ]
    lines.append(_of_steps("batches", curves.steps, curves.losses))
    held = [(one.step, one.held_out_loss) for one in epochs if one.held_out_loss is not None]
    lines += _of_epochs("held out", held)
    return _chart("Loss", lines, steps)


def accuracy_chart(
    curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun] = (), *, steps: int = 0
) -> Chart:
    """Show which share of the batches, and of the held-out samples, was right; held-out ones alone of runs before."""
    lines: list[ChartLine] = []
    for run in before:
        held = [(one.step, one.held_out_accuracy) for one in run.epochs if one.held_out_accuracy is not None]
        lines += _of_epochs(f"run {run.number}", held, is_before=True)
    if np.isfinite(curves.accuracies).any():
        lines.append(_of_steps("batches", curves.steps, curves.accuracies))
    held = [(one.step, one.held_out_accuracy) for one in epochs if one.held_out_accuracy is not None]
    lines += _of_epochs("held out", held)
    return _chart("Accuracy", lines, steps, top=1.0)


def rate_chart(curves: StepCurves, *, steps: int = 0) -> Chart:
    """Show the learning rate."""
    return _chart("Learning rate", [_of_steps("rate", curves.steps, curves.rates)], steps)


def norm_chart(name: str, curves: StepCurves, norms: Points, layers: Sequence[str], *, steps: int = 0) -> Chart:
    """Show one norm per layer, `(rows, layers)`, of those layers that learn something."""
    learning = [at for at in range(norms.shape[1] if norms.ndim > 1 else 0) if norms[:, at].any()]
    lines = [_of_steps(layers[at], curves.steps, norms[:, at]) for at in learning if at < len(layers)]
    return _chart(name, lines, steps)


def round_up(value: float) -> float:
    """Return the next round number, so that an axis does not change with every step.

    >>> round_up(2.31), round_up(0.071), round_up(0.0)
    (3.0, 0.08, 1.0)
    """
    if not value > 0 or not math.isfinite(value):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return rounded(next(one for one in _ROUND if one * unit >= value * (1 - 1e-9)) * unit, 6)


def _chart(name: str, lines: Sequence[ChartLine], steps: int, top: float | None = None) -> Chart:
    """Make a chart whose ends stay for a while: axes that change with every step are slow, and hard to read.

    It ends after the `steps` of the whole run, at a round number before that.
    """
    last = max((float(line.x[-1]) for line in lines if len(line.x)), default=1.0)
    highest = max((float(np.nanmax(line.y)) for line in lines if len(line.y)), default=0.0)
    end = min(round_up(last), max(last, steps, 1.0))
    return Chart(name, tuple(lines), end, round_up(highest) if top is None else top, is_share=top is not None)


def _of_epochs(name: str, held: Sequence[tuple[int, float]], *, is_before: bool = False) -> list[ChartLine]:
    if not held:
        return []
    x, y = np.array(held, np.float64).T
    has_dots = len(held) <= _DOTS and not is_before
    return [ChartLine(name, *_thin(x, y), has_dots=has_dots, is_before=is_before)]


def _of_steps(name: str, x: Points, y: Points) -> ChartLine:
    """Return a line over steps; a first one alone makes no line, and is a dot."""
    x, y = _thin(x, y)
    return ChartLine(name, x, y, has_dots=len(x) == 1)


def _thin(x: Points, y: Points) -> tuple[Points, Points]:
    """Return at most some hundred points: the mean of as many each as that takes. What is not finite is left out."""
    is_there = np.isfinite(y)
    x, y = x[is_there], y[is_there]
    each = -(-len(x) // _POINTS)
    if each <= 1:
        return x, y
    starts = np.arange(0, len(x), each)
    counts = np.diff(np.append(starts, len(x)))
    return x[np.append(starts[1:] - 1, len(x) - 1)], np.add.reduceat(y, starts) / counts
