"""The sum of a loss as far as it is added up, going term by term: one term for each output of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convstudio.model.learning.backward_pass import BackwardPass
from convstudio.model.panes.learning.loss_words import LOSS_NAMES, TERM_FORMULAS, log_sum, shares
from convstudio.model.panes.learning.pictures import factor
from convstudio.model.values.numbers import format_number
from convstudio.model.words.wording import running_sentence

_MOST_TERMS = 6
_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossSum:
    """The terms of a loss, `values`, one for each output in reading order, up to the `term` on show, from 0.

    `predicted` is what the terms are of, `(..., values)`: the output, or its probabilities. The loss is their sum
    divided by `share`.
    """

    found: BackwardPass
    predicted: _Doubles
    values: _Doubles
    share: int
    term: int

    @classmethod
    def of(cls, found: BackwardPass, term: int) -> LossSum:
        """Return the sum of a loss at a term, at most its last one."""
        predicted = _predicted(found)
        with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
            values = _TERMS[found.loss](predicted, found.wanted.astype(np.float64)) + 0.0
        return cls(found, predicted, values.ravel(), _share(found), min(term, values.size - 1))

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
        formula = TERM_FORMULAS[self.found.loss] if self.found.loss.endswith("_from_logits") else ""
        return f"{LOSS_NAMES[self.found.loss]}{formula and f', every term {formula}'}: {divided}{total}"

    @property
    def sentence(self) -> str:
        """The current term and the sum so far."""
        value, running = float(self.values[self.term]), float(self.values[: self.term + 1].sum())
        told = running_sentence(self._term_text(self.term), value, self.term, self.values.size, running)
        if self.is_coming or self.share == 1:
            return told
        return f"{told[:-1]}, and divided by {self.share} it is the loss."

    def _term_text(self, at: int) -> str:
        vector, place = divmod(at, self.predicted.shape[-1])
        vectors = self.predicted.reshape(-1, self.predicted.shape[-1])
        return _TEXTS[self.found.loss](vectors[vector], place, float(self.found.wanted.ravel()[at]))


def _share(found: BackwardPass) -> int:
    """Return what the sum is divided by: the number of outputs, or of vectors of classes."""
    if found.loss == "half_squared_error":
        return 2
    return found.output.size // (found.output.shape[-1] if found.loss.startswith("categorical") else 1)


def _predicted(found: BackwardPass) -> _Doubles:
    """Return what the terms are of, in float64: probabilities where the loss is of those, else the output."""
    if found.loss in ("binary_crossentropy", "categorical_crossentropy"):
        return shares(found)
    return found.output.astype(np.float64)


def _squared(p: _Doubles, t: _Doubles) -> _Doubles:
    return np.square(p - t)


def _absolute(p: _Doubles, t: _Doubles) -> _Doubles:
    return np.abs(p - t)


def _categorical(p: _Doubles, t: _Doubles) -> _Doubles:
    return -t * np.log(p)


def _binary(p: _Doubles, t: _Doubles) -> _Doubles:
    return _categorical(p, t) + _categorical(1 - p, 1 - t)


def _categorical_from_logits(z: _Doubles, t: _Doubles) -> _Doubles:
    return t * (log_sum(z) - z)


def _binary_from_logits(z: _Doubles, t: _Doubles) -> _Doubles:
    return np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))


_TERMS: Mapping[str, Callable[[_Doubles, _Doubles], _Doubles]] = MappingProxyType(
    {
        "mean_squared_error": _squared,
        "half_squared_error": _squared,
        "mean_absolute_error": _absolute,
        "binary_crossentropy": _binary,
        "binary_crossentropy_from_logits": _binary_from_logits,
        "categorical_crossentropy": _categorical,
        "categorical_crossentropy_from_logits": _categorical_from_logits,
    }
)


def _squared_text(p: _Doubles, at: int, t: float) -> str:
    return f"({format_number(p[at])} − {factor(t)})²"


def _absolute_text(p: _Doubles, at: int, t: float) -> str:
    return f"|{format_number(p[at])} − {factor(t)}|"


def _categorical_text(p: _Doubles, at: int, t: float) -> str:
    return f"(−{factor(t)}·ln({format_number(p[at])}))"


def _binary_text(p: _Doubles, at: int, t: float) -> str:
    rest = f"{format_number(1 - t)}·ln({format_number(1 - p[at])})"
    return f"(−{factor(t)}·ln({format_number(p[at])}) − {rest})"


def _categorical_from_logits_text(z: _Doubles, at: int, t: float) -> str:
    return f"{factor(t)}·({format_number(log_sum(z)[0])} − {factor(z[at])})"


def _binary_from_logits_text(z: _Doubles, at: int, t: float) -> str:
    size = format_number(abs(z[at]))
    return f"(max({format_number(z[at])}, 0) − {factor(z[at])}·{factor(t)} + ln(1 + e^−{size}))"


_TEXTS: Mapping[str, Callable[[_Doubles, int, float], str]] = MappingProxyType(
    {
        "mean_squared_error": _squared_text,
        "half_squared_error": _squared_text,
        "mean_absolute_error": _absolute_text,
        "binary_crossentropy": _binary_text,
        "binary_crossentropy_from_logits": _binary_from_logits_text,
        "categorical_crossentropy": _categorical_text,
        "categorical_crossentropy_from_logits": _categorical_from_logits_text,
    }
)
"""A term in words, from the vector that it is of, its place there, and what is wanted there."""
