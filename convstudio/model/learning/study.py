"""A study of capacity: networks of many sizes trained on the same samples, each with several seeds.

A study is a grid of cells. Each cell is one network, and leads to the same bits wherever and whenever it is trained,
so the cells can be worked on in any order, in other processes and on other machines.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from statistics import fmean, stdev
from typing import Literal, get_args

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.kinds.pooling import Pool
from convstudio.model.learning.batches import evaluate
from convstudio.model.learning.study_data import PATTERNS, OwnData, check_classes, largest_kernel
from convstudio.model.learning.training import advance, begin, is_over, plan
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape, shape_after
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import OPTIMISERS, TrainingSettings, check_settings
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_number
from convstudio.model.values.sample import Sample

Pooling = Literal["global", "2x2"]
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)


@dataclass(frozen=True)
class StudySettings:
    """How every network of a study is trained, and on what: Adam's usual rate of 0.001 would take ten times longer.

    `data` is one of `STUDY_DATA`, or the name of `OwnData`. `pooling` is "global", where each map becomes its largest
    value, or "2x2", which keeps the places.
    """

    data: str = PATTERNS
    pooling: Pooling = "global"
    epochs: int = 20
    optimiser: str = "adam"
    rate: float = 0.01
    batch_size: int = 32

    def training(self, seed: int) -> TrainingSettings:
        """Return how one network is trained."""
        return TrainingSettings(
            optimiser=self.optimiser, rate=self.rate, batch_size=self.batch_size, epochs=self.epochs, seed=seed
        )


@dataclass(frozen=True)
class StudyCell:
    """One network of a study: its filters, the side of their kernels, the classes it tells apart, and its seed.

    The seed draws the first weights and the order of the batches; the samples are the same for all seeds.
    """

    filters: int
    kernel: int
    classes: int
    seed: int
    settings: StudySettings = StudySettings()

    @property
    def name(self) -> str:
        """The cell in words.

        >>> StudyCell(4, 3, 2, 1).name
        '4 filters 3×3, 2 classes, seed 1'
        """
        return (
            f"{counted(self.filters, 'filter')} {self.kernel}×{self.kernel}, {self.classes} classes, seed {self.seed}"
        )


@dataclass(frozen=True)
class Study:
    """A grid: every number of filters with every kernel and every number of classes, each with the seeds from 1 on."""

    filters: tuple[int, ...] = (1, 2, 4, 8)
    kernels: tuple[int, ...] = (3, 5)
    classes: tuple[int, ...] = (2, 4, 8)
    seeds: int = 3
    settings: StudySettings = StudySettings()

    @property
    def cells(self) -> tuple[StudyCell, ...]:
        """All networks, those of the first seed first: so every size has a result early, and its spread later.

        >>> [cell.name for cell in Study((1,), (3,), (2, 4), 1).cells]
        ['1 filter 3×3, 2 classes, seed 1', '1 filter 3×3, 4 classes, seed 1']
        """
        grid = product(range(1, self.seeds + 1), self.kernels, self.classes, self.filters)
        return tuple(
            StudyCell(filters, kernel, classes, seed, self.settings) for seed, kernel, classes, filters in grid
        )


@dataclass(frozen=True)
class StudyResult:
    """What became of a cell: how well its network does on held-out and on training samples, and what it takes.

    `multiplications` are those of one sample. `seconds` is the time of the training, no property of the cell: two
    results are equal whatever it was.
    """

    cell: StudyCell
    held_out_accuracy: float
    held_out_loss: float
    training_accuracy: float
    training_loss: float
    parameters: int
    multiplications: int
    seconds: float = field(compare=False)


@dataclass(frozen=True)
class StudySummary:
    """The results of one size of network over its seeds.

    `accuracy` is that on held-out samples, `lowest` and `highest` are those of the worst and of the best seed, and
    `spread` is the standard deviation over the seeds, None for a single one.
    """

    filters: int
    kernel: int
    classes: int
    seeds: int
    accuracy: float
    spread: float | None
    lowest: float
    highest: float
    loss: float
    training_accuracy: float
    parameters: int
    multiplications: int
    seconds: float


def check_study(study: Study, own: OwnData | None = None) -> None:
    """Raise ValueError, with a sentence that says the range, where a study cannot be made; `own` is what it may learn.

    >>> check_study(Study(classes=(3,)))
    Traceback (most recent call last):
    ValueError: Patterns have 2, 4 or 8 classes, not 3. Choose one of these, or digits, which have 2 to 10.
    """
    _check_counts("number of filters", study.filters, LIMITS.filters)
    _check_counts("kernel size", study.kernels, largest_kernel(study.settings.data, own))
    _check_counts("number of classes", study.classes, LIMITS.class_names)
    for count in study.classes:
        check_classes(study.settings.data, count, own)
    if not 1 <= study.seeds <= LIMITS.study_seeds:
        raise ValueError(f"The number of seeds must be from 1 to {LIMITS.study_seeds}, not {study.seeds}.")
    if study.settings.pooling not in POOLINGS:
        raise ValueError(f"The pooling must be {' or '.join(POOLINGS)}, not “{study.settings.pooling[:40]}”.")
    if study.settings.optimiser not in OPTIMISERS:
        raise ValueError(
            f"The optimiser must be one of {', '.join(OPTIMISERS)}, not “{study.settings.optimiser[:40]}”."
        )
    check_settings(study.settings.training(1))
    if len(study.cells) > LIMITS.study_cells:
        raise ValueError(
            f"The study has {len(study.cells)} networks, and at most {LIMITS.study_cells} fit. "
            "Choose fewer sizes or fewer seeds."
        )


def study_network(cell: StudyCell, input_shape: Shape) -> Network:
    """Build the network of a cell: convolution, ReLU, max pooling, dense, softmax; Glorot weights drawn by the seed.

    >>> [layer.name for layer in study_network(StudyCell(2, 3, 4, 1), (8, 8, 1)).layers]
    ['Conv 3×3 · 2 filters', 'ReLU', 'Global maximum', 'Dense · 4 units']
    """
    draw = np.random.default_rng(cell.seed)
    kernel = cell.kernel, cell.kernel, input_shape[-1], cell.filters
    layers: list[Layer] = [Conv.of(_glorot(kernel, draw)), Activation("relu")]
    layers += [GlobalPool("max")] if cell.settings.pooling == "global" else [Pool("max", (2, 2)), Flatten()]
    reached = input_shape
    for layer in layers:
        reached = shape_after(layer, reached)
    layers.append(Dense.of(_glorot((*reached, cell.classes), draw), activation="softmax"))
    return Network(tuple(layers))


def run_cell(cell: StudyCell, data: Dataset) -> StudyResult:
    """Train the network of a cell on the samples of `study_data`, and measure it; bit-equal on every run.

    Raises ValueError, with a sentence, where the training diverged or cannot be made.

    >>> from convstudio.model.learning.study_data import study_data
    >>> settings = StudySettings(epochs=1)
    >>> found = run_cell(StudyCell(2, 3, 2, 1, settings), study_data("patterns", 2, digits=None))
    >>> found.parameters, found.multiplications
    (26, 652)
    """
    network = study_network(cell, data.input_shape)
    document = Document(Sample.of(data.name, data.input(0)), network)
    since = time.perf_counter()
    planned = plan(document, data, cell.settings.training(cell.seed))
    state = begin(planned)
    while not is_over(planned, state):
        state, _, _ = advance(planned, state)
    seconds = time.perf_counter() - since
    held_out = evaluate(state.network, data, planned.parts.held_out)
    training = evaluate(state.network, data, planned.parts.training)
    assert held_out.accuracy is not None, "samples have classes, and some are held out"
    assert training.accuracy is not None, "samples have classes"
    return StudyResult(
        cell,
        held_out.accuracy,
        held_out.loss,
        training.accuracy,
        training.loss,
        sum(layer.parameters for layer in network.layers),
        _multiplications(network, data.input_shape),
        round(seconds, 3),
    )


def summaries(results: Sequence[StudyResult]) -> tuple[StudySummary, ...]:
    """Return one summary for each size of network, in the order in which the sizes first come."""
    sizes: dict[tuple[int, int, int], list[StudyResult]] = {}
    for result in results:
        sizes.setdefault((result.cell.filters, result.cell.kernel, result.cell.classes), []).append(result)
    return tuple(_summary(size, found) for size, found in sizes.items())


def _summary(size: tuple[int, int, int], found: Sequence[StudyResult]) -> StudySummary:
    found = sorted(found, key=lambda one: one.cell.seed)  # sums in one order have the same bits
    accuracies = [one.held_out_accuracy for one in found]
    return StudySummary(
        *size,
        seeds=len(found),
        accuracy=fmean(accuracies),
        spread=stdev(accuracies) if len(found) > 1 else None,
        lowest=min(accuracies),
        highest=max(accuracies),
        loss=fmean(one.held_out_loss for one in found),
        training_accuracy=fmean(one.training_accuracy for one in found),
        parameters=found[0].parameters,
        multiplications=found[0].multiplications,
        seconds=fmean(one.seconds for one in found),
    )


def _check_counts(what: str, counts: Sequence[int], most: int) -> None:
    if not counts:
        raise ValueError(f"The study needs at least one {what}. Name one.")
    for count in counts:
        if not 1 <= count <= most:
            raise ValueError(f"The {what} must be from 1 to {most}, not {format_number(count)}.")
    twice = next((count for count in counts if counts.count(count) > 1), None)
    if twice is not None:
        raise ValueError(f"The {what} {twice} is named twice. Name each once.")


def _glorot(shape: Shape, draw: np.random.Generator) -> Floats:
    """Draw weights `(*kernel, channels, filters)` or `(inputs, units)` as Keras does for a new layer.

    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    cells = math.prod(shape[:-2])
    reach = math.sqrt(6 / (cells * (shape[-2] + shape[-1])))
    return frozen(draw.uniform(-reach, reach, shape))


def _multiplications(network: Network, reached: Shape) -> int:
    count = 0
    for layer in network.layers:
        count += layer.multiplications(reached)
        reached = shape_after(layer, reached)
    return count
