"""The convolution as one product of matrices: every window is a row of one, every filter a column of the other.

Equals [terms] and [product] of `ops.reference`, for all [positions] of a box and all [filters] at once::

    windows  (x₀ x₁ x₂)     filters  (a₀ b₀)     maps  (x₀·a₀ + x₁·a₁ + x₂·a₂   x₀·b₀ + x₁·b₁ + x₂·b₂)
             (x₁ x₂ x₃)  ·           (a₁ b₁)  =        (x₁·a₀ + x₂·a₁ + x₃·a₂   x₁·b₀ + x₂·b₁ + x₃·b₂)
             (x₂ x₃ x₄)              (a₂ b₂)           (x₂·a₀ + x₃·a₁ + x₄·a₂   x₂·b₀ + x₃·b₁ + x₄·b₂)

The matrix of all windows would be as many times larger than the input as the kernel has cells; that of one box stays
in the cache.

Source: K. Chellapilla, S. Puri and P. Simard, "High performance convolutional neural networks for document
processing", 2006, https://inria.hal.science/inria-00112631, section 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.padding import Array
from convstudio.ops.shapes import kernel_extent
from convstudio.ops.strategies.sweep import Box, cut, fitting, run, seen, whole


def convolve(layer: ConvCall, output: Array, multiplications: int) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`, by so many multiplications of the formula."""
    matrix = layer.weights.reshape(-1, layer.weights.shape[-1])

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            windows, made = unfolded(layer, seen(layer, box)), output[box]
            if made.flags.c_contiguous:
                np.matmul(windows, matrix, out=made.reshape(len(windows), -1))
            else:
                made[...] = (windows @ matrix).reshape(made.shape)
            add_bias(made, layer.bias)

    room = fitting(max(matrix.shape), math.prod(output.shape[:4]), multiplications)
    run(cut(whole(output.shape), room), work, multiplications)


def unfolded(layer: ConvCall, cells: Array) -> Array:
    """Write the windows of some cells below each other: `(windows, kernel cells · channels)`."""
    _, kernel, (beyond, below, beside), gaps, _, _ = layer.geometry
    windows = sliding_window_view(cells, kernel_extent(kernel, gaps), axis=(1, 2, 3))
    met = windows[:, ::beyond, ::below, ::beside, :, :: gaps[0], :: gaps[1], :: gaps[2]]
    return np.moveaxis(met, 4, -1).reshape(math.prod(met.shape[:4]), -1)


def add_bias(output: Array, bias: Array | None) -> None:
    """Add its own number to every feature map, in place: rows of numbers, because one position alone is slow.

    >>> maps = np.zeros((2, 2))
    >>> add_bias(maps, np.array([1.0, 2.0]))
    >>> maps.tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    if bias is not None:
        output += np.tile(bias, (output.shape[-2], 1))
