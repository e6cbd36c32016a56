"""The convolution as one product of matrices: every window is a row of one, every filter a column of the other.

Equals [terms] and [product] of `ops.reference`, for all [positions] of a box and all [filters] at once::

    windows  (x₀ x₁ x₂)     filters  (a₀ b₀)     maps  (x₀·a₀ + x₁·a₁ + x₂·a₂   x₀·b₀ + x₁·b₁ + x₂·b₂)
             (x₁ x₂ x₃)  ·           (a₁ b₁)  =        (x₁·a₀ + x₂·a₁ + x₃·a₂   x₁·b₀ + x₂·b₁ + x₃·b₂)
             (x₂ x₃ x₄)              (a₂ b₂)           (x₂·a₀ + x₃·a₁ + x₄·a₂   x₂·b₀ + x₃·b₁ + x₄·b₂)

The matrix of all windows would be as many times larger than the input as the kernel has cells; that of one box stays
in the cache. Where channels and filters are few, several neighbouring outputs share one longer window, see `bands`.

Source: K. Chellapilla, S. Puri and P. Simard, "High performance convolutional neural networks for document
processing", 2006, https://inria.hal.science/inria-00112631, section 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.padding import Array
from convstudio.ops.strategies.bands import band_width, filters_matrix, may_leak, split, stretch
from convstudio.ops.strategies.sweep import Box, Sweep, cut, fitting, run, seen, whole


def convolve(layer: Sweep, output: Array, width: int | None = None) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`, `width` neighbouring outputs at a time."""
    samples, planes, rows, columns = whole(output.shape)
    parts = split(columns.stop, width or band_width(layer.shape, layer.weights.shape))
    steps = layer.shape.stride[2], layer.shape.dilation[2]
    matrices = {count: filters_matrix(layer.weights, count, *steps) for count in {1, *(count for _, count in parts)}}

    def boxes(region: Box, count: int) -> list[Box]:
        windows = math.prod(output.shape[:4]) // count
        return cut(region, count * fitting(max(matrices[count].shape), windows, layer.multiplications), count)

    def work(taken: Iterable[tuple[Box, int]]) -> None:
        for box, count in taken:
            cells = seen(layer, box)
            if count > 1 and may_leak(cells.reshape(*cells.shape[:3], -1)):
                for part in boxes(box, 1):
                    _fill(layer, unfolded(layer, seen(layer, part)), matrices[1], output[part])
            else:
                _fill(layer, unfolded(layer, cells, count), matrices[count], output[box])

    tiles = [(box, count) for part, count in parts for box in boxes((samples, planes, rows, part), count)]
    run(tiles, work, layer.multiplications)


def unfolded(layer: Sweep, cells: Array, width: int = 1) -> Array:
    """Write the windows of some cells, `width` outputs long, below each other: `(windows, kernel cells · channels)`."""
    (planes, rows, columns), stride, dilation = layer.shape[1:4]
    down, below = (stretch(1, kernel, 1, gap) for kernel, gap in zip((planes, rows), dilation, strict=False))
    long = stretch(width, columns, stride[2], dilation[2])
    every = sliding_window_view(cells, (down, below, long), axis=(1, 2, 3))
    some = every[:, :: stride[0], :: stride[1], :: stride[2] * width, :, :: dilation[0], :: dilation[1]]
    some = some[..., :: dilation[2] if width == 1 else 1].transpose(0, 1, 2, 3, 5, 6, 7, 4)
    return some.reshape(math.prod(some.shape[:4]), -1)


def _fill(layer: Sweep, windows: Array, matrix: Array, output: Array) -> None:
    if output.flags.c_contiguous:
        np.matmul(windows, matrix, out=output.reshape(len(windows), -1))
    else:
        output[...] = (windows @ matrix).reshape(output.shape)
    add_bias(output, layer.bias)


def add_bias(output: Array, bias: Array | None) -> None:
    """Add its own number to every feature map, in place: rows of numbers, because one position alone is slow.

    >>> maps = np.zeros((2, 2))
    >>> add_bias(maps, np.array([1.0, 2.0]))
    >>> maps.tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    if bias is not None:
        output += np.tile(bias, (output.shape[-2], 1))
