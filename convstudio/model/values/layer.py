"""A layer as a frozen value: the questions that the program asks of every kind of layer.

Each kind answers them in its own file of `model/kinds`. A question without an honest answer for all kinds is abstract:
a kind that forgets it fails at the type check, and cannot be made.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from convstudio.model.values.answers.arithmetic import Arithmetic
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.answers.gradient_terms import BackwardRule, InputTerms, WeightTerms
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.answers.windows import Cells, Window, all_cells
from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen, same_array, settled
from convstudio.model.values.view_state import ViewState
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry

if TYPE_CHECKING:
    from convstudio.model.values.learning.locks import Locks
    from convstudio.model.values.limits import Limits

Padding = str | tuple[tuple[int, int], ...]

Shape = tuple[int, ...]


class FieldStep(Enum):
    """What a layer that does not slide a window does to a receptive field."""

    UNCHANGED = "every output has the field of the input cell at its place"
    LOST = "no field of one size and jump leads through it"


@dataclass(frozen=True, eq=False)
class Layer(ABC):
    """One step of a network. A layer that is not `is_on` passes on what it reads; one that `is_locked` learns nothing.

    Shapes are `(*spatial, channels)`; a vector has no spatial axes, and its cells are its values. A layer that cannot
    work on what it reads is a legal value: its methods raise ValueError with the reason.
    """

    is_on: bool = field(default=True, kw_only=True)
    is_locked: bool = field(default=False, kw_only=True)

    # --- what it makes -----------------------------------------------------------------------------------------------

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the output for an input of that shape; raise ValueError where the layer cannot work."""

    def run(self, values: Floats) -> Floats:
        """Return what the layer makes of `values`, `(*spatial, channels)`; raise ValueError where it cannot."""
        made = self.compute(values)
        return frozen(made) if np.may_share_memory(made, values) else settled(made)

    @abstractmethod
    def compute(self, values: Array) -> Array:
        """Return what the layer makes of `values` in their own float type; the rest as `run`, whose float32 is shown.

        The array is new, a part of `values`, or read-only: `run` gives it on without a copy.
        In float64 a change of the output that is too small for float32 can be measured.
        """

    @abstractmethod
    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        """Return the gradients of a loss in `values` and in what the layer learns, given those in its output, `grad`.

        `grad` has the shape of `run(values)`. Raises ValueError where the layer cannot work on what it reads.
        """

    @property
    @abstractmethod
    def backward_rule(self) -> BackwardRule:
        """How the layer passes a gradient back from its output to what it reads."""

    def weight_terms(
        self, inputs: TiledArray, grads: Array, view: ViewState, weight: tuple[int, ...]
    ) -> WeightTerms | None:
        """Return the terms of the gradient of a weight of the current kernel; None where there are no kernels.

        `grads` are the gradients of the layer's sums, before its own activation, in the shape of its output.
        """
        del inputs, grads, view, weight
        return None

    def input_terms(
        self, input_shape: Shape, grads: Array, view: ViewState, cell: tuple[int, ...]
    ) -> InputTerms | None:
        """Return the terms of the gradient of an input cell of the current channel; `grads` as in `weight_terms`."""
        del input_shape, grads, view, cell
        return None

    def kernel_at(self, view: ViewState) -> tuple[int, ...]:
        """Return where the current kernel is in the layer's `weights`, after the axes of its cells."""
        del view
        return ()

    @property
    def ends_in(self) -> str:
        """The activation that the layer is, or ends in; "linear" where it has none."""
        return "linear"

    @property
    def setting_names(self) -> Mapping[str, str]:
        """What settings are called that have other names than their fields; an empty name leaves one out."""
        return {}

    def sums_and_activation(self) -> tuple[Layer, ...]:
        """Return the layer as one without an activation, and the activation that it ends in, where they are apart."""
        return (self,)

    def factors(self, input_shape: Shape) -> Floats | None:
        """Return what every value is multiplied with, `input_shape`; None where that is not drawn for each."""
        del input_shape
        return None

    def with_unit_weights(self, unit: int, start: int, values: Floats) -> Layer:
        """Return the layer with other weights `(n,)` of one unit, from input `start` on.

        Raises ValueError where they do not fit, or the layer has no units.
        """
        del unit, start, values
        raise ValueError(f"{self.name} has no units with weights. Select a dense layer.")

    @property
    def parameters(self) -> int:
        """The number of values that the layer holds, learned or measured in training."""
        return 0

    @property
    def learned(self) -> tuple[str, ...]:
        """The names of the arrays that it learns, in the order of its fields; `backward` gives their gradients."""
        return ()

    @property
    def locks(self) -> Locks | None:
        """Which of the values that it learns are locked one by one; None where none is, or none can be."""
        return None

    @property
    def all_locks(self) -> Locks:
        """Which values are locked one by one, also where none is; raises ValueError where none can be."""
        raise self._no_locks

    @property
    def unflipped_locks(self) -> Locks | None:
        """The locks in the order of the weights that a library has which never flips a kernel; None where none is."""
        return self.locks

    def with_locks(self, locks: Locks | None) -> Layer:
        """Return the layer with other values locked one by one; raises ValueError where none can be."""
        raise self._no_locks

    @property
    def _no_locks(self) -> ValueError:
        return ValueError(f"Weights of {self.name} cannot be locked one by one. Lock the whole layer.")

    def is_bias_locked(self, index: int) -> bool:
        """Return whether training leaves the bias of one filter or unit as it is, alone or with the whole layer."""
        return self.is_locked or (self.locks is not None and bool(self.locks.bias[index]))

    @property
    def measured(self) -> int:
        """How many of the parameters are measured in training, not learned."""
        return 0

    def multiplications(self, input_shape: Shape) -> int:
        """Count the multiplications for one input of that shape; raise ValueError where the layer cannot work."""
        del input_shape
        return 0

    def formula(self, input_shape: Shape) -> str:
        """Write the formula of the output shape with the live numbers in it; "" where the shape needs none."""
        del input_shape
        return ""

    # --- what it is called, and what can be set ----------------------------------------------------------------------

    @property
    @abstractmethod
    def name(self) -> str:
        """What the ribbon calls the layer, with its most important numbers."""

    @property
    def sign(self) -> str:
        """The sign between an input and the layer: ∗ where kernels slide over it."""
        return "→"

    @property
    def rules(self) -> tuple[str, ...]:
        """Its rules that differ from those of a new layer, in the words of its form, for the summary."""
        return ()

    @property
    @abstractmethod
    def facts(self) -> str:
        """What the layer does, in a line or two, and that it has nothing to learn where that is so."""

    @abstractmethod
    def form(self, limits: Limits) -> tuple[Setting, ...]:
        """Return what can be set, in the order of the window; none where another pane shows the settings."""

    # --- which cells belong together ---------------------------------------------------------------------------------

    @abstractmethod
    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        """Return the cells of an input of that shape that the outputs at one position are made of, with padding."""

    @abstractmethod
    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        """Return the outputs, per axis, that an input cell feeds, through padding too."""

    def met_by_weight(self, input_shape: Shape, weight: tuple[int, ...]) -> Cells | None:
        """Return the input cells that a weight of the kernel is multiplied with; None where no weight is."""
        del input_shape, weight
        return None

    @property
    def kernel_cells(self) -> Shape:
        """The lengths of the axes of weights whose products with the input add up to an output; () where none do."""
        return ()

    def cells_used(self, input_shape: Shape, position: tuple[int, ...]) -> Cells:
        """Return which cells of the kernel make the outputs at one position, per axis."""
        del input_shape, position
        return all_cells(self.kernel_cells)

    def term_count(self, input_shape: Shape | None, position: tuple[int, ...]) -> int:
        """Count the products that add up to an output; 0 where an output is not such a sum.

        A layer that cannot work on what it reads (None) has as many as its kernel has weights.
        """
        del input_shape, position
        return 0

    def input_term_count(self, input_shape: Shape, view: ViewState) -> int:
        """Count the products that add up to the gradient of an input cell, as `input_terms` has them.

        Where nothing slides, every output that the cell feeds adds one.
        """
        return math.prod(map(len, self.fed_by(input_shape, view.watch.cell))) if self.kernel_cells else 0

    @property
    def border(self) -> str:
        """What the cells of its padding hold: a padding mode; those of a pooling are left out, and shown as zeros."""
        return "zeros"

    @abstractmethod
    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        """Return along how many paths the cells of an input lead to an output, given those of what the layer makes."""

    @abstractmethod
    def field_step(self, input_shape: Shape) -> Geometry | FieldStep:
        """Return how the layer's window slides, which makes receptive fields grow, or what else becomes of them."""

    def channel_shown(self, input_shape: Shape, view: ViewState) -> int:
        """Return the channel of maps of shape `input_shape` that the current output reads, or one that it reads."""
        return min(view.filter, input_shape[-1] - 1)

    def showing_channel(self, view: ViewState, channel: int) -> ViewState:
        """Return the view of an output that reads a channel: then `channel_shown` is that one."""
        return replace(view, filter=channel)

    # --- where one number comes from ---------------------------------------------------------------------------------

    @abstractmethod
    def explain(self, inputs: TiledArray, view: ViewState, names: Sequence[str]) -> Calculation | Arithmetic:
        """Return how the current output comes about; `names` are those of the channels that it reads.

        Raises ShapeError or ValueError with the reason where the layer cannot work on what it reads.
        """

    # --- what an edit makes stale ------------------------------------------------------------------------------------

    def outputs_reached(self, inputs: TiledArray, cells: Box) -> list[Box] | None:
        """Return boxes of the outputs that a box of the input reaches; None where all of them must be made again."""
        del inputs, cells
        return None

    def run_box(self, inputs: TiledArray, box: Box) -> Floats:
        """Compute a box of the outputs, for a layer that says which boxes are reached."""
        del inputs, box
        raise NotImplementedError(f"a {type(self).__name__} says which outputs are reached, and cannot compute them")

    @property
    def handles_each_map_alone(self) -> bool:
        """Whether each map that the layer makes comes from the map of the same number alone."""
        return False

    def for_map(self, index: int) -> Layer:
        """Return a layer that makes of one map alone what this one makes of it, where it handles each map alone."""
        del index
        return self

    # --- how it follows when the layer before changes ----------------------------------------------------------------

    def in_rank(self, rank: int) -> Layer:
        """Return the layer for inputs with another number of spatial axes, as far as it has settings for each axis."""
        del rank
        return self

    def fitted_to(self, input_shape: Shape) -> Layer:
        """Return the layer fitted to an input of shape `input_shape`, as far as that can be; the rest of it stays."""
        return self.in_rank(len(input_shape) - 1) if len(input_shape) > 1 else self

    @abstractmethod
    def following(self, maps: MapOrder) -> Layer | None:
        """Return the layer for maps that changed places, so that it means the same maps; None where it cannot."""

    @abstractmethod
    def order_after(self, maps: MapOrder) -> MapOrder | None:
        """Return which of the maps that it makes changed places with those it reads; None where it mixes all of them.

        Asked of a layer that follows, as it was before.
        """

    @property
    def tells_maps_apart(self) -> str:
        """What makes of equal maps different ones while training, as what the layer does; "" where equal maps stay so.

        It is asked of a layer that reads equal maps with equal weights.
        """
        return ""

    # --- as a value --------------------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(_is_same(getattr(self, part.name), getattr(other, part.name)) for part in fields(self))

    def __hash__(self) -> int:
        values = (getattr(self, part.name) for part in fields(self))
        return hash((type(self), *(value.shape if isinstance(value, np.ndarray) else value for value in values)))


def shape_after(layer: Layer, input_shape: Shape) -> Shape:
    """Return the shape after a layer, which is the one before it where the layer is switched off.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> shape_after(Conv.of(np.ones((3, 3, 1, 4))), (8, 8, 1))
    (6, 6, 4)
    """
    return layer.output_shape(input_shape) if layer.is_on else input_shape


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return same_array(one, other)
    return bool(one == other)


def per_axis_in_rank(values: tuple[int, ...], rank: int, neutral: int) -> tuple[int, ...]:
    """Return one entry per axis for another rank: leading ones are dropped, or neutral ones added."""
    return (neutral,) * (rank - len(values)) + values[max(0, len(values) - rank) :]
