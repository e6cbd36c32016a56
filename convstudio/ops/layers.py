"""The layers around a convolution: normalisation, dropout, flattening, and the dense layer at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, check_bias, first_spatial
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times

EPSILON = 1e-3
"""Keras's `epsilon` of batch normalisation (PyTorch's is 1e-5)."""


def batch_norm(
    x: npt.ArrayLike,
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    gamma: npt.ArrayLike | None = None,
    beta: npt.ArrayLike | None = None,
    *,
    epsilon: float = EPSILON,
) -> Array:
    """Normalise every channel with the statistics of training.

    `y = (x − mean) / √(variance + epsilon) · gamma + beta`, where `x` is `(..., channels)`, the others
    `(channels,)`; `gamma` is 1 and `beta` 0 unless given. Returns the shape and float type of `x`. Raises
    ShapeError for statistics of another length, ValueError for an epsilon below 0.

    Source: S. Ioffe and C. Szegedy, "Batch Normalization", 2015, https://arxiv.org/abs/1502.03167,
    algorithm 2.

    >>> batch_norm([[1.0], [3.0]], [2.0], [1.0], epsilon=0)[:, 0].tolist()
    [-1.0, 1.0]
    """
    values = as_float(x, "the input")
    if not epsilon >= 0:
        raise ValueError(f"epsilon {epsilon} is too small; use 0 or more")
    centre, spread = _per_channel(values, mean, "mean"), _per_channel(values, variance, "variance")
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        normal = (values - centre) / np.sqrt(spread + spread.dtype.type(epsilon))
        if gamma is not None:
            normal *= _per_channel(values, gamma, "gamma")
        if beta is not None:
            normal += _per_channel(values, beta, "beta")
    return normal


def prelu(x: npt.ArrayLike, slopes: npt.ArrayLike) -> Array:
    """Multiply values below 0 with a slope: `y = x` where x is 0 or more, else `slopes · x`.

    `x` is `(..., channels)` and `slopes` `(channels,)`, or `(1,)`: one for all channels; or `(*spatial, channels)`: one
    for every cell, where the cells along an axis of length 1 share theirs. Returns the shape and float type of `x`.
    Raises ShapeError for another number of slopes.

    Source: K. He et al., "Delving Deep into Rectifiers", 2015, https://arxiv.org/abs/1502.01852, equation 1.

    >>> prelu([[-2.0, -2.0], [3.0, 3.0]], [0.5, 0.25]).tolist()
    [[-1.0, -0.5], [3.0, 3.0]]
    """
    values = as_float(x, "the input")
    held = _shared_along_ones(values, slopes, "slopes")
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return np.asarray(np.maximum(values, 0) + held * np.minimum(values, 0))


def local_response_norm(
    x: npt.ArrayLike, before: int, after: int, *, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Array:
    """Divide every value by a power of the mean of squares in its channel, `before` ones before it and `after` after.

    `y[c] = x[c] / (k + alpha / n · Σ x[i]²)^beta` with i from c − before to c + after, as far as there are such
    channels, and `n = before + 1 + after`. `x` is `(..., channels)`. Returns the shape and float type of `x`. Raises
    ShapeError for an input without channels, ValueError for a number of channels below 0.

    Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section
    3.3; alpha is divided by n as in PyTorch's `LocalResponseNorm(n, alpha, beta, k)` and ONNX's `LRN`.

    >>> local_response_norm([1.0, 2.0], 0, 1, alpha=2.0, beta=1.0, k=0.0).tolist()
    [0.2, 0.5]
    """
    values = as_float(x, "the input")
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return np.asarray(values / mean_of_squares(values, before, after, alpha, k) ** values.dtype.type(beta))


def mean_of_squares(values: Array, before: int, after: int, alpha: float, k: float) -> Array:
    """Return what `local_response_norm` raises to a power: `k + alpha / n · Σ x[i]²`; errors are its own.

    >>> mean_of_squares(np.array([1.0, 2.0]), 0, 1, alpha=2.0, k=0.0).tolist()
    [5.0, 4.0]
    """
    if not values.ndim:
        raise ShapeError("local response normalisation needs an axis of channels, but the input is one number")
    if before < 0 or after < 0:
        raise ValueError(f"{min(before, after)} neighbouring channels are too few; use 0 or more")
    kind = values.dtype.type
    return np.asarray(kind(k) + kind(alpha / (before + 1 + after)) * sum_over_channels(values * values, before, after))


def sum_over_channels(values: Array, before: int, after: int) -> Array:
    """Add up, for every channel, the values at its place of the channels from `before` before it to `after` after it.

    >>> sum_over_channels(np.array([1.0, 2.0, 4.0]), 1, 0).tolist()
    [1.0, 3.0, 6.0]
    """
    channels, total = values.shape[-1], values.copy()
    for apart in range(1, min(before, channels - 1) + 1):
        total[..., apart:] += values[..., :-apart]
    for apart in range(1, min(after, channels - 1) + 1):
        total[..., :-apart] += values[..., apart:]
    return total


def rescale(x: npt.ArrayLike, scale: npt.ArrayLike, offset: npt.ArrayLike) -> Array:
    """Bring values into another range: `y = scale · x + offset`.

    `x` is `(..., channels)`, `scale` and `offset` are `(channels,)`, or `(1,)`: one for all channels. Returns the shape
    and float type of `x`. Raises ShapeError for another number of scales or offsets.

    >>> rescale([[0.0, 1.0]], [2.0], [-1.0]).tolist()
    [[-1.0, 1.0]]
    """
    values = as_float(x, "the input")
    factor = _per_channel(values, scale, "scale", or_one=True)
    added = _per_channel(values, offset, "offset", or_one=True)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return np.asarray(factor * values + added)


def dropout(x: npt.ArrayLike, rate: float, seed: int) -> Array:
    """Silence a random share of the values, and scale up the others so that the mean stays.

    `x` may have any shape; `rate`, 0 to 1, is the chance of each value to become 0, the others are divided by
    `1 − rate`. The same seed silences the same places. Returns the shape and float type of `x`.

    Raises ValueError for a rate outside 0 to 1.

    Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014,
    https://jmlr.org/papers/v15/srivastava14a.html, in the inverted form of Keras and PyTorch.

    >>> sorted(set(dropout(np.ones(100), 0.5, seed=1).tolist()))
    [0.0, 2.0]
    """
    values = as_float(x, "the input")
    return _silence(values, values.shape, rate, seed)


def spatial_dropout(x: npt.ArrayLike, rate: float, seed: int, rank: int) -> Array:
    """Silence whole channels of each sample: neighbouring cells are alike, so they go together.

    `x` is `(*batch, *spatial, channels)` with `rank` spatial axes; the rest as in `dropout`.

    Raises ValueError for a rate outside 0 to 1, ShapeError for an input with too few axes.

    Source: J. Tompson et al., "Efficient object localization using convolutional networks", 2015,
    https://arxiv.org/abs/1411.4280

    >>> sorted(set(spatial_dropout(np.ones((4, 4, 9)), 0.5, seed=1, rank=2).sum((0, 1)).tolist()))
    [0.0, 32.0]
    """
    values = as_float(x, "the input")
    batch = values.shape[: first_spatial(values, rank)]
    return _silence(values, (*batch, *(1,) * rank, values.shape[-1]), rate, seed)


def flatten(x: npt.ArrayLike, rank: int) -> Array:
    """Line up all values of each sample, row by row, channels last, as Keras does.

    `x` is `(*batch, *spatial, channels)` with `rank` spatial axes, 0 for a vector; returns `(*batch,
    values)`. Raises ShapeError for an input with too few axes.

    >>> flatten(np.arange(8).reshape(2, 2, 2), 2).tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    """
    values = as_float(x, "the input")
    first = first_spatial(values, rank)
    return values.reshape(*values.shape[:first], math.prod(values.shape[first:]))


def upsample(x: npt.ArrayLike, factor: Sequence[int]) -> Array:
    """Repeat every cell along each spatial axis: the nearest neighbour's value in a larger map.

    `y[i, j, c] = x[i // factor[0], j // factor[1], c]`, where `x` is `(*batch, *spatial, channels)` and `factor` has
    one whole number from 1 on for each spatial axis, which are 1 to 3. Returns `(*batch, *(spatial · factor),
    channels)` in the float type of `x`. Raises ShapeError for an input with too few axes, ValueError for a factor that
    is not a whole number from 1 on.

    Source: Keras's `UpSampling2D` and PyTorch's `Upsample(scale_factor, mode="nearest")`.

    >>> upsample([[1.0], [2.0]], (2,))[:, 0].tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    values = as_float(x, "the input")
    if not 1 <= len(factor) <= 3 or any(times != int(times) or times < 1 for times in factor):
        raise ValueError(f"the factors {tuple(factor)} do not enlarge a map; use one whole number from 1 on per axis")
    first = first_spatial(values, len(factor))
    for axis, repeats in enumerate(factor, start=first):
        values = np.repeat(values, int(repeats), axis=axis)
    return values


