"""The up-sampling: every cell becomes a block of equal cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.values.answers.arithmetic import Arithmetic, copied
from convstudio.model.values.answers.axis_names import PLURALS, place
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import Counts, PathCounts, along_axes
from convstudio.model.values.answers.setting import Setting, replaced
from convstudio.model.values.answers.shape_formulas import by_axis
from convstudio.model.values.answers.windows import Cells, Window, cells_at, read_cells, window_of_cells
from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen
from convstudio.model.values.layer import FieldStep, Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.view_state import ViewState
from convstudio.ops import upsample
from convstudio.ops.learning.layer_gradients import upsample_gradient
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times


@dataclass(frozen=True, eq=False)
class UpSampling(Layer):
    """Every cell repeated `factor` times along each axis, the nearest neighbour's value: nothing is interpolated."""

    factor: tuple[int, ...] = (2, 2)

    @property
    def rank(self) -> int:
        """The number of axes that grow."""
        return len(self.factor)

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) - 1 != self.rank:
            raise ShapeError(
                f"a {times(self.factor)} up-sampling needs maps with {self.rank} axes, "
                f"and its input is {times(input_shape)}: move it further left"
            )
        return (*(length * factor for length, factor in zip(input_shape, self.factor, strict=False)), input_shape[-1])

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        return upsample(values, self.factor)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        del values
        return LayerGradients(upsample_gradient(grad, self.factor))

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule("A cell gets the sum of the gradients of its copies.")

    def formula(self, input_shape: Shape) -> str:
        axes = zip(input_shape, self.factor, strict=False)
        return by_axis([f"{length} · {factor} = {length * factor}" for length, factor in axes])

    @property
    def name(self) -> str:
        return f"Up-sampling {format_shape(self.factor)}"

    @property
    def facts(self) -> str:
        return "Every cell of every map becomes a block of equal cells. Nothing to learn."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        return tuple(_factor(name, axis, limits.stride) for axis, name in enumerate(PLURALS[self.rank]))

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        del input_shape
        return window_of_cells(cells_at(self._source(position)))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        del input_shape
        return tuple(np.arange(at * factor, (at + 1) * factor) for at, factor in zip(cell, self.factor, strict=True))

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        def through(axis: int, counts: Counts) -> Counts:
            blocks: Counts = counts.reshape(input_shape[axis], self.factor[axis]).sum(axis=1)
            return blocks

        return PathCounts((*along_axes(outputs.paths[:-1], through), outputs.paths[-1]))

    def field_step(self, input_shape: Shape) -> FieldStep:
        del input_shape
        return FieldStep.LOST

    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Arithmetic:
        self.output_shape(inputs.shape)
        source, channel = self._source(view.shown_position), self.channel_shown(inputs.shape, view)
        output = float(read_cells(inputs, cells_at(source)).reshape(-1)[channel])
        return copied(output, f"copied from {place(source)} of {names[channel]}\n{self._repeated}: nothing is computed")

    def outputs_reached(self, inputs: TiledArray, cells: Box) -> list[Box] | None:
        del inputs
        grown = zip(cells, self.factor, strict=True)
        return [tuple(slice(part.start * factor, part.stop * factor) for part, factor in grown)]

    def run_box(self, inputs: TiledArray, box: Box) -> Floats:
        axes = list(zip(box, self.factor, strict=True))
        met = tuple(slice(part.start // factor, -(-part.stop // factor)) for part, factor in axes)
        first = (part.start % factor for part, factor in axes)
        kept = tuple(slice(at, at + part.stop - part.start) for at, part in zip(first, box, strict=True))
        return self.run(frozen(inputs.box(met)))[kept]

    @property
    def handles_each_map_alone(self) -> bool:
        return True

    def in_rank(self, rank: int) -> UpSampling:
        """Return the layer for inputs of another rank: it loses leading factors, or gains ones like its last."""
        if rank == self.rank:
            return self
        kept = self.factor[max(0, self.rank - rank) :]
        return UpSampling((self.factor[-1],) * (rank - self.rank) + kept, is_on=self.is_on)

    def following(self, maps: MapOrder) -> Layer | None:
        del maps
        return self

    def order_after(self, maps: MapOrder) -> MapOrder | None:
        return maps

    @property
    def _repeated(self) -> str:
        return f"every cell is repeated to {format_shape(self.factor)} cells"

    def _source(self, position: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(at // factor for at, factor in zip(position, self.factor, strict=True))


def _factor(name: str, axis: int, high: int) -> Setting:
    return Setting(
        f"Factor {name}",
        "How many cells each cell becomes along this axis",
        lambda layer, _: layer.factor[axis],
        lambda layer, _, value: UpSampling(replaced(layer.factor, axis, int(value)), is_on=layer.is_on),
        low=1,
        high=high,
    )
