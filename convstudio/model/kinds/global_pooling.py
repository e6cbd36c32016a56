"""The global pooling: one value per map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.values.answers.arithmetic import Arithmetic, ReadValues, largest, mean
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts, ones
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.answers.windows import Cells, Window, all_cells, window_of_cells
from convstudio.model.values.arrays import Floats, TiledArray, whole_box
from convstudio.model.values.layer import FieldStep, Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.ops import global_pool, global_pool_gradient
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError

POOL_KINDS = ("max", "average")


def pooled_rule(kind: str, window: str) -> BackwardRule:
    """Say how a pooling over a window passes a gradient back: to its winner, or in equal shares.

    >>> pooled_rule("average", "window").factor
    'share'
    """
    if kind == "max":
        return BackwardRule(f"The gradient goes to the cell that won its {window}, of equals to the first.", "route")
    return BackwardRule(f"The gradient is shared equally among the cells of its {window}.", "share")


@dataclass(frozen=True, eq=False)
class GlobalPool(Layer):
    """The largest or the mean value of every whole map: a vector with one value per channel."""

    kind: str = "average"

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) == 1:
            raise ShapeError(
                f"global pooling needs maps, and its input is a vector of {input_shape[0]} values: move it further left"
            )
        return input_shape[-1:]

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        return global_pool(values, self.kind, values.ndim - 1)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        return LayerGradients(global_pool_gradient(values, grad, self.kind, values.ndim - 1))

    @property
    def backward_rule(self) -> BackwardRule:
        return pooled_rule(self.kind, "map")

    @property
    def name(self) -> str:
        return "Global average" if self.kind == "average" else "Global maximum"

    @property
    def facts(self) -> str:
        return "Every whole map becomes one value, wherever in it the feature is. Nothing to learn."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        del limits
        return (pool_kind_setting("Whether each whole map becomes its maximum or its mean"),)

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        del position
        return window_of_cells(all_cells(input_shape[:-1]))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        del cell
        return all_cells(self.output_shape(input_shape))

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        return PathCounts((*map(ones, input_shape[:-1]), outputs.paths[-1]))

    def field_step(self, input_shape: Shape) -> FieldStep:
        del input_shape
        return FieldStep.LOST

    def channel_shown(self, input_shape: Shape, view: ViewState) -> int:
        return min(view.shown_position[0], input_shape[-1] - 1)

    def showing_channel(self, view: ViewState, channel: int) -> ViewState:
        return replace(view, position=(channel,))

    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Arithmetic:
        self.output_shape(inputs.shape)
        channel = self.channel_shown(inputs.shape, view)
        values = inputs.channel_box(whole_box(inputs.spatial), channel)  # that map alone: all of them may be large
        inside, winner = np.ones(values.shape, np.bool_), None
        if self.kind == "max":
            output, text, winner = largest(values.reshape(-1), inside, all_cells(inputs.spatial))
        else:
            output, text = mean(values.reshape(-1))
        shown = ReadValues(f"window · {names[channel]}", values, inside, inside, winner)
        return Arithmetic(output, text, names[channel], shown)

    def following(self, maps: MapOrder) -> Layer | None:
        del maps
        return self

    def order_after(self, maps: MapOrder) -> MapOrder | None:
        return maps


def pool_kind_setting(tip: str) -> Setting:
    """Return the field for the `kind` of a pooling, global or not."""
    return Setting(
        "Pooling",
        tip,
        lambda layer, _: POOL_KINDS.index(layer.kind),
        lambda layer, _, index: replace(layer, kind=POOL_KINDS[int(index)]),
        POOL_KINDS,
    )
