"""The batch normalisation, as it is after training."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.kinds.cell_by_cell import CellByCell
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.setting import Setting, entry, with_entry
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_number, in_sum
from convstudio.ops import batch_norm
from convstudio.ops.layers import EPSILON
from convstudio.ops.learning.layer_gradients import batch_norm_gradients
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError


@dataclass(frozen=True, eq=False)
class BatchNorm(CellByCell):
    """Every channel normalised with the statistics of training: (x − mean) / √(variance + epsilon) · gamma + beta.

    `mean`, `variance`, `gamma` and `beta` are `(channels,)`.
    """

    mean: Floats
    variance: Floats
    gamma: Floats
    beta: Floats
    epsilon: float = EPSILON

    @classmethod
    def of(cls, channels: int) -> BatchNorm:
        """Make the layer as it is before any training: mean 0, variance 1, gamma 1, beta 0."""
        zeros, ones = frozen(np.zeros(channels)), frozen(np.ones(channels))
        return cls(zeros, ones, ones, zeros)

    @property
    def channels(self) -> int:
        """The number of channels that it has statistics for."""
        return len(self.mean)

    @property
    def parameters(self) -> int:
        return 4 * self.channels  # as Keras counts: two of them are learned, two are measured

    @property
    def learned(self) -> tuple[str, ...]:
        return "gamma", "beta"

    @property
    def measured(self) -> int:
        return 2 * self.channels

    def multiplications(self, input_shape: Shape) -> int:
        return math.prod(input_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape[-1] != self.channels:
            raise ShapeError(
                f"the batch normalisation has statistics of {counted(self.channels, 'channel')}, "
                f"and its input has {input_shape[-1]}: fit it to its input"
            )
        return input_shape

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        return batch_norm(values, self.mean, self.variance, self.gamma, self.beta, epsilon=self.epsilon)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        inputs, gamma, beta = batch_norm_gradients(
            values, self.mean, self.variance, grad, self.gamma, epsilon=self.epsilon
        )
        return LayerGradients(inputs, {"gamma": gamma, "beta": beta})

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule(
            "Mean and variance stay fixed here, so each gradient is multiplied with gamma ÷ √(variance + epsilon).",
            "scale",
        )

    @property
    def name(self) -> str:
        return "Batch norm"

    @property
    def facts(self) -> str:
        return "Every channel is shifted and scaled by its statistics from training. Gamma and beta are learned."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return _FORM

    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        del input_shape
        index = cell[-1]
        output, x = float(self.run(vector)[index]), float(vector[index])
        numbers = (float(part[index]) for part in (self.mean, self.variance, self.gamma, self.beta))
        mean, variance, gamma, beta = map(format_number, numbers)
        return output, (
            f"({in_sum(format_number(x))} − {in_sum(mean)}) ÷ √({variance} + {format_number(self.epsilon)}) · "
            f"{in_sum(gamma)} + {in_sum(beta)} = "
            f"{format_number(output)}\n(x − mean) ÷ √(variance + epsilon) · gamma + beta"
        )

    def for_map(self, index: int) -> BatchNorm:
        return self._of_each(lambda values: values[index : index + 1])

    def fitted_to(self, input_shape: Shape) -> BatchNorm:
        channels = input_shape[-1]
        if self.channels == channels:
            return self
        fresh, kept = BatchNorm.of(channels), min(channels, self.channels)
        pairs = ((self.mean, fresh.mean), (self.variance, fresh.variance), (self.gamma, fresh.gamma),
                 (self.beta, fresh.beta))  # fmt: skip
        mean, variance, gamma, beta = (frozen(np.concatenate([held[:kept], new[kept:]])) for held, new in pairs)
        return replace(self, mean=mean, variance=variance, gamma=gamma, beta=beta)

    def following(self, maps: MapOrder) -> Layer | None:
        return None if self.channels % maps.count else self._of_each(maps.picked)

    def _of_each(self, change: Callable[[Floats], Floats]) -> BatchNorm:
        mean, variance, gamma, beta = map(change, (self.mean, self.variance, self.gamma, self.beta))
        return replace(self, mean=mean, variance=variance, gamma=gamma, beta=beta)


def _statistic(
    name: str, tip: str, read: Callable[[BatchNorm], Floats], write: Callable[[BatchNorm, Floats], BatchNorm]
) -> Setting:
    return Setting(
        name,
        f"{tip}. This is the value of the selected channel",
        lambda layer, at: entry(read(layer), at),
        lambda layer, at, value: write(layer, with_entry(read(layer), at, value)),
    )


def _with_variance(layer: BatchNorm, values: Floats) -> BatchNorm:
    least = float(values.min())
    if least < 0:
        raise ValueError(f"The variance cannot be negative ({format_number(least)}): use 0 or more.")
    return replace(layer, variance=values)


def _with_epsilon(layer: BatchNorm, value: float) -> BatchNorm:
    if value < 0:
        given, usual = format_number(value), format_number(0.001)
        raise ValueError(f"Epsilon cannot be negative ({given}): use 0 or more, such as Keras's {usual}.")
    return replace(layer, epsilon=value)


_FORM = (
    _statistic(
        "Mean",
        "Mean from training, subtracted",
        lambda held: held.mean,
        lambda held, values: replace(held, mean=values),
    ),
    _statistic(
        "Variance", "Variance from training, whose square root divides", lambda held: held.variance, _with_variance
    ),
    _statistic("Gamma", "Learned scale", lambda held: held.gamma, lambda held, values: replace(held, gamma=values)),
    _statistic("Beta", "Learned offset", lambda held: held.beta, lambda held, values: replace(held, beta=values)),
    Setting(
        "Epsilon",
        "Keeps the division stable when the variance is tiny",
        lambda layer, _: layer.epsilon,
        lambda layer, _, value: _with_epsilon(layer, value),
    ),
)
