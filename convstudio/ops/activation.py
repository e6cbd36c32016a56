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

ALPHAS: Mapping[str, float] = MappingProxyType(
    {"leaky_relu": 0.2, "elu": 1.0, "hard_sigmoid": 1 / 6, "clipped_relu": 1.0, "thresholded_relu": 1.0}
)
"""The activations that take a number, which ONNX calls alpha, and what Keras 3 gives them.

It is the slope below 0 of leaky_relu (PyTorch's is 0.01), how far down elu goes, the slope of hard_sigmoid (0.2 in
Keras 2 and ONNX), the largest value of clipped_relu, for which Keras has no usual one, and the threshold of
thresholded_relu, which is that of ONNX and of Keras 2.
"""

_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_ALPHA = 1.6732632423543772848170429916717
"""The slope of selu above 0, and how far down it goes before that slope is applied.

Source: G. Klambauer et al., "Self-Normalizing Neural Networks", 2017, https://arxiv.org/abs/1706.02515
"""

_ERF_STEPS = 1024
_ERF_END = 6
_ERF_TABLE = np.array([math.erf(i / _ERF_STEPS) for i in range(_ERF_END * _ERF_STEPS + 1)])
"""erf at every 1/1024 up to 6, where it has become 1 in float64."""


def activate(x: npt.ArrayLike, name: str, alpha: float | None = None) -> Array:
    """Apply an activation to every value; those of `OVER_CHANNELS` to every vector of channels (the last axis).

    `x` may have any shape, at least one axis for those; the result has the same shape and float type
    (integers become float64). `alpha` is the number that leaky_relu, elu, hard_sigmoid, clipped_relu and
    thresholded_relu take; without it, it is that in `ALPHAS`. The others take none. gelu is the exact form with erf.
    Raises ValueError for an unknown name, and for an `alpha` of an activation that takes none.

    Source: https://keras.io/api/layers/activations/

    >>> activate([-1.0, 0.0, 2.0], "relu").tolist()
    [0.0, 0.0, 2.0]
    >>> activate([-1.0, 0.0, 2.0], "leaky_relu", 0.5).tolist()
    [-0.5, 0.0, 2.0]
    """
    if name not in _FUNCTIONS:
        raise ValueError(f'activation "{name}" is not known; use one of {", ".join(ACTIVATIONS)}')
    if alpha is not None and name not in ALPHAS:
        raise ValueError(f'activation "{name}" takes no alpha; only {", ".join(ALPHAS)} do')
    values = as_float(x, "the input")
    if name in OVER_CHANNELS and not values.ndim:
        raise ValueError(f"{name} needs an axis of channels, but the input is one number; use sigmoid")
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return _FUNCTIONS[name](values, _alpha(name, alpha)).astype(values.dtype, copy=False)


def activation_gradient(x: npt.ArrayLike, grad_y: npt.ArrayLike, name: str, alpha: float | None = None) -> Array:
    """Compute the gradient of `sum(activate(x, name, alpha) · grad_y)` with respect to `x`.

    `x` and `grad_y` have the same shape, `x` the numbers before the activation. At a corner the slope is that
    of PyTorch: that below 0 for leaky_relu, elu and selu at 0, 1 for hard_swish at 3, and 0 at every other one.

    Returns the shape and float type of `x`. Raises ShapeError for a `grad_y` of another shape, and
    otherwise as `activate`.

    >>> activation_gradient([-1.0, 0.0, 2.0], [1.0, 1.0, 1.0], "relu").tolist()
    [0.0, 0.0, 1.0]
    """
    y = activate(x, name, alpha)
    values = as_float(x, "the input")
    grad = as_float(grad_y, "grad_y").astype(values.dtype, copy=False)
    if grad.shape != values.shape:
        raise ShapeError(
            f"grad_y has shape {times(grad.shape)} but the output has {times(values.shape)}; give one value per output"
        )
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if name == "softmax":
            return np.asarray(y * (grad - (grad * y).sum(axis=-1, keepdims=True)))
        if name == "log_softmax":
            return np.asarray(grad - np.exp(y) * grad.sum(axis=-1, keepdims=True))
        return np.asarray(grad * _SLOPES[name](values, y, _alpha(name, alpha)), dtype=values.dtype)


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


def _alpha(name: str, alpha: float | None) -> float:
    """Return the number that an activation works with; 0 for those that take none."""
    return ALPHAS.get(name, 0.0) if alpha is None else alpha


def _linear(x: Array, _alpha: float) -> Array:
    return x.copy()


def _relu(x: Array, _alpha: float) -> Array:
    return np.asarray(np.maximum(x, 0))


def _leaky_relu(x: Array, alpha: float) -> Array:
    return np.asarray(np.maximum(x, 0) + x.dtype.type(alpha) * np.minimum(x, 0))  # np.where takes five times as long


def _elu(x: Array, alpha: float) -> Array:
    return np.asarray(np.maximum(x, 0) + x.dtype.type(alpha) * np.expm1(np.minimum(x, 0)))


def _gelu(x: Array, _alpha: float) -> Array:
    return x * _normal_share(x)


def _normal_share(x: Array) -> Array:
    """Give the share of the normal distribution below x."""
    return 0.5 + 0.5 * erf(x / math.sqrt(2))


def _sigmoid(x: Array, _alpha: float = 0.0) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))  # where the power overflows, the result is 0


def _tanh(x: Array, _alpha: float) -> Array:
    return np.asarray(np.tanh(x))


def _softplus(x: Array, _alpha: float) -> Array:
    return np.asarray(np.logaddexp(x, 0))


