"""Convolution as a matrix product: every window becomes a row of a matrix, every filter a column of another.

Equals [filters] and [terms] of `ops.reference`, for one group: a product for the [positions] of each box.

Written out, window p is the row `(x[p + k, c] for all k, c)` and filter f the column `(weights[k, c, f] for
all k, c)`; their product is the sum that the formula of `conv` asks for. Two savings make it quick:

- Windows below each other overlap. Each stretch of a row is copied once, below the one it follows in the
  input; a window is then a run of such stretches, and the next window the same run one stretch further::

      stretches  s₀ s₁ s₂ s₃ s₄      windows  (s₀ s₁ s₂), (s₁ s₂ s₃), (s₂ s₃ s₄)

- Where channels and filters are few, several neighbouring outputs share one longer window, see `bands`.

Sources: K. Chellapilla, S. Puri and P. Simard, "High performance convolutional neural networks for document
processing", 2006, https://inria.hal.science/inria-00112631, section 3; M. Cho and D. Brand, "MEC:
Memory-efficient convolution for deep neural network", 2017, https://arxiv.org/abs/1706.06873, section 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.bands import band, may_leak, split, stretch
from convstudio.ops.strategies.sweep import UNINTERRUPTED_MULTIPLICATIONS, Box, Sweep, cut, fitting, run, seen

_WIDTHS = (1, 2, 4, 8, 16, 32, 64)
_MATRIX_VALUES = 2**20
"""The largest matrix of filters with bands: 4 MiB of float32, since every window meets all of it."""

_FEW, _LONG, _WIDE = 16, 64, 256
"""Rows of a matrix that are not worth a separate product, that are enough for one, and that are plenty."""

_LOW, _HIGH = 8, 16
"""Windows below each other that should at least, and had better, share stretches; more where the kernel is higher."""

_LARGER = 4
"""How much larger a box may be, to have that many."""


class _ColumnBlock(NamedTuple):
    """The columns of the output that are computed `width` at a time, and what that takes."""

    layer: Sweep
    columns: slice
    width: int
    matrix: Array
    stretches: Array | None  # of the whole input, where there is no padding

    @property
    def values(self) -> int:
        """The number of values in one stretch."""
        return len(self.matrix) // self.layer.shape.kernel[0]

    def cells(self, outputs: int) -> int:
        """Count the stretches below each other that as many windows hold."""
        kernel, stride = self.layer.shape.kernel[0], _steps(self.layer.shape)[0]
        return stretch(outputs, kernel, stride, 1)

    def boxes(self, region: Box) -> list[Box]:
        """Cut a region so that the stretches of a box stay close to a core, and every core has enough to do."""
        return cut(region, self._lengths(), (1, 1, 1, self.width))

    def _lengths(self) -> tuple[int, int, int, int]:
        """Say how many samples, planes, rows and columns a box has at most."""
        samples, planes, rows, columns, _ = self.layer.output_shape
        bands = -(-columns // self.width)
        room = fitting(max(self.values, self.matrix.shape[1]))  # stretches, or what is made of one
        fair = max(planes * samples // self.layer.fewest_boxes, 1)
        sample = self.cells(planes) * rows * bands
        if samples > 1 and sample <= room:
            return min(room // sample, max(fair // planes, 1)), planes, rows, columns
        most = min(planes, fair)
        wide = min(bands, self._wide(room, most))
        deep = min(rows, max(room // self.cells(min(most, _HIGH)) // wide, 1)) if wide == bands else 1
        high = min(self._high(room // (wide * deep)), _LARGER * room // wide, most)
        return 1, max(high, 1), deep, wide * self.width

    def _wide(self, room: int, most: int) -> int:
        """Choose how many bands a box has: many for short products, else fewer for more windows below each other."""
        high = self.cells(min(most, max(_HIGH, self.layer.shape.kernel[0])))
        wide = max(room // high, min(_WIDE, _LARGER * room // self.cells(min(most, _LOW))), 1)
        return min(wide, max(UNINTERRUPTED_MULTIPLICATIONS // self.matrix.size, _LONG))

    def _high(self, stretches: int) -> int:
        """Choose how many windows below each other a box has, for so many stretches."""
        return max((stretches - self.cells(1)) // _steps(self.layer.shape)[0] + 1, _LOW)

    def seen(self, box: Box, cells: Array) -> Array:
        """View the stretches that a box meets: `(samples, rows, bands, planes, *stretch, channels)`."""
        samples, planes, rows, columns = box
        if self.stretches is None:
            return _stretches(self.layer, cells, self.width)
        kernel, stride, dilation = (axes[0] for axes in self.layer.shape[1:4])
        first, stop = columns.start - self.columns.start, columns.stop - self.columns.start
        met = slice(planes.start * stride, stretch(planes.stop, kernel, stride, dilation))
        return self.stretches[samples, rows, first // self.width : stop // self.width, met]


class _UnfoldBuffers(NamedTuple):
    """Memory for the stretches of one box after the other, and the windows seen in it."""

    stretches: Array
    """`(samples, rows, bands, planes, values)`"""
    windows: Array
    """`(samples, rows, bands, planes, window)`"""


def convolve(layer: Sweep, output: Array, width: int | None = None) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`, `width` neighbouring outputs at a time."""
    layer, output = _upright(layer, output)
    width = width or band_width(layer)
    parts = [_part(layer, columns, count) for columns, count in split(output.shape[3], width)]
    tiles = [(part, part.boxes(layer.region(columns=part.columns))) for part in parts]

    def work(taken: Iterable[tuple[int, Box]]) -> None:
        rooms: dict[int, _UnfoldBuffers] = {}
        for at, box in taken:
            part, boxes = tiles[at]
            if at not in rooms:
                rooms[at] = _room(part, boxes[0])
            cells = seen(layer, box)
            if part.width > 1 and may_leak(cells.reshape(*cells.shape[:3], -1)):
                convolve_densely(layer, box, output)
            else:
                _fill(part, part.seen(box, cells), output[box], rooms[at])

    run([(at, box) for at, (_, boxes) in enumerate(tiles) for box in boxes], work, layer.multiplications)


