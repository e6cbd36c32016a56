"""The activations: what a layer does to each number after its bias."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float, matching
from convstudio.ops.padding import Array

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


def activate(
    x: npt.ArrayLike, name: str, alpha: float | None = None, slope: float = 0.0, *, is_own: bool = False
) -> Array:
    """Apply an activation to every value; those of `OVER_CHANNELS` to every vector of channels (the last axis).

    `x` may have any shape, at least one axis for those; the result has the same shape and float type
    (integers become float64). `alpha` is the number that leaky_relu, elu, hard_sigmoid, clipped_relu and
    thresholded_relu take; without it, it is that in `ALPHAS`. The others take none. `slope` is what thresholded_relu
    multiplies `x − alpha` with where x is below alpha. gelu is the exact form with erf. An array that is the caller's
    own, and not needed any more, is overwritten or returned itself where that saves time (`is_own`).
    Raises ValueError for an unknown name, and for an `alpha` or a `slope` of an activation that takes none.

    Source: https://keras.io/api/layers/activations/

    >>> activate([-1.0, 0.0, 2.0], "relu").tolist()
    [0.0, 0.0, 2.0]
    >>> activate([-1.0, 0.0, 2.0], "leaky_relu", 0.5).tolist()
    [-0.5, 0.0, 2.0]
    >>> activate([-1.0, 0.0, 2.0], "thresholded_relu", 1.0, slope=0.5).tolist()
    [-1.0, -0.5, 2.0]
    """
    if name not in _ACTIVATIONS:
        raise ValueError(f'activation "{name}" is not known; use one of {", ".join(ACTIVATIONS)}')
    if alpha is not None and name not in ALPHAS:
        raise ValueError(f'activation "{name}" takes no alpha; only {", ".join(ALPHAS)} do')
    if slope and name != "thresholded_relu":
        raise ValueError(f'activation "{name}" takes no slope; only thresholded_relu does')
    values = as_float(x, "the input")
    if name in OVER_CHANNELS and not values.ndim:
        raise ValueError(f"{name} needs an axis of channels, but the input is one number; use sigmoid")
    if is_own and name == "linear":
        return values
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if is_own and name == "relu" and values.flags.writeable:
            return np.maximum(values, 0, out=values)
        number = _alpha(values, name, alpha)
        result = _ACTIVATIONS[name].value(values, number)
        if slope:
            result = result + values.dtype.type(slope) * np.minimum(values - number, 0)
        return np.asarray(result, values.dtype)


def activation_gradient(
    x: npt.ArrayLike, grad_y: npt.ArrayLike, name: str, alpha: float | None = None, slope: float = 0.0
) -> Array:
    """Compute the gradient of `sum(activate(x, name, alpha, slope) · grad_y)` with respect to `x`.

    `x` and `grad_y` have the same shape, `x` the numbers before the activation. At a corner the slope is that
    of PyTorch: that below 0 for leaky_relu, elu and selu at 0, 1 for hard_swish at 3, and 0 at every other one.

    Returns the shape and float type of `x`. Raises ShapeError for a `grad_y` of another shape, and
    otherwise as `activate`.

    >>> activation_gradient([-1.0, 0.0, 2.0], [1.0, 1.0, 1.0], "relu").tolist()
    [0.0, 0.0, 1.0]
    """
    y = activate(x, name, alpha, slope)
    values = as_float(x, "the input")
    grad = matching(grad_y, values.shape, "grad_y").astype(values.dtype, copy=False)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        slopes = _ACTIVATIONS[name].slope
        if slopes is not None:
            number = _alpha(values, name, alpha)
            steepness = slopes(values, y, number)
            if slope:
                steepness = steepness + values.dtype.type(slope) * (values < number)
            return np.asarray(grad * steepness, values.dtype)
        if name == "softmax":
            return np.asarray(y * (grad - (grad * y).sum(axis=-1, keepdims=True)))
        return np.asarray(grad - np.exp(y) * grad.sum(axis=-1, keepdims=True))  # of the log softmax


def _alpha(x: Array, name: str, alpha: float | None) -> np.floating:
    """Return the number that an activation works with, in the type of x; 0 for those that take none."""
    return x.dtype.type(ALPHAS.get(name, 0.0) if alpha is None else alpha)


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


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))  # where the power overflows, the result is 0


def _normal_share(x: Array) -> Array:
    """Give the share of the normal distribution below x."""
    return 0.5 + 0.5 * erf(x / math.sqrt(2))


def _softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _log_softmax(x: Array) -> Array:
    below = x - x.max(axis=-1, keepdims=True, initial=-np.inf)
    return np.asarray(below - np.log(np.exp(below).sum(axis=-1, keepdims=True)))


def _silu_slope(x: Array, y: Array) -> Array:
    share = _sigmoid(x)
    return np.asarray(share + y * (1 - share))


def _mish_slope(x: Array) -> Array:
    share = np.tanh(np.logaddexp(x, 0))
    return np.asarray(share + x * (1 - share * share) * _sigmoid(x))


class _Formula(NamedTuple):
    """A formula, of x and alpha, and its slope, of x, the value y there and alpha; alpha is of the type of x."""

    value: Callable[[Array, np.floating], npt.NDArray[Any]]
    slope: Callable[[Array, Array, np.floating], npt.NDArray[Any]] | None


_ACTIVATIONS: Mapping[str, _Formula] = MappingProxyType(
    {
        "linear": _Formula(lambda x, a: x.copy(), lambda x, y, a: np.ones_like(x)),
        "relu": _Formula(lambda x, a: np.maximum(x, 0), lambda x, y, a: x > 0),
        "leaky_relu": _Formula(
            lambda x, a: np.maximum(x, 0) + a * np.minimum(x, 0),  # np.where takes five times as long
            lambda x, y, a: np.where(x > 0, 1, a),
        ),
        "elu": _Formula(
            lambda x, a: np.maximum(x, 0) + a * np.expm1(np.minimum(x, 0)),
            lambda x, y, a: np.where(x > 0, 1, y + a),
        ),
        "gelu": _Formula(
            lambda x, a: x * _normal_share(x),
            lambda x, y, a: _normal_share(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
        ),
        "sigmoid": _Formula(lambda x, a: _sigmoid(x), lambda x, y, a: y * (1 - y)),
        "tanh": _Formula(lambda x, a: np.tanh(x), lambda x, y, a: 1 - y * y),
        "softplus": _Formula(lambda x, a: np.logaddexp(x, 0), lambda x, y, a: _sigmoid(x)),
        "softmax": _Formula(lambda x, a: _softmax(x), None),  # not a slope of each value: see the gradient
        "abs": _Formula(lambda x, a: np.abs(x), lambda x, y, a: np.sign(x)),
        "silu": _Formula(
            lambda x, a: x * _sigmoid(x),
            lambda x, y, a: _silu_slope(x, y),
        ),
        "relu6": _Formula(lambda x, a: np.clip(x, 0, 6), lambda x, y, a: (x > 0) & (x < 6)),
        "hard_sigmoid": _Formula(
            lambda x, a: np.clip(x * a + 0.5, 0, 1),
            lambda x, y, a: ((y > 0) & (y < 1)) * a,
        ),
        "hard_swish": _Formula(
            lambda x, a: x * (np.clip(x + 3, 0, 6) / 6),  # divided first: x · 6 may be too large
            lambda x, y, a: np.where(x >= 3, 1, (x > -3) * (x / 3 + 0.5)),
        ),
        "hard_tanh": _Formula(lambda x, a: np.clip(x, -1, 1), lambda x, y, a: np.abs(x) < 1),
        "mish": _Formula(lambda x, a: x * np.tanh(np.logaddexp(x, 0)), lambda x, y, a: _mish_slope(x)),
        "selu": _Formula(
            lambda x, a: _SELU_SCALE * np.maximum(x, 0) + _SELU_SCALE * _SELU_ALPHA * np.expm1(np.minimum(x, 0)),
            lambda x, y, a: np.where(x > 0, x.dtype.type(_SELU_SCALE), y + _SELU_SCALE * _SELU_ALPHA),
        ),
        "softsign": _Formula(lambda x, a: x / (1 + np.abs(x)), lambda x, y, a: 1 / (1 + np.abs(x)) ** 2),
        "clipped_relu": _Formula(lambda x, a: np.clip(x, 0, a), lambda x, y, a: (x > 0) & (x < a)),
        "log_softmax": _Formula(lambda x, a: _log_softmax(x), None),
        "thresholded_relu": _Formula(
            lambda x, a: np.where(x <= a, 0, x),  # a product would make NaN of an infinity
            lambda x, y, a: x > a,
        ),
    }
)
ACTIVATIONS = tuple(_ACTIVATIONS)
OVER_CHANNELS = frozenset({"softmax", "log_softmax"})
"""The activations that read all channels of a position; all others make one value of one value."""
