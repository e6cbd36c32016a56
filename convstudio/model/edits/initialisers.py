"""How weights begin: the random and constant initialisers of Keras, drawn from a seed that is shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_number

Weights = NDArray[np.float64]
Draw: TypeAlias = "Callable[[tuple[int, ...], float, np.random.Generator], Weights]"

_CUT = 2.0
_CUT_DEVIATION = 0.87962566103423978
DEFAULT_SPREAD = 0.05


@dataclass(frozen=True)
class Initialiser:
    """A way to initialise weights: `parameter` names its number, or is empty; with `is_drawn` the seed matters."""

    id: str
    name: str
    tells: str
    draw: Draw
    parameter: str = ""
    default: float = 0.0
    is_drawn: bool = True


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return fan-in and fan-out: how many values one output adds up, and to how many outputs a value goes.

    `shape` is `(*kernel, channels / groups, filters)`; fan-in is the kernel's cells times the channels that a filter
    reads (those of its group), fan-out the kernel's cells times all filters.

    Source: `compute_fans` of Keras, https://github.com/keras-team/keras/blob/v3.5.0/keras/src/initializers/random_initializers.py

    >>> fans((3, 3, 16, 32))
    (144, 288)
    """
    cells = math.prod(shape[:-2])
    return cells * shape[-2], cells * shape[-1]


def zeros(shape: tuple[int, ...], _parameter: float, _numbers: np.random.Generator) -> Weights:
    """Return `shape` of zeros: all filters stay alike. Source: `keras.initializers.Zeros`.

    >>> zeros((1, 1, 2), 0.0, np.random.default_rng(0)).tolist()
    [[[0.0, 0.0]]]
    """
    return np.zeros(shape)


def constant(shape: tuple[int, ...], value: float, _numbers: np.random.Generator) -> Weights:
    """Return `shape` of one value. Source: `keras.initializers.Constant`.

    >>> constant((1, 1, 1), 0.5, np.random.default_rng(0)).tolist()
    [[[0.5]]]
    """
    return np.full(shape, value)


def uniform(shape: tuple[int, ...], limit: float, numbers: np.random.Generator) -> Weights:
    """Return `shape` of uniform draws from −limit to limit. Source: `keras.initializers.RandomUniform`, limit 0.05.

    >>> bool(np.all(np.abs(uniform((9, 9, 1), 0.05, np.random.default_rng(0))) <= 0.05))
    True
    """
    return numbers.uniform(-limit, limit, shape)


def normal(shape: tuple[int, ...], deviation: float, numbers: np.random.Generator) -> Weights:
    """Return `shape` of normal, of this deviation. Source: `keras.initializers.RandomNormal`, deviation 0.05.

    >>> normal((1, 1, 1), 0.0, np.random.default_rng(0)).tolist()
    [[[0.0]]]
    """
    return numbers.normal(0, abs(deviation), shape)


def glorot_uniform(shape: tuple[int, ...], _parameter: float, numbers: np.random.Generator) -> Weights:
    """Return uniform draws in ±`√(6 / (fan-in + fan-out))`, so that maps and gradients keep their size.

    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010,
    https://proceedings.mlr.press/v9/glorot10a.html; `keras.initializers.GlorotUniform`.

    >>> float(np.abs(glorot_uniform((1, 3, 3), 0.0, np.random.default_rng(0))).max()) <= 1.0
    True
    """
    return uniform(shape, math.sqrt(6 / sum(fans(shape))), numbers)


def glorot_normal(shape: tuple[int, ...], _parameter: float, numbers: np.random.Generator) -> Weights:
    """Return normal draws of deviation `√(2 / (fan in + fan out))`, cut off at two deviations of the wider normal.

    Source: as `glorot_uniform`; `keras.initializers.GlorotNormal`.

    >>> glorot_normal((1, 1, 1), 0.0, np.random.default_rng(0)).shape
    (1, 1, 1)
    """
    return _cut_normal(shape, math.sqrt(2 / sum(fans(shape))), numbers)


def he_uniform(shape: tuple[int, ...], _parameter: float, numbers: np.random.Generator) -> Weights:
    """Return even draws up to `√(6 / fan in)`, so that maps keep their size through ReLU.

    Source: K. He et al., "Delving deep into rectifiers", 2015, https://arxiv.org/abs/1502.01852;
    `keras.initializers.HeUniform`.

    >>> float(np.abs(he_uniform((1, 6, 2), 0.0, np.random.default_rng(0))).max()) <= 1.0
    True
    """
    return uniform(shape, math.sqrt(6 / fans(shape)[0]), numbers)


def he_normal(shape: tuple[int, ...], _parameter: float, numbers: np.random.Generator) -> Weights:
    """Return normal draws of deviation `√(2 / fan in)`, cut off at two deviations of the wider normal.

    Source: as `he_uniform`; `keras.initializers.HeNormal`.

    >>> he_normal((1, 1, 1), 0.0, np.random.default_rng(0)).shape
    (1, 1, 1)
    """
    return _cut_normal(shape, math.sqrt(2 / fans(shape)[0]), numbers)


