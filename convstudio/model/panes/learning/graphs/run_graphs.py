"""What the plots of a training show: lines of a bounded number of points, and round ends of their axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convstudio.model.panes.learning.graphs.graph import Graph, GraphLine, Points, round_up
from convstudio.model.values.learning.reports import EpochReport
from convstudio.model.values.learning.runs import StepCurves, TrainingRun

_POINTS = 400
_DOTS = 40


def loss_graph(
    curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun] = (), *, steps: int = 0
) -> Graph:
    """Show the loss of the batches, of held-out samples after each epoch, and of runs before."""
    lines = [
        GraphLine(f"run {run.number}", *_thin(run.curves.steps, run.curves.losses), is_before=True) for run in before
    ]
    lines.append(_of_steps("batches", curves.steps, curves.losses))
    held = [(one.step, one.held_out_loss) for one in epochs if one.held_out_loss is not None]
    lines += _of_epochs("held out", held)
    return _graph("Loss", lines, steps)


def accuracy_graph(
    curves: StepCurves, epochs: Sequence[EpochReport], before: Sequence[TrainingRun] = (), *, steps: int = 0
) -> Graph:
    """Show which share of the batches, and of the held-out samples, was right; held-out ones alone of runs before."""
    lines: list[GraphLine] = []
    for run in before:
        held = [(one.step, one.held_out_accuracy) for one in run.epochs if one.held_out_accuracy is not None]
        lines += _of_epochs(f"run {run.number}", held, is_before=True)
    if np.isfinite(curves.accuracies).any():
        lines.append(_of_steps("batches", curves.steps, curves.accuracies))
    held = [(one.step, one.held_out_accuracy) for one in epochs if one.held_out_accuracy is not None]
    lines += _of_epochs("held out", held)
    return _graph("Accuracy", lines, steps, top=1.0)


def rate_graph(curves: StepCurves, *, steps: int = 0) -> Graph:
    """Show the learning rate."""
    return _graph("Learning rate", [_of_steps("rate", curves.steps, curves.rates)], steps)


def norm_graph(name: str, curves: StepCurves, norms: Points, layers: Sequence[str], *, steps: int = 0) -> Graph:
    """Show one norm per layer, `(rows, layers)`, of those layers that learn something."""
    learning = [at for at in range(norms.shape[1] if norms.ndim > 1 else 0) if norms[:, at].any()]
    lines = [_of_steps(layers[at], curves.steps, norms[:, at]) for at in learning if at < len(layers)]
    return _graph(name, lines, steps)


def _graph(name: str, lines: Sequence[GraphLine], steps: int, top: float | None = None) -> Graph:
    """Make a graph whose ends stay for a while: axes that change with every step are slow, and hard to read.

    It ends after the `steps` of the whole run, at a round number before that.
    """
    last = max((float(line.x[-1]) for line in lines if len(line.x)), default=1.0)
    highest = max((float(np.nanmax(line.y)) for line in lines if len(line.y)), default=0.0)
    end = min(round_up(last), max(last, steps, 1.0))
    high = round_up(highest) if top is None else top
    return Graph(name, tuple(lines), end, 0.0, high, is_share=top is not None)


def _of_epochs(name: str, held: Sequence[tuple[int, float]], *, is_before: bool = False) -> list[GraphLine]:
    if not held:
        return []
    x, y = np.array(held, np.float64).T
    has_dots = len(held) <= _DOTS and not is_before
    return [GraphLine(name, *_thin(x, y), has_dots=has_dots, is_before=is_before)]


def _of_steps(name: str, x: Points, y: Points) -> GraphLine:
    """Return a line over steps; a first one alone makes no line, and is a dot."""
    x, y = _thin(x, y)
    return GraphLine(name, x, y, has_dots=len(x) == 1)


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
