"""The flattening: all values in one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.values.answers.arithmetic import Arithmetic, copied
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts, one_at, ones
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.answers.windows import Cells, Window, cells_at, read_cells, window_of_cells
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.layer import FieldStep, Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.ops import flatten
from convstudio.ops.padding import Array


@dataclass(frozen=True, eq=False)
class Flatten(Layer):
    """All values in one line: row by row, in each row cell by cell, in each cell channel by channel."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return (math.prod(input_shape),)

    def compute(self, values: Array) -> Array:
        return flatten(values, values.ndim - 1)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        return LayerGradients(grad.reshape(values.shape))

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule("The gradients go back into the shape of the maps: no number changes.")

    @property
    def name(self) -> str:
        return "Flatten"

    @property
    def facts(self) -> str:
        return "Turns all values into a vector: row by row, in each row cell by cell, in each cell channel by channel."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return ()

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        return window_of_cells(cells_at(source_cell(input_shape, position[0])[: max(1, len(input_shape) - 1)]))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        if len(input_shape) == 1:
            return cells_at(cell)
        first = flat_index(input_shape, (*cell, 0))
        return (np.arange(first, first + input_shape[-1]),)

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        """Put a vector's counts back in place: one value alone, or the same number for all of them."""
        (counts,) = outputs.paths
        at = np.flatnonzero(counts)
        if len(input_shape) == 1:
            return outputs
        if len(at) == 1:
            *spatial, channels = (
                one_at(n, i) for n, i in zip(input_shape, source_cell(input_shape, int(at[0])), strict=True)
            )
            return PathCounts((*spatial, channels * counts[at[0]]))
        *spatial, channels = map(ones, input_shape)
        return PathCounts((*spatial, channels * counts[0]))

    def field_step(self, input_shape: Shape) -> FieldStep:
        del input_shape
        return FieldStep.LOST

    def channel_shown(self, input_shape: Shape, view: ViewState) -> int:
        return source_cell(input_shape, view.shown_position[0])[-1]

    def showing_channel(self, view: ViewState, channel: int) -> ViewState:
        return replace(view, position=(channel,))

    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Arithmetic:
        del names
        at = view.shown_position[0]
        if not inputs.rank:
            return copied(float(inputs.to_array()[at]), f"value {at + 1} stays where it is")
        *cell, channel = source_cell(inputs.shape, at)
        output = float(read_cells(inputs, cells_at(tuple(cell))).reshape(-1)[channel])
        *spatial, channels = inputs.shape
        before = int(np.ravel_multi_index(cell, spatial))
        product = f"{counted(before, 'cell')} · {counted(channels, 'channel')}"
        text = f"value {at + 1} is {place(cell)}, channel {channel + 1}: {product}"
        return copied(output, f"{text} + {channel + 1} = {at + 1}\nnothing is computed: it is copied")

    def following(self, maps: MapOrder) -> Layer | None:
        del maps
        return self

    def order_after(self, maps: MapOrder) -> MapOrder | None:
        return maps


def source_cell(input_shape: Shape, index: int) -> tuple[int, ...]:
    """Return where a value of a flattened vector comes from: its cell, and last its channel.

    >>> source_cell((2, 2, 3), 4)
    (0, 1, 1)
    """
    return tuple(int(at) for at in np.unravel_index(index, input_shape))


def flat_index(input_shape: Shape, cell: tuple[int, ...]) -> int:
    """Return where a cell, with its channel last, lands in the flattened vector."""
    return int(np.ravel_multi_index(cell, input_shape))
