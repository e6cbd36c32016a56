"""The sum of a loss as far as it is added up, going term by term: one term for each output of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.panes.learning.loss_words import LOSS_NAMES
from convstudio.model.panes.learning.pictures import factor
from convstudio.model.values.numbers import format_number
from convstudio.model.words.wording import running_sentence
from convstudio.ops import activate
from convstudio.ops.learning.losses import EPSILON

_MOST_TERMS = 6
_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossSum:
    """The terms of a loss, `values`, one for each output in reading order, up to the `term` on show, from 0.

    `predicted` is what the terms are of: the output, or its probabilities. The loss is their sum divided by `share`.
    """

    found: BackwardPass
    predicted: _Doubles
    values: _Doubles
    share: int
    term: int

    @classmethod
    def of(cls, found: BackwardPass, term: int) -> LossSum:
        """Return the sum of a loss at a term, at most its last one."""
        predicted = _probabilities(found)
        with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
            values = _TERMS[_kind(found.loss)](predicted, found.wanted.astype(np.float64)) + 0.0
        return cls(found, predicted.ravel(), values.ravel(), _share(found), min(term, values.size - 1))

    @property
    def place(self) -> tuple[int, ...]:
        """The place of the current term in the output."""
        return tuple(int(at) for at in np.unravel_index(self.term, self.found.output.shape))

    @property
    def is_coming(self) -> bool:
        """Whether terms are still to be added."""
        return self.term + 1 < self.values.size

    @property
    def line(self) -> str:
        """The loss with the terms that are added so far, the last of them where there are many."""
        first = max(0, self.term + 1 - _MOST_TERMS)
        terms = [*(["…"] if first else []), *map(self._term_text, range(first, self.term + 1))]
        if self.is_coming:
            terms.append("…")
        whole = " + ".join(terms)
        divided = f"({whole}) ÷ {self.share}" if self.share > 1 else whole
        total = "" if self.is_coming else f" = {format_number(self.found.value)}"
        return f"{LOSS_NAMES[self.found.loss]}: {divided}{total}"

    @property
    def sentence(self) -> str:
        """The current term and the sum so far."""
        value, running = float(self.values[self.term]), float(self.values[: self.term + 1].sum())
        told = running_sentence(self._term_text(self.term), value, self.term, self.values.size, running)
        if self.is_coming or self.share == 1:
            return told
        return f"{told[:-1]}, and divided by {self.share} it is the loss."

    def _term_text(self, at: int) -> str:
        p, t = float(self.predicted[at]), float(self.found.wanted.ravel()[at])
        return _TEXTS[_kind(self.found.loss)](format_number(p), factor(t), format_number(1 - p), format_number(1 - t))


def _kind(loss: str) -> str:
    return loss.removesuffix("_from_logits")


def _share(found: BackwardPass) -> int:
    """Return what the sum is divided by: the number of outputs, or of vectors of classes."""
    if found.loss == "half_squared_error":
        return 2
    return found.output.size // (found.output.shape[-1] if _kind(found.loss) == "categorical_crossentropy" else 1)


def _probabilities(found: BackwardPass) -> _Doubles:
    """Return what the terms are of, in float64: probabilities where the loss is a cross-entropy, else the output."""
    output = found.output.astype(np.float64)
    with np.errstate(all="ignore"):
        if found.loss.endswith("_from_logits"):
            name = "softmax" if _kind(found.loss) == "categorical_crossentropy" else "sigmoid"
            return np.asarray(activate(output, name))
        if found.loss == "categorical_crossentropy":
            output = output / output.sum(axis=-1, keepdims=True)
    return np.clip(output, EPSILON, 1 - EPSILON) if "crossentropy" in found.loss else output


def _squared(p: _Doubles, t: _Doubles) -> _Doubles:
    return np.square(p - t)


def _absolute(p: _Doubles, t: _Doubles) -> _Doubles:
    return np.abs(p - t)


def _categorical(p: _Doubles, t: _Doubles) -> _Doubles:
    return np.where(t == 0, 0.0, -t * np.log(p))


def _binary(p: _Doubles, t: _Doubles) -> _Doubles:
    return _categorical(p, t) + _categorical(1 - p, 1 - t)


_TERMS: Mapping[str, Callable[[_Doubles, _Doubles], _Doubles]] = MappingProxyType(
    {
        "mean_squared_error": _squared,
        "half_squared_error": _squared,
        "mean_absolute_error": _absolute,
        "binary_crossentropy": _binary,
        "categorical_crossentropy": _categorical,
    }
)
_TEXTS: Mapping[str, Callable[[str, str, str, str], str]] = MappingProxyType(
    {
        "mean_squared_error": lambda p, t, _p, _t: f"({p} − {t})²",
        "half_squared_error": lambda p, t, _p, _t: f"({p} − {t})²",
        "mean_absolute_error": lambda p, t, _p, _t: f"|{p} − {t}|",
        "binary_crossentropy": lambda p, t, rest, other: f"(−{t}·ln({p}) − {other}·ln({rest}))",
        "categorical_crossentropy": lambda p, t, _p, _t: f"(−{t}·ln({p}))",
    }
)
"""A term in words, from what is predicted, what is wanted, and what both are less than 1."""
