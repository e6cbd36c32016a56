"""The forward and the backward run of a network over a batch, `(samples, *spatial, channels)`.

A batch is worked on in parts of some samples, which keep the processor's caches and its cores busy. How it is cut
depends on the network alone, and sums over the parts are made in their order: the bits do not depend on which thread
made which part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
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

_PART = 2**17
"""Values that a part of a batch keeps of one layer, at most, unless one sample has more: half a MiB."""

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
) -> BatchResult:
    """Run a batch forward and backward while training; `seeds` are those of the run and of the step.

    `network` is the objective's inner one.
    """
    parts = _parts(network, values.shape)
    done: list[_PartResult] = [_NO_RESULT] * len(parts)

    def work(taken: Iterable[int]) -> None:
        for number in taken:
            own = parts[number]
            passes = forward_batch(network, values[own], Draw(*seeds, number))
            read = passes[-1].output
            losses, grad = sample_losses_and_gradient(read, targets[own], objective.loss, len(values))
            gradient = parameters.vector(backward_batch(passes, grad, parameters.first_layer))
            done[number] = _PartResult(losses, read, gradient, [one.measured for one in passes])

    is_large = len(parts) > 1 and values_kept(network, values.shape[1:]) * len(values) >= _WORTH_HELPERS
    with np.errstate(all="ignore"):  # infinities and NaN are values here: a training that diverges says so itself
        share(range(len(parts)), work, cores() if is_large else 1)
        gradient = done[0].gradient
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
    step = max(1, _EVALUATED_AT_ONCE // values_kept(inner, data.input_shape))
    found = [_evaluated(inner, objective, data, indices[at : at + step]) for at in range(0, len(indices), step)]
    if not found:
        return Evaluation(frozen(np.zeros((0, *objective.output_shape))), np.zeros(0), None, None)
    read = np.concatenate([part[0] for part in found])
    with np.errstate(all="ignore"):
        outputs, classes = objective.outputs(read), objective.classes(read)
    accuracy = None
    if classes is not None and data.labels is not None:
        accuracy = float((classes == data.labels[indices]).mean())
    return Evaluation(frozen(outputs), np.concatenate([part[1] for part in found], dtype=np.float64), classes, accuracy)


def values_kept(network: Network, input_shape: Shape) -> int:
    """Count the values that the two runs keep of one sample: of every layer what it made and its windows, at most.

    >>> from convstudio.model.kinds.flatten import Flatten
    >>> values_kept(Network((Flatten(),)), (3, 1))
    6
    """
    return math.prod(input_shape) + sum(_kept_by_layer(network, input_shape))


def _kept_by_layer(network: Network, input_shape: Shape) -> list[int]:
    kept = []
    for layer in network.layers:
        made = shape_after(layer, input_shape)
        kept.append(math.prod(made) + columns_size(layer, input_shape))
        input_shape = made
    return kept


def _parts(network: Network, shape: Shape) -> list[slice]:
    """Cut a batch of that shape into parts; statistics of the batch need all of it."""
    if any(map(measures, network.layers)):
        return [slice(0, shape[0])]
    most = max((*_kept_by_layer(network, shape[1:]), 1))
    step = max(1, _PART // most)
    count = math.ceil(shape[0] / step)
    step = math.ceil(shape[0] / count)
    return [slice(at, min(at + step, shape[0])) for at in range(0, shape[0], step)]


def _evaluated(network: Network, objective: Objective, data: Dataset, indices: Indices) -> tuple[Array, Array]:
    values = data.inputs[indices]
    targets = objective.targets(data, indices)
    parts = _parts(network, values.shape)
    made: list[Array] = [values] * len(parts)

    def work(taken: Iterable[int]) -> None:
        for number in taken:
            made[number] = forward_batch(network, values[parts[number]])[-1].output

    is_large = len(parts) > 1 and values_kept(network, values.shape[1:]) * len(values) >= _WORTH_HELPERS
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        share(range(len(parts)), work, cores() if is_large else 1)
        read = np.concatenate(made)
        return read, sample_losses_and_gradient(read, targets, objective.loss, len(values))[0]


def _correct(objective: Objective, read: Array, targets: Array) -> int:
    """Count the samples of a part whose class is the wanted one."""
    wanted = targets[:, 0] > 0.5 if objective.is_of_one_unit else np.argmax(targets, axis=-1)
    return int(np.count_nonzero(objective.classes(read) == wanted))


def _settled(measured: Mapping[str, Array]) -> Mapping[str, Floats]:
    return {name: frozen(values) for name, values in measured.items()}
