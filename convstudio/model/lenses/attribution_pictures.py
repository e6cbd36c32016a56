"""How attributions are drawn: small enough for the screen, and over the input, which shows where there is little."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import colours, finite_range, picture, picture_levels, signed_levels
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.colour.reduction import Reduction, axis_within
from convstudio.model.values.arrays import Floats, TiledArray, frozen
from convstudio.model.values.scale import Colours

_MOST_PIXELS = 512  # a side of a picture; what stands out of the cells of a pixel is shown
_LEAST_READ, _MOST_READ = 0.01, 10_000.0
_DARKEST, _CONTRAST = 110, 0.5  # a faint input leaves the colours to what is drawn over it
_GREY = np.array([0.299, 0.587, 0.114])
"""The share of each colour in the brightness, as of `library.examples`: ITU-R BT.601."""


def drawn(values: NDArray[Any], under: Floats | None = None) -> Colours:
    """Colour a map `(*spatial,)` around zero, one row for a sequence; `under` is the input that it is drawn over.

    Over an input, `(*spatial, channels)`, the more a value differs from 0 the less the grey input shows.

    >>> drawn(np.array([[0.0, 1.0]]), np.zeros((1, 2, 1), np.float32))[0].tolist()
    [[144, 144, 144], [223, 156, 98]]
    """
    table = np.asarray(as_table(values), np.float32)
    levels = signed_levels(table)
    shown = _reduced(table[..., np.newaxis])[..., 0]
    painted = colours(shown, levels)
    if under is None:
        return painted
    with np.errstate(invalid="ignore", over="ignore"):
        strength = np.nan_to_num(np.abs(shown) / levels.high, nan=1.0, posinf=1.0)[..., np.newaxis]
    cells = under.reshape(*table.shape, under.shape[-1])
    grey = _DARKEST + _CONTRAST * (picture(_reduced(cells), picture_levels(cells)) @ _GREY)[..., np.newaxis]
    mixed: Colours = np.rint(grey + np.minimum(strength, 1) * (painted - grey)).astype(np.uint8)
    return mixed


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


def _reduced(cells: Floats) -> Floats:
    """Return the cells `(rows, columns, channels)` on as many pixels as a picture has at most."""
    rows, columns = (axis_within(length, _MOST_PIXELS) for length in cells.shape[:2])
    if max(cells.shape[:2]) <= _MOST_PIXELS:
        return cells
    return Reduction(TiledArray(frozen(cells))).picture(rows, columns, range(cells.shape[-1]))
