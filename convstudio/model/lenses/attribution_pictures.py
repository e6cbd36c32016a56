"""How attributions are drawn: over the input, which shows where there is little, and in units that can be read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import ColoursInSight, finite_range, signed_levels
from convstudio.model.colour.over_input import ColoursOverInput, faint_grey
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.values.arrays import Floats

_LEAST_READ, _MOST_READ = 0.01, 10_000.0


def drawn(values: NDArray[Any], under: Floats | None = None) -> ColoursInSight:
    """Return the colours of a map `(*spatial,)` around zero, one row for a sequence.

    `under` is the input, `(*spatial, channels)`, that it is drawn over.

    >>> drawn(np.array([[0.0, 1.0]]), np.zeros((1, 2, 1), np.float32))[:][0].tolist()
    [[144, 144, 144], [223, 156, 98]]
    """
    table = np.asarray(as_table(values), np.float32)
    levels = signed_levels(table)
    if under is None:
        return ColoursInSight(table, levels)
    return ColoursOverInput(table, levels, faint_grey(under.reshape(*table.shape, under.shape[-1])))


def unit_of(values: NDArray[Any]) -> float:
    """Return the unit in which values can be read: 1, or a power of ten where all of them are very small or large.

    >>> unit_of(np.array([0.5, 0])), unit_of(np.array([0.0002, -0.00073]))
    (1.0, 0.0001)
    """
    low, high = finite_range(values)
    largest = max(abs(low), abs(high))
    return 1.0 if largest == 0 or _LEAST_READ <= largest < _MOST_READ else float(f"1e{math.floor(math.log10(largest))}")


def unit_words(unit: float) -> str:
    """Say in which unit values are written; nothing where that is 1.

    >>> unit_words(0.0001), unit_words(1.0)
    ('in 1e-4', '')
    """
    return "" if unit == 1 else f"in 1e{round(math.log10(unit))}"