def convolve_densely(layer: Sweep, region: Box, output: Array) -> None:
    """Fill a region of the output without bands, so that a NaN reaches exactly the windows that hold it."""
    part = _ColumnBlock(layer, region[3], 1, _filters_matrix(layer, 1), None)
    boxes = part.boxes(region)
    room = _room(part, boxes[0])
    for box in boxes:
        _fill(part, _stretches(layer, seen(layer, box), 1), output[box], room)


def band_width(layer: Sweep) -> int:
    """Choose how many neighbouring outputs share a window: the cheapest by a rough clock.

    Filters in bands must not grow too large.
    """
    return _cheapest_width(layer.shape, layer.weights.shape)


@lru_cache(maxsize=16)
def _cheapest_width(shape: Geometry, weights: tuple[int, ...]) -> int:
    most = max(_MATRIX_VALUES // math.prod(weights), 1)  # a band is longer than its kernel
    widths = [width for width in _WIDTHS if width <= min(shape.output[2], most)]
    return min(widths, key=lambda width: _cost(shape, weights, width))


def _cost(shape: Geometry, weights: tuple[int, ...], width: int) -> float:
    """Estimate nanoseconds per output on one core of 2020.

    Copying takes 6 for each run of neighbouring values and 0.15 for each value. A product of M windows of K
    values with N columns takes 400 for the call and 0.1 for each of the K · N weights; then, for each window,
    1/45 for each of K · N multiplications, 0.13 for each of the K values and 0.25 for each of the N results.
    """
    planes, rows, cells, channels, filters = weights
    results = width * filters
    windows = shape.output[1] * max(shape.output[2] // width, 1)
    runs = rows * (cells if width == 1 and shape.dilation[2] > 1 else 1)
    long = rows * channels * (cells if width == 1 else stretch(width, cells, shape.stride[2], shape.dilation[2]))
    stride = _steps(shape)[0]
    copying = (6 * runs + 0.15 * long) * (stride + max(planes - stride, 0) / max(_HIGH, planes))
    values = planes * long
    multiplying = values * (results / 45 + 0.13) + 0.25 * results
    calling = (400 + 0.1 * values * results) / windows
    rest = 600 / windows if shape.output[2] % width else 0
    return (copying + multiplying + calling + rest) / width


def _upright(layer: Sweep, output: Array) -> tuple[Sweep, Array]:
    """See the rows of an image as planes: windows overlap along the first axis."""
    if layer.shape.kernel[0] > 1 or layer.shape.kernel[1] == 1:
        return layer, output
    return layer.turned(), output.swapaxes(1, 2)


def _steps(shape: Geometry) -> tuple[int, int]:
    """Give stride and dilation along the planes, in units of what they have in common."""
    stride, dilation = shape.stride[0], shape.dilation[0]
    if shape.kernel[0] == 1:
        return 1, 1
    common = math.gcd(stride, dilation)
    return stride // common, dilation // common


def _part(layer: Sweep, columns: slice, width: int) -> _ColumnBlock:
    matrix = _filters_matrix(layer, width)
    if layer.is_padded:
        return _ColumnBlock(layer, columns, width, matrix, None)
    x = layer.x[:, :, :, columns.start * layer.shape.stride[2] :]
    return _ColumnBlock(layer, columns, width, matrix, _stretches(layer, x, width))


def _room(part: _ColumnBlock, box: Box) -> _UnfoldBuffers:
    samples, planes, rows, columns = (axis.stop - axis.start for axis in box)
    bands = columns // part.width
    memory = np.empty((samples * rows * bands, part.cells(planes) * part.values), part.matrix.dtype)
    step = _steps(part.layer.shape)[0] * part.values
    windows = sliding_window_view(memory, len(part.matrix), axis=1)[:, ::step]
    shape = samples, rows, bands
    return _UnfoldBuffers(memory.reshape(*shape, -1, part.values), windows.reshape(*shape, -1, len(part.matrix)))


def _fill(part: _ColumnBlock, stretches: Array, output: Array, room: _UnfoldBuffers) -> None:
    """Copy a box's stretches and multiply its windows; a dilated kernel meets every d-th stretch only."""
    stride, dilation = part.layer.shape.stride[0], part.layer.shape.dilation[0]
    apart = stride if part.layer.shape.kernel[0] == 1 else dilation
    phases = _steps(part.layer.shape)[1]
    samples, _, rows, columns, _ = output.shape
    bands = columns // part.width
    for phase in range(min(phases, output.shape[1])):
        made = output[:, phase::phases]
        count = part.cells(made.shape[1])
        met = stretches[:samples, :rows, :bands, phase * stride :: apart][:, :, :, :count]
        copy = room.stretches[:samples, :rows, :bands, :count]
        np.copyto(copy.reshape(met.shape), met)
        _multiply(room.windows[:samples, :rows, :bands, : made.shape[1]], part.matrix, made)


def _multiply(windows: Array, matrix: Array, output: Array) -> None:
    samples, planes, rows, columns, filters = output.shape
    bands = windows.shape[2]
    if output[0, 0].flags.c_contiguous:  # rows follow each other: one product for all of them
        windows = windows.reshape(samples, 1, rows * bands, planes, -1)
        output = output.reshape(samples, planes, 1, rows * columns, filters)
        rows, bands, columns = 1, rows * bands, rows * columns
    joined = output.strides[3] == filters * output.itemsize  # else a group's filters are apart in memory
    if joined and (bands >= _LONG or (samples * rows == 1 and bands >= _FEW)):
        made = output.reshape(samples, planes, rows, bands, -1)
        np.matmul(windows.transpose(0, 3, 1, 2, 4), matrix, out=made)
    else:  # one product and a copy take less time than many short products
        output[...] = _product(windows, matrix).reshape(planes, samples, rows, columns, filters).swapaxes(0, 1)


def _product(windows: Array, matrix: Array) -> Array:
    samples, rows, bands, planes, values = windows.shape
    every: Array = windows.reshape(samples * rows * bands, planes, values).swapaxes(0, 1)
    short = every.shape[1] < _FEW and every.size <= fitting(1)
    return every.reshape(-1, values) @ matrix if short else every @ matrix


def _filters_matrix(layer: Sweep, width: int) -> Array:
    filters = layer.weights.shape[-1]
    if width == 1:
        return layer.weights.reshape(-1, filters)
    kernels = np.moveaxis(layer.weights, 2, 0)
    columns = band(kernels, width, layer.shape.stride[2], layer.shape.dilation[2])
    return columns.transpose(2, 3, 0, 4, 1, 5).reshape(-1, width * filters)


def _stretches(layer: Sweep, cells: Array, width: int) -> Array:
    """View the stretches of some cells: `(samples, rows, bands, planes, *stretch, channels)`."""
    shape = layer.shape
    high = stretch(1, shape.kernel[1], 1, shape.dilation[1])
    wide = stretch(width, shape.kernel[2], shape.stride[2], shape.dilation[2])
    windows = sliding_window_view(cells, (high, wide), axis=(2, 3))
    windows = windows[:, :, :: shape.stride[1], :: shape.stride[2] * width, :, :: shape.dilation[1]]
    return windows[..., :: shape.dilation[2] if width == 1 else 1].transpose(0, 2, 3, 1, 5, 6, 4)
