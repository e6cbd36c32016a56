"""Arrays of weights from other programs: in which order their axes stand, found by what fits a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.arrays import frozen
from convstudio.model.document import Document
from convstudio.model.layers import MOST_FILTERS, Conv, check_weights
from convstudio.model.numbers import format_shape

CHANNELS_LAST = "Keras"
FILTERS_FIRST = "PyTorch"
ORDERS = {
    CHANNELS_LAST: "kernel, channels, filters",
    FILTERS_FIRST: "filters, channels, kernel",
}
"""The order of the axes in the two programs."""


@dataclass(frozen=True)
class Reading:
    """One array of a file, read in one order: `shape` is the file's, `filters` what it then holds."""

    name: str
    shape: tuple[int, ...]
    order: str
    filters: int

    @property
    def text(self) -> str:
        """The array, its shape, and the order in which it is read, as a line to choose."""
        return f"{self.name} · {format_shape(self.shape)} · {self.order}'s order: {ORDERS[self.order]}"


def readings(name: str, shape: tuple[int, ...], conv: Conv, longest: int) -> list[Reading]:
    """Return the ways to read an array of `shape` as weights of a layer: none, one, or both where both fit.

    A side of the kernel is at most `longest`.

    >>> [one.order for one in readings("w", (8, 3, 5, 5), Conv.of(np.ones((3, 3, 3, 1))), 31)]
    ['PyTorch']
    """
    if len(shape) != conv.rank + 2:
        return []
    split = {CHANNELS_LAST: (shape[:-2], shape[-2], shape[-1]), FILTERS_FIRST: (shape[2:], shape[1], shape[0])}
    return [
        Reading(name, shape, order, filters)
        for order, (kernel, channels, filters) in split.items()
        if channels == conv.channels_per_group
        and 1 <= filters <= MOST_FILTERS
        and filters % conv.groups == 0
        and all(1 <= length <= longest for length in kernel)
    ]


def why_none(where: str, shapes: Sequence[tuple[int, ...]], conv: Conv) -> str:
    """Say in a sentence why no array of a file fits a layer, naming the shapes and what to change."""
    listed = ", ".join(format_shape(shape) or "a single number" for shape in shapes[:5])
    more = f" and {len(shapes) - 5} more" if len(shapes) > 5 else ""
    axes = ["rows", "columns"][-conv.rank :] if conv.rank < 3 else ["planes", "rows", "columns"]
    reads = conv.channels_per_group
    return (
        f"{where} holds no weights for this layer ({listed}{more}): its filters have {conv.rank + 2} axes, "
        f"{' × '.join(axes)} × {reads} channel{'' if reads == 1 else 's'} × filters, or filters first as in PyTorch."
    )


def use_weights(
    document: Document, layer: int, reading: Reading, weights: NDArray[np.float32], bias: NDArray[np.float32] | None
) -> Document:
    """Make an array the weights of a layer, in the order of the reading; biases are 0 unless given.

    Raises ValueError where they are too many.
    """
    conv = document.conv(layer)
    kernels = weights if reading.order == CHANNELS_LAST else np.moveaxis(weights, (0, 1), (-1, -2))
    check_weights(kernels.shape, conv)
    added = np.zeros(reading.filters, np.float32) if bias is None else bias
    learns_bias = conv.has_bias or bias is not None
    changed = replace(conv, weights=frozen(kernels), bias=frozen(added), has_bias=learns_bias, filter_names=())
    return document if changed == conv else document.with_layer(layer, changed)


def bias_name(name: str) -> str:
    """Return the name under which programs keep the bias that belongs to an array of weights; empty for no such name.

    >>> bias_name("features.0.weight"), bias_name("conv/kernel:0"), bias_name("arr_0"), bias_name("w")
    ('features.0.bias', 'conv/bias:0', 'arr_1', '')
    """
    for word in ("weight", "kernel"):
        if word in name:
            before, _, after = name.rpartition(word)
            return f"{before}bias{after}"
    number = name.removeprefix("arr_")
    return f"arr_{int(number) + 1}" if number != name and number.isdecimal() and len(number) < 6 else ""
