"""How the windows of a pooling slide: one axis at a time, and all of a call together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from convstudio.ops.padding import Array
from convstudio.ops.strategies.sweep import Box, taps

_RUN = 2**16
"""Windows that are checked together."""


class PooledAxis(NamedTuple):
    """One axis of a pooling: windows along several axes are pooled one axis after the other."""

    at: int
    size: int
    cells: int
    stride: int
    dilation: int
    before: int
    output: int
    counted: tuple[int, int]
    """The first cell that counts in a mean, and the one after the last: those of the input, or of its padding too."""

    @property
    def extent(self) -> int:
        """The number of cells that a window spans."""
        return (self.cells - 1) * self.dilation + 1

    def taps(self) -> list[tuple[int, slice, slice]]:
        """Pair, for each cell of the window, the output positions where it meets the input with these cells."""
        return taps(self.cells, self.stride, self.dilation, self.before, self.size, self.output)

    def met(self, positions: slice) -> slice:
        """Name the cells of the input that the windows at some positions meet."""
        first = positions.start * self.stride - self.before
        stop = (positions.stop - 1) * self.stride - self.before + self.extent
        return slice(max(first, 0), min(stop, self.size))

    def part(self, positions: slice) -> PooledAxis:
        """See some positions, and the cells that they meet, as a separate axis."""
        cells = self.met(positions)
        before = self.before - positions.start * self.stride + cells.start
        return self._replace(size=cells.stop - cells.start, before=before, output=positions.stop - positions.start)

    @property
    def counts_whole(self) -> bool:
        """Whether every cell of every window counts in its mean."""
        first, stop = self.counted
        return first <= -self.before and (self.output - 1) * self.stride - self.before + self.extent <= stop

    def counts(self) -> npt.NDArray[np.int64]:
        """Count the cells of each window that count in its mean."""
        return self._cells_within(*self.counted)

    def first_unseeing(self) -> int | None:
        """Return the first window that meets no cell of the input; None where all do."""
        for at in range(0, self.output, _RUN):
            part = self.part(slice(at, min(at + _RUN, self.output)))
            unseeing = np.flatnonzero(part._cells_within(0, part.size) == 0)
            if unseeing.size:
                return at + int(unseeing[0])
        return None

    def _cells_within(self, first: int, stop: int) -> npt.NDArray[np.int64]:
        starts = np.arange(self.output, dtype=np.int64) * self.stride - self.before
        low = np.maximum(-((starts - first) // self.dilation), 0)
        high = np.minimum((stop - 1 - starts) // self.dilation, self.cells - 1)
        within: npt.NDArray[np.int64] = np.maximum(high - low + 1, 0)
        return within


class Pooling(NamedTuple):
    """A checked call: `x` as `(samples, planes, rows, columns, channels)`, and how the windows slide there."""

    x: Array
    axes: Sequence[PooledAxis]
    x_shape: tuple[int, ...]
    result_shape: tuple[int, ...]

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the result: `(samples, planes, rows, columns, channels)`."""
        return (len(self.x), *(axis.output for axis in self.axes), self.x.shape[-1])

    @property
    def cells(self) -> int:
        """The number of cells in a window."""
        return math.prod(axis.cells for axis in self.axes)

    def met(self, box: Box) -> list[slice]:
        """Name the planes, rows and columns of the input that the windows of a box of the result meet."""
        return [axis.met(positions) for axis, positions in zip(self.axes, box[1:], strict=True)]

    def part(self, box: Box) -> list[PooledAxis]:
        """See a box of the result, and what its windows meet, as separate axes."""
        return [axis.part(positions) for axis, positions in zip(self.axes, box[1:], strict=True)]


def cells_along(x: npt.NDArray[Any], axis: PooledAxis, cells: slice) -> npt.NDArray[Any]:
    """Return some cells of an array along one axis, and all of them along the others."""
    return x[(slice(None),) * axis.at + (cells,)]


def window_counts(axes: Sequence[PooledAxis], dtype: np.dtype[np.floating]) -> Array:
    """Count what every window has in its mean: `(planes, rows, columns, 1)`, or one number where all count whole."""
    if all(axis.counts_whole for axis in axes):
        return np.asarray(math.prod(axis.cells for axis in axes), dtype)
    planes, rows, columns = (axis.counts().astype(dtype) for axis in axes)
    made: Array = planes[:, None, None, None] * rows[:, None, None] * columns[:, None]
    return made
