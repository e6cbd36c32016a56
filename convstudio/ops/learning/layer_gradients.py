"""How the loss changes with what the layers around a convolution read and learn.

Each function is the gradient of `sum(layer(x, ...) · grad_y)`, by the chain rule. Dropout and flattening need none of
their own: the same mask (the same seed) silences and scales `grad_y`, and a reshape takes it back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, matching
from convstudio.ops.calls.conv_call import ConvSettings
from convstudio.ops.calls.painted_cells import TransposeSettings, transposed_shape
from convstudio.ops.convolution import conv
from convstudio.ops.gradients import conv_weight_gradients
from convstudio.ops.layers import (
    EPSILON,
    batch_norm,
    dense,
    mean_of_squares,
    prelu,
    sum_over_channels,
    upsample,
)
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times
from convstudio.ops.strategies.gather import sum_of_rows
from convstudio.ops.transpose import transpose_call


def conv_transpose_gradients(
    y: npt.ArrayLike,
    weights: npt.ArrayLike,
    grad_x: npt.ArrayLike,
    *,
    groups: int = 1,
    **settings: Unpack[TransposeSettings],
) -> tuple[Array, Array, Array]:
    """Compute the gradients of `sum(conv_transpose(y, weights, bias, ...) · grad_x)`.

    As a transposed convolution is the adjoint of `conv` with the same weights, `grad_y` is a `conv` of `grad_x`, and
    `grad_weights` is that of `conv` with the parts of input and gradient exchanged. `grad_x` has the shape of
    `conv_transpose`'s result; the other arguments, settings and errors are `conv_transpose`'s.

    Returns (grad_y, grad_weights, grad_bias) with the shapes of `y`, `weights` and `(channels,)`. Raises ShapeError
    where `grad_x` does not fit.

    >>> y, weights = [[1.0], [10.0]], [[[1.0]], [[2.0]]]
    >>> grads = conv_transpose_gradients(y, weights, [[1.0], [1.0], [0.0], [0.0]], stride=2)
    >>> grads[0][:, 0].tolist(), grads[1][:, 0, 0].tolist(), grads[2].tolist()
    ([3.0, 0.0], [1.0, 1.0], [2.0])
    """
    call = transpose_call(y, weights, groups, **settings)
    grad = matching(grad_x, call.output_shape, "grad_x").astype(call.y.dtype, copy=False)
    size = call.y.shape[-1 - len(call.kept) : -1]
    stride, dilation = settings.get("stride", 1), settings.get("dilation", 1)
    painted = transposed_shape(size, call.weights.shape[:-2], stride=stride, dilation=dilation, output_padding=0)
    pairs = tuple((cells.start, max(whole - cells.stop, 0)) for whole, cells in zip(painted, call.kept, strict=True))
    there: tuple[Any, ...] = (..., *(slice(0, cells) for cells in size), slice(None))
    steps: ConvSettings = {"stride": stride, "padding": pairs, "dilation": dilation, "groups": groups}
    slid = conv(grad, call.weights, **steps)
    sent = np.zeros(slid.shape, slid.dtype)
    sent[there] = call.y
    grad_weights, _ = conv_weight_gradients(grad, call.weights, sent, **steps)
    return np.ascontiguousarray(slid[there]), grad_weights, _sum_to(grad, grad.shape[-1:])


def batch_norm_gradients(
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    grad_y: npt.ArrayLike,
    gamma: npt.ArrayLike | None = None,
    *,
    epsilon: float = EPSILON,
) -> tuple[Array, Array, Array]:
    """Compute the gradients of `sum(batch_norm(x, mean, variance, gamma, beta) · grad_y)`, with fixed statistics.

    With `n = (x − mean) / √(variance + epsilon)`: `grad_x = grad_y · gamma / √(variance + epsilon)`,
    `grad_gamma = Σ grad_y · n` and `grad_beta = Σ grad_y`, over all but the channels. Arguments and errors are
    `batch_norm`'s. Returns (grad_x, grad_gamma, grad_beta).

    >>> [part.tolist() for part in batch_norm_gradients([[3.0]], [1.0], [4.0], [[1.0]], [2.0], epsilon=0)]
    [[[1.0]], [1.0], [1.0]]
    """
    values = as_float(x, "the input")
    grad = matching(grad_y, values.shape, "grad_y").astype(values.dtype, copy=False)
    normal = batch_norm(values, mean, variance, epsilon=epsilon)
    nothing = np.zeros(values.shape[-1:], values.dtype)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        grad_x = batch_norm(grad, nothing, variance, gamma, epsilon=epsilon)
        return grad_x, _sum_to(grad * normal, nothing.shape), _sum_to(grad, nothing.shape)


def batch_norm_in_training(
    x: npt.ArrayLike,
    gamma: npt.ArrayLike | None = None,
    beta: npt.ArrayLike | None = None,
    *,
    epsilon: float = EPSILON,
) -> tuple[Array, Array, Array]:
    """Normalise every channel with the statistics of the input itself, as while training.

    The mean and the variance (divided by the number of values, not by one less) are taken over all axes but the
    channels, the batch among them. Returns (y, mean, variance). Source: as for `batch_norm`, algorithm 1.

    >>> [part.tolist() for part in batch_norm_in_training([[1.0], [3.0]], epsilon=0)]
    [[[-1.0], [1.0]], [2.0], [1.0]]
    """
    values = as_float(x, "the input")
    if values.ndim < 2 or not values.size:
        raise ShapeError(
            f"an input of shape {times(values.shape)} has no mean of several values; give it a batch, or spatial axes"
        )
    axes = tuple(range(values.ndim - 1))
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        mean = values.mean(axes, dtype=np.float64).astype(values.dtype)
        variance = np.square(values - mean).mean(axes, dtype=np.float64).astype(values.dtype)
    return batch_norm(values, mean, variance, gamma, beta, epsilon=epsilon), mean, variance


def batch_norm_in_training_gradients(
    x: npt.ArrayLike, grad_y: npt.ArrayLike, gamma: npt.ArrayLike | None = None, *, epsilon: float = EPSILON
) -> tuple[Array, Array, Array]:
    """Compute the gradients of `sum(batch_norm_in_training(x, gamma, beta)[0] · grad_y)`.

    Every value moves the mean and the variance too, so with n as in `batch_norm_gradients` and means over all but the
    channels: `grad_x = gamma / √(variance + epsilon) · (grad_y − mean(grad_y) − n · mean(grad_y · n))`.
    Returns (grad_x, grad_gamma, grad_beta).

    >>> batch_norm_in_training_gradients([[1.0], [3.0]], [[1.0], [0.0]], epsilon=0)[0].round(6)[:, 0].tolist()
    [0.0, 0.0]
    """
    values = as_float(x, "the input")
    normal, mean, variance = batch_norm_in_training(values, epsilon=epsilon)
    grad = matching(grad_y, values.shape, "grad_y").astype(values.dtype, copy=False)
    _, grad_gamma, grad_beta = batch_norm_gradients(values, mean, variance, grad, gamma, epsilon=epsilon)
    count = values.size // values.shape[-1]
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        centred = grad - grad_beta / count - normal * (grad_gamma / count)
    nothing = np.zeros(values.shape[-1:], values.dtype)
    return batch_norm(centred, nothing, variance, gamma, epsilon=epsilon), grad_gamma, grad_beta


def prelu_gradients(x: npt.ArrayLike, slopes: npt.ArrayLike, grad_y: npt.ArrayLike) -> tuple[Array, Array]:
    """Compute the gradients of `sum(prelu(x, slopes) · grad_y)`.

    `grad_x` is `grad_y` where x is above 0, else `slopes · grad_y`; `grad_slopes = Σ grad_y · min(x, 0)` over all
    values that share a slope. Arguments and errors are `prelu`'s. Returns (grad_x, grad_slopes).

    >>> [part.tolist() for part in prelu_gradients([[-2.0], [3.0]], [0.5], [[1.0], [1.0]])]
    [[[0.5], [1.0]], [-2.0]]
    """
    values, held = as_float(x, "the input"), as_float(slopes, "slopes")
    grad = matching(grad_y, prelu(values, held).shape, "grad_y").astype(values.dtype, copy=False)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        grad_x = np.where(values > 0, grad, held.astype(values.dtype) * grad)
        return grad_x, _sum_to(grad * np.minimum(values, 0), held.shape)


def local_response_norm_gradient(
    x: npt.ArrayLike, grad_y: npt.ArrayLike, before: int, after: int, *, alpha: float, beta: float, k: float
) -> Array:
    """Compute the gradient of `sum(local_response_norm(x, before, after, …) · grad_y)` with respect to `x`.

    With D the sum that is raised to −beta: `grad_x[i] = grad_y[i] · D[i]^−beta − 2 · alpha · beta / n · x[i] ·
    Σ grad_y[c] · x[c] · D[c]^(−beta − 1)` over the channels c whose sum holds channel i. Arguments and errors are
    those of `local_response_norm`.

    >>> local_response_norm_gradient([2.0], [1.0], 0, 0, alpha=1.0, beta=1.0, k=0.0).tolist()
    [-0.25]
    """
    values = as_float(x, "the input")
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        divisor = mean_of_squares(values, before, after, alpha, k)
        grad = matching(grad_y, values.shape, "grad_y").astype(values.dtype, copy=False)
        kind = values.dtype.type
        shares = grad * divisor ** kind(-beta)
        through = sum_over_channels(shares * values / divisor, after, before)
        return np.asarray(shares - kind(2 * alpha * beta / (before + 1 + after)) * values * through)


def upsample_gradient(grad_y: npt.ArrayLike, factor: Sequence[int]) -> Array:
    """Compute the gradient of `sum(upsample(x, factor) · grad_y)`: each cell's is the sum of those of its copies.

    `grad_y` is `(*batch, *(spatial · factor), channels)`; returns `(*batch, *spatial, channels)`. Raises ShapeError
    for lengths that the factors do not divide, and otherwise as `upsample`.

    >>> upsample_gradient([[1.0], [2.0], [3.0], [4.0]], (2,))[:, 0].tolist()
    [3.0, 7.0]
    """
    grad, factors = as_float(grad_y, "grad_y"), tuple(factor)
    upsample(np.zeros((*(0,) * len(factors), 1)), factors)  # which refuses factors that do not enlarge a map
    spatial = grad.shape[-1 - len(factors) : -1]
    if len(spatial) != len(factors) or any(length % repeats for length, repeats in zip(spatial, factors, strict=True)):
        raise ShapeError(
            f"grad_y has shape {times(grad.shape)}, which is not that of a map enlarged {times(factors)} times; give "
            f"one value per output"
        )
    small = tuple(length // repeats for length, repeats in zip(spatial, factors, strict=True))
    pairs = [part for pair in zip(small, factors, strict=True) for part in pair]
    batch = grad.shape[: -1 - len(factors)]
    blocks = grad.reshape(*batch, *pairs, grad.shape[-1])
    return np.asarray(blocks.sum(tuple(len(batch) + 2 * axis + 1 for axis in range(len(factors)))))


def dense_gradients(x: npt.ArrayLike, weights: npt.ArrayLike, grad_y: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """Compute the gradients of `sum(dense(x, weights, bias) · grad_y)`.

    `grad_x[i] = Σ grad_y[u] · weights[i, u]`, `grad_weights[i, u] = Σ x[i] · grad_y[u]` and `grad_bias[u] = Σ
    grad_y[u]`, the last two over all samples. Arguments and errors are `dense`'s. Returns (grad_x, grad_weights,
    grad_bias).

    >>> [part.tolist() for part in dense_gradients([1.0, 2.0], [[1.0, 0.0], [10.0, 1.0]], [1.0, 0.0])]
    [[1.0, 10.0], [[1.0, 0.0], [2.0, 0.0]], [1.0, 0.0]]
    """
    values, matrix = as_float(x, "the input"), as_float(weights, "weights")
    made = dense(values, matrix)
    grad = matching(grad_y, made.shape, "grad_y").astype(made.dtype, copy=False)
    inputs, units = matrix.shape
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        grad_weights = values.reshape(-1, inputs).T @ grad.reshape(-1, units)
        return grad @ matrix.T, grad_weights, _sum_to(grad, (units,))


def _sum_to(values: Array, shape: tuple[int, ...]) -> Array:
    """Sum over the leading axes that a smaller array was repeated along, and over those where it has length 1."""
    leading, own = values.shape[: values.ndim - len(shape)], values.shape[values.ndim - len(shape) :]
    summed = sum_of_rows(values.reshape(math.prod(leading), math.prod(own))).reshape(own)
    shared = tuple(axis for axis, length in enumerate(shape) if length == 1 and own[axis] != 1)
    return np.asarray(summed.sum(shared, keepdims=True), values.dtype)
