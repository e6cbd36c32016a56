"""The small labs: the same network begun in several ways, to see what the beginning decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.edits.initialisers import Weights, constant, glorot_uniform, he_uniform, zeros
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.learning.side_by_side import Start, first_weights
from convstudio.model.values.arrays import frozen
from convstudio.model.values.detector_groups import groups_of
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_number, format_shape

KERNEL = 3
EPSILON = 0.01
CONSTANT = 0.1
LAB_SETTINGS = TrainingSettings(rate=0.01, batch_size=32, epochs=60, held_out=0.0)
"""How the labs train: Adam, ten times its usual rate, since the networks are small."""

Draw = Callable[[tuple[int, ...], float, np.random.Generator], Weights]
"""An initialiser: what draws weights of a shape."""
_DRAWS: tuple[tuple[str, Draw], ...] = (
    ("zeros", zeros),
    (f"constant {format_number(CONSTANT)}", constant),
    ("Glorot uniform", glorot_uniform),
    ("He uniform", he_uniform),
)
Begin = Callable[[Dataset, int, np.random.Generator], tuple[Weights, Weights]]
"""What makes the weights of the convolution and of the dense layer, for so many filters."""


@dataclass(frozen=True)
class Lab:
    """A lab: its id, the number of filters to begin with, and the ways to begin by their names."""

    id: str
    filters: int
    begins: tuple[tuple[str, Begin], ...]


def lab_starts(lab: Lab, data: Dataset, filters: int, seed: int) -> tuple[Start, ...]:
    """Return the network of a lab in each of its ways to begin; the same seed draws the same numbers for each.

    The network is a convolution of 3 cells along each axis with ReLU, the mean of each map, and a dense layer with one
    output per class. Raises ValueError with a sentence for data without classes, or too small.
    """
    _check(data)
    return tuple(
        Start(name, _network(*begin(data, filters, np.random.default_rng(seed)))) for name, begin in lab.begins
    )


def symmetry_lab() -> Lab:
    """Return the lab on why filters become different: the same start, the same and a little, random.

    >>> [name for name, _ in symmetry_lab().begins]
    ['same start', 'same + 0.01', 'random start']
    """
    return Lab(
        "symmetry",
        4,
        (("same start", _same), (f"same + {format_number(EPSILON)}", _nearly_same), ("random start", _random)),
    )


def initialisation_lab(detectors: Sequence[Detector]) -> Lab:
    """Return the lab on what the weights begin with."""

    def _detecting(data: Dataset, filters: int, numbers: np.random.Generator) -> tuple[Weights, Weights]:
        return _detector_weights(detectors, data, filters), _drawn(glorot_uniform, data, filters, numbers)[1]

    return Lab(
        "initialisation",
        8,
        (
            ("zeros", _of(zeros)),
            (f"constant {format_number(CONSTANT)}", _of(constant)),
            ("Glorot uniform", _of(glorot_uniform)),
            ("He uniform", _of(he_uniform)),
            ("detector bank", _detecting),
        ),
    )


def network_starts(network: Network, seed: int) -> tuple[Start, ...]:
    """Return a network as it is, and with the weights of its convolutions and dense layers drawn in four ways.

    Biases become 0, and what other layers learn stays. The same seed draws the same numbers for each. Raises ValueError
    with a sentence where there is no convolution.

    >>> network = Network((Conv.of(np.ones((3, 3, 1, 2))),))
    >>> [start.name for start in network_starts(network, 1)]
    ['as it is now', 'zeros', 'constant 0.1', 'Glorot uniform', 'He uniform']
    """
    first_weights(network)
    drawn = (Start(name, _drawn_again(network, draw, seed)) for name, draw in _DRAWS)
    return (Start("as it is now", network), *drawn)


def _drawn_again(network: Network, draw: Draw, seed: int) -> Network:
    numbers = np.random.default_rng(seed)
    layers = []
    for layer in network.layers:
        if "weights" in layer.learned:
            weights, bias = (getattr(layer, name) for name in ("weights", "bias"))
            drawn = frozen(draw(weights.shape, CONSTANT, numbers))
            changed: dict[str, Any] = {"weights": drawn, "bias": frozen(np.zeros_like(bias))}
            layer = replace(layer, **changed)
        layers.append(layer)
    return Network(tuple(layers))


def _check(data: Dataset) -> None:
    if data.labels is None:
        raise ValueError("This lab needs data with classes. Choose patterns or digits.")
    spatial = data.input_shape[:-1]
    if not spatial or min(spatial) < KERNEL:
        raise ValueError(
            f"Inputs of {format_shape(data.input_shape)} are smaller than the kernels. Choose patterns or digits."
        )


def _network(weights: NDArray[np.floating], dense: NDArray[np.floating]) -> Network:
    layer = replace(Conv.of(weights), activation="relu")
    return Network((layer, GlobalPool("average"), Dense.of(dense), Activation("softmax")))


def _shapes(data: Dataset, filters: int) -> tuple[tuple[int, ...], tuple[int, int]]:
    rank = len(data.input_shape) - 1
    return (*(KERNEL,) * rank, data.input_shape[-1], filters), (filters, len(data.class_names))


def _drawn(
    draw: Draw,
    data: Dataset,
    filters: int,
    numbers: np.random.Generator,
) -> tuple[Weights, Weights]:
    first, second = _shapes(data, filters)
    return draw(first, CONSTANT, numbers), draw(second, CONSTANT, numbers)


def _of(draw: Draw) -> Begin:
    return lambda data, filters, numbers: _drawn(draw, data, filters, numbers)


def _random(data: Dataset, filters: int, numbers: np.random.Generator) -> tuple[Weights, Weights]:
    return _drawn(glorot_uniform, data, filters, numbers)


def _same(data: Dataset, filters: int, numbers: np.random.Generator) -> tuple[Weights, Weights]:
    """Begin with the first filter and its outgoing weights for all."""
    first, second = _drawn(glorot_uniform, data, filters, numbers)
    return np.repeat(first[..., :1], filters, axis=-1), np.repeat(second[:1], filters, axis=0)


def _nearly_same(data: Dataset, filters: int, numbers: np.random.Generator) -> tuple[Weights, Weights]:
    first, second = _same(data, filters, numbers)
    return first + EPSILON * numbers.standard_normal(first.shape), second


def _detector_weights(detectors: Sequence[Detector], data: Dataset, filters: int) -> Weights:
    """Take detectors of lines, then of edges, as many as there are filters, over again where they end."""
    shape, _ = _shapes(data, filters)
    size, channels = shape[:-2], shape[-2]
    groups = groups_of(len(size))
    known = [find_detector(detectors, name) for group in ("All lines", "All edges") for name in groups[group]]
    fitting = [one.kernel for one in known if one is not None and one.kernel.shape == size]
    if not fitting:
        raise ValueError(f"No detector has a kernel of {format_shape(size)}.")
    kernels = np.stack([fitting[place % len(fitting)] for place in range(filters)], axis=-1)
    scaled = kernels / math.sqrt(channels)
    return np.repeat(scaled[..., np.newaxis, :], channels, axis=-2).astype(np.float64)
