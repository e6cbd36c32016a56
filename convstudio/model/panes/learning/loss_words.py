"""A loss in words: its name, its sum with the numbers in it, and what its gradient is."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.learning.objective import CROSS_ENTROPY, FUSED
from convstudio.model.panes.learning.pictures import factor
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.numbers import format_number
from convstudio.ops.learning.losses import EPSILON

LOSS_NAMES = MappingProxyType(
    {
        "mean_squared_error": "mean squared error",
        "half_squared_error": "half the squared error",
        "mean_absolute_error": "mean absolute error",
        "binary_crossentropy": "binary cross-entropy",
        "binary_crossentropy_from_logits": "binary cross-entropy from logits",
        "categorical_crossentropy": "cross-entropy",
        "categorical_crossentropy_from_logits": "cross-entropy from logits",
    }
)
TERM_FORMULAS = MappingProxyType(
    {
        "mean_squared_error": "(p − t)²",
        "half_squared_error": "(p − t)²",
        "mean_absolute_error": "|p − t|",
        "binary_crossentropy": "−t·ln(p) − (1 − t)·ln(1 − p)",
        "binary_crossentropy_from_logits": "max(z, 0) − z·t + ln(1 + e^−|z|)",
        "categorical_crossentropy": "−t·ln(p)",
        "categorical_crossentropy_from_logits": "t·(ln(Σ e^z) − z)",
    }
)
"""What is added up of an output p, or a logit z, and its target t.

Those of logits go no way through the probabilities, which may round to 0 and have the logarithm −∞ then.
"""
_GRADIENTS = MappingProxyType(
    {
        "mean_squared_error": "2 · ({difference}) ÷ {count}",
        "half_squared_error": "{difference}",
        "mean_absolute_error": "the sign of {difference}, ÷ {count}",
        "binary_crossentropy": "((1 − target) ÷ (1 − output) − target ÷ output) ÷ {count}",
        "binary_crossentropy_from_logits": "(sigmoid(output) − target) ÷ {count}",
        "categorical_crossentropy": "1 − target ÷ output",
        "categorical_crossentropy_from_logits": "softmax(output) − target",
    }
)
_MOST_TERMS = 9


def loss_line(found: BackwardPass, *, whole: bool = False) -> str:
    """Write the loss with its numbers, as in `half the squared error: ½ · ((3 − 1)² + (0 − 0)²) = 2`."""
    return f"{LOSS_NAMES[found.loss]}: {_sum(found, whole=whole)} = {format_number(found.value)}"


def gradient_line(found: BackwardPass) -> str:
    """Say what the gradient of the loss is; with the wrong sign, that it is that.

    Where cross-entropy follows softmax or sigmoid, the gradient is that in what these read.
    """
    difference = "target − output" if found.is_reversed else "output − target"
    if found.is_fused:
        shared = f"({difference}) ÷ {format_number(found.output.size)}"
        is_whole = found.loss == CROSS_ENTROPY or found.output.size == 1
        return f"Gradient before {FUSED[found.loss]}: {difference if is_whole else shared}{_wrong(found)}"
    formula = _GRADIENTS[found.loss]
    count = format_number(found.output.size)
    if found.is_reversed and "{difference}" not in formula:
        return f"Gradient: −({formula.format(count=count)}){_wrong(found)}"
    return f"Gradient: {formula.format(difference=difference, count=count)}{_wrong(found)}"


def _wrong(found: BackwardPass) -> str:
    return ". The sign is wrong: the step will go up the loss" if found.is_reversed else ""


def _sum(found: BackwardPass, *, whole: bool) -> str:
    pairs = list(zip(found.output.ravel().tolist(), found.wanted.ravel().tolist(), strict=True))
    differences = [f"{format_number(p)} − {factor(t)}" for p, t in pairs]
    match found.loss:
        case "mean_squared_error":
            return f"({_listed([f'({one})²' for one in differences], whole)}) ÷ {len(pairs)}"
        case "half_squared_error":
            return f"½ · ({_listed([f'({one})²' for one in differences], whole)})"
        case "mean_absolute_error":
            return f"({_listed([f'|{one}|' for one in differences], whole)}) ÷ {len(pairs)}"
        case "categorical_crossentropy" | "categorical_crossentropy_from_logits":
            return _cross_entropy(found)
        case _:
            return f"mean of {counted(len(pairs), 'term')} {TERM_FORMULAS[found.loss]}"


def _cross_entropy(found: BackwardPass) -> str:
    """Write the cross-entropy of one vector with one class: −ln(its probability); of others, the formula."""
    right = np.flatnonzero(found.wanted)
    is_of_logits = found.loss == "categorical_crossentropy_from_logits"
    if found.output.ndim != 1 or len(right) != 1 or found.wanted[right[0]] != 1:
        return f"mean of {'Σ ' if is_of_logits else '−Σ '}{TERM_FORMULAS[found.loss].removeprefix('−')}"
    at = int(right[0])
    if not is_of_logits:
        return f"−ln({format_number(float(shares(found)[at]))})"
    logits = found.output.astype(np.float64)
    difference = f"{format_number(float(log_sum(logits)[0]))} − {factor(float(logits[at]))}"
    return f"−ln(softmax(output)[{at + 1}]) = ln(Σ e^output) − output[{at + 1}] = {difference}"


def log_sum(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ln(Σ e^z) of every vector of logits, `(..., values)`, as `(..., 1)`; exact for large ones, too.

    >>> log_sum(np.array([1000.0, 0.0])).tolist()
    [1000.0]
    """
    largest = logits.max(axis=-1, keepdims=True)
    with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
        return np.asarray(largest + np.log(np.exp(logits - largest).sum(axis=-1, keepdims=True)))


def shares(found: BackwardPass) -> NDArray[np.float64]:
    """Return the probabilities whose logarithms the loss takes: of classes they add up to 1, and none is 0 or 1."""
    output = found.output
    with np.errstate(all="ignore"):
        if found.loss == "categorical_crossentropy":
            output = output / output.sum(axis=-1, keepdims=True)
        return np.clip(output, EPSILON, 1 - EPSILON).astype(np.float64)  # the bounds are those that float32 can hold


def _listed(terms: list[str], whole: bool) -> str:
    if whole or len(terms) <= _MOST_TERMS:
        return " + ".join(terms)
    return " + ".join([*terms[: _MOST_TERMS - 1], f"… {counted(len(terms) - _MOST_TERMS + 1, 'more term')} …"])
