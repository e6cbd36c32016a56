"""The PReLU: a leaky ReLU whose slopes are learned."""

from __future__ import annotations

import math
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
from convstudio.ops import prelu
from convstudio.ops.learning.layer_gradients import prelu_gradients
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError

_NEW_SLOPE = 0.25  # PyTorch's; Keras begins with 0


@dataclass(frozen=True, eq=False)
class PRelu(CellByCell):
    """Values below 0 multiplied with a learned slope: `slopes` are `(channels,)`, or one number for all channels."""

    slopes: Floats

    @classmethod
    def of(cls, channels: int) -> PRelu:
        """Make the layer as it is before any training."""
        return cls(frozen(np.full(channels, _NEW_SLOPE)))

    @property
    def is_shared(self) -> bool:
        """Whether all channels have the same slope."""
        return len(self.slopes) == 1

    @property
    def parameters(self) -> int:
        return len(self.slopes)

    @property
    def learned(self) -> tuple[str, ...]:
        return ("slopes",)

    def multiplications(self, input_shape: Shape) -> int:
        return math.prod(input_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        if not self.is_shared and input_shape[-1] != len(self.slopes):
            raise ShapeError(
                f"the PReLU has slopes of {counted(len(self.slopes), 'channel')}, and its input has {input_shape[-1]}: "
                "fit it to its input"
            )
        return input_shape

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        return prelu(values, self.slopes)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        inputs, slopes = prelu_gradients(values, self.slopes, grad)
        return LayerGradients(inputs, {"slopes": slopes})

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule(
            "Where the input is above 0 the gradient passes; elsewhere it is multiplied with the slope of its channel.",
            "slope",
        )

    @property
    def name(self) -> str:
        return "PReLU"

    @property
    def facts(self) -> str:
        of = "one slope of all channels" if self.is_shared else "slope of its channel"
        return f"x where x ≥ 0, else x · the {of}, for every value by itself. The slopes are learned."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return _FORM

    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        del input_shape
        index = cell[-1]
        output, x = float(self.run(vector)[index]), float(vector[index])
        slope = in_sum(format_number(entry(self.slopes, index)))
        return output, f"PReLU({format_number(x)}) = {format_number(output)}\nx where x ≥ 0, else {slope}·x"

    def for_map(self, index: int) -> PRelu:
        return self if self.is_shared else replace(self, slopes=self.slopes[index : index + 1])

    def fitted_to(self, input_shape: Shape) -> PRelu:
        channels = input_shape[-1]
        if self.is_shared or len(self.slopes) == channels:
            return self
        kept = self.slopes[:channels]
        fresh = PRelu.of(channels - len(kept)).slopes
        return replace(self, slopes=frozen(np.concatenate([kept, fresh])))

    def following(self, maps: MapOrder) -> Layer | None:
        if self.is_shared:
            return self
        return None if len(self.slopes) % maps.count else replace(self, slopes=maps.picked(self.slopes))


_FORM = (
    Setting(
        "Slope",
        "What values below 0 are multiplied with. This is the slope of the selected channel",
        lambda layer, at: entry(layer.slopes, at),
        lambda layer, at, value: replace(layer, slopes=with_entry(layer.slopes, at, value)),
    ),
)