def dense(x: npt.ArrayLike, weights: npt.ArrayLike, bias: npt.ArrayLike | None = None) -> Array:
    """Connect every value with every unit: `y[u] = bias[u] + Σ x[i] · weights[i, u]`.

    `x` is `(..., inputs)`, `weights` `(inputs, units)`, `bias` `(units,)`; returns `(..., units)`, float32
    where both arrays are, else float64. Raises ShapeError when they do not fit.

    >>> dense([1, 2], [[1, 0], [10, 1]], [0.5, 0]).tolist()
    [21.5, 2.0]
    """
    values, matrix = as_float(x, "the input"), as_float(weights, "weights")
    if not values.ndim or matrix.ndim != 2 or values.shape[-1] != matrix.shape[0]:
        raise ShapeError(
            f"weights of shape {times(matrix.shape)} do not fit an input of shape {times(values.shape)}; "
            f"use inputs × units, with one row per input value"
        )
    added = check_bias(bias, matrix.shape[1], np.result_type(values, matrix))
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        units: Array = values @ matrix
        return units if added is None else units + added


def _silence(x: Array, shape: tuple[int, ...], rate: float, seed: int) -> Array:
    if not 0 <= rate <= 1:
        raise ValueError(f"rate {rate} is not between 0 and 1; use a number from 0 to 1")
    if rate == 1:
        return np.zeros_like(x)
    kept = np.random.default_rng(seed).random(shape) >= rate
    return np.where(kept, x / x.dtype.type(1 - rate), x.dtype.type(0))


def _shared_along_ones(x: Array, given: npt.ArrayLike, name: str) -> Array:
    """Return one number per cell along the last axes, or one for all where an axis has length 1, in the type of `x`."""
    numbers = as_float(given, name)
    own = x.shape[x.ndim - numbers.ndim :]
    if not 1 <= numbers.ndim <= x.ndim or any(held not in (1, n) for held, n in zip(numbers.shape, own, strict=True)):
        raise ShapeError(
            f"{name} has shape {times(numbers.shape)} but the input has {times(x.shape)}; give one number per channel, "
            "or one per cell"
        )
    return numbers.astype(x.dtype, copy=False)


def _per_channel(x: Array, given: npt.ArrayLike, name: str, *, or_one: bool = False) -> Array:
    """Return one number per channel, or one for all channels where that may be, in the type of `x`."""
    numbers = as_float(given, name)
    if not x.ndim or (numbers.shape != x.shape[-1:] and not (or_one and numbers.shape == (1,))):
        raise ShapeError(
            f"{name} has shape {times(numbers.shape)} but the input has {times(x.shape)}; give one number per channel"
        )
    return numbers.astype(x.dtype, copy=False)
