"""What the numbers of an array are like before it is used: range, quantiles, mean and sparsity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import between_numbers, format_number, percent

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Which quantiles are told."""


@dataclass(frozen=True)
class ArrayFacts:
    """The range of an array's finite numbers, their mean and standard deviation, and the quantiles of `SHARES`.

    `zeros` is the share of all numbers that are exactly 0; `left_out` counts those that are NaN or infinity.
    """

    minimum: float
    maximum: float
    mean: float
    deviation: float
    quantiles: tuple[float, ...]
    zeros: float
    left_out: int

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Each fact as a name and a number in words."""
        told = [f"{percent(share)}: {format_number(one)}" for share, one in zip(SHARES, self.quantiles, strict=True)]
        return (
            ("Minimum", format_number(self.minimum)),
            ("Maximum", format_number(self.maximum)),
            ("Mean", format_number(self.mean)),
            ("Standard deviation", format_number(self.deviation)),
            ("Quantiles", between_numbers().join(told)),
            ("Zeros", percent(self.zeros)),
        )


def array_facts(values: Floats) -> ArrayFacts:
    """Return what the numbers of an array of any shape, with at least one number, are like.

    The standard deviation is that of the whole population, and quantiles are those of `numpy.quantile`.
    Raises ValueError for an array without finite numbers.

    >>> facts = array_facts(np.float32([[0, 1], [2, 5]]))
    >>> facts.minimum, facts.maximum, facts.mean, facts.zeros
    (0.0, 5.0, 2.0, 0.25)
    """
    if not values.size:
        raise ValueError("The array has no numbers.")
    finite = _finite(values)
    if not finite.size:
        raise ValueError("Every number is NaN or infinity.")
    doubled = finite.astype(np.float64)  # for the quantiles, which are computed in the type that is given
    quantiles = np.quantile(doubled, SHARES, overwrite_input=True)  # else it makes another copy
    del doubled
    return ArrayFacts(
        minimum=float(finite.min()),
        maximum=float(finite.max()),
        mean=float(finite.mean(dtype=np.float64)),
        deviation=float(finite.std(dtype=np.float64)),
        quantiles=tuple(map(float, quantiles)),
        zeros=(values.size - int(np.count_nonzero(values))) / values.size,
        left_out=values.size - finite.size,
    )


def _finite(values: Floats) -> Floats:
    are_all = np.isfinite([values.min(), values.max()]).all()  # both pass a NaN on
    return values if are_all else values[np.isfinite(values)]
