"""Depthwise convolution: every filter reads its own channel, so that the sum runs over the kernel alone.

Equals [terms] of `ops.reference` where [groups] gives every filter one channel: the loop over channels is gone.

`y[p, c] = Σ x[p · stride + k · dilation, c] · weights[k, c]` has one multiplication per kernel cell and
output, too few for a matrix product. Rows of all channels are multiplied and summed in memory order,
by weights laid out beside them: here `einsum` on windows is fast, because its innermost loop is a whole
row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.padding import Array
from convstudio.ops.strategies.bands import stretch
from convstudio.ops.strategies.sweep import Box, Sweep, cut, fitting, run, seen


def convolve(layer: Sweep, output: Array) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`; each channel makes one or more maps."""
    samples, planes, rows, columns, filters = output.shape
    wide = min(columns, max(fitting(math.prod(layer.shape.kernel) * filters), 1))
    high = max(min(rows * planes * samples // layer.fewest_boxes, fitting(wide * filters)), 1)
    laid_out = np.repeat(layer.weights[..., 0, None, :], wide, axis=3)

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            _fill(layer, box, laid_out, output[box])

    run(cut(layer.region(), (1, 1, high, wide), (1, 1, 1, 1)), work, layer.multiplications)


def _fill(layer: Sweep, box: Box, laid_out: Array, output: Array) -> None:
    columns, filters = output.shape[3:]
    cells, weights = seen(layer, box), laid_out[..., :columns, :]
    if filters > cells.shape[-1]:
        cells = np.repeat(cells, filters // cells.shape[-1], axis=-1)
    stride, dilation = layer.shape.stride[2], layer.shape.dilation[2]
    if stride == 1 and output.strides[3] == filters * output.itemsize:  # columns and channels are one long row
        cells, weights = (array.reshape(*array.shape[:3], -1, 1) for array in (cells, weights))
        columns, dilation = columns * filters, dilation * filters
    windows = _windows(layer, cells, columns, dilation)
    np.einsum("nprkijcf,ijkcf->nprcf", windows, weights, out=output.reshape(*output.shape[:3], columns, -1))


def _windows(layer: Sweep, cells: Array, columns: int, dilation: int) -> Array:
    """View whole rows, once for each kernel cell that they meet.

    Returns `(samples, planes, rows, kernel columns, kernel planes, kernel rows, columns, filters)`.
    """
    shape = layer.shape
    planes, rows = (stretch(1, k, 1, d) for k, d in zip(shape.kernel[:2], shape.dilation[:2], strict=True))
    span = stretch(columns, 1, shape.stride[2], 1)
    windows = sliding_window_view(cells, (planes, rows, span), axis=(1, 2, 3))
    windows = np.moveaxis(windows, 4, -1)[:, :: shape.stride[0], :: shape.stride[1], ::dilation]
    return windows[:, :, :, :, :: shape.dilation[0], :: shape.dilation[1], :: shape.stride[2]]
