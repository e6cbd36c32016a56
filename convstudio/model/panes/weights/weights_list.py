"""What the list of a file's arrays shows before one of them is loaded: rows, facts, and pictures of first kernels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.readings.weights.array_facts import array_facts
from convstudio.model.readings.weights.weight_names import natural
from convstudio.model.readings.weights.weights_reading import WeightsReading
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.layer import Layer
from convstudio.model.values.numbers import apart, format_shape
from convstudio.model.values.scale import Colours

COLUMNS = ("Array", "Shape", "Type", "Numbers", "For this layer")
"""What the list tells of each array."""

_FILTERS, _CHANNELS = 8, 3
_CELL, _GAP = 24, 3
_ROWS, _UNITS = 32, 64
_SPACE = 255


@dataclass(frozen=True)
class ListedArray:
    """One array of a file: its name, shape and type, and in how many ways it can be the layer's weights."""

    name: str
    shape: tuple[int, ...]
    type_name: str
    ways: int

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in its row, a text for each of `COLUMNS`."""
        numbers = apart(int(np.prod(self.shape, dtype=np.int64)))
        ways = counted(self.ways, "way") if self.ways else "–"
        return (self.name, format_shape(self.shape) or "1", self.type_name, numbers, ways)


@dataclass(frozen=True, eq=False)
class ArrayLook:
    """What is found when an array is read: its facts by name, or the `problem` why not.

    `pictures` are those of the first kernels, one for each way to read it; None where a way has none.
    """

    facts: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    pictures: tuple[Colours | None, ...] = ()


def listed_arrays(
    entries: Mapping[str, tuple[tuple[int, ...], str]], ranked: Sequence[WeightsReading]
) -> tuple[ListedArray, ...]:
    """Return a row for each array, given by name with its shape and type, in the order in which people count."""
    ways = Counter(one.names[0] for one in ranked)
    return tuple(ListedArray(name, *entries[name], ways[name]) for name in sorted(entries, key=natural))


def matching(rows: Sequence[ListedArray], search: str) -> tuple[ListedArray, ...]:
    """Return the rows in which every word of a search stands, in a name, a shape such as 3×3 or 3x3, or a type.

    >>> rows = (ListedArray("a.weight", (8, 1, 3, 3), "float32", 1), ListedArray("a.bias", (8,), "float32", 0))
    >>> [row.name for row in matching(rows, "A 3x3")]
    ['a.weight']
    """
    words = search.lower().replace("×", "x").split()
    return tuple(row for row in rows if all(word in _searched(row) for word in words))


def described(
    arrays: Mapping[str, Floats], name: str, ways: Sequence[WeightsReading], stop: Callable[[], object] = lambda: None
) -> ArrayLook:
    """Return the facts of an array, and what its first kernels look like in each way to read it.

    `arrays` holds this one and those that the ways take beside it. `stop` is called between two of the steps.
    """
    facts = array_facts(arrays[name]).lines
    pictures = []
    for way in ways:
        stop()
        pictures.append(_picture_of(way, arrays))
    return ArrayLook(facts, "", tuple(pictures))


def first_kernels(layer: Layer) -> Colours | None:
    """Return a picture of a layer's first kernels, `(rows, columns, 3)` bytes; None for a kind that has none.

    A filter is a column of its first channels. Of a dense layer it is the corner of its weights.
    """
    draw = _DRAWN.get(type(layer))
    return None if draw is None else draw(layer)


def _picture_of(way: WeightsReading, arrays: Mapping[str, Floats]) -> Colours | None:
    try:
        return first_kernels(way.used(arrays))
    except ValueError:  # its sentence is said where the way is chosen
        return None


def _searched(row: ListedArray) -> str:
    return f"{row.name} {format_shape(row.shape)} {row.type_name}".lower().replace("×", "x")


def _kernels_drawn(layer: Conv) -> Colours:
    """Draw kernels beside each other, in colours around zero that all of them share."""
    weights = layer.weights[..., :_CHANNELS, :_FILTERS]
    held = weights if weights.ndim == 4 else weights[np.newaxis]
    rows, columns, channels, filters = held.shape
    times = max(1, _CELL // max(rows, columns))
    painted = colours(held, signed_levels(held)).repeat(times, axis=0).repeat(times, axis=1)
    height, width = times * rows + _GAP, times * columns + _GAP
    sheet = np.full((channels * height - _GAP, filters * width - _GAP, 3), _SPACE, np.uint8)
    for channel in range(channels):
        for one in range(filters):
            top, left = channel * height, one * width
            sheet[top : top + times * rows, left : left + times * columns] = painted[:, :, channel, one]
    return sheet


def _matrix_drawn(layer: Dense) -> Colours:
    held = layer.weights[:_ROWS, :_UNITS]
    return colours(held, signed_levels(held)).repeat(2, axis=0).repeat(2, axis=1)


_DRAWN: Mapping[type[Layer], Callable[[Any], Colours]] = MappingProxyType(
    {Conv: _kernels_drawn, ConvTranspose: _kernels_drawn, Dense: _matrix_drawn}
)
"""How the first weights of each kind are drawn."""