def _softmax(x: Array, _alpha: float) -> Array:
    powers = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _log_softmax(x: Array, _alpha: float) -> Array:
    below = x - x.max(axis=-1, keepdims=True, initial=-np.inf)
    return np.asarray(below - np.log(np.exp(below).sum(axis=-1, keepdims=True)))


def _abs(x: Array, _alpha: float) -> Array:
    return np.asarray(np.abs(x))


def _silu(x: Array, _alpha: float) -> Array:
    return x * _sigmoid(x)


def _relu6(x: Array, _alpha: float) -> Array:
    return np.asarray(np.clip(x, 0, 6))


def _hard_sigmoid(x: Array, alpha: float) -> Array:
    return np.asarray(np.clip(x * x.dtype.type(alpha) + x.dtype.type(0.5), 0, 1))


def _hard_swish(x: Array, _alpha: float) -> Array:
    return x * (np.clip(x + 3, 0, 6) / 6)  # divided first: x · 6 may be too large


def _hard_tanh(x: Array, _alpha: float) -> Array:
    return np.asarray(np.clip(x, -1, 1))


def _mish(x: Array, _alpha: float) -> Array:
    return x * np.tanh(np.logaddexp(x, 0))


def _selu(x: Array, _alpha: float) -> Array:
    scale, below = x.dtype.type(_SELU_SCALE), x.dtype.type(_SELU_SCALE * _SELU_ALPHA)
    return np.asarray(scale * np.maximum(x, 0) + below * np.expm1(np.minimum(x, 0)))


def _softsign(x: Array, _alpha: float) -> Array:
    return np.asarray(x / (1 + np.abs(x)))


def _clipped_relu(x: Array, alpha: float) -> Array:
    return np.asarray(np.clip(x, 0, x.dtype.type(alpha)))


def _thresholded_relu(x: Array, alpha: float) -> Array:
    return np.where(x <= x.dtype.type(alpha), x.dtype.type(0), x)  # a product would make NaN of an infinity


_FUNCTIONS: Mapping[str, Callable[[Array, float], Array]] = MappingProxyType(
    {
        "linear": _linear,
        "relu": _relu,
        "leaky_relu": _leaky_relu,
        "elu": _elu,
        "gelu": _gelu,
        "sigmoid": _sigmoid,
        "tanh": _tanh,
        "softplus": _softplus,
        "softmax": _softmax,
        "abs": _abs,
        "silu": _silu,
        "relu6": _relu6,
        "hard_sigmoid": _hard_sigmoid,
        "hard_swish": _hard_swish,
        "hard_tanh": _hard_tanh,
        "mish": _mish,
        "selu": _selu,
        "softsign": _softsign,
        "clipped_relu": _clipped_relu,
        "log_softmax": _log_softmax,
        "thresholded_relu": _thresholded_relu,
    }
)
ACTIVATIONS = tuple(_FUNCTIONS)
OVER_CHANNELS = frozenset({"softmax", "log_softmax"})
"""The activations that read all channels of a position; all others make one value of one value."""


def _gelu_slope(x: Array, _y: Array, _alpha: float) -> npt.NDArray[Any]:
    return _normal_share(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _silu_slope(x: Array, y: Array, _alpha: float) -> npt.NDArray[Any]:
    share = _sigmoid(x)
    return np.asarray(share + y * (1 - share))


def _hard_swish_slope(x: Array, _y: Array, _alpha: float) -> npt.NDArray[Any]:
    return np.where(x >= 3, x.dtype.type(1), (x > -3) * (x / 3 + x.dtype.type(0.5)))


def _mish_slope(x: Array, _y: Array, _alpha: float) -> npt.NDArray[Any]:
    share = np.tanh(np.logaddexp(x, 0))
    return np.asarray(share + x * (1 - share * share) * _sigmoid(x))


def _selu_slope(x: Array, y: Array, _alpha: float) -> npt.NDArray[Any]:
    return np.where(x > 0, x.dtype.type(_SELU_SCALE), y + x.dtype.type(_SELU_SCALE * _SELU_ALPHA))


_SLOPES: Mapping[str, Callable[[Array, Array, float], npt.NDArray[Any]]] = MappingProxyType(
    {
        "linear": lambda x, y, alpha: np.ones_like(x),
        "relu": lambda x, y, alpha: x > 0,
        "leaky_relu": lambda x, y, alpha: np.where(x > 0, x.dtype.type(1), x.dtype.type(alpha)),
        "elu": lambda x, y, alpha: np.where(x > 0, x.dtype.type(1), y + x.dtype.type(alpha)),
        "gelu": _gelu_slope,
        "sigmoid": lambda x, y, alpha: y * (1 - y),
        "tanh": lambda x, y, alpha: 1 - y * y,
        "softplus": lambda x, y, alpha: _sigmoid(x),
        "abs": lambda x, y, alpha: np.sign(x),
        "silu": _silu_slope,
        "relu6": lambda x, y, alpha: (x > 0) & (x < 6),
        "hard_sigmoid": lambda x, y, alpha: ((y > 0) & (y < 1)) * x.dtype.type(alpha),
        "hard_swish": _hard_swish_slope,
        "hard_tanh": lambda x, y, alpha: np.abs(x) < 1,
        "mish": _mish_slope,
        "selu": _selu_slope,
        "softsign": lambda x, y, alpha: 1 / (1 + np.abs(x)) ** 2,
        "clipped_relu": lambda x, y, alpha: (x > 0) & (x < x.dtype.type(alpha)),
        "thresholded_relu": lambda x, y, alpha: x > x.dtype.type(alpha),
    }
)
"""The slope of each activation at x, where it has the value y, with its alpha."""
