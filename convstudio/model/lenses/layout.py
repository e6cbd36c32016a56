"""The layout explorer: where a weight is stored in memory, in the order of three libraries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from convstudio.model.values.answers.axis_names import AXES
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import format_in_full, format_shape

BYTES = 4
"""How many bytes a float32 takes."""
SPATIAL_LETTERS = {1: "W", 2: "HW", 3: "DHW"}


@dataclass(frozen=True)
class WeightLayout:
    """An order of the axes of weights; `pattern` has S for the spatial axes, I for channels (in), O for filters (out).

    `code` is a line that gets a layer's weights in this order.
    """

    pattern: str
    owner: str
    code: str

    def letters(self, rank: int) -> str:
        """Return the layout's name for weights of a rank.

        >>> LAYOUTS[1].letters(2)
        'OIHW'
        """
        return self.pattern.replace("S", SPATIAL_LETTERS[rank])

    def order(self, rank: int) -> tuple[int, ...]:
        """Return, axis by axis, which axis of our weights `(*kernel, channels / groups, filters)` stands there.

        >>> LAYOUTS[1].order(2)
        (3, 2, 0, 1)
        """
        own = LAYOUTS[0].letters(rank)
        return tuple(own.index(letter) for letter in self.letters(rank))


LAYOUTS = (
    WeightLayout("SIO", "Keras, TensorFlow, ConvStudio", "weights, bias = layer.get_weights()"),
    WeightLayout("OIS", "PyTorch", "weights = conv.weight.detach().numpy()"),
    WeightLayout("OSI", "TensorFlow Lite", "weights = interpreter.get_tensor(index)"),
)
"""The layouts to choose from; ours is the first one."""


@dataclass(frozen=True, eq=False)
class MemoryLayout:
    """Weights in one layout: the same numbers, in another order in memory.

    `weights` is ours, `(*kernel, channels / groups, filters)`.
    """

    weights: Floats
    layout: WeightLayout

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return self.weights.ndim - 2

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes in this layout."""
        return tuple(self.weights.shape[axis] for axis in self.layout.order(self.rank))

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """How many cells of memory are between neighbours along each axis, the last axis together.

        >>> MemoryLayout(np.zeros((3, 3, 2, 4), np.float32), LAYOUTS[1]).strides
        (18, 9, 3, 1)
        """
        return tuple(math.prod(self.shape[axis + 1 :]) for axis in range(len(self.shape)))

    @property
    def memory(self) -> Floats:
        """All weights, one after the other as they are stored in memory, `(count,)`.

        >>> MemoryLayout(np.arange(4, dtype=np.float32).reshape(2, 1, 2), LAYOUTS[1]).memory.tolist()
        [0.0, 2.0, 1.0, 3.0]
        """
        return self.weights.transpose(self.layout.order(self.rank)).reshape(-1)

    def value_at(self, offset: int) -> float:
        """Return the weight in a cell of memory, without laying out the others.

        >>> MemoryLayout(np.arange(4, dtype=np.float32).reshape(2, 1, 2), LAYOUTS[1]).value_at(1)
        2.0
        """
        return float(self.weights.transpose(self.layout.order(self.rank)).flat[offset])

    def offset_of(self, index: Sequence[int]) -> int:
        """Return the cell of memory that holds the weight at `index`, `(*kernel, channel, filter)` as in our weights.

        >>> MemoryLayout(np.zeros((3, 3, 2, 4), np.float32), LAYOUTS[1]).offset_of((2, 1, 0, 3))
        61
        """
        turned = (index[axis] for axis in self.layout.order(self.rank))
        return sum(at * step for at, step in zip(turned, self.strides, strict=True))

    def index_at(self, offset: int) -> tuple[int, ...]:
        """Return which weight a cell of memory holds, `(*kernel, channel, filter)`: the inverse of `offset_of`.

        >>> MemoryLayout(np.zeros((3, 3, 2, 4), np.float32), LAYOUTS[1]).index_at(61)
        (2, 1, 0, 3)
        """
        turned = np.unravel_index(offset, self.shape)
        order = self.layout.order(self.rank)
        return tuple(int(turned[order.index(axis)]) for axis in range(len(order)))


def weight_name(index: Sequence[int]) -> str:
    """Name a weight by its place, counted from 1.

    >>> weight_name((2, 1, 0, 3))
    'row 3, column 2, channel 1, filter 4'
    """
    axes = (*AXES[len(index) - 2], "channel", "filter")
    return ", ".join(f"{axis} {at + 1}" for axis, at in zip(axes, index, strict=True))


def offset_sentence(laid: MemoryLayout, offset: int) -> str:
    """Say what a cell of memory holds, and how its offset comes about.

    >>> offset_sentence(MemoryLayout(np.zeros((3, 3, 2, 4), np.float32), LAYOUTS[1]), 61)
    'Offset 61 = 3·18 + 0·9 + 2·3 + 1·1, byte 244: row 3, column 2, channel 1, filter 4 = 0.'
    """
    index = laid.index_at(offset)
    turned = (index[axis] for axis in laid.layout.order(laid.rank))
    sums = " + ".join(f"{at}·{step}" for at, step in zip(turned, laid.strides, strict=True))
    value = format_in_full(laid.value_at(offset))
    return f"Offset {offset} = {sums}, byte {offset * BYTES}: {weight_name(index)} = {value}."


def layout_rows(weights: Floats) -> list[tuple[str, ...]]:
    """Return one row of facts per layout: name, who uses it, shape, strides in elements, strides in bytes, code.

    >>> layout_rows(np.zeros((3, 3, 1, 1), np.float32))[1][:4]
    ('OIHW', 'PyTorch', '1×1×3×3', '9, 9, 3, 1')
    """
    return [_facts(MemoryLayout(weights, layout)) for layout in LAYOUTS]


def memory_sentence(weights: Floats) -> str:
    """Say how many weights there are and how much memory they take.

    >>> memory_sentence(np.zeros((3, 3, 1, 1), np.float32))
    '9 weights × 4 bytes = 36 bytes. Every layout takes as much memory: only the order of the weights differs.'
    """
    total = weights.size * BYTES
    return (
        f"{counted(weights.size, 'weight')} × {BYTES} bytes = {total} bytes. Every layout takes as much memory: only "
        "the order of the weights differs."
    )


def _facts(laid: MemoryLayout) -> tuple[str, ...]:
    strides = ", ".join(map(str, laid.strides))
    in_bytes = ", ".join(str(step * BYTES) for step in laid.strides)
    name = laid.layout.letters(laid.rank)
    return name, laid.layout.owner, format_shape(laid.shape), strides, in_bytes, laid.layout.code
