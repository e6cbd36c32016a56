"""One channel, one filter: several rows of the feature map at once, as one product with a banded matrix.

The rows of an image lie in memory one after the other, so that whole rows are copied and multiplied: for
each kernel column the rows are taken one cell further, and the banded matrix of the kernel's rows, see
`bands`, makes four or more rows of the feature map from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops import unfold
from convstudio.ops.bands import band, may_leak, split, stretch
from convstudio.ops.padding import Array
from convstudio.ops.sweep import Box, Sweep, boxes, copied, run, seen

_FEWEST, _MOST = 4, 64


class _Part(NamedTuple):
    """The rows of the output that are computed as many at a time as the matrix has rows."""

    layer: Sweep
    rows: slice
    height: int
    matrix: Array
    windows: Array | None  # of the whole input, where there is no padding

    def unfolded(self, box: Box) -> Array:
        """View the rows of a box, once for each kernel cell that they meet.

        Returns `(samples, planes, bands, kernel planes, kernel columns, rows, columns)`.
        """
        samples, planes, rows, columns = box
        if self.windows is None:
            return _windows(self.layer, seen(self.layer, box)[..., 0], self.height, columns.stop - columns.start)
        first, stop = rows.start - self.rows.start, rows.stop - self.rows.start
        bands = slice(first // self.height, stop // self.height)
        return self.windows[samples, planes, bands, :, :, :, columns]


def convolve(layer: Sweep, output: Array, height: int | None = None) -> None:
    """Fill `output`, `(samples, planes, rows, columns, 1)`, `height` rows at a time."""
    height = height or band_height(layer)
    values = layer.shape.kernel[0] * layer.shape.kernel[2] * _stretch(layer, height) / height
    parts = [_part(layer, rows, count) for rows, count in split(output.shape[2], height)]
    regions = [(part, layer.region(rows=part.rows)) for part in parts]
    tiles = [(part, box) for part, region in regions for box in boxes(region, values, rows_step=part.height)]

    def work(taken: Iterable[tuple[_Part, Box]]) -> None:
        scratch = layer.scratch(values)
        for part, box in taken:
            _fill(part, box, output[box], scratch)
            if may_leak(output[box].reshape(1, -1)):
                unfold.convolve_densely(layer, box, output)

    run(tiles, work, layer.multiplications)


def band_height(layer: Sweep) -> int:
    """Choose how many rows to compute at once: about the kernel's height, a power of two from 4 to 64."""
    height = _FEWEST
    while height < min(layer.shape.kernel[1] - 1, _MOST):
        height *= 2
    return min(height, layer.shape.output[1])


def _part(layer: Sweep, rows: slice, height: int) -> _Part:
    matrix = _kernel_matrix(layer, height)
    if layer.is_padded:
        return _Part(layer, rows, height, matrix, None)
    x = layer.x[:, :, rows.start * layer.shape.stride[1] :, :, 0]
    return _Part(layer, rows, height, matrix, _windows(layer, x, height, layer.shape.output[2]))


def _fill(part: _Part, box: Box, output: Array, scratch: Array) -> None:
    samples, planes, rows, columns, _ = output.shape
    count = (samples, planes, rows // part.height)
    windows = part.unfolded(box)[:samples, :planes, : count[2]]
    unfolded = copied(windows, scratch).reshape(*count, -1, columns)
    np.matmul(part.matrix, unfolded, out=output[..., 0].reshape(*count, part.height, columns))


def _kernel_matrix(layer: Sweep, height: int) -> Array:
    kernel = np.moveaxis(layer.weights[..., 0, 0], 1, 0)
    rows = band(kernel, height, layer.shape.stride[1], layer.shape.dilation[1])
    return rows.transpose(1, 2, 3, 0).reshape(height, -1)


def _windows(layer: Sweep, cells: Array, height: int, columns: int) -> Array:
    """View whole rows, once for each kernel plane and column, as `_Part.unfolded` gives them."""
    shape = layer.shape
    planes = stretch(1, shape.kernel[0], 1, shape.dilation[0])
    span = stretch(columns, 1, shape.stride[2], 1)
    windows = sliding_window_view(cells, (planes, _stretch(layer, height), span), axis=(1, 2, 3))
    shifts = slice(0, stretch(1, shape.kernel[2], 1, shape.dilation[2]), shape.dilation[2])
    windows = windows[:, :: shape.stride[0], :: shape.stride[1] * height, shifts]
    return windows[:, :, :, :, :: shape.dilation[0], :, :: shape.stride[2]].transpose(0, 1, 2, 4, 3, 5, 6)


def _stretch(layer: Sweep, height: int) -> int:
    return stretch(height, layer.shape.kernel[1], layer.shape.stride[1], layer.shape.dilation[1])
