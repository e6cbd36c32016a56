"""The receptive-field X-ray: what one output cell sees of every layer before it, and along how many paths."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model.document import Document
from convstudio.model.kinds import (
    Activation,
    BatchNorm,
    ConvTranspose,
    Dense,
    Dropout,
    Flatten,
    GlobalPool,
    Pool,
    source_cell,
)
from convstudio.model.layers import Conv, Layer, Shape
from convstudio.ops import ReceptiveField, receptive_field
from convstudio.ops.padding import source_index
from convstudio.ops.shapes import Geometry

Counts = NDArray[np.object_]
Span = tuple[int, int]
NOT_SLIDING = (ConvTranspose, GlobalPool, Flatten, Dense)
"""The layers that no receptive field of a size and a jump leads through."""


@dataclass(frozen=True, eq=False)
class Seen:
    """How many paths lead from each cell of an array `(*spatial, channels)` to one output cell.

    A path is one way through the windows of all layers; the weights on it do not matter. `paths` holds whole numbers
    without a limit, one array per axis, channels last: the paths from a cell are the product of its numbers on all
    axes, for every kind of layer treats the axes one by one.
    """

    paths: tuple[Counts, ...]

    @property
    def shape(self) -> Shape:
        """The shape of the array that is looked at."""
        return tuple(len(axis) for axis in self.paths)

    @cached_property
    def spans(self) -> tuple[Span, ...] | None:
        """The rectangle around all cells that are seen, as (first, past the last) per axis; None where none is."""
        seen = [np.flatnonzero(axis) for axis in self.paths]
        if not all(axis.size for axis in seen):
            return None
        return tuple((int(axis[0]), int(axis[-1]) + 1) for axis in seen)

    @property
    def has_holes(self) -> bool:
        """Whether cells inside the rectangle are not seen, as dilation and wide strides leave them out."""
        spans = self.spans or ()
        return any(not axis[first:stop].all() for axis, (first, stop) in zip(self.paths, spans, strict=False))

    @property
    def cells(self) -> int:
        """The number of cells that are seen, channels apart."""
        return math.prod(int(np.count_nonzero(axis)) for axis in self.paths)

    @property
    def total(self) -> int:
        """The number of all paths."""
        return math.prod(int(axis.sum()) for axis in self.paths)

    def paths_from(self, cell: Sequence[int]) -> int:
        """Count the paths from one cell, its channel last."""
        return math.prod(int(axis[at]) for axis, at in zip(self.paths, cell, strict=True))

    def heat(self) -> NDArray[np.float64]:
        """Return the paths from every cell of the rectangle, all channels together, as shares of the largest.

        A vector, and every other array, has the axes of its rectangle without channels; a vector has its own.
        """
        axes = self.paths[:-1] or self.paths
        spans = self.spans or ((0, 0),) * len(axes)
        shares = [shares_of(axis[first:stop]) for axis, (first, stop) in zip(axes, spans, strict=False)]
        heat: NDArray[np.float64] = np.ones(())
        for share in shares:
            heat = heat[..., np.newaxis] * share
        return heat


def xray(document: Document, layer: int, position: Sequence[int], channel: int) -> tuple[Seen, ...]:
    """Follow one output of a layer back: what it sees of the input, then of what each layer up to this one makes.

    `position` has one number per spatial axis of what the layer makes and `channel` says which map; in a vector
    `position` is the place alone. The last entry is the output itself. Padding is left out, or counts for the cells it
    shows; no path leads from zeros that count in a mean, as they are no cells of the input. Dropout silences, but does
    not change what could be seen.

    Raises ValueError where the layer, or one before it, cannot work, and for a position that is not there.

    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> bump = Conv.of(np.ones((3, 1, 1)))
    >>> document = Document(Sample.of("steps", np.zeros((8, 1))), Network((bump, bump)))
    >>> xray(document, 1, (2,), 0)[0].paths[0].tolist()
    [0, 0, 1, 2, 3, 2, 1, 0]
    """
    made = document.made_shape(layer)
    if made is None:
        raise ValueError(_why_nothing(document, layer))
    cell = tuple(position) if len(made) == 1 else (*position, channel)
    if len(cell) != len(made) or any(not 0 <= at < length for at, length in zip(cell, made, strict=True)):
        raise ValueError(f"The cell {cell} is not one of {made}: choose a cell of the feature map.")
    seen = [Seen(tuple(_one(length, at) for length, at in zip(made, cell, strict=True)))]
    for index in range(layer, -1, -1):
        read = document.read_shape(index)
        assert read is not None, "the layers up to this one work"
        seen.append(seen_through(document.layers[index], read, seen[-1]))
    return tuple(reversed(seen))


def seen_through(layer: Layer, read: Shape, made: Seen) -> Seen:
    """Return what is seen of an array of shape `read` through a layer, given what is seen of what the layer makes."""
    if not layer.is_on:
        return made
    match layer:
        case ConvTranspose():
            return _through_windows(layer, read, made, _painted_from(layer, read))
        case Conv():
            return _through_windows(layer, read, made, _read_by(layer.geometry(read[:-1]), layer.padding_mode))
        case Pool():
            counted = _along_axes(made.paths[:-1], _read_by(layer.geometry(read[:-1]), "zeros"))
            return Seen((*counted, made.paths[-1]))
        case GlobalPool():
            return Seen((*map(_ones, read[:-1]), made.paths[-1]))
        case Flatten():
            return _before_flattening(read, made.paths[0])
        case Dense():
            return Seen((_ones(read[0]) * made.paths[0].sum(),))
        case Activation(activation="softmax"):
            return Seen((*made.paths[:-1], _through_softmax(made.paths[-1])))
        case Activation() | BatchNorm() | Dropout():
            return made
    raise TypeError(f"nothing says what is seen through a {type(layer).__name__}")


def field_of(document: Document, layer: int) -> ReceptiveField | None:
    """Return size, jump and start of a layer's receptive field; None where layers do not all slide over the input.

    None too where nothing slides at all, and where a layer before this one cannot work. Source: `receptive_field`.
    """
    sliding: list[Geometry] = []
    shape = document.sample.values.shape
    made_shapes = document.network.shapes(shape)[: layer + 1]
    for held, read, made in zip(document.layers, (shape, *made_shapes), made_shapes, strict=False):
        if read is None or made is None:
            return None
        if held.is_on and isinstance(held, NOT_SLIDING):
            return None
        if held.is_on and isinstance(held, Conv | Pool):
            sliding.append(held.geometry(read[:-1]))
    return receptive_field(sliding) if sliding else None


def _why_nothing(document: Document, layer: int) -> str:
    """Say which layer up to this one makes nothing, and why."""
    index = next(index for index in range(layer + 1) if document.made_shape(index) is None)
    read = document.read_shape(index)
    assert read is not None, "the layers before it work"
    try:
        document.layers[index].made_shape(read)
    except ValueError as reason:
        return f"Layer {index + 1} makes no feature map: {reason}"
    raise AssertionError("it works after all")


Through = Callable[[int, Counts], Counts]
"""What turns the counts along one axis, by its number, of what a layer makes into those of what it reads."""


def _through_windows(layer: Conv, read: Shape, made: Seen, through: Through) -> Seen:
    maps = _through_softmax(made.paths[-1]) if layer.activation == "softmax" else made.paths[-1]
    per_group = maps.reshape(layer.groups, -1).sum(axis=1)
    channels = np.repeat(per_group, read[-1] // layer.groups)
    return Seen((*_along_axes(made.paths[:-1], through), channels))


def _along_axes(made: Sequence[Counts], through: Through) -> tuple[Counts, ...]:
    return tuple(through(axis, counts) for axis, counts in enumerate(made))


def _read_by(sliding: Geometry, mode: str) -> Through:
    """Give every output's paths to the cells of its window; what lies in the padding goes to the cell it shows."""

    def through(axis: int, made: Counts) -> Counts:
        size, (before, _) = sliding.spatial[axis], sliding.pairs[axis]
        padded = _zeros(sliding.padded[axis])
        at = np.flatnonzero(made)
        for tap in range(sliding.kernel[axis]):
            padded[at * sliding.stride[axis] + tap * sliding.dilation[axis]] += made[at]
        cells = np.flatnonzero(padded)
        read = _zeros(size)
        for source, paths in zip(source_index(cells - before, size, mode), padded[cells], strict=True):
            if source >= 0:
                read[source] += paths
        return read

    return through


