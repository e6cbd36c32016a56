"""What is exported of a training: its curves as a table and as charts, and its filters step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from convstudio.model.colour.display import Levels, signed_levels
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes.learning.graphs.graph import Graph
from convstudio.model.panes.learning.graphs.run_graphs import accuracy_graph, loss_graph, rate_graph
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Layer
from convstudio.model.values.learning.runs import TrainingRun
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import apart, format_shape

NO_TRAINING = "There is no training to export. Train the network first."
_NO_FILTERS = "This layer has no filters to show. Select a convolution or a dense layer."
_OTHER_LAYERS = "The training was of a network with other layers. Train this one, or select a layer that was trained."
_MOST_FRAMES, _MOST_TILES, _MOST_ABREAST = 60, 256, 16


@dataclass(frozen=True, eq=False)
class TrainingRecord:
    """A run as it is exported: how it went, and the networks that were kept of it, each with its step."""

    run: TrainingRun
    kept: tuple[tuple[int, Network], ...]


@dataclass(frozen=True, eq=False)
class FilterScene:
    """The kernels of one layer at some steps, all in the same colours.

    `frames` has one array `(tiles, rows, columns)` for each of `steps`; `columns` tiles stand beside each other.
    `caption` says whose they are, and that only some of very many are shown.
    """

    steps: tuple[int, ...]
    frames: tuple[Floats, ...]
    levels: Levels
    columns: int
    caption: str

    def words(self, index: int) -> str:
        """Say which step a frame shows.

        >>> FilterScene((1200,), (np.zeros((1, 1, 1), np.float32),), Levels(-1.0, 1.0, True), 1, "Conv").words(0)
        'Conv: step 1\\xa0200'
        """
        return f"{self.caption}: step {apart(self.steps[index])}"


def charts_of(run: TrainingRun) -> tuple[Graph, ...]:
    """Return the charts of a run: loss, accuracy where there are classes, and the learning rate."""
    charts = (loss_graph(run.curves, run.epochs), accuracy_graph(run.curves, run.epochs), rate_graph(run.curves))
    return tuple(chart for chart in charts if any(len(line.x) for line in chart.lines))


def curve_table(run: TrainingRun) -> tuple[tuple[str, ...], tuple[tuple[float | None, ...], ...]]:
    """Return the headings and the rows of the curves: a row for each step that is known, and for the end of each epoch.

    What is not known at a step is None: held-out losses are known after an epoch only.
    """
    curves = run.curves
    layers = range(1, curves.weight_norms.shape[1] + 1 if curves.weight_norms.ndim > 1 else 1)
    headings = (
        *("step", "epoch", "loss", "accuracy", "held_out_loss", "held_out_accuracy", "rate"),
        *(f"weight_norm_{layer}" for layer in layers),
        *(f"gradient_norm_{layer}" for layer in layers),
    )
    ends = {epoch.step: epoch for epoch in run.epochs}
    known = {int(step): at for at, step in enumerate(curves.steps)}
    rows = []
    for step in sorted({*known, *ends}):
        at, epoch = known.get(step), ends.get(step)
        of_epoch = (None, None) if epoch is None else (epoch.held_out_loss, epoch.held_out_accuracy)
        of_step: list[float | None] = [None] * 3 if at is None else [
            float(column[at]) for column in (curves.losses, curves.accuracies, curves.rates)
        ]  # fmt: skip
        norms: list[float | None] = [None] * (2 * len(layers)) if at is None else [
            *curves.weight_norms[at].tolist(), *curves.gradient_norms[at].tolist()
        ]  # fmt: skip
        loss, accuracy, rate = (None if value is None or math.isnan(value) else value for value in of_step)
        rows.append((step, None if epoch is None else epoch.epoch, loss, accuracy, *of_epoch, rate, *norms))
    return headings, tuple(rows)


def filter_scene(record: TrainingRecord, layer: int) -> FilterScene:
    """Return the kernels of a layer at up to 60 steps of a run, which are about equally far apart.

    Raises ValueError with a sentence where the layer has none, or the run was one of another network.
    """
    kept = dict(record.kept)
    last = max(kept)
    wanted = np.linspace(0, last, min(_MOST_FRAMES, len(kept)))
    steps = sorted({max(step for step in kept if step <= max(at, min(kept))) for at in wanted})
    shown = [_planes(kept[step], layer) for step in steps]
    if any(one.shape != shown[0].shape for one in shown):
        raise ValueError(_OTHER_LAYERS)
    held = kept[steps[0]].layers[layer]
    abreast = held.filters if isinstance(held, Conv) and held.channels_per_group > 1 else 0
    columns = abreast if 0 < abreast <= _MOST_ABREAST else min(_MOST_ABREAST, math.ceil(math.sqrt(1.5 * len(shown[0]))))
    levels = signed_levels(np.stack(shown))
    return FilterScene(tuple(steps), tuple(shown), levels, columns, f"Layer {layer + 1}{_left_out(held)}")


def _planes(network: Network, layer: int) -> Floats:
    """Return the kernels of a layer, `(kernels, rows, columns)`, those of all filters for the first channel first.

    Of very many the first ones; of a dense layer it is its table of weights, or a corner of it.
    """
    if layer >= len(network.layers):
        raise ValueError(_OTHER_LAYERS)
    held = network.layers[layer]
    return _planes_of_table(held) if isinstance(held, Dense) else _planes_of_kernels(held)


def _planes_of_kernels(layer: Layer) -> Floats:
    if not isinstance(layer, Conv):
        raise ValueError(_NO_FILTERS)
    first = np.moveaxis(layer.weights.reshape(*layer.kernel_size, -1)[..., :_MOST_TILES], -1, 0)
    return frozen(first.reshape(len(first), -1, layer.kernel_size[-1]))


def _planes_of_table(layer: Dense) -> Floats:
    return frozen(layer.weights[np.newaxis, :_MOST_TILES, :_MOST_TILES])


def _left_out(layer: Layer) -> str:
    """Say that only the first of very many kernels or weights are shown."""
    return _left_out_of_table(layer) if isinstance(layer, Dense) else _left_out_of_kernels(layer)


def _left_out_of_table(layer: Dense) -> str:
    is_whole = max(layer.weights.shape) <= _MOST_TILES
    return "" if is_whole else f", a corner of its {format_shape(layer.weights.shape)} weights"


def _left_out_of_kernels(layer: Layer) -> str:
    count = math.prod(layer.weights.shape[-2:]) if isinstance(layer, Conv) else 0
    return "" if count <= _MOST_TILES else f", the first {_MOST_TILES} of {apart(count)} kernels"
