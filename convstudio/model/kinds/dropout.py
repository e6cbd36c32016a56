"""The dropouts: values, or whole maps, silenced at random as in training."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.kinds.cell_by_cell import CellByCell
from convstudio.model.kinds.flatten import flat_index
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen
from convstudio.model.values.layer import Shape
from convstudio.model.values.limits import LIMITS, Limits
from convstudio.model.values.numbers import format_number, in_percent
from convstudio.ops import (
    dropout,
    spatial_dropout,
)
from convstudio.ops.padding import Array

_GROWING = "the others are scaled up so that the mean stays the same on average. Nothing to learn."


@dataclass(frozen=True, eq=False)
class Dropout(CellByCell):
    """Single values silenced at random, as in training; the others are divided by 1 − rate. A seed decides which."""

    rate: float = 0.5
    seed: int = 0

    def output_shape(self, input_shape: Shape) -> Shape:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"the rate must be between 0 and 1, not {format_number(self.rate)}")
        return input_shape

    def compute(self, values: Array) -> Array:
        return dropout(values, self.rate, self.seed)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        del values  # the same seed drops the same values
        return LayerGradients(self.run(frozen(grad)))

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule("What was dropped passes nothing back; what was kept is scaled as its value was.", "mask")

    def factors(self, input_shape: Shape) -> Floats:
        """Return 0 for what is silenced, else 1 / (1 − rate)."""
        return self.run(frozen(np.ones(input_shape)))

    def factor(self, input_shape: Shape, cell: tuple[int, ...]) -> float:
        """Return what the value of one cell, its channel last, is multiplied with, without computing the others."""
        return self._drawn(flat_index(input_shape, cell))

    def factor_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the numbers that are drawn for an input of shape `input_shape`."""
        return input_shape

    @property
    def name(self) -> str:
        return f"{self._kind} {in_percent(format_number(100 * self.rate, 3))}"

    @property
    def tells_maps_apart(self) -> str:
        return "silences other values in every map" if self.rate else ""

    @property
    def facts(self) -> str:
        return f"Sets single values to 0, as in training; {_GROWING}"

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return _FORM

    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        x, factor = float(vector[cell[-1]]), self.factor(input_shape, cell)
        if not factor:
            return 0.0, f"silenced: {format_number(x)} · 0 = 0\n{self._silenced}, drawn from seed {self.seed}"
        output = float(np.float32(x) * np.float32(factor))
        text = f"kept: {format_number(x)} ÷ (1 − {format_number(self.rate)}) = {format_number(output)}"
        return output, f"{text}\nwhat is kept grows, so that the mean stays on average"

    def outputs_reached(self, inputs: TiledArray, cells: Box) -> list[Box] | None:
        del inputs, cells
        return None  # the numbers of a box are not drawn without those before it

    @property
    def handles_each_map_alone(self) -> bool:
        return False

    @property
    def _kind(self) -> str:
        return "Dropout"

    @property
    def _silenced(self) -> str:
        return "this value goes"

    def _drawn(self, index: int) -> float:
        """Draw as the layer does, from the place `index` on."""
        numbers = np.random.PCG64(self.seed)
        numbers.advance(index)
        is_kept = self.rate < 1 and np.random.Generator(numbers).random() >= self.rate
        return float(1 / np.float32(1 - self.rate)) if is_kept else 0.0


@dataclass(frozen=True, eq=False)
class SpatialDropout(Dropout):
    """Whole maps silenced at random: neighbouring cells are alike, so they go together."""

    def compute(self, values: Array) -> Array:
        return spatial_dropout(values, self.rate, self.seed, values.ndim - 1)

    def factor(self, input_shape: Shape, cell: tuple[int, ...]) -> float:
        return self._drawn(cell[-1])

    def factor_shape(self, input_shape: Shape) -> Shape:
        return (*(1 for _ in input_shape[:-1]), input_shape[-1])

    @property
    def facts(self) -> str:
        return f"Sets whole maps to 0, as in training; {_GROWING}"

    @property
    def _kind(self) -> str:
        return "Spatial dropout"

    @property
    def _silenced(self) -> str:
        return "the whole map goes"


def _with_rate(layer: Dropout, value: float) -> Dropout:
    if not 0 <= value <= 1:
        raise ValueError(f"The rate must be between 0 and 1, not {format_number(value)}.")
    return replace(layer, rate=value)


_FORM = (
    Setting(
        "Rate",
        "Share of values set to 0, from 0 to 1",
        lambda layer, _: layer.rate,
        lambda layer, _, value: _with_rate(layer, value),
    ),
    Setting(
        "Seed",
        "The same seed sets the same places to 0",
        lambda layer, _: layer.seed,
        lambda layer, _, value: replace(layer, seed=int(value)),
        low=0,
        high=LIMITS.seed,
    ),
)
