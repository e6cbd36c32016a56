"""The activations: what a layer does to each number after its bias."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times

LEAKY_SLOPE = 0.2
"""Keras 3's `negative_slope` of leaky_relu (PyTorch's is 0.01)."""

_ERF_STEPS = 1024
_ERF_END = 6
_ERF_TABLE = np.array([math.erf(i / _ERF_STEPS) for i in range(_ERF_END * _ERF_STEPS + 1)])
"""erf at every 1/1024 up to 6, where it has become 1 in float64."""


def activate(x: npt.ArrayLike, name: str) -> Array:
    """Apply an activation to every value; `softmax` to every vector of channels (the last axis).

    `x` may have any shape, at least one axis for `softmax`; the result has the same shape and float type
    (integers become float64). Constants are Keras's: leaky_relu has slope 0.2, elu alpha 1, gelu is the exact
    form with erf. Raises ValueError for an unknown name.

    Source: https://keras.io/api/layers/activations/

    >>> activate([-1.0, 0.0, 2.0], "relu").tolist()
    [0.0, 0.0, 2.0]
    """
    if name not in _FUNCTIONS:
        raise ValueError(f'activation "{name}" is not known; use one of {", ".join(ACTIVATIONS)}')
    values = as_float(x, "the input")
    if name == "softmax" and not values.ndim:
        raise ValueError("softmax needs an axis of channels, but the input is one number; use sigmoid")
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return _FUNCTIONS[name](values).astype(values.dtype, copy=False)


def activation_gradient(x: npt.ArrayLike, grad_y: npt.ArrayLike, name: str) -> Array:
    """Compute the gradient of `sum(activate(x, name) · grad_y)` with respect to `x`.

    `x` and `grad_y` have the same shape, `x` the numbers before the activation. At a corner the slope is that
    of Keras and PyTorch: 0 for relu and abs at 0, 0.2 for leaky_relu at 0.

    Returns the shape and float type of `x`. Raises ShapeError for a `grad_y` of another shape, and
    otherwise as `activate`.

    >>> activation_gradient([-1.0, 0.0, 2.0], [1.0, 1.0, 1.0], "relu").tolist()
    [0.0, 0.0, 1.0]
    """
    y = activate(x, name)
    values = as_float(x, "the input")
    grad = as_float(grad_y, "grad_y").astype(values.dtype, copy=False)
    if grad.shape != values.shape:
        raise ShapeError(
            f"grad_y has shape {times(grad.shape)} but the output has {times(values.shape)}; give one value per output"
        )
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if name == "softmax":
            return np.asarray(y * (grad - (grad * y).sum(axis=-1, keepdims=True)))
        return np.asarray(grad * _SLOPES[name](values, y), dtype=values.dtype)


def erf(x: Array) -> Array:
    """Compute the error function of every value, to 1e-15.

    A table of `math.erf` and four terms of the Taylor series around its nearest entry a; with t = x − a and
    u = a · t: `erf(a) + 2/√π · exp(−a²) · t · (1 − u + (2u² − t²)/3 − (2u³ − 3ut²)/6)`. As |t| ≤ 1/2048, the
    next term is below 3e-18.

    Returns float64 of the shape of `x`. Source of the derivatives: M. Abramowitz and I. Stegun, "Handbook of
    Mathematical Functions", 1964, 7.1.19.

    >>> erf(np.array([0.0, 1.0])).round(6).tolist()
    [0.0, 0.842701]
    """
    size = np.minimum(np.abs(x, dtype=np.float64), _ERF_END)
    entry = np.nan_to_num(np.rint(size * _ERF_STEPS)).astype(np.int64)
    a = entry / _ERF_STEPS
    t = size - a
    u = a * t
    series = 1 - u + (2 * u * u - t * t) / 3 - (2 * u * u - 3 * t * t) * u / 6
    slope = 2 / math.sqrt(math.pi) * np.exp(-a * a)
    result: Array = np.copysign(_ERF_TABLE[entry] + slope * t * series, x)
    return result


def _linear(x: Array) -> Array:
    return x.copy()


def _relu(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0))


def _leaky_relu(x: Array) -> Array:
    return np.where(x < 0, x * x.dtype.type(LEAKY_SLOPE), x)


def _elu(x: Array) -> Array:
    return np.where(x > 0, x, np.expm1(x))


def _gelu(x: Array) -> Array:
    return x * _normal_share(x)


def _normal_share(x: Array) -> Array:
    """Give the share of the normal distribution below x."""
    return 0.5 + 0.5 * erf(x / math.sqrt(2))


def _sigmoid(x: Array) -> Array:
    small = np.exp(-np.abs(x))  # in 0..1 on both sides, so that nothing overflows
    return np.asarray(np.where(x < 0, small, 1) / (1 + small))


def _softplus(x: Array) -> Array:
    return np.asarray(np.logaddexp(x, 0))


def _softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


_FUNCTIONS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "linear": _linear,
        "relu": _relu,
        "leaky_relu": _leaky_relu,
        "elu": _elu,
        "gelu": _gelu,
        "sigmoid": _sigmoid,
        "tanh": np.tanh,
        "softplus": _softplus,
        "softmax": _softmax,
        "abs": np.abs,
    }
)
ACTIVATIONS = tuple(_FUNCTIONS)
_SLOPES: Mapping[str, Callable[[Array, Array], npt.NDArray[Any]]] = MappingProxyType(
    {
        "linear": lambda x, y: np.ones_like(x),
        "relu": lambda x, y: x > 0,
        "leaky_relu": lambda x, y: np.where(x > 0, x.dtype.type(1), x.dtype.type(LEAKY_SLOPE)),
        "elu": lambda x, y: np.where(x > 0, x.dtype.type(1), y + 1),
        "gelu": lambda x, y: 0.5 + 0.5 * erf(x / math.sqrt(2)) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
        "sigmoid": lambda x, y: y * (1 - y),
        "tanh": lambda x, y: 1 - y * y,
        "softplus": lambda x, y: _sigmoid(x),
        "abs": lambda x, y: np.sign(x),
    }
)
"""The slope of each activation at x, where it has the value y."""
