"""Several neighbouring outputs from one stretch of input, as one product with a banded matrix.

Equals [terms] of `ops.reference` for several neighbouring [positions], plus terms whose weight is zero.

Three outputs of the kernel (a, b, c) read five inputs::

    y₀ = a·x₀ + b·x₁ + c·x₂                  a b c 0 0
    y₁ =        a·x₁ + b·x₂ + c·x₃      =    0 a b c 0  · x
    y₂ =               a·x₂ + b·x₃ + c·x₄    0 0 a b c

The zeros cost multiplications, but x is copied once instead of three times, and matrix products are what a
processor does best. A zero times NaN is NaN: where the input is not finite, the caller must do without bands.
"""

from __future__ import annotations

import numpy as np

from convstudio.ops.padding import Array


def stretch(count: int, kernel: int, stride: int, dilation: int) -> int:
    """Count the input cells that `count` neighbouring outputs read.

    >>> stretch(3, 3, 1, 1)
    5
    """
    return (count - 1) * stride + (kernel - 1) * dilation + 1


def band(kernel: Array, count: int, stride: int, dilation: int) -> Array:
    """Lay `count` copies of a kernel along a stretch of input, each one stride further.

    `kernel` is `(cells, ...)`; returns `(stretch, count, ...)`.

    >>> band(np.array([1.0, 2.0, 3.0]), 3, 1, 1).T.tolist()
    [[1.0, 2.0, 3.0, 0.0, 0.0], [0.0, 1.0, 2.0, 3.0, 0.0], [0.0, 0.0, 1.0, 2.0, 3.0]]
    """
    matrix = np.zeros((stretch(count, len(kernel), stride, dilation), count, *kernel.shape[1:]), kernel.dtype)
    outputs = np.arange(count)
    for cell, weight in enumerate(kernel):
        matrix[outputs * stride + cell * dilation, outputs] = weight
    return matrix


def split(size: int, count: int) -> list[tuple[slice, int]]:
    """Divide an axis into what is computed `count` at a time and what is left over.

    >>> split(10, 4)
    [(slice(0, 8, None), 4), (slice(8, 10, None), 2)]
    """
    whole = size - size % count
    parts = [(slice(0, whole), count), (slice(whole, size), size - whole)]
    return [(part, neighbours) for part, neighbours in parts if part.stop > part.start]


def may_leak(cells: Array) -> bool:
    """Return whether a NaN or an infinity among these input cells could leak through a band's zeros.

    >>> may_leak(np.ones((1, 3))), may_leak(np.array([[1.0, np.nan]]))
    (False, True)
    """
    return not np.isfinite(np.vecdot(cells, cells)).all()  # the quickest way to test every value
