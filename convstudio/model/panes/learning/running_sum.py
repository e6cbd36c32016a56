"""A sum of products in a phase of learning as far as it is added up, going term by term."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convstudio.model.panes.learning.pictures import factor
from convstudio.model.values.numbers import format_number
from convstudio.model.words.wording import running_sentence
from convstudio.ops.padding import Array

_MOST_TERMS = 10


@dataclass(frozen=True, eq=False)
class RunningSum:
    """The products of two arrays of one shape, in reading order, added up to the `term` on show, counted from 0."""

    firsts: Array
    seconds: Array
    term: int

    @classmethod
    def of(cls, firsts: Array, seconds: Array, term: int | None) -> RunningSum | None:
        """Return a sum at a term, at most its last one; None without a term, or where there is nothing to add."""
        count = np.size(firsts)
        return None if term is None or not count else cls(np.ravel(firsts), np.ravel(seconds), min(term, count - 1))

    @cached_property
    def products(self) -> NDArray[np.float64]:
        """Every term, in float64."""
        with np.errstate(all="ignore"):  # infinities and NaN are values here, not accidents
            return self.firsts.astype(np.float64) * self.seconds + 0.0  # which makes every −0 a 0

    @property
    def count(self) -> int:
        """How many terms there are."""
        return len(self.firsts)

    @property
    def is_coming(self) -> bool:
        """Whether terms are still to be added."""
        return self.term + 1 < self.count

    @property
    def running(self) -> float:
        """The sum so far."""
        return float(self.products[: self.term + 1].sum())

    @property
    def line(self) -> str:
        """The terms that are added so far, the last of them where there are many; no sum before the last term.

        >>> RunningSum(np.array([1.0, 0.0, 4.0]), np.array([2.0, -3.0, 1.0]), 1).line
        '1·2 + 0·(-3) + …'
        """
        first = max(0, self.term + 1 - _MOST_TERMS)
        terms = [self._product(at) for at in range(first, self.term + 1)]
        before = ["…"] if first else []
        if self.is_coming:
            return " + ".join([*before, *terms, "…"])
        return f"{' + '.join([*before, *terms])} = {format_number(self.running)}"

    @property
    def sentence(self) -> str:
        """The current term and the sum so far.

        >>> RunningSum(np.array([1.0, 0.0, 4.0]), np.array([2.0, -3.0, 1.0]), 2).sentence
        'Term 3 of 3: 4·1 = 4; the sum so far is 6.'
        """
        value = float(self.products[self.term])
        return running_sentence(self._product(self.term), value, self.term, self.count, self.running)

    def _product(self, at: int) -> str:
        return f"{factor(float(self.firsts[at]))}·{factor(float(self.seconds[at]))}"
