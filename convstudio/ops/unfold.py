"""Convolution as a matrix product: every window becomes a row of a matrix, every filter a column of another.

Written out, window p is the row `(x[p + k, c] for all k, c)` and filter f the column `(weights[k, c, f] for
all k, c)`; their product is the sum that the formula of `conv` asks for. Where channels and filters are
few, several neighbouring outputs share one longer row of the matrix, see `bands`.

Source: K. Chellapilla, S. Puri and P. Simard, "High performance convolutional neural networks for document
processing", 2006, https://inria.hal.science/inria-00112631, section 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.bands import band, leaks, split, stretch
from convstudio.ops.padding import Array
from convstudio.ops.sweep import Box, Sweep, boxes, copied, run, seen

_WIDTHS = (1, 2, 4, 8, 16, 32, 64)
_MATRIX_VALUES = 2**18
"""The largest matrix of filters with bands: 1 MiB of float32, since every window meets all of it."""

_LONG = 64
"""Rows from which a product of its own for every row of the output is worth its call."""


class _Part(NamedTuple):
    """The columns of the output that are computed `width` at a time, and what that takes."""

    layer: Sweep
    columns: slice
    width: int
    matrix: Array
    windows: Array | None  # of the whole input, where there is no padding

    def rows_of_matrix(self, box: Box) -> Array:
        """View the windows of a box: `(samples, planes, rows, bands, *window, channels)`."""
        *others, columns = box
        if self.windows is None:
            return _windows(self.layer, seen(self.layer, box), self.width)
        first, stop = columns.start - self.columns.start, columns.stop - self.columns.start
        return self.windows[*others, first // self.width : stop // self.width]


def convolve(layer: Sweep, output: Array, width: int | None = None) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`, `width` neighbouring outputs at a time."""
    width = width or band_width(layer)
    values = _row_length(layer, width) / width
    parts = [_part(layer, columns, count) for columns, count in split(output.shape[3], width)]
    regions = [(part, layer.region(columns=part.columns)) for part in parts]
    tiles = [(part, box) for part, region in regions for box in boxes(region, values, columns_step=part.width)]

    def work(taken: Iterable[tuple[_Part, Box]]) -> None:
        scratch = layer.scratch(values)
        for part, box in taken:
            _fill(part, box, output[box], scratch)
            if part.width > 1 and leaks(output[box]):
                convolve_densely(layer, box, output)

    run(tiles, work, layer.multiplications)


def convolve_densely(layer: Sweep, region: Box, output: Array) -> None:
    """Fill a region of the output without bands, so that a NaN reaches exactly the windows that hold it."""
    values = _row_length(layer, 1)
    part = _Part(layer, region[3], 1, _filters_matrix(layer, 1), None)
    scratch = layer.scratch(values)
    for box in boxes(region, values):
        _fill(part, box, output[box], scratch)


def band_width(layer: Sweep) -> int:
    """Choose how many neighbouring outputs share a row of the matrix: the cheapest by a rough clock.

    In nanoseconds per output on one core of 2020: copying costs 5 for each run of neighbouring values and 0.2
    for each value; a product with N columns runs at 95 · N / (N + 9) multiplications and additions. Filters
    in bands must stay in the cache.
    """
    columns, filters = layer.shape.output[2], layer.weights.shape[-1]
    most = max(_MATRIX_VALUES // (_row_length(layer, 1) * filters), 1)  # a band is longer than its kernel
    widths = [width for width in _WIDTHS if width <= min(columns, most)]
    return min(widths, key=lambda width: _cost(layer, width))


def _cost(layer: Sweep, width: int) -> float:
    planes, rows, cells, _, filters = layer.weights.shape
    values = _row_length(layer, width)
    runs = planes * rows * (cells if width == 1 and layer.shape.dilation[2] > 1 else 1)
    copying = (5 * runs + 0.2 * values) / width
    multiplying = 2 * values * filters * (width * filters + 9) / (95 * width * filters)
    return float(copying + multiplying)


def _row_length(layer: Sweep, width: int) -> int:
    planes, rows, cells, channels, _ = layer.weights.shape
    if width > 1:
        cells = stretch(width, cells, layer.shape.stride[2], layer.shape.dilation[2])
    return int(planes * rows * cells * channels)


def _part(layer: Sweep, columns: slice, width: int) -> _Part:
    matrix = _filters_matrix(layer, width)
    if layer.is_padded:
        return _Part(layer, columns, width, matrix, None)
    x = layer.x[:, :, :, columns.start * layer.shape.stride[2] :]
    return _Part(layer, columns, width, matrix, _windows(layer, x, width))


def _fill(part: _Part, box: Box, output: Array, scratch: Array) -> None:
    samples, planes, rows, columns, filters = output.shape
    count = (samples, planes, rows, columns // part.width)
    windows = part.rows_of_matrix(box)[:samples, :planes, :rows, : count[3]]
    unfolded = copied(windows, scratch).reshape(*count, len(part.matrix))
    joined = output.strides[3] == filters * output.itemsize  # else a group's filters lie apart in memory
    if output.flags.c_contiguous:
        every = unfolded.reshape(-1, len(part.matrix))
        np.matmul(every, part.matrix, out=output.reshape(-1, part.width * filters))
    elif joined and count[3] >= _LONG:
        np.matmul(unfolded, part.matrix, out=output.reshape(*count, part.width * filters))
    else:  # one product and a copy take less time than many short products
        product = unfolded.reshape(-1, len(part.matrix)) @ part.matrix
        output[...] = product.reshape(output.shape)


def _filters_matrix(layer: Sweep, width: int) -> Array:
    filters = layer.weights.shape[-1]
    if width == 1:
        return layer.weights.reshape(-1, filters)
    kernels = np.moveaxis(layer.weights, 2, 0)
    columns = band(kernels, width, layer.shape.stride[2], layer.shape.dilation[2])
    return columns.transpose(2, 3, 0, 4, 1, 5).reshape(-1, width * filters)


def _windows(layer: Sweep, cells: Array, width: int) -> Array:
    """View the windows, one per row of the matrix: `(samples, planes, rows, bands, *window, channels)`."""
    shape = layer.shape
    extent = [stretch(1, k, s, d) for k, s, d in zip(shape.kernel, shape.stride, shape.dilation, strict=True)]
    extent[2] = stretch(width, shape.kernel[2], shape.stride[2], shape.dilation[2])
    p, r, c = (*shape.stride[:2], shape.stride[2] * width)
    i, j, k = (*shape.dilation[:2], shape.dilation[2] if width == 1 else 1)
    windows = sliding_window_view(cells, extent, axis=(1, 2, 3))[:, ::p, ::r, ::c, :, ::i, ::j, ::k]
    return windows.transpose(0, 1, 2, 3, 5, 6, 7, 4)