def orthogonal(shape: tuple[int, ...], gain: float, numbers: np.random.Generator) -> Weights:
    """Return filters at right angles to each other, each of length `gain`; with more filters than weights, the weights.

    The filters are the columns of a random orthogonal matrix `(weights of a filter, filters)`.

    Source: A. M. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
    2013, https://arxiv.org/abs/1312.6120; `keras.initializers.Orthogonal`, gain 1.

    >>> held = orthogonal((3, 1, 2), 1.0, np.random.default_rng(0)).reshape(3, 2)
    >>> bool(np.allclose(held.T @ held, np.eye(2)))
    True
    """
    rows, columns = math.prod(shape[:-1]), shape[-1]
    drawn = numbers.standard_normal((max(rows, columns), min(rows, columns)))
    turned, triangle = np.linalg.qr(drawn)
    turned *= np.where(np.diag(triangle) < 0, -1.0, 1.0)  # else the signs would not be even
    matrix = turned if rows >= columns else turned.T
    return gain * matrix.reshape(shape)


INITIALISERS: tuple[Initialiser, ...] = (
    Initialiser(
        "glorot_uniform", "Glorot uniform", "Keras's default: uniform in ±√(6 / (fan-in + fan-out))", glorot_uniform
    ),
    Initialiser(
        "glorot_normal",
        "Glorot normal",
        "normal, standard deviation √(2 / (fan-in + fan-out))",
        glorot_normal,
    ),
    Initialiser("he_uniform", "He uniform", "for ReLU: uniform in ±√(6 / fan-in)", he_uniform),
    Initialiser("he_normal", "He normal", "for ReLU: normal, standard deviation √(2 / fan-in)", he_normal),
    Initialiser(
        "normal", "Normal", "normal, with the standard deviation given", normal, "Standard deviation", DEFAULT_SPREAD
    ),
    Initialiser("uniform", "Uniform", "uniform between − and + the limit given", uniform, "Limit", DEFAULT_SPREAD),
    Initialiser(
        "orthogonal",
        "Orthogonal",
        "filters at right angles to each other, each as long as the gain",
        orthogonal,
        "Gain",
        1.0,
    ),
    Initialiser("zeros", "Zeros", "all 0: all filters stay alike", zeros, is_drawn=False),
    Initialiser(
        "ones", "Ones", "all 1: every filter sums its window", lambda shape, _, __: np.ones(shape), is_drawn=False
    ),
    Initialiser("constant", "Constant", "all weights have the value given", constant, "Value", 1.0, is_drawn=False),
)
"""Every initialiser, in the order in which they are offered."""


def initialise(document: Document, layer: int, initialiser: Initialiser, parameter: float, seed: int) -> Document:
    """Re-initialise all filters of a layer: weights from the initialiser and the seed, biases 0, as in Keras."""
    conv = conv_at(document, layer)
    weights = initialiser.draw(conv.weights.shape, parameter, np.random.default_rng(seed))
    changed = replace(conv, weights=frozen(weights), bias=frozen(np.zeros(conv.filters)), filter_names=())
    return document if changed == conv else document.with_layer(layer, changed)


def initialise_all(network: Network, draw: Draw, parameter: float, seed: int) -> Network:
    """Draw the weights of every layer that has some, one after the other with one seed; their biases become 0.

    What other layers learn stays.
    """
    numbers = np.random.default_rng(seed)
    for index, layer in enumerate(network.layers):
        if "weights" in layer.learned:
            weights, bias = (getattr(layer, name) for name in ("weights", "bias"))
            drawn = frozen(draw(weights.shape, parameter, numbers))
            changed: dict[str, Any] = {"weights": drawn, "bias": frozen(np.zeros_like(bias))}
            network = network.with_layer(index, replace(layer, **changed))
    return network


def step_name(initialiser: Initialiser, parameter: float, seed: int) -> str:
    """Name the undo step, with every number that it takes to do it again.

    >>> step_name(INITIALISERS[0], 0.0, 7)
    'Initialise filters: Glorot uniform, seed 7'
    """
    number = f" {format_number(parameter)}" if initialiser.parameter else ""
    seeded = f", seed {seed}" if initialiser.is_drawn else ""
    return f"Initialise filters: {initialiser.name}{number}{seeded}"


def _cut_normal(shape: tuple[int, ...], deviation: float, numbers: np.random.Generator) -> Weights:
    """Draw from a normal without its tails, made wider so that what remains has the standard deviation asked for."""
    drawn = numbers.standard_normal(shape)
    while (tails := np.abs(drawn) > _CUT).any():
        drawn[tails] = numbers.standard_normal(int(tails.sum()))
    return drawn * (deviation / _CUT_DEVIATION)
