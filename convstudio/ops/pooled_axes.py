"""How the windows of a pooling slide: one axis at a time, and all of a call together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from convstudio.ops.padding import Array
from convstudio.ops.shapes import (
    Geometry,
    Pairs,
    ShapeError,
    times,
)
from convstudio.ops.strategies.sweep import BOX_VALUES

WIDEST = 2**16
"""The longest side of a window, in cells."""


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

    def taps(self) -> Iterator[tuple[slice, slice]]:
        """Pair, for each cell of the window, the output positions where it meets the input with these."""
        for k in range(self.cells):
            offset = k * self.dilation - self.before
            first = max(-(offset // self.stride), 0)
            last = min((self.size - 1 - offset) // self.stride, self.output - 1)
            if first <= last:
                start = first * self.stride + offset
                stop = last * self.stride + offset + 1
                yield slice(first, last + 1), slice(start, stop, self.stride)

    def met(self, positions: slice) -> slice:
        """Name the cells of the input that the windows at some positions meet."""
        first = positions.start * self.stride - self.before
        stop = (positions.stop - 1) * self.stride - self.before + self.extent
        return slice(max(first, 0), min(stop, self.size))

    def meeting(self, cells: slice) -> slice:
        """Name the positions whose windows may meet some cells of the input."""
        first = cells.start + self.before - self.extent + 1
        stop = (cells.stop - 1 + self.before) // self.stride + 1
        return slice(max(-(-first // self.stride), 0), min(stop, self.output))

    def part(self, positions: slice, cells: slice) -> PooledAxis:
        """See some positions, and the cells that they meet, as a separate axis."""
        return self._replace(
            size=cells.stop - cells.start,
            before=self.before - positions.start * self.stride + cells.start,
            output=positions.stop - positions.start,
            counted=(self.counted[0] - cells.start, self.counted[1] - cells.start),
        )

    def counts(self) -> npt.NDArray[np.int64]:
        """Count the cells of each window that count in its mean."""
        return self._cells_within(*self.counted)

    def sees_input(self) -> npt.NDArray[np.bool_]:
        """Say of every window whether it meets a cell of the input."""
        return self._cells_within(0, self.size) > 0

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

    def lengths(self) -> tuple[int, int, int, int]:
        """Say how many samples, planes, rows and columns of the result a box has at most, to stay close to a core."""
        return self._fitting([(axis.output, axis.stride, axis.extent) for axis in self.axes])

    def lengths_of_cells(self) -> tuple[int, int, int, int]:
        """Say the same of the input's cells, which all windows that meet them come with."""
        return self._fitting([(axis.size, 1, 2 * axis.extent) for axis in self.axes])

    def _fitting(self, axes: list[tuple[int, int, int]]) -> tuple[int, int, int, int]:
        lengths, room = [1, 1, 1], max(BOX_VALUES // max(self.x.shape[-1], 1), 1)
        for at in (2, 1, 0):
            size, step, extent = axes[at]
            lengths[at] = min(size, max((room - extent) // step + 1, 1))
            room = max(room // ((lengths[at] - 1) * step + extent), 1)
        return room, lengths[0], lengths[1], lengths[2]


def pooled_axes(shape: Geometry, counted: Pairs, first: int) -> list[PooledAxis]:
    """Return the axes of a sliding window, the first one at axis `first`; cells of `counted` padding are in means too.

    Raises ShapeError for a window that is too wide, and for one that sees no cell of the input.
    """
    stride = [step if many > 1 else 1 for step, many in zip(shape.stride, shape.output, strict=True)]
    dilation = [gap if cells > 1 else 1 for gap, cells in zip(shape.dilation, shape.kernel, strict=True)]
    befores = [before for before, _ in shape.pairs]
    count = [(-before, size + after) for size, (before, after) in zip(shape.spatial, counted, strict=True)]
    numbers = (shape.spatial, shape.kernel, stride, dilation, befores, shape.output, count)
    if max(shape.kernel) > WIDEST:
        raise ShapeError(
            f"a window {times(shape.kernel)} is wider than the {WIDEST:,} cells allowed; "
            f"use a smaller window, or global pooling"
        )
    axes = [PooledAxis(at, *axis) for at, axis in enumerate(zip(*numbers, strict=True), start=first)]
    for axis in axes:
        _check_input_is_seen(axis)
    return axes


def _check_input_is_seen(axis: PooledAxis) -> None:
    """Raise ShapeError, naming the first window that meets no cell of the input and what to change."""
    unseeing = np.flatnonzero(~axis.sees_input())
    if not unseeing.size:
        return
    first = int(unseeing[0]) * axis.stride - axis.before
    last = first + (axis.cells - 1) * axis.dilation
    advice = "less dilation" if axis.dilation > 1 and axis.cells > 1 else "a larger window"
    raise ShapeError(
        f"window {int(unseeing[0]) + 1} of {axis.output} covers only padding: it reads cells {first + 1} to {last + 1} "
        f"in steps of {axis.dilation}, and the input has cells 1 to {axis.size}; use less padding, or {advice}"
    )


def cells_along(x: npt.NDArray[Any], axis: PooledAxis, cells: slice) -> npt.NDArray[Any]:
    """Return some cells of an array along one axis, and all of them along the others."""
    return x[(slice(None),) * axis.at + (cells,)]


def window_counts(axes: Sequence[PooledAxis], dtype: np.dtype[np.floating]) -> list[Array]:
    """Count the input cells of every window along each axis, so that they multiply: one number where all are equal."""
    counts = [axis.counts().astype(dtype) for axis in axes]
    if all((along == along[0]).all() for along in counts):
        return [np.asarray(math.prod(along[0] for along in counts), dtype)]
    return [along.reshape(-1, *(1,) * (4 - axis.at)) for along, axis in zip(counts, axes, strict=True)]