def _painted_from(layer: ConvTranspose, read: Shape) -> Through:
    """Give every output's paths to the values that paint it."""
    cuts = layer.cuts(read[:-1])

    def through(axis: int, made: Counts) -> Counts:
        counts = _zeros(read[axis])
        values = np.arange(read[axis]) * layer.stride[axis] - cuts[axis]
        for tap in range(layer.kernel_size[axis]):
            painted = values + tap * layer.dilation[axis]
            inside = np.flatnonzero((painted >= 0) & (painted < len(made)))
            counts[inside] += made[painted[inside]]
        return counts

    return through


def _through_softmax(made: Counts) -> Counts:
    """Let every value see all values along the channels: each of them is divided by the sum of all."""
    every: Counts = _ones(len(made)) * made.sum()
    return every


def _before_flattening(read: Shape, made: Counts) -> Seen:
    """Put a vector's counts back in place: one value alone, or the same number for all of them."""
    at = np.flatnonzero(made)
    if len(read) == 1:
        return Seen((made,))
    if len(at) == 1:
        *spatial, channels = (_one(n, i) for n, i in zip(read, source_cell(read, int(at[0])), strict=True))
        return Seen((*spatial, channels * made[at[0]]))
    *spatial, channels = map(_ones, read)
    return Seen((*spatial, channels * made[0]))


def shares_of(counts: Counts) -> NDArray[np.float64]:
    """Return counts as shares of the largest; zeros where there is none.

    >>> shares_of(np.array([0, 2, 10**400], object)).tolist()
    [0.0, 0.0, 1.0]
    """
    most = max(counts.tolist(), default=1) or 1
    return np.array([paths / most for paths in counts.tolist()], np.float64)


def _zeros(length: int) -> Counts:
    return np.zeros(length, np.object_)


def _ones(length: int) -> Counts:
    return np.ones(length, np.object_)


def _one(length: int, at: int) -> Counts:
    counts = _zeros(length)
    counts[at] = 1
    return counts
