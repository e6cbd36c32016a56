"""Rescaling: the range that a network was trained on, made of the range that its input has."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from convstudio.model.kinds.cell_by_cell import CellByCell
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.setting import Setting, entry
from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_number, in_sum
from convstudio.ops import rescale
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError

RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"0 to 1, as it is": (1.0, 0.0), "0 to 255": (255.0, 0.0), "−1 to 1": (2.0, -1.0)}
)
"""The ranges that networks are trained on, with the scale and the offset that make each of 0 to 1."""

_OWN = "own numbers"


@dataclass(frozen=True)
class Rescaling(CellByCell):
    """Every value times a scale, plus an offset: one number for each channel, or one for all channels.

    A mean and a deviation per channel are the scale 1 ÷ deviation and the offset −mean ÷ deviation.
    """

    scale: tuple[float, ...]
    offset: tuple[float, ...]

    @classmethod
    def of(cls, scale: float, offset: float, channels: int = 1) -> Rescaling:
        """Make one that does the same to all channels; with a number for each of them, where there are several."""
        return cls((float(scale),) * channels, (float(offset),) * channels)

    @classmethod
    def of_mean(cls, mean: Sequence[float], deviation: Sequence[float]) -> Rescaling:
        """Make the one that takes a mean off and divides by a deviation, one for each channel; raise ValueError."""
        if not all(one > 0 for one in deviation):
            raise ValueError("a deviation is not above 0")
        scale = tuple(1 / one for one in deviation)
        return cls(scale, tuple(-one * by for one, by in zip(mean, scale, strict=True)))

    @property
    def is_shared(self) -> bool:
        """Whether all channels have the same scale and offset."""
        return len(self.scale) == 1

    def multiplications(self, input_shape: Shape) -> int:
        return math.prod(input_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        if not self.is_shared and input_shape[-1] != len(self.scale):
            raise ShapeError(
                f"the rescaling has numbers for {counted(len(self.scale), 'channel')}, and its input has "
                f"{input_shape[-1]}: fit it to its input"
            )
        return input_shape

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        return rescale(values, self.scale, self.offset)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        del values
        return LayerGradients(rescale(grad, self.scale, np.zeros(len(self.offset))))

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule("Each gradient is multiplied with the scale of its channel.", "scale")

    @property
    def name(self) -> str:
        return "Rescaling"

    @property
    def facts(self) -> str:
        of = "" if self.is_shared else " of its channel"
        return f"x · the scale{of} + the offset{of}: the range that the network was trained on. Nothing to learn."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return _FORM

    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        del input_shape
        index = cell[-1]
        output = float(self.run(vector)[index])
        x, scale, offset = (float(vector[index]), entry(self.scale, index), entry(self.offset, index))
        factors = f"{in_sum(format_number(x))}·{in_sum(format_number(scale))}"
        return output, f"{factors} + {in_sum(format_number(offset))} = {format_number(output)}"

    def for_map(self, index: int) -> Rescaling:
        if self.is_shared:
            return self
        return Rescaling(self.scale[index : index + 1], self.offset[index : index + 1])

    def fitted_to(self, input_shape: Shape) -> Rescaling:
        channels = input_shape[-1]
        if self.is_shared or len(self.scale) == channels:
            return self
        scale, offset = ((*held, *held[-1:] * channels)[:channels] for held in (self.scale, self.offset))
        return Rescaling(scale, offset)

    def following(self, maps: MapOrder) -> Layer | None:
        if self.is_shared:
            return self
        if len(self.scale) % maps.count:
            return None
        scale, offset = (maps.picked(np.array(held)).tolist() for held in (self.scale, self.offset))
        return Rescaling(tuple(scale), tuple(offset))


def _with_entry(numbers: tuple[float, ...], at: int, value: float) -> tuple[float, ...]:
    place = min(at, len(numbers) - 1)
    return (*numbers[:place], value, *numbers[place + 1 :])


def _range_of(layer: Rescaling) -> int:
    """Return the place of a layer's range among the entries, that of own numbers where it is none of them."""
    held = set(zip(layer.scale, layer.offset, strict=True))
    found = (place for place, way in enumerate(RANGES.values()) if held == {way})
    return next(found, len(RANGES))


def _with_range(layer: Rescaling, index: int) -> Rescaling:
    ways = list(RANGES.values())
    return Rescaling.of(*ways[index], len(layer.scale)) if index < len(ways) else layer


_FORM = (
    Setting(
        "Range",
        "The range that the network was trained on, made of inputs from 0 to 1",
        lambda layer, _: _range_of(layer),
        lambda layer, _, index: _with_range(layer, int(index)),
        (*RANGES, _OWN),
    ),
    Setting(
        "Scale",
        "What a value is multiplied with, 1 ÷ deviation for one. This is that of the selected channel",
        lambda layer, at: entry(layer.scale, at),
        lambda layer, at, value: replace(layer, scale=_with_entry(layer.scale, at, value)),
    ),
    Setting(
        "Offset",
        "What is then added, −mean ÷ deviation for a mean. This is that of the selected channel",
        lambda layer, at: entry(layer.offset, at),
        lambda layer, at, value: replace(layer, offset=_with_entry(layer.offset, at, value)),
    ),
)
