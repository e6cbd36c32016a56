"""The forward and the backward run of a network over a batch, `(samples, *spatial, channels)`.

A batch is worked on in parts of some samples, which keep the processor's caches and its cores busy. How it is cut
depends on the network alone, and sums over the parts are made in their order: the bits do not depend on which thread
made which part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from convstudio.model.learning.objective import Objective, objective_of
from convstudio.model.learning.parameters import Parameters
from convstudio.model.learning.passes import Draw, Pass, columns_size, layer_pass, measures
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Shape, shape_after
from convstudio.model.values.learning.dataset import Dataset, Indices
from convstudio.model.values.learning.reports import Evaluation
from convstudio.model.values.learning.settings import LOSS_BY_TARGET
from convstudio.model.values.network import Network
from convstudio.ops.learning.losses import sample_losses_and_gradient
from convstudio.ops.padding import Array
from convstudio.ops.threads import cores, share

_PART = 2**19
"""Values that a part of a batch keeps of one layer, at most, unless one sample has more: 2 MiB stay in the caches.

In smaller parts, threads wait more often for each other than they compute.
"""

_WORTH_HELPERS = 2**20
"""Values of a whole batch from which a second thread earns the time of its waking."""

_EVALUATED_AT_ONCE = 2**24
"""Values that an evaluation keeps at once, about."""


@dataclass(frozen=True, eq=False)
class BatchResult:
    """What a batch leads to: the loss of each sample, how many are of the right class, and the gradients.

    `gradient` is that of the mean loss in all that learns, as one vector. `measured` are, for each layer, the arrays
    that it measured.
    """

    losses: Array
    correct: int | None
    gradient: Floats
    measured: Sequence[Mapping[str, Floats]]


@dataclass(frozen=True)
class Cutting:
    """How batches are cut into parts, by what the two runs of a network keep of one sample.

    `kept` are the values of all layers, `largest` those of one layer at most. Statistics of the batch take all of it:
    then it `is_whole`.
    """

    kept: int
    largest: int
    is_whole: bool

    @classmethod
    def of(cls, network: Network, input_shape: Shape) -> Cutting:
        """Count what is kept of one sample of that shape: of every layer what it made and its windows.

        >>> from convstudio.model.kinds.flatten import Flatten
        >>> Cutting.of(Network((Flatten(),)), (3, 1)).kept
        6
        """
        kept = [math.prod(input_shape)]
        for layer in network.layers:
            made = shape_after(layer, input_shape)
            kept.append(math.prod(made) + columns_size(layer, input_shape))
            input_shape = made
        return cls(sum(kept), max(*kept, 1), any(map(measures, network.layers)))

    def parts(self, samples: int) -> list[slice]:
        """Cut so many samples into parts of about the same length: a power of two, for two threads or four.

        >>> Cutting(3, 2**17, False).parts(24)[:2]
        [slice(0, 3, None), slice(3, 6, None)]
        """
        count = 1 if self.is_whole else math.ceil(samples / max(1, _PART // self.largest))
        step = math.ceil(samples / (1 << (count - 1).bit_length()))
        return [slice(at, min(at + step, samples)) for at in range(0, samples, step)]

    def share(self, samples: int, work: Callable[[Iterable[int]], None]) -> None:
        """Let `work` take the numbers of all parts, on as many threads as are worth their waking."""
        parts = len(self.parts(samples))
        is_large = parts > 1 and self.kept * samples >= _WORTH_HELPERS
        with np.errstate(all="ignore"):  # infinities and NaN are values here: a training that diverges says so itself
            share(range(parts), work, cores() if is_large else 1)


class _PartResult(NamedTuple):
    """What a part of a batch leads to; `read` is what the loss read."""

    losses: Array
    read: Array
    gradient: Floats
    measured: Sequence[Mapping[str, Array]]


_NO_RESULT = _PartResult(np.zeros(0), np.zeros(0), np.zeros(0, np.float32), ())


def forward_batch(network: Network, values: Array, draw: Draw | None = None) -> list[Pass]:
    """Run a network on samples that it can read; with a `draw` as while training.

    >>> from convstudio.model.kinds.flatten import Flatten
    >>> forward_batch(Network((Flatten(),)), np.ones((2, 3, 1)))[-1].output.shape
    (2, 3)
    """
    made: list[Pass] = []
    for index, layer in enumerate(network.layers):
        made.append(layer_pass(layer, values, index, draw))
        values = made[-1].output
    return made


def backward_batch(passes: Sequence[Pass], grad: Array, first: int = 0) -> list[Mapping[str, Array]]:
    """Return the gradients of what each layer learns, by the chain rule, from the last to the `first` that learns.

    `grad` is the gradient of the loss in the last output.
    """
    learned: list[Mapping[str, Array]] = [{} for _ in passes]
    for index in range(len(passes) - 1, first - 1, -1):
        inputs, learned[index] = passes[index].back(grad, index > first)
        if inputs is None:
            break
        grad = inputs
    return learned


def run_batch(
    network: Network,
    objective: Objective,
    parameters: Parameters,
    values: Array,
    targets: Array,
    seeds: tuple[int, int],
    cutting: Cutting,
) -> BatchResult:
    """Run a batch forward and backward while training; `seeds` are those of the run and of the step.

    `network` is the objective's inner one, and `cutting` how it cuts batches.
    """
    parts = cutting.parts(len(values))
    done: list[_PartResult] = [_NO_RESULT] * len(parts)

    def work(taken: Iterable[int]) -> None:
        for number in taken:
            own = parts[number]
            passes = forward_batch(network, values[own], Draw(*seeds, number))
            read = passes[-1].output
            losses, grad = sample_losses_and_gradient(read, targets[own], objective.loss, len(values))
            gradient = parameters.vector(backward_batch(passes, grad, parameters.first_layer))
            done[number] = _PartResult(losses, read, gradient, [one.measured for one in passes])

    cutting.share(len(values), work)
    gradient = done[0].gradient
    with np.errstate(all="ignore"):
        for result in done[1:]:
            gradient += result.gradient
    losses = np.concatenate([result.losses for result in done])
    correct = None
    if objective.is_of_classes:
        correct = sum(_correct(objective, result.read, targets[own]) for result, own in zip(done, parts, strict=True))
    return BatchResult(losses, correct, gradient, [_settled(arrays) for arrays in done[0].measured])


def evaluate(network: Network, data: Dataset, indices: Indices, loss: str = LOSS_BY_TARGET) -> Evaluation:
    """Run a network on some samples as it is used after training, and measure the loss of each.

    Nothing is silenced by dropout, and batch normalisation uses what it measured before. Raises ValueError, with a
    sentence, where the network cannot work on the data or the targets do not fit what it makes.

    >>> from convstudio.model.kinds.flatten import Flatten
    >>> data = Dataset("one", frozen([[[1.0], [2.0]]]), np.array([1]), class_names=("left", "right"))
    >>> evaluate(Network((Flatten(),)), data, np.array([0])).accuracy
    1.0
    """
    objective = objective_of(network, data, loss)
    inner = objective.inner(network)
    cutting = Cutting.of(inner, data.input_shape)
    step = max(1, _EVALUATED_AT_ONCE // cutting.kept)
    rounds = [indices[at : at + step] for at in range(0, len(indices), step)]
    found = [_evaluated(inner, objective, data, samples, cutting) for samples in rounds]
    if not found:
        return Evaluation(frozen(np.zeros((0, *objective.output_shape))), np.zeros(0), None, None)
    read = np.concatenate([part[0] for part in found])
    with np.errstate(all="ignore"):
        outputs, classes = objective.outputs(read), objective.classes(read)
    accuracy = None
    if classes is not None and data.labels is not None:
        accuracy = float((classes == data.labels[indices]).mean())
    return Evaluation(frozen(outputs), np.concatenate([part[1] for part in found], dtype=np.float64), classes, accuracy)


def _evaluated(
    network: Network, objective: Objective, data: Dataset, indices: Indices, cutting: Cutting
) -> tuple[Array, Array]:
    values = data.inputs[indices]
    targets = objective.targets(data, indices)
    parts = cutting.parts(len(values))
    made: list[Array] = [values] * len(parts)

    def work(taken: Iterable[int]) -> None:
        for number in taken:
            made[number] = forward_batch(network, values[parts[number]])[-1].output

    cutting.share(len(values), work)
    read = np.concatenate(made)
    return read, sample_losses_and_gradient(read, targets, objective.loss, len(values))[0]


def _correct(objective: Objective, read: Array, targets: Array) -> int:
    """Count the samples of a part whose class is the wanted one."""
    wanted = targets[:, 0] > 0.5 if objective.is_of_one_unit else np.argmax(targets, axis=-1)
    return int(np.count_nonzero(objective.classes(read) == wanted))


def _settled(measured: Mapping[str, Array]) -> Mapping[str, Floats]:
    return {name: frozen(values) for name, values in measured.items()}
