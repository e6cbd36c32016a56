"""The small labs: the same network begun in several ways, to see what the beginning decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.edits.initialisers import Draw, constant, glorot_uniform, he_uniform, initialise_all, zeros
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.global_pooling import GlobalPool
from convstudio.model.learning.side_by_side import Start
from convstudio.model.library.symmetry import symmetry_starts
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detector_groups import groups_of
from convstudio.model.values.detectors import Detector, find_detector
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_shape

KERNEL = 3
CONSTANT = 0.1
LAB_SETTINGS = TrainingSettings(rate=0.01, batch_size=32, epochs=60, held_out=0.0)
"""How the labs train: Adam, ten times its usual rate, since the networks are small."""

_DRAWS: tuple[tuple[str, Draw, float | None], ...] = (
    ("zeros", zeros, None),
    ("constant", constant, CONSTANT),
    ("Glorot uniform", glorot_uniform, None),
    ("He uniform", he_uniform, None),
)
Begin = Callable[[Network, int, int], tuple[Start, ...]]
"""What begins a network in several ways: it is given the layer whose filters are compared, and a seed."""


@dataclass(frozen=True)
class Lab:
    """A lab: its id, and how many filters its small network has at first.

    `small` begins the small network, `own` the network of the window, which has to have a convolution with
    `least_filters`.
    """

    id: str
    filters: int
    least_filters: int
    small: Begin
    own: Begin


def lab_starts(lab: Lab, data: Dataset, filters: int, seed: int) -> tuple[Start, ...]:
    """Return the network of a lab in each of its ways to begin; the same seed draws the same numbers for each.

    The network is a convolution of 3 cells along each axis with ReLU, the mean of each map, and a dense layer with one
    output per class. Raises ValueError with a sentence for data without classes, or too small.
    """
    _check(data)
    return lab.small(_small_network(data, filters), 0, seed)


def symmetry_lab() -> Lab:
    """Return the lab on why filters become different: the same start, the same and a little, random."""
    return Lab("symmetry", 4, 2, symmetry_starts, symmetry_starts)


def initialisation_lab(detectors: Sequence[Detector]) -> Lab:
    """Return the lab on what the weights begin with."""

    def _begin(network: Network, layer: int, seed: int) -> tuple[Start, ...]:
        drawn, conv = initialise_all(network, glorot_uniform, 0.0, seed), network.layers[layer]
        assert isinstance(conv, Conv), "the small network begins with a convolution"
        bank = replace(conv, weights=_detector_weights(detectors, conv))
        return (*_starts(network, seed), Start("detector bank", drawn.with_layer(layer, bank)))

    return Lab("initialisation", 8, 1, _begin, network_starts)


def network_starts(network: Network, layer: int, seed: int) -> tuple[Start, ...]:
    """Return a network as it is, and with the weights of its convolutions and dense layers drawn in four ways.

    Biases become 0, and what other layers learn stays. The same seed draws the same numbers for each.

    >>> network = Network((Conv.of(np.ones((3, 3, 1, 2))),))
    >>> [start.title for start in network_starts(network, 0, 1)]
    ['as it is now', 'zeros', 'constant 0.1', 'Glorot uniform', 'He uniform']
    """
    del layer  # the starts are the same whichever is compared
    return (Start("as it is now", network), *_starts(network, seed))


def _starts(network: Network, seed: int) -> tuple[Start, ...]:
    return tuple(
        Start(name, initialise_all(network, draw, CONSTANT, seed), number=number) for name, draw, number in _DRAWS
    )


def _check(data: Dataset) -> None:
    if data.labels is None:
        raise ValueError("This lab needs data with classes. Choose patterns or digits.")
    spatial = data.input_shape[:-1]
    if not spatial or min(spatial) < KERNEL:
        raise ValueError(
            f"Inputs of {format_shape(data.input_shape)} are smaller than the kernels. Choose patterns or digits."
        )


def _small_network(data: Dataset, filters: int) -> Network:
    """Return the network with weights of 0, `(3, 3, channels, filters)` for pictures."""
    rank = len(data.input_shape) - 1
    conv = replace(Conv.of(np.zeros((*(KERNEL,) * rank, data.input_shape[-1], filters))), activation="relu")
    dense = Dense.of(np.zeros((filters, len(data.class_names))))
    return Network((conv, GlobalPool("average"), dense, Activation("softmax")))


def _detector_weights(detectors: Sequence[Detector], conv: Conv) -> Floats:
    """Take detectors of lines, then of edges, as many as there are filters, over again where they end."""
    size, channels = conv.kernel_size, conv.channels
    groups = groups_of(len(size))
    known = [find_detector(detectors, name) for group in ("All lines", "All edges") for name in groups[group]]
    fitting = [one.kernel for one in known if one is not None and one.kernel.shape == size]
    if not fitting:
        raise ValueError(f"No detector has a kernel of {format_shape(size)}.")
    kernels = np.stack([fitting[place % len(fitting)] for place in range(conv.filters)], axis=-1)
    return frozen(np.repeat(kernels[..., np.newaxis, :] / math.sqrt(channels), channels, axis=-2))
