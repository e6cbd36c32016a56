"""Local response normalisation: values divided by how large those of the neighbouring channels are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from convstudio.model.kinds.cell_by_cell import CellByCell
from convstudio.model.values.answers.gradient_terms import BackwardRule
from convstudio.model.values.answers.gradients import LayerGradients
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.answers.path_counts import PathCounts, zeros
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.answers.windows import Cells, Window, cells_at, window_of_cells
from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_number, format_weight, in_sum
from convstudio.ops import local_response_norm
from convstudio.ops.learning.layer_gradients import local_response_norm_gradient
from convstudio.ops.padding import Array

_MOST_TERMS = 7


@dataclass(frozen=True, eq=False)
class LocalResponseNorm(CellByCell):
    """Every value divided by a power of the mean of squares at its place, in its channel and in neighbouring ones.

    `before` and `after` count the neighbours; alpha, beta and k are those of PyTorch, whose `size` is before + 1 +
    after: of an even size PyTorch counts one more before, ONNX one more after.
    """

    before: int = 2
    after: int = 2
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    @property
    def size(self) -> int:
        """How many channels are averaged over; those that are not there count as 0."""
        return self.before + 1 + self.after

    def multiplications(self, input_shape: Shape) -> int:
        return 3 * math.prod(input_shape)  # the square, the factor alpha ÷ size, and the power

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def compute(self, values: Array) -> Array:
        return local_response_norm(values, self.before, self.after, alpha=self.alpha, beta=self.beta, k=self.k)

    def backward(self, values: Floats, grad: Array) -> LayerGradients:
        numbers = {"alpha": self.alpha, "beta": self.beta, "k": self.k}
        return LayerGradients(local_response_norm_gradient(values, grad, self.before, self.after, **numbers))

    @property
    def backward_rule(self) -> BackwardRule:
        return BackwardRule(
            "Every output depends on neighbouring channels, so each gradient is a sum over the outputs that they make."
        )

    @property
    def name(self) -> str:
        return f"Local response norm {self.size}"

    @property
    def facts(self) -> str:
        return (
            f"x ÷ (k + alpha · the mean of squares over {self.size} channels)^beta, for every position by itself. "
            "Nothing to learn."
        )

    def form(self, limits: Limits) -> tuple[Setting, ...]:
        counts = (
            _count("Channels before", "How many channels before a value's own count", "before", limits.filters),
            _count("Channels after", "How many channels after a value's own count", "after", limits.filters),
        )
        return (*counts, *_NUMBERS)

    def window(self, input_shape: Shape, position: tuple[int, ...]) -> Window:
        return window_of_cells(self._neighbours(input_shape, position, self.before, self.after))

    def fed_by(self, input_shape: Shape, cell: tuple[int, ...]) -> Cells:
        return self._neighbours(input_shape, cell, self.after, self.before)

    def paths(self, input_shape: Shape, outputs: PathCounts) -> PathCounts:
        channels = input_shape[-1]
        read, made = zeros(channels), outputs.paths[-1]
        for channel in np.flatnonzero(made).tolist():
            read[max(0, channel - self.before) : channel + self.after + 1] += made[channel]
        return PathCounts((*outputs.paths[:-1], read))

    def told(self, input_shape: Shape, cell: tuple[int, ...], vector: Floats) -> tuple[float, str]:
        del input_shape
        index = cell[-1]
        x, output = float(vector[index]), float(self.run(vector)[index])
        first = max(0, index - self.before)
        read = vector[first : index + self.after + 1]
        total = float(np.square(read).sum(dtype=np.float64))
        divisor = f"({format_number(self.k)} + {format_weight(self.alpha)} ÷ {self.size} · {format_number(total)})"
        squares = " + ".join(f"{in_sum(format_number(float(one)))}²" for one in read[:_MOST_TERMS])
        more = " + …" if len(read) > _MOST_TERMS else ""
        return output, (
            f"{format_number(x)} ÷ {divisor}^{format_number(self.beta)} = {format_number(output)}\n"
            f"sum of squares of channels {first + 1} to {first + len(read)}: {squares}{more} = {format_number(total)}"
        )

    @property
    def handles_each_map_alone(self) -> bool:
        return False

    @property
    def tells_maps_apart(self) -> str:
        return "counts fewer neighbours for the first and the last map" if self.size > 1 else ""

    def following(self, maps: MapOrder) -> Layer | None:
        kept = [at for place, at in enumerate(maps.order) if place not in maps.added]
        return self if kept == sorted(kept) else None  # in another order, other maps are neighbours

    def _neighbours(self, input_shape: Shape, cell: tuple[int, ...], before: int, after: int) -> Cells:
        """Return the cells that belong to one: of a vector, whose cells are its channels, a stretch of them."""
        if len(input_shape) > 1:
            return cells_at(cell)
        (at,) = cell
        return (np.arange(max(0, at - before), min(input_shape[0], at + after + 1)),)


def _count(name: str, tip: str, field: str, high: int) -> Setting:
    return Setting(
        name,
        tip,
        lambda layer, _: getattr(layer, field),
        lambda layer, _, value: replace(layer, **{field: int(value)}),
        low=0,
        high=high,
    )


def _number(name: str, tip: str, field: str, check: Callable[[float], str]) -> Setting:
    def written(layer: LocalResponseNorm, _: int, value: float) -> LocalResponseNorm:
        problem = check(value)
        if problem:
            raise ValueError(f"{name} must be {problem}, not {format_number(value)}.")
        changed: dict[str, Any] = {field: value}
        return replace(layer, **changed)

    return Setting(name, tip, lambda layer, _: getattr(layer, field), written)


def _not_negative(value: float) -> str:
    return "" if value >= 0 else "0 or more"


def _positive(value: float) -> str:
    return "" if value > 0 else "above 0"


_NUMBERS = (
    _number("Alpha", "How much the neighbours count; 1/10000 in PyTorch and ONNX", "alpha", _not_negative),
    _number("Beta", "The power; 3/4 in PyTorch and ONNX", "beta", _not_negative),
    _number("K", "What is added first, so that nothing is divided by 0; ONNX calls it bias", "k", _positive),
)
