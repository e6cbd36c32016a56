"""The dense layer: every unit adds up all values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.kinds.activation import Activation, activation_setting, check_activation
from convstudio.model.kinds.lockable import Lockable
from convstudio.model.values.answers.calculation import Calculation, summed
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.answers.gradient_terms import BackwardRule, InputTerms, WeightTerms
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts, ones
from convstudio.model.values.answers.setting import Setting, entry, with_entry
from convstudio.model.values.answers.windows import Cells, Window, all_cells, cells_at, window_of_cells
from convstudio.model.values.arrays import Floats, TiledArray, check_count, frozen
from convstudio.model.values.layer import FieldStep, Layer, Shape
from convstudio.model.values.learning.locks import Locks
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.ops import (
    OVER_CHANNELS,
    activate,
    activation_gradient,
    dense,
    parameter_count,
)
from convstudio.ops.learning.layer_gradients import dense_gradients
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times


@dataclass(frozen=True, eq=False)
class Dense(Lockable):
    """Every unit is a weighted sum of all values: `weights` is `(inputs, units)`, `bias` `(units,)`.

    `locks` are the weights and biases that do not learn; weights of another shape have none.
    """

    weights: Floats
    bias: Floats
    activation: str = "linear"
    locks: Locks | None = None

    @classmethod
    def of(cls, weights: ArrayLike, bias: ArrayLike | None = None, activation: str = "linear") -> Dense:
        """Make a layer from `(inputs, units)` weights.

        >>> Dense.of(np.ones((4, 2))).units
        2
        """
        held = frozen(weights)
        return cls(held, frozen(np.zeros(held.shape[1]) if bias is None else bias), activation)

    @property
    def inputs(self) -> int:
        """The number of values that the weights are made for."""
        return int(self.weights.shape[0])

    @property
    def units(self) -> int:
        """The number of values that the layer makes."""
        return int(self.weights.shape[1])

    def with_unit_weights(self, unit: int, start: int, values: Floats) -> Layer:
        if start + len(values) > self.inputs:
            raise ValueError(
                f"{len(values)} weights do not fit from input {start + 1} on: paste fewer, or further left."
            )
        weights = self.weights.copy()
        weights[start : start + len(values), min(unit, self.units - 1)] = values
        return replace(self, weights=frozen(weights))

    @property
    def ends_in(self) -> str:
        return self.activation

    def sums_and_activation(self) -> tuple[Layer, ...]:
        return replace(self, activation="linear"), Activation(self.activation)

    @property
    def parameters(self) -> int:
        return parameter_count(self.weights.shape)

    @property
    def learned(self) -> tuple[str, ...]:
        return "weights", "bias"

    def multiplications(self, input_shape: Shape) -> int:
        self.output_shape(input_shape)
        return self.inputs * self.units

    def output_shape(self, input_shape: Shape) -> Shape:
        check_activation(self.activation)
        if len(input_shape) != 1:
            raise ShapeError(
                f"a dense layer needs a vector, and its input is {times(input_shape)}: "
                "add a flattening or a global pooling before it"
            )
        if input_shape[0] != self.inputs:
            raise ShapeError(
                f"the dense layer has weights for {counted(self.inputs, 'value')}, and its input has {input_shape[0]}: "
                "fit it to its input"
            )
        return (self.units,)

    def compute(self, values: Array) -> Array:
        self.output_shape(values.shape)
        return activate(dense(values, self.weights, self.bias), self.activation, is_own=True)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        units = dense(values, self.weights, self.bias)
        sums = activation_gradient(units, grad, self.activation)
        inputs, weights, bias = dense_gradients(values, self.weights, sums)
        return LayerGradients(inputs, {"weights": weights, "bias": bias})

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule("A weight's gradient is its input times the gradient of its unit.")

    def weight_terms(
        self, inputs: TiledArray, grads: Array, view: ViewState, weight: tuple[int, ...]
    ) -> WeightTerms | None:
        (unit,) = self.kernel_at(view)
        return WeightTerms(inputs.to_array()[[weight[0]]], grads[[unit]], np.zeros(1, np.bool_))

    def input_terms(
        self, input_shape: Shape, grads: Array, view: ViewState, cell: tuple[int, ...]
    ) -> InputTerms | None:
        del input_shape, view
        per_unit = grads[:, np.newaxis], self.weights[cell[0]][:, np.newaxis]
        return InputTerms(range(1), *per_unit, np.zeros(self.units, np.bool_))

    def kernel_at(self, view: ViewState) -> tuple[int, ...]:
        return (min(view.position[0], self.units - 1),)

    @property
    def name(self) -> str:
        return f"Dense · {counted(self.units, 'unit')}"

    @property
    def facts(self) -> str:
        return "Every unit is a weighted sum of all values."

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        return (_units(limits.filters), _BIAS, activation_setting())

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        del position
        return window_of_cells(all_cells(input_shape))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        del cell
        return all_cells(self.output_shape(input_shape))

    def met_by_weight(self, input_shape: Shape, weight: tuple[int, ...]) -> Cells | None:
        del input_shape
        return cells_at(weight)

    @property
    def kernel_cells(self) -> Shape:
        return (self.inputs,)

    def term_count(self, input_shape: Shape | None, position: tuple[int, ...]) -> int:
        del input_shape, position
        return self.inputs

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        return PathCounts((ones(input_shape[0]) * outputs.paths[0].sum(),))

    def field_step(self, input_shape: Shape) -> FieldStep:
        del input_shape
        return FieldStep.LOST

    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Calculation:
        """Return every term of one unit: the vector, as a window of one channel, times the unit's weights.

        >>> found = Dense.of([[1], [10]], [0.5]).explain(TiledArray.of([1, 2]), ViewState(position=(0,)), ())
        >>> found.products[:, 0].tolist(), found.output
        ([1.0, 20.0], 21.5)
        """
        del names
        self.output_shape(inputs.shape)
        unit, vector = view.shown_position[0], inputs.to_array()
        window, kernel = vector[:, np.newaxis], self.weights[:, unit, np.newaxis]
        rivals = dense(vector, self.weights, self.bias) if self.activation in OVER_CHANNELS else None
        return summed((unit,), unit, range(1), window, kernel, float(self.bias[unit]), self.activation, rivals)

    def fitted_to(self, input_shape: Shape) -> Dense:
        inputs = math.prod(input_shape)
        if self.inputs == inputs:
            return self
        check_count((inputs, self.units))
        rows = np.zeros((inputs, self.units), np.float32)
        kept = min(inputs, self.inputs)
        rows[:kept] = self.weights[:kept]
        return replace(self, weights=frozen(rows))

    def following(self, maps: MapOrder) -> Layer | None:
        if self.inputs % maps.count:
            return None
        locks = self.locks
        if locks is not None:
            locks = locks.moved(lambda marks: maps.picked(marks.astype(np.float32), adds_up=True))
        return replace(self, weights=maps.picked(self.weights, adds_up=True), locks=locks)

    def order_after(self, maps: MapOrder) -> MapOrder | None:
        del maps
        return None


def with_units(layer: Dense, count: int) -> Dense:
    """Return a dense layer with another number of units: the last ones go, or random ones with biases of 0 are added.

    Random weights are drawn as for a new layer, a unit's number being its seed. Raises ValueError, before anything is
    allocated, for more weights than a layer may have.
    """
    check_count((layer.inputs, count))
    kept = min(count, layer.units)
    weights = np.zeros((layer.inputs, count), np.float32)
    bias = np.zeros(count, np.float32)
    weights[:, :kept], bias[:kept] = layer.weights[:, :kept], layer.bias[:kept]
    limit = math.sqrt(6 / (layer.inputs + count))  # Glorot's, of fan-in and fan-out
    for unit in range(kept, count):
        weights[:, unit] = np.random.default_rng(unit + 1).uniform(-limit, limit, layer.inputs)
    return replace(layer, weights=frozen(weights), bias=frozen(bias))


def _units(most: int) -> Setting:
    return Setting(
        "Units",
        "Length of the output; new units have random weights (Glorot uniform, their number as the seed)",
        lambda layer, _: layer.units,
        lambda layer, _, value: with_units(layer, int(value)),
        low=1,
        high=most,
    )


_BIAS = Setting(
    "Unit bias",
    "Added to the sum of the selected unit",
    lambda layer, at: entry(layer.bias, at),
    lambda layer, at, value: replace(layer, bias=with_entry(layer.bias, at, value)),
    is_locked=lambda layer, at: layer.is_bias_locked(min(at, layer.units - 1)),
)
