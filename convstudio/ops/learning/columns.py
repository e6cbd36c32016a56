"""The convolution of many small inputs, forward and backward, as products of matrices.

Every window becomes a row of a matrix, its cells and their channels beside each other; that matrix is kept between the
two directions, because the gradients of the weights are a product with it, too::

    windows (x₀ x₁)     weights (w₀)     sums (x₀·w₀ + x₁·w₁)          gradients   windowsᵀ · grad   of the weights
            (x₁ x₂)  ·          (w₁)  =       (x₁·w₀ + x₂·w₁)                      grad · weightsᵀ   of the windows

It takes the memory of the kernel's size times the input, which is why `conv` works in tiles. Where samples are small,
a call costs a tenth of `conv`'s.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry, kernel_extent
from convstudio.ops.strategies.sweep import taps
from convstudio.ops.strategies.whole import as_columns


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


def columns_input_gradient(grad: Array, weights: Array, sliding: Geometry, samples: int) -> Array:
    """Compute the gradient of the input, `(samples, *spatial, channels)`; `grad` is that of the sums.

    Each cell's is what a flipped kernel makes of the gradients, with a zero wherever no window begins: a convolution of
    stride 1, though a weight that is not finite makes NaN of these zeros. With stride 2 and the kernel (a, b, c)::

        gradients g₀ g₁   spread  0 0 g₀ 0 g₁ 0 0  ·  (c b a)   =   a·g₀  b·g₀  c·g₀ + a·g₁  b·g₁  c·g₁

    >>> from convstudio.ops.shapes import geometry
    >>> sliding = geometry((3,), (2,))
    >>> columns_input_gradient(np.array([[1.0], [10.0]]), np.array([[[1.0]], [[-1.0]]]), sliding, 1).ravel().tolist()
    [1.0, 9.0, -10.0]
    """
    channels, filters = weights.shape[-2:]
    turned, places = _turned(sliding)
    spread = np.zeros((samples, *turned.spatial, filters), grad.dtype)
    given, met = zip(*places, strict=True)
    spread[:, *met] = grad.reshape(samples, *sliding.output, filters)[:, *given]
    flipped = np.flip(weights, tuple(range(sliding.rank))).swapaxes(-1, -2).reshape(-1, channels)
    return np.asarray((as_columns(spread, turned) @ flipped).reshape(samples, *sliding.spatial, channels))


@lru_cache(maxsize=64)
def _turned(sliding: Geometry) -> tuple[Geometry, tuple[tuple[slice, slice], ...]]:
    """Return how the flipped kernel slides over spread gradients, and which of them are where along each axis."""
    reach = [extent - 1 for extent in kernel_extent(sliding.kernel, sliding.dilation)]
    sizes = tuple(size + more for size, more in zip(sliding.spatial, reach, strict=True))
    befores = [before - more for (before, _), more in zip(sliding.pairs, reach, strict=True)]
    axes = zip(sliding.stride, befores, sizes, sliding.output, strict=True)
    nowhere = [(0, slice(0), slice(0))]
    places = tuple((given, met) for axis in axes for _, given, met in taps(1, axis[0], 1, *axis[1:]) or nowhere)
    alone, nothing = (1,) * sliding.rank, ((0, 0),) * sliding.rank
    return sliding._replace(spatial=sizes, stride=alone, pairs=nothing, output=sliding.spatial), places
