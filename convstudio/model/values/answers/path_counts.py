"""Along how many paths the cells of an array lead to one output, through layers of any kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.ops.padding import source_index
from convstudio.ops.shapes import Geometry

Counts = NDArray[np.object_]
Span = tuple[int, int]
Through = Callable[[int, Counts], Counts]
"""What turns the counts along one axis, by its number, of what a layer makes into those of what it reads."""


@dataclass(frozen=True, eq=False)
class PathCounts:
    """How many paths lead from each cell of an array `(*spatial, channels)` to one output cell.

    A path is one way through the windows of all layers; the weights on it do not matter. `paths` holds whole numbers
    without a limit, one array per axis, channels last: the paths from a cell are the product of its numbers on all
    axes, because every kind of layer treats the axes one by one.
    """

    paths: tuple[Counts, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array that they lead from."""
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


def along_axes(outputs: Sequence[Counts], through: Through) -> tuple[Counts, ...]:
    """Lead the counts of every axis through a layer."""
    return tuple(through(axis, counts) for axis, counts in enumerate(outputs))


def through_windows(sliding: Geometry, mode: str) -> Through:
    """Give every output's paths to the cells of its window; what is in the padding goes to the cell it shows."""

    def through(axis: int, outputs: Counts) -> Counts:
        size, (before, _) = sliding.spatial[axis], sliding.pairs[axis]
        padded = zeros(sliding.padded[axis])
        at = np.flatnonzero(outputs)
        for tap in range(sliding.kernel[axis]):
            padded[at * sliding.stride[axis] + tap * sliding.dilation[axis]] += outputs[at]
        cells = np.flatnonzero(padded)
        read = zeros(size)
        for source, paths in zip(source_index(cells - before, size, mode), padded[cells], strict=True):
            if source >= 0:
                read[source] += paths
        return read

    return through


def through_softmax(outputs: Counts) -> Counts:
    """Let every value see all values along the channels: each of them is divided by the sum of all."""
    every: Counts = ones(len(outputs)) * outputs.sum()
    return every


def shares_of(counts: Counts) -> NDArray[np.float64]:
    """Return counts as shares of the largest; zeros where there is none.

    >>> shares_of(np.array([0, 2, 10**400], object)).tolist()
    [0.0, 0.0, 1.0]
    """
    most = max(counts.tolist(), default=1) or 1
    return np.array([paths / most for paths in counts.tolist()], np.float64)


def zeros(length: int) -> Counts:
    """Return no paths from any of `length` cells."""
    return np.zeros(length, np.object_)


def ones(length: int) -> Counts:
    """Return one path from each of `length` cells."""
    return np.ones(length, np.object_)


def one_at(length: int, at: int) -> Counts:
    """Return one path, from the cell `at`."""
    counts = zeros(length)
    counts[at] = 1
    return counts
