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
from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_number, format_shape, in_sum
from convstudio.ops import prelu
from convstudio.ops.learning.layer_gradients import prelu_gradients
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError

_NEW_SLOPE = 0.25  # PyTorch's; Keras begins with 0


@dataclass(frozen=True, eq=False)
class PRelu(CellByCell):
    """Values below 0 multiplied with a learned slope.

    `slopes` are `(channels,)`, or one number for all channels; or `(*spatial, channels)`, as Keras has them without
    shared axes: one for every cell, and one for all cells along an axis of length 1.
    """

    slopes: Floats

    @classmethod
    def of(cls, channels: int) -> PRelu:
        """Make the layer as it is before any training."""
        return cls(_new_slopes((channels,)))

    @property
    def is_shared(self) -> bool:
        """Whether all channels have the same slopes."""
        return bool(self.slopes.shape[-1] == 1)

    @property
    def is_per_cell(self) -> bool:
        """Whether cells of one channel have slopes of their own."""
        return self.slopes.ndim > 1

    @property
    def parameters(self) -> int:
        return self.slopes.size

    @property
    def learned(self) -> tuple[str, ...]:
        return ("slopes",)

    def multiplications(self, input_shape: Shape) -> int:
        return math.prod(input_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        if self.is_per_cell:
            self._check_cells(input_shape)
        elif not self.is_shared and input_shape[-1] != len(self.slopes):
            raise ShapeError(
                f"the PReLU has slopes of {counted(len(self.slopes), 'channel')}, and its input has {input_shape[-1]}: "
                "fit it to its input"
            )
        return input_shape

    def _check_cells(self, input_shape: Shape) -> None:
        held = self.slopes.shape
        if len(held) != len(input_shape) or any(n not in (1, own) for n, own in zip(held, input_shape, strict=True)):
            raise ShapeError(
                f"the PReLU has slopes of {format_shape(held)} cells, and its input has {format_shape(input_shape)}: "
                "fit it to its input"
            )

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape[-self.slopes.ndim :])  # a batch has an axis before
        return prelu(values, self.slopes)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        inputs, slopes = prelu_gradients(values, self.slopes, grad)
        return LayerGradients(inputs, {"slopes": slopes})

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule(
            "Where the input is above 0 the gradient passes; elsewhere it is multiplied with the slope of its "
            f"{'cell' if self.is_per_cell else 'channel'}.",
            "slope",
        )

    @property
    def name(self) -> str:
        return "PReLU"

    @property
    def facts(self) -> str:
        if self.is_per_cell:
            slope = "slope of its cell"
        elif self.is_shared:
            slope = "one slope of all channels"
        else:
            slope = "slope of its channel"
        return f"x where x ≥ 0, else x · the {slope}, for every value by itself. The slopes are learned."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return () if self.is_per_cell else _FORM

    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        del input_shape
        x, slope = vector[cell[-1]], self.slopes[self.place_of(cell)]
        output = float(prelu(vector[cell[-1] : cell[-1] + 1], [slope])[0])
        held = in_sum(format_number(float(slope)))
        return output, f"PReLU({format_number(float(x))}) = {format_number(output)}\nx where x ≥ 0, else {held}·x"

    def place_of(self, cell: tuple[int, ...]) -> tuple[int, ...]:
        """Return where the slope of a cell of the input, its channel last, is among the slopes."""
        own = self.slopes.shape
        return tuple(min(at, length - 1) for at, length in zip(cell[len(cell) - len(own) :], own, strict=True))

    def run_box(self, inputs: TiledArray, box: Box) -> Floats:
        if not self.is_per_cell:
            return super().run_box(inputs, box)
        own = self.slopes.shape[:-1]
        parts = tuple(slice(None) if length == 1 else part for length, part in zip(own, box, strict=True))
        return replace(self, slopes=self.slopes[parts]).run(frozen(inputs.box(box)))

    def for_map(self, index: int) -> PRelu:
        return self if self.is_shared else replace(self, slopes=self.slopes[..., index : index + 1])

    def fitted_to(self, input_shape: Shape) -> PRelu:
        held = self.slopes.shape
        if self.is_per_cell and len(held) != len(input_shape):
            return replace(self, slopes=_new_slopes(input_shape[-1:]))
        wanted = tuple(1 if length == 1 else own for length, own in zip(held, input_shape[-len(held) :], strict=True))
        if wanted == held:
            return self
        slopes = _new_slopes(wanted).copy()
        kept = tuple(slice(min(pair)) for pair in zip(held, wanted, strict=True))
        slopes[kept] = self.slopes[kept]
        return replace(self, slopes=frozen(slopes))

    def following(self, maps: MapOrder) -> Layer | None:
        if self.is_shared:
            return self
        if self.slopes.shape[-1] % maps.count:
            return None
        picked = maps.picked(np.moveaxis(self.slopes, -1, 0))
        return replace(self, slopes=frozen(np.moveaxis(picked, 0, -1)))


def _new_slopes(shape: Shape) -> Floats:
    return frozen(np.full(shape, _NEW_SLOPE))


_FORM = (
    Setting(
        "Slope",
        "What values below 0 are multiplied with. This is the slope of the selected channel",
        lambda layer, at: entry(layer.slopes, at),
        lambda layer, at, value: replace(layer, slopes=with_entry(layer.slopes, at, value)),
    ),
)
