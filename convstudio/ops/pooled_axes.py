"""How the windows of a pooling slide: one axis at a time, and all of a call together."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float
from convstudio.ops.padding import Array
from convstudio.ops.shapes import (
    Geometry,
    Padding,
    Pairs,
    PerAxis,
    ShapeError,
    check_count,
    geometry,
    kernel_extent,
    remembered,
    resolve_padding,
    times,
)
from convstudio.ops.strategies.sweep import Box, taps

POOLS = ("max", "average")

WIDEST = 2**16
"""The longest side of a window, in cells."""

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


class PoolSettings(TypedDict, total=False):
    """How the window of a pooling slides: keywords of `pool`, whose docstring explains them."""

    stride: PerAxis | None
    padding: Padding
    dilation: PerAxis
    ceil_mode: bool
    count_include_pad: bool


def pool_call(
    x: npt.ArrayLike,
    kind: str,
    size: PerAxis,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = False,
) -> Pooling:
    """Check the arguments of `pool`; raises ShapeError and ValueError as it does."""
    values = as_float(x, "the input")
    check_kind(kind)
    window = tuple(size) if isinstance(size, Iterable) else (operator.index(size),)
    if not 1 <= len(window) <= 3 or values.ndim < len(window) + 1:
        raise ShapeError(
            f"a window {times(window)} does not slide over the input {times(values.shape)}; "
            f"use a window of 1 to 3 axes and an input with one axis more, for channels"
        )
    first = values.ndim - 1 - len(window)
    settings = (window if stride is None else stride, padding, dilation, int(ceil_mode), int(count_include_pad))
    axes = pooled_axes(values.shape[first:-1], window, *settings)
    made = (*values.shape[:first], *(axis.output for axis in axes[3 - len(window) :]), values.shape[-1])
    check_count(made, "the output")
    lifted = values.reshape(math.prod(values.shape[:first]), *(axis.size for axis in axes), values.shape[-1])
    return Pooling(lifted, axes, values.shape, made)


@remembered
def pooled_axes(
    spatial: PerAxis,
    size: PerAxis,
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
    ceil_mode: int,
    count_include_pad: int,
) -> tuple[PooledAxis, ...]:
    """Return the axes of planes, rows and columns along which a window slides.

    Raises ShapeError for a window that is too wide, for one that sees no cell of the input, and for padding without
    bounds.
    """
    shape, asked = _sliding(spatial, size, stride, padding, dilation, ceil_mode)
    if max(shape.kernel) > WIDEST:
        raise ShapeError(
            f"a window {times(shape.kernel)} is wider than the {WIDEST:,} cells allowed; "
            f"use a smaller window, or global pooling"
        )
    check_count(shape.padded, "the padded input")
    counted = asked if count_include_pad else ((0, 0),) * shape.rank
    axes: list[PooledAxis] = []
    numbers = zip(*shape.lifted(), shape._replace(pairs=counted).lifted().pairs, strict=True)
    for at, (length, cells, step, gap, (before, _), output, (left, right)) in enumerate(numbers, start=1):
        needed = step if output > 1 else 1, gap if cells > 1 else 1
        axes.append(PooledAxis(at, length, cells, *needed, before, output, (-left, length + right)))
        _check_input_is_seen(axes[-1])
    return tuple(axes)


def _sliding(
    spatial: PerAxis, size: PerAxis, stride: PerAxis, padding: Padding, dilation: PerAxis, ceil_mode: int
) -> tuple[Geometry, Pairs]:
    """Work out how a window slides, and the padding as it was asked for.

    What `ceil_mode` reaches beyond that padding is padding of the geometry, too.
    """
    asked = resolve_padding(spatial, size, stride=stride, padding=padding, dilation=dilation)
    pairs = asked
    if ceil_mode:
        roomy = geometry(spatial, size, stride=stride, padding="full", dilation=dilation, name="window")  # checks all
        extent = kernel_extent(roomy.kernel, roomy.dilation)
        axes = zip(roomy.spatial, extent, roomy.stride, asked, strict=True)
        pairs = tuple((pair[0], pair[1] + _beyond(n, e, s, pair)) for n, e, s, pair in axes)
    return geometry(spatial, size, stride=stride, padding=pairs, dilation=dilation, name="window"), asked


def _beyond(size: int, extent: int, stride: int, pair: tuple[int, int]) -> int:
    """Count the cells past the padding that the last window meets; as in PyTorch it starts before that padding."""
    padded = size + sum(pair)
    steps = -(-(padded - extent) // stride)
    if steps < 0:
        return 0  # not even one window fits, and that is said by `geometry`
    if steps * stride >= size + pair[0]:
        steps -= 1
    return max(steps * stride + extent - padded, 0)


def pool_geometry(
    spatial: PerAxis,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: Padding = "valid",
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
) -> Geometry:
    """Work out how the window of a `pool` slides; arguments and errors as there.

    >>> pool_geometry((5, 5), (2, 2)).output
    (2, 2)
    """
    settings = size, size if stride is None else stride, padding, dilation, int(ceil_mode)
    pooled_axes(spatial, *settings, 0)  # which refuses windows over padding alone
    return _sliding(spatial, *settings)[0]


def _check_input_is_seen(axis: PooledAxis) -> None:
    """Raise ShapeError, naming the first window that meets no cell of the input and what to change."""
    unseeing = axis.first_unseeing()
    if unseeing is None:
        return
    first = unseeing * axis.stride - axis.before
    last = first + (axis.cells - 1) * axis.dilation
    advice = "less dilation" if axis.dilation > 1 and axis.cells > 1 else "a larger window"
    raise ShapeError(
        f"window {unseeing + 1} of {axis.output} covers only padding: it reads cells {first + 1} to {last + 1} "
        f"in steps of {axis.dilation}, and the input has cells 1 to {axis.size}; use less padding, or {advice}"
    )


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


def check_kind(kind: str) -> None:
    """Raise ValueError for a kind that is none of `POOLS`."""
    if kind not in POOLS:
        raise ValueError(f'pooling "{kind}" is not known; use one of {", ".join(POOLS)}')
