"""One step of an optimiser over all that a network learns, and the learning rate of each step."""

from __future__ import annotations

import math

import numpy as np

from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.ops.learning.optimisers import adam_step, rmsprop_step, sgd_step
from convstudio.ops.padding import Array

Memory = tuple[Floats, ...]
"""What an optimiser remembers between two steps: vectors like that of the weights."""

_VECTORS = {"sgd": 0, "momentum": 1, "nesterov": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
"""How many vectors each optimiser remembers."""


def rate_at(settings: TrainingSettings, step: int, steps_per_epoch: int) -> float:
    """Return the learning rate of a step, counted from 0.

    "cosine" is Keras's `CosineDecay` over all steps, `rate · (1 + cos(π · step / steps)) / 2`; "step" multiplies the
    rate by `drop` after every `drop_every` epochs.

    >>> rate_at(TrainingSettings(rate=1.0, schedule="cosine", epochs=2), 5, 5)
    0.5
    """
    match settings.schedule:
        case "constant":
            return settings.rate
        case "step":
            drops: int = step // steps_per_epoch // settings.drop_every
            return float(settings.rate * settings.drop**drops)
        case "cosine":
            share = step / (steps_per_epoch * settings.epochs)
            return settings.rate * (1 + math.cos(math.pi * share)) / 2
        case other:
            raise ValueError(f'The schedule "{other}" is not known.')


def fresh_memory(settings: TrainingSettings, size: int) -> Memory:
    """Return what an optimiser remembers before its first step: zeros."""
    return tuple(_settled(np.zeros(size, np.float32)) for _ in range(_VECTORS[settings.optimiser]))


def optimised(
    settings: TrainingSettings, weights: Floats, gradient: Floats, memory: Memory, step: int, rate: float
) -> tuple[Floats, Memory]:
    """Make a step, counted from 1: return the weights after it and what the optimiser remembers then.

    >>> one = np.ones(1, np.float32)
    >>> optimised(TrainingSettings(optimiser="sgd"), one, one, (), 1, 0.25)[0].tolist()
    [0.75]
    """
    match settings.optimiser:
        case "sgd":
            return _settled(weights - np.float32(rate) * gradient), ()
        case "momentum" | "nesterov":
            is_nesterov = settings.optimiser == "nesterov"
            made = sgd_step(weights, gradient, memory[0], rate=rate, momentum=settings.momentum, nesterov=is_nesterov)
            return _settled(made[0]), (_settled(made[1]),)
        case "rmsprop":
            moved, square, _ = rmsprop_step(weights, gradient, memory[0], _NO_VELOCITY, rate=rate)
            return _settled(moved), (_settled(square),)
        case "adam" | "adamw":
            decay = settings.weight_decay if settings.optimiser == "adamw" else 0.0
            moved, mean, square = adam_step(
                weights, gradient, memory[0], memory[1], step, rate=rate, beta_2=settings.beta_2, weight_decay=decay
            )
            return _settled(moved), (_settled(mean), _settled(square))
        case other:
            raise ValueError(f'The optimiser "{other}" is not known.')


_NO_VELOCITY = np.zeros(1, np.float32)


def _settled(values: Array) -> Floats:
    """Return a fresh array as one that nobody changes any more, without a copy."""
    values.flags.writeable = False
    return frozen(values)
