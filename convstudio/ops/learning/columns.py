"""The convolution of many small inputs, forward and backward, as products of matrices.

Every window becomes a row of a matrix, its cells and their channels beside each other; that matrix is kept between the
two directions, because the gradients of the weights are a product with it, too::

    windows (x₀ x₁)     weights (w₀)     sums (x₀·w₀ + x₁·w₁)          gradients   windowsᵀ · grad   of the weights
            (x₁ x₂)  ·          (w₁)  =       (x₁·w₀ + x₂·w₁)                      grad · weightsᵀ   of the windows

It takes the memory of the kernel's size times the input, which is why `conv` works in tiles. Where samples are small,
a call costs a tenth of `conv`'s.
"""

from __future__ import annotations

import numpy as np

from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry


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

    Kernel cell by kernel cell, what every position gives back is added to the cell that it met there.

    >>> from convstudio.ops.shapes import geometry
    >>> sliding = geometry((3,), (2,))
    >>> columns_input_gradient(np.array([[1.0], [10.0]]), np.array([[[1.0]], [[-1.0]]]), sliding, 1).ravel().tolist()
    [1.0, 9.0, -10.0]
    """
    channels = weights.shape[-2]
    made = np.zeros((samples, *sliding.padded, channels), grad.dtype)
    for tap in np.ndindex(sliding.kernel):
        axes = zip(tap, sliding.dilation, sliding.stride, sliding.output, strict=True)
        met = tuple(slice(k * d, k * d + (n - 1) * s + 1, s) for k, d, s, n in axes)
        made[:, *met] += (grad @ weights[tap].T).reshape(samples, *sliding.output, channels)
    inside = (slice(pair[0], pair[0] + n) for pair, n in zip(sliding.pairs, sliding.spatial, strict=True))
    return np.ascontiguousarray(made[:, *inside])
