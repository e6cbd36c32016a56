"""What all layers have in common whose every output is made of the input cell at its place."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from convstudio.model.values.answers.arithmetic import Arithmetic
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts
from convstudio.model.values.answers.windows import Cells, Window, cells_at, read_cells, window_of_cells
from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen
from convstudio.model.values.layer import FieldStep, Layer, Shape
from convstudio.model.values.view_state import ViewState


class CellByCell(Layer):
    """A layer whose every output is made of the input cell at its place, and of no other."""

    @abstractmethod
    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        """Return what becomes of one value, and the arithmetic in words.

        `cell` is the value's place, its channel last; `vector` holds all values at that place, channel by channel, or
        the whole vector that the layer reads.
        """

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        del input_shape
        return window_of_cells(cells_at(position))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        del input_shape
        return cells_at(cell)

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        del input_shape
        return outputs

    def field_step(self, input_shape: Shape) -> FieldStep:
        del input_shape
        return FieldStep.UNCHANGED

    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Arithmetic:
        del names
        position = view.shown_position
        vector = read_cells(inputs, cells_at(position) if inputs.rank else ()).reshape(-1)
        cell = (*position, self.channel_shown(inputs.shape, view)) if inputs.rank else position
        output, text = self.told(inputs.shape, cell, vector)
        return Arithmetic(output, text, place(position, is_vector=not inputs.rank))

    def outputs_reached(self, inputs: TiledArray, cells: Box) -> list[Box] | None:
        del inputs
        return [cells]

    def run_box(self, inputs: TiledArray, box: Box) -> Floats:
        return self.run(frozen(inputs.box(box)))

    @property
    def handles_each_map_alone(self) -> bool:
        return True

    def following(self, maps: MapOrder) -> Layer | None:
        del maps
        return self

    def order_after(self, maps: MapOrder) -> MapOrder | None:
        return maps
