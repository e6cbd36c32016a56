"""Several neighbouring outputs from one stretch of input, as one product with a banded matrix.

Equals [terms] of `ops.reference` for several neighbouring [positions], plus terms whose weight is zero.

Three outputs of the kernel (a, b, c) read five inputs::

    y₀ = a·x₀ + b·x₁ + c·x₂                  a b c 0 0
    y₁ =        a·x₁ + b·x₂ + c·x₃      =    0 a b c 0  · x
    y₂ =               a·x₂ + b·x₃ + c·x₄    0 0 a b c

The zeros cost multiplications, but x is copied once instead of three times, and matrix products are what a
processor does best: where channels and filters are few, this is up to six times faster. A zero times NaN is NaN:
where the input is not finite, `unfold` does without bands.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry

_WIDTHS = (1, 2, 4, 8, 16, 32, 64)

_MATRIX_VALUES = 2**20
"""The largest matrix of filters with bands: 4 MiB of float32, since every window meets all of it."""


def stretch(count: int, kernel: int, stride: int, dilation: int) -> int:
    """Count the input cells that `count` neighbouring outputs read.

    >>> stretch(3, 3, 1, 1)
    5
    """
    return (count - 1) * stride + (kernel - 1) * dilation + 1


def filters_matrix(weights: Array, width: int, stride: int, dilation: int) -> Array:
    """Write the filters below each other, `width` times, each time a stride further along the columns.

    `weights` is `(planes, rows, columns, channels, filters)`; returns `(planes · rows · stretch · channels, width ·
    filters)`, whose product with a window is `width` neighbouring outputs. Width 1 has no zeros, dilation or not.

    >>> filters_matrix(np.array([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1, 1), 3, 1, 1).T.tolist()
    [[1.0, 2.0, 3.0, 0.0, 0.0], [0.0, 1.0, 2.0, 3.0, 0.0], [0.0, 0.0, 1.0, 2.0, 3.0]]
    """
    planes, rows, columns, channels, filters = weights.shape
    if width == 1:
        return weights.reshape(-1, filters)
    long = stretch(width, columns, stride, dilation)
    matrix = np.zeros((planes, rows, long, channels, width, filters), weights.dtype)
    for output in range(width):
        first = output * stride
        matrix[:, :, first : first + (columns - 1) * dilation + 1 : dilation, :, output] = weights
    return matrix.reshape(-1, width * filters)


@lru_cache(maxsize=64)
def band_width(shape: Geometry, weights: tuple[int, ...]) -> int:
    """Choose how many neighbouring outputs share a window: the cheapest by `_cost`, for weights of such a shape.

    >>> from convstudio.ops.shapes import geometry
    >>> band_width(geometry((1, 9, 90), (1, 3, 3)), (1, 3, 3, 64, 64))
    1
    """
    most = min(shape.output[2], _MATRIX_VALUES // math.prod(weights))  # a band is longer than its kernel
    return min((width for width in _WIDTHS if width <= max(most, 1)), key=lambda width: _cost(shape, weights, width))


def _cost(shape: Geometry, weights: tuple[int, ...], width: int) -> float:
    """Estimate nanoseconds per output of one core of 2024.

    To copy a window takes 8 for each run of neighbouring values and 0.25 for each value; its product takes 1/30 for
    each multiplication and 0.3 for each result.
    """
    planes, rows, columns, channels, filters = weights
    is_apart = width == 1 and shape.dilation[2] > 1
    long = columns if width == 1 else stretch(width, columns, shape.stride[2], shape.dilation[2])
    runs, values, results = (
        planes * rows * (columns if is_apart else 1),
        planes * rows * long * channels,
        width * filters,
    )
    return (8 * runs + 0.25 * values + values * results / 30 + 0.3 * results) / width


def split(size: int, count: int) -> list[tuple[slice, int]]:
    """Divide an axis into what is computed `count` at a time and what is left over.

    >>> split(10, 4)
    [(slice(0, 8, None), 4), (slice(8, 10, None), 2)]
    """
    even = size - size % count
    parts = [(slice(0, even), count), (slice(even, size), size - even)]
    return [(part, neighbours) for part, neighbours in parts if part.stop > part.start]


def may_leak(cells: Array) -> bool:
    """Return whether a NaN or an infinity among these input cells could leak through a band's zeros.

    >>> may_leak(np.ones((1, 3))), may_leak(np.array([[1.0, np.nan]]))
    (False, True)
    """
    return not np.isfinite(np.vecdot(cells, cells)).all()  # the quickest way to test every value
