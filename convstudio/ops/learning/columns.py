"""The convolution of many small inputs, forward and backward, as products of matrices.

Every window becomes a row of a matrix, its cells and their channels beside each other; that matrix is kept between the
two directions, because the gradients of the weights are a product with it, too::

    windows (x₀ x₁)     weights (w₀)     sums (x₀·w₀ + x₁·w₁)          gradients   windowsᵀ · grad   of the weights
            (x₁ x₂)  ·          (w₁)  =       (x₁·w₀ + x₂·w₁)                      grad · weightsᵀ   of the windows

It takes the memory of the kernel's size times the input, which is why `conv` works in tiles. Where samples are small,
a call costs a tenth of `conv`'s.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from convstudio.ops.padding import Array, pad
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.whole import cells_of_windows


class Windows(NamedTuple):
    """Where the cells of every window are in the padded input, one position after the other, and how it slides."""

    cells: npt.NDArray[np.intp]
    sliding: Geometry


@lru_cache(maxsize=64)
def windows_of(sliding: Geometry) -> Windows:
    """List the cells of all windows, counted through the padded input in memory order.

    >>> from convstudio.ops.shapes import geometry
    >>> windows_of(geometry((4,), (2,), stride=2)).cells.tolist()
    [0, 1, 2, 3]
    """
    return Windows(cells_of_windows(sliding), sliding)


def as_columns(x: Array, windows: Windows) -> Array:
    """Put every window in a row: `(samples · positions, kernel cells · channels)`; padding is 0.

    `x` is `(samples, *spatial, channels)`.

    >>> from convstudio.ops.shapes import geometry
    >>> as_columns(np.array([[[1.0], [2.0], [3.0]]]), windows_of(geometry((3,), (2,)))).tolist()
    [[1.0, 2.0], [2.0, 3.0]]
    """
    samples, channels = len(x), x.shape[-1]
    padded = pad(x, windows.sliding.pairs, "zeros", windows.sliding.rank)
    taken = padded.reshape(samples, -1, channels).take(windows.cells, axis=1, mode="wrap")  # "raise" copies twice
    return taken.reshape(-1, math.prod(windows.sliding.kernel) * channels)


def columns_conv(columns: Array, weights: Array, bias: Array) -> Array:
    """Compute the sums of a convolution, `(samples · positions, filters)`, bias included.

    `weights` are `(*kernel, channels, filters)`. What overflows becomes infinite.

    >>> columns_conv(np.array([[1.0, 2.0]]), np.ones((2, 1, 1)), np.array([0.5])).tolist()
    [[3.5]]
    """
    sums = columns @ weights.reshape(-1, weights.shape[-1])
    sums += bias
    return sums


def columns_weight_gradients(columns: Array, grad: Array, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Compute the gradients of the weights, of that shape, and of the bias; `grad` is that of the sums.

    >>> columns_weight_gradients(np.array([[1.0, 2.0]]), np.array([[2.0]]), (2, 1, 1))[0].ravel().tolist()
    [2.0, 4.0]
    """
    return (columns.T @ grad).reshape(shape), np.ones(len(grad), grad.dtype) @ grad


def columns_input_gradient(grad: Array, weights: Array, windows: Windows, samples: int) -> Array:
    """Compute the gradient of the input, `(samples, *spatial, channels)`; `grad` is that of the sums.

    >>> from convstudio.ops.shapes import geometry
    >>> windows = windows_of(geometry((3,), (2,)))
    >>> columns_input_gradient(np.array([[1.0], [10.0]]), np.array([[[1.0]], [[-1.0]]]), windows, 1).ravel().tolist()
    [1.0, 9.0, -10.0]
    """
    sliding = windows.sliding
    turned = _turned(sliding)
    if turned is None:
        return _painted(grad, weights, sliding, samples)
    rank, (channels, filters) = sliding.rank, weights.shape[-2:]
    flipped = np.ascontiguousarray(np.flip(weights, tuple(range(rank))).swapaxes(-1, -2)).reshape(-1, channels)
    columns = as_columns(grad.reshape(samples, *sliding.output, filters), windows_of(turned))
    return np.asarray((columns @ flipped).reshape(samples, *sliding.spatial, channels))


@lru_cache(maxsize=64)
def _turned(sliding: Geometry) -> Geometry | None:
    """Return how the flipped kernel slides over the gradient; None where it cannot, with strides or wide padding."""
    reach = [d * (k - 1) for k, d in zip(sliding.kernel, sliding.dilation, strict=True)]
    if max(sliding.stride) > 1 or any(max(pair) > most for pair, most in zip(sliding.pairs, reach, strict=True)):
        return None
    pairs = tuple((most - before, most - after) for (before, after), most in zip(sliding.pairs, reach, strict=True))
    return sliding._replace(spatial=sliding.output, pairs=pairs, output=sliding.spatial)


def _painted(grad: Array, weights: Array, sliding: Geometry, samples: int) -> Array:
    """Add, kernel cell by kernel cell, what every position gives back to the cell that it met there."""
    channels = weights.shape[-2]
    made = np.zeros((samples, *sliding.padded, channels), grad.dtype)
    for tap in product(*map(range, sliding.kernel)):
        axes = zip(tap, sliding.dilation, sliding.stride, sliding.output, strict=True)
        met = tuple(slice(k * d, k * d + (n - 1) * s + 1, s) for k, d, s, n in axes)
        made[:, *met] += (grad @ weights[tap].T).reshape(samples, *sliding.output, channels)
    return made[:, *(slice(pair[0], pair[0] + n) for pair, n in zip(sliding.pairs, sliding.spatial, strict=True))]
