"""Several neighbouring outputs from one stretch of input: another convolution, of more filters and a larger stride.

Equals [terms] of `ops.reference` for several neighbouring [positions], plus terms whose weight is zero.

Three outputs of the kernel (a, b, c) read five inputs, and the next three begin three inputs further along::

    y₀ = a·x₀ + b·x₁ + c·x₂                  a b c 0 0
    y₁ =        a·x₁ + b·x₂ + c·x₃      =    0 a b c 0  · x
    y₂ =               a·x₂ + b·x₃ + c·x₄    0 0 a b c

So these rows are three filters of five cells, with stride 3. The zeros cost multiplications, but x is copied once
instead of three times, and matrix products are what a processor does best: where channels and filters are few, this is
up to ten times faster. A zero times NaN is NaN: where the input is not finite, `unfold` does without bands.
"""

from __future__ import annotations

import math

import numpy as np

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies import unfold

_RESULTS = 32
"""How many results of one window are worth zeros among the weights."""

_MATRIX_VALUES = 2**20
"""The largest matrix of filters with bands: 4 MiB of float32, since every window meets all of it."""


def convolve(layer: ConvCall, output: Array) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`, some columns at a time where filters are few."""
    width = band_width(layer.geometry, layer.weights.shape)
    if width == 1 or may_leak(layer.x):
        unfold.convolve(layer, output, layer.multiplications)
        return
    *others, columns, filters = output.shape
    even = columns - columns % width
    joined = output[..., :even, :].reshape(*others, even // width, width * filters)
    unfold.convolve(banded(layer, width), joined, layer.multiplications * even // columns)
    if even < columns:
        rest = layer._replace(geometry=_from_column(layer.geometry, even))
        unfold.convolve(rest, output[..., even:, :], rest.multiplications)


def banded(layer: ConvCall, width: int) -> ConvCall:
    """Return the layer whose filters are those of a layer `width` times, each time a stride further along the columns.

    >>> from convstudio.ops.calls.conv_call import conv_call
    >>> from convstudio.ops.strategies.sweep import sweep
    >>> banded(sweep(conv_call(np.ones((9, 1)), [[[1.0]], [[2.0]], [[3.0]]])), 3).weights.reshape(5, 3).T.tolist()
    [[1.0, 2.0, 3.0, 0.0, 0.0], [0.0, 1.0, 2.0, 3.0, 0.0], [0.0, 0.0, 1.0, 2.0, 3.0]]
    """
    shape, (planes, rows, columns, channels, filters) = layer.geometry, layer.weights.shape
    (*steps, stride), (*gaps, dilation) = shape.stride, shape.dilation
    long = _length(shape, width)
    weights = np.zeros((planes, rows, long, channels, width, filters), layer.weights.dtype)
    for output in range(width):
        first = output * stride
        weights[:, :, first : first + (columns - 1) * dilation + 1 : dilation, :, output] = layer.weights
    geometry = shape._replace(
        kernel=(planes, rows, long),
        stride=(*steps, stride * width),
        dilation=(*gaps, 1),
        output=(*shape.output[:2], shape.output[2] // width),
    )
    bias = None if layer.bias is None else np.tile(layer.bias, width)
    return layer._replace(weights=weights.reshape(planes, rows, long, channels, -1), bias=bias, geometry=geometry)


def _from_column(shape: Geometry, first: int) -> Geometry:
    """Leave out the first columns of the output."""
    (*pairs, (before, after)), (*others, columns) = shape.pairs, shape.output
    moved = (*pairs, (before - first * shape.stride[2], after))
    return shape._replace(pairs=moved, output=(*others, columns - first))


def _length(shape: Geometry, width: int) -> int:
    """Count the columns of the input that so many neighbouring outputs read."""
    return (width - 1) * shape.stride[2] + (shape.kernel[2] - 1) * shape.dilation[2] + 1


def band_width(shape: Geometry, weights: tuple[int, ...]) -> int:
    """Choose how many neighbouring outputs share a window, for weights of such a shape: a power of two.

    So many that their product makes a few vectors of results, and no more than four times the length of the kernel,
    or zeros are most of what is multiplied.

    >>> from convstudio.ops.shapes import geometry
    >>> band_width(geometry((1, 9, 90), (1, 3, 3)), (1, 3, 3, 1, 8))
    4
    """
    most = min(
        _RESULTS // weights[-1],
        4 * _length(shape, 1),
        _MATRIX_VALUES // math.prod(weights),  # a band is longer than its kernel
        shape.output[2],
    )
    return 1 << max(most, 1).bit_length() - 1


def may_leak(cells: Array) -> bool:
    """Return whether a NaN or an infinity among these cells could leak through a band's zeros.

    >>> may_leak(np.ones((1, 3))), may_leak(np.array([[1.0, np.nan]]))
    (False, True)
    """
    return not np.isfinite(cells.sum())
