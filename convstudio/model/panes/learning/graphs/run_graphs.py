"""What the plots of a training show: lines of a bounded number of points, and round ends of their axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convstudio.model.panes.learning.graphs.graph import Graph, GraphLine, Points, round_up, thinned
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import StepCurves, TrainingRun

_DOTS = 40
_ABOVE = 2
_HUGE = 10
"""A first step is left out of the height of a plot where its value is more than so many times all those after it."""


def loss_graph(
    curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun] = (), *, steps: int = 0
) -> Graph:
    """Show the loss of the batches, of held-out samples after each epoch, and of runs before."""
    lines = [GraphLine(f"run {run.number}", run.curves.steps, run.curves.losses, is_before=True) for run in before]
    lines.append(GraphLine("batches", curves.steps, curves.losses))
    held = [(one.step, one.held_out_loss) for one in epochs if one.held_out_loss is not None]
    lines += _of_epochs("held out", held)
    return _graph("Loss", lines, curves, steps)


def accuracy_graph(
    curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun] = (), *, steps: int = 0
) -> Graph:
    """Show which share of the batches, and of the held-out samples, was right; held-out ones alone of runs before."""
    lines: list[GraphLine] = []
    for run in before:
        held = [(one.step, one.held_out_accuracy) for one in run.epochs if one.held_out_accuracy is not None]
        lines += _of_epochs(f"run {run.number}", held, is_before=True)
    if np.isfinite(curves.accuracies).any():
        lines.append(GraphLine("batches", curves.steps, curves.accuracies))
    held = [(one.step, one.held_out_accuracy) for one in epochs if one.held_out_accuracy is not None]
    lines += _of_epochs("held out", held)
    return _graph("Accuracy", lines, curves, steps, top=1.0)


def rate_graph(curves: StepCurves, *, steps: int = 0) -> Graph:
    """Show the learning rate."""
    return _graph("Learning rate", [GraphLine("rate", curves.steps, curves.rates)], curves, steps)


def norm_graph(name: str, curves: StepCurves, norms: Points, layers: Sequence[str], *, steps: int = 0) -> Graph:
    """Show one norm per layer, `(rows, layers)`, of those layers that learn something."""
    learning = [at for at in range(norms.shape[1] if norms.ndim > 1 else 0) if norms[:, at].any()]
    lines = [GraphLine(layers[at], curves.steps, norms[:, at]) for at in learning if at < len(layers)]
    return _graph(name, lines, curves, steps)


def _graph(name: str, whole: Sequence[GraphLine], curves: StepCurves, steps: int, top: float | None = None) -> Graph:
    """Make a graph whose ends stay for a while: axes that change with every step are slow, and hard to read.

    It ends after the `steps` of the whole run, at a round number before that. It is as high as this run, and as those
    before it up to twice that: one that diverged would hide all others. Nor does a huge first step hide its own run.
    """
    lines = [thinned(line, curves.shown_step) for line in whole]
    last = max((float(line.x[-1]) for line in lines if len(line.x)), default=1.0)
    own, before = (_highest([line for line in lines if line.is_before is which]) for which in (False, True))
    highest = max(own, min(before, _ABOVE * own)) if own else before
    end = min(round_up(last), max(last, steps, 1.0))
    high = round_up(highest) if top is None else top
    return Graph(name, tuple(lines), end, 0.0, high, is_share=top is not None, shown_step=curves.shown_step)


def _highest(lines: Sequence[GraphLine]) -> float:
    return max((_height(line) for line in lines if len(line.y)), default=0.0)


def _height(line: GraphLine) -> float:
    """Return the highest point of a line, without a first one that is many times as high as all after it."""
    highest, rest = float(line.y.max()), float(line.y[1:].max(initial=0.0))
    return rest if 0 < _HUGE * rest < highest else highest


def _of_epochs(name: str, held: Sequence[tuple[int, float]], *, is_before: bool = False) -> list[GraphLine]:
    if not held:
        return []
    x, y = np.array(held, np.float64).T
    has_dots = len(held) <= _DOTS and not is_before
    return [GraphLine(name, x, y, has_dots=has_dots, is_before=is_before)]
