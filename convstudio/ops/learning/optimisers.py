"""The steps of the optimisers, with Keras's names, formulas and defaults: one array of weights, one step, no memory.

What an optimiser remembers between two steps is an argument and a result, and begins with zeros. All arrays of a step,
those that come back among them, have the shape and the float type of the weights; NumPy raises ValueError for shapes
that do not fit each other.

PyTorch adds its epsilon, 1e-8, after the root and after Adam's correction, so that its steps differ from these where
gradients are about as small. Its momentum adds up gradients and not steps, which differs where the rate changes.
"""

from __future__ import annotations

import math

import numpy as np

from convstudio.ops.padding import Array


def sgd_step(
    weights: Array,
    gradient: Array,
    velocity: Array,
    *,
    rate: float = 0.01,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> tuple[Array, Array]:
    """Go down the gradient: `velocity' = momentum · velocity − rate · gradient`, `weights' = weights + velocity'`.

    With `nesterov`, `weights' = weights + momentum · velocity' − rate · gradient`. Returns (weights', velocity').
    Source: https://keras.io/api/optimizers/sgd/

    >>> weights, velocity = sgd_step(np.array([1.0]), np.array([2.0]), np.zeros(1), rate=0.25)
    >>> weights.tolist(), velocity.tolist()
    ([0.5], [-0.5])
    """
    fall = _typed(rate, weights) * gradient
    moved = _typed(momentum, weights) * velocity - fall
    return weights + (_typed(momentum, weights) * moved - fall if nesterov else moved), moved


def rmsprop_step(
    weights: Array,
    gradient: Array,
    square: Array,
    velocity: Array,
    *,
    rate: float = 0.001,
    rho: float = 0.9,
    momentum: float = 0.0,
    epsilon: float = 1e-7,
) -> tuple[Array, Array, Array]:
    """Divide the gradient by the root of its mean square of late.

    `square' = rho · square + (1 − rho) · gradient²` and `velocity' = momentum · velocity + rate · gradient /
    √(square' + epsilon)`; `weights' = weights − velocity'`. Returns (weights', square', velocity').
    Source: https://keras.io/api/optimizers/rmsprop/

    >>> [part.round(3).tolist() for part in rmsprop_step(np.array([1.0]), np.array([2.0]), np.zeros(1), np.zeros(1))]
    [[0.997], [0.4], [0.003]]
    """
    kept = _typed(rho, weights) * square + _typed(1 - rho, weights) * np.square(gradient)
    moved = _typed(rate, weights) * gradient / np.sqrt(kept + _typed(epsilon, weights))
    moved = _typed(momentum, weights) * velocity + moved
    return weights - moved, kept, moved


def adam_step(
    weights: Array,
    gradient: Array,
    mean: Array,
    square: Array,
    step: int,
    *,
    rate: float = 0.001,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float = 0.0,
) -> tuple[Array, Array, Array]:
    """Move by the mean gradient of late, divided by the root of its mean square of late.

    `mean' = mean + (1 − beta_1) · (gradient − mean)`, `square' = square + (1 − beta_2) · (gradient² − square)` and
    `weights' = weights · (1 − rate · weight_decay) − rate · √(1 − beta_2^step) / (1 − beta_1^step) · mean' /
    (√square' + epsilon)`. `step` counts from 1; a `weight_decay` above 0 makes it AdamW (Keras's default there is
    0.004). Returns (weights', mean', square'). Source: https://keras.io/api/optimizers/adam/

    >>> adam_step(np.array([1.0]), np.array([2.0]), np.zeros(1), np.zeros(1), 1)[0].round(6).tolist()
    [0.999]
    """
    alpha = rate * math.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    kept = mean + _typed(1 - beta_1, weights) * (gradient - mean)
    squared = square + _typed(1 - beta_2, weights) * (np.square(gradient) - square)
    decayed = weights * _typed(1 - rate * weight_decay, weights)
    return decayed - _typed(alpha, weights) * kept / (np.sqrt(squared) + _typed(epsilon, weights)), kept, squared


def _typed(number: float, weights: Array) -> np.floating:
    """Return a number in the float type of the weights, so that float32 stays float32."""
    return weights.dtype.type(number)
