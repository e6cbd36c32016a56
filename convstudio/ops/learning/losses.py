"""Losses: how far predictions are from what they should be, and how the loss changes with each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convstudio.ops.arguments import as_float
from convstudio.ops.padding import Array
from convstudio.ops.shapes import ShapeError, times

EPSILON = 1e-7
"""Keras's bound for probabilities: those below it, or above 1 less it, count as that far from 0 and 1."""

_TermsAndSlopes = tuple[Array, Array]


@dataclass(frozen=True)
class _Loss:
    """The terms of a loss, whose mean or sum it is, and the slope of each in its prediction."""

    terms_and_slopes: Callable[[Array, Array], _TermsAndSlopes]
    is_of_vectors: bool = False
    """Whether the values of the last axis share a term, as those of classes do."""
    is_sum: bool = False


def loss(predicted: npt.ArrayLike, wanted: npt.ArrayLike, name: str) -> float:
    """Return the loss of predictions: the mean of its terms over all samples and positions, unless it is a sum.

    With p predicted and t wanted, both of one shape, `(..., values)`:

    - `mean_squared_error`: (p − t)², `mean_absolute_error`: |p − t|, one term a value;
    - `half_squared_error`: ½ · (p − t)², one term a value, all of them added up as many textbooks do: p − t is its
      gradient;
    - `binary_crossentropy`: −t · log p − (1 − t) · log(1 − p), one term a value; p is a probability;
    - `categorical_crossentropy`: −Σ t · log p over the last axis, one term a vector; p, probabilities of classes, is
      divided by its sum first, as Keras does;
    - the same two with `_from_logits`: p is what sigmoid or softmax would be applied to, which is exact for large
      values too.

    Raises ShapeError for other shapes, ValueError for an unknown name. Source: https://keras.io/api/losses/, whose
    numbers these are.

    >>> loss([0.0, 2.0], [0.0, 0.0], "mean_squared_error")
    2.0
    """
    return _measured(predicted, wanted, name)[0]


def loss_gradient(predicted: npt.ArrayLike, wanted: npt.ArrayLike, name: str) -> Array:
    """Compute the gradient of `loss` with respect to `predicted`; arguments and errors as there.

    >>> loss_gradient([0.0, 2.0], [0.0, 0.0], "mean_squared_error").tolist()
    [0.0, 2.0]
    """
    return _measured(predicted, wanted, name)[1]


def sample_losses_and_gradient(
    predicted: npt.ArrayLike, wanted: npt.ArrayLike, name: str, batch: int
) -> tuple[Array, Array]:
    """Return the loss of each sample, in float64, and the gradient of the loss of a batch that has them all.

    Both arrays are `(samples, ..., values)`; the loss of a sample is that of its own terms. `batch` is the number of
    samples whose mean is taken, these among them, so that a batch can be worked on in parts. Errors as in `loss`.

    >>> own, gradient = sample_losses_and_gradient([[0.0], [2.0]], [[0.0], [0.0]], "mean_squared_error", 2)
    >>> own.tolist(), gradient.tolist()
    ([0.0, 4.0], [[0.0], [2.0]])
    """
    terms, slopes = _terms_and_slopes(predicted, wanted, name)
    each = terms.reshape(len(terms), -1)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        sums = each.sum(axis=1, dtype=np.float64)
        if _LOSSES[name].is_sum:
            return sums, slopes
        return sums / each.shape[1], np.asarray(slopes / slopes.dtype.type(each.shape[1] * batch))


def l2(weights: npt.ArrayLike, factor: float) -> float:
    """Return the penalty on large weights, `factor · Σ weights²`; its gradient is `2 · factor · weights`.

    >>> l2([1.0, 2.0], 0.5)
    2.5
    """
    return float(factor * np.square(as_float(weights, "weights"), dtype=np.float64).sum())


def _measured(predicted: npt.ArrayLike, wanted: npt.ArrayLike, name: str) -> tuple[float, Array]:
    terms, slopes = _terms_and_slopes(predicted, wanted, name)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        if _LOSSES[name].is_sum:
            return float(terms.sum(dtype=np.float64)), slopes
        return float(terms.mean(dtype=np.float64)), np.asarray(slopes / slopes.dtype.type(terms.size))


def _terms_and_slopes(predicted: npt.ArrayLike, wanted: npt.ArrayLike, name: str) -> _TermsAndSlopes:
    if name not in _LOSSES:
        raise ValueError(f'loss "{name}" is not known; use one of {", ".join(LOSSES)}')
    given, targets = as_float(predicted, "what is predicted"), as_float(wanted, "what is wanted")
    if given.shape != targets.shape or not given.size:
        raise ShapeError(
            f"what is predicted has shape {times(given.shape)} but what is wanted has {times(targets.shape)}; give one "
            f"wanted value for each predicted one"
        )
    if _LOSSES[name].is_of_vectors and not given.ndim:
        raise ShapeError(f'loss "{name}" needs an axis of classes, but the prediction is one number')
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return _LOSSES[name].terms_and_slopes(given, targets.astype(given.dtype, copy=False))


def _squared(p: Array, t: Array) -> _TermsAndSlopes:
    return np.square(p - t), 2 * (p - t)


def _half_squared(p: Array, t: Array) -> _TermsAndSlopes:
    return np.square(p - t) / 2, p - t


def _absolute(p: Array, t: Array) -> _TermsAndSlopes:
    return np.abs(p - t), np.sign(p - t)


def _binary(p: Array, t: Array) -> _TermsAndSlopes:
    bounded = np.clip(p, EPSILON, 1 - EPSILON)
    terms = -t * np.log(bounded) - (1 - t) * np.log(1 - bounded)
    return terms, np.where(bounded == p, (1 - t) / (1 - bounded) - t / bounded, 0)


def _binary_from_logits(p: Array, t: Array) -> _TermsAndSlopes:
    falling = np.exp(-np.abs(p))
    sigmoid = np.where(p >= 0, 1, falling) / (1 + falling)
    return np.maximum(p, 0) - p * t + np.log1p(falling), sigmoid - t


def _categorical(p: Array, t: Array) -> _TermsAndSlopes:
    total = p.sum(axis=-1, keepdims=True)
    share = p / total
    bounded = np.clip(share, EPSILON, 1 - EPSILON)
    slopes = np.where(bounded == share, -t / bounded, 0)
    return -(t * np.log(bounded)).sum(axis=-1), (slopes - (slopes * share).sum(axis=-1, keepdims=True)) / total


def _categorical_from_logits(p: Array, t: Array) -> _TermsAndSlopes:
    lowered = p - p.max(axis=-1, keepdims=True)
    total = np.exp(lowered).sum(axis=-1, keepdims=True)
    logs = lowered - np.log(total)
    return -(t * logs).sum(axis=-1), np.exp(logs) * t.sum(axis=-1, keepdims=True) - t


_LOSSES = {
    "mean_squared_error": _Loss(_squared),
    "half_squared_error": _Loss(_half_squared, is_sum=True),
    "mean_absolute_error": _Loss(_absolute),
    "binary_crossentropy": _Loss(_binary),
    "binary_crossentropy_from_logits": _Loss(_binary_from_logits),
    "categorical_crossentropy": _Loss(_categorical, is_of_vectors=True),
    "categorical_crossentropy_from_logits": _Loss(_categorical_from_logits, is_of_vectors=True),
}
LOSSES = tuple(_LOSSES)
