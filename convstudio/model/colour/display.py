"""How numbers become colours: levels, colour maps, statistics, and what fits into a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.reduction import shrunk
from convstudio.model.values.arrays import Floats
from convstudio.model.values.scale import DIVERGING, GREY, Colour, ColourMap, Colours

NOT_A_NUMBER: Colour = (0x95, 0x30, 0xAB)
INFINITE: Colour = (0x6B, 0x2A, 0x8C)
_FADING = 0.6


@dataclass(frozen=True)
class Levels:
    """The values at the two ends of a colour bar; `signed` ends are ±the same, with zero in the middle.

    `cuts` means that some values are beyond the ends and have the ends' colours; `colours` are those between the ends
    (None: diverging where the levels are signed, else grey).
    """

    low: float
    high: float
    signed: bool
    cuts: bool = False
    colours: ColourMap | None = field(default=None, repr=False)

    @property
    def colour_map(self) -> ColourMap:
        """The colours from the lowest level to the highest."""
        return self.colours or (DIVERGING if self.signed else GREY)


@dataclass(frozen=True)
class Statistics:
    """What a feature map holds; minimum, maximum and mean are of the finite values, None where there are none."""

    count: int
    zeros: int
    not_numbers: int
    infinities: int
    minimum: float | None
    maximum: float | None
    mean: float | None


def statistics(values: NDArray[Any]) -> Statistics:
    """Count and summarise an array of any shape.

    >>> statistics(np.array([0.0, 3.0])).mean
    1.5
    """
    is_odd = values.size > 0 and not np.isfinite([values.min(), values.max()]).all()  # both pass a NaN on
    finite = values[np.isfinite(values)] if is_odd else values
    return Statistics(
        count=values.size,
        zeros=values.size - int(np.count_nonzero(values)),
        not_numbers=int(np.count_nonzero(np.isnan(values))) if is_odd else 0,
        infinities=int(np.count_nonzero(np.isinf(values))) if is_odd else 0,
        minimum=float(finite.min()) if finite.size else None,
        maximum=float(finite.max()) if finite.size else None,
        mean=float(finite.mean(dtype=np.float64)) if finite.size else None,
    )


def stays_within(now: Statistics, before: Statistics) -> bool:
    """Return whether the finite values of a map that was edited reach no further than they did.

    Then its levels can stay, so that a brush neither makes the picture flicker nor has to colour all of it again.

    >>> stays_within(statistics(np.array([1.0, 2.0])), statistics(np.array([0.0, 2.0])))
    True
    """
    if now.minimum is None or now.maximum is None or before.minimum is None or before.maximum is None:
        return False
    return before.minimum <= now.minimum and now.maximum <= before.maximum


def signed_levels(values: NDArray[Any]) -> Levels:
    """Return levels centred on zero that reach the largest finite |value|, or ±1 where all are zero.

    >>> signed_levels(np.array([-1.0, 3.0, np.inf]))
    Levels(low=-3.0, high=3.0, signed=True, cuts=False)
    """
    low, high = finite_range(values)
    reach = max(abs(low), abs(high)) or 1.0
    return Levels(-reach, reach, signed=True)


def grey_levels(values: NDArray[Any]) -> Levels:
    """Return levels from the smallest to the largest finite value; of equal values a scale from 0 to them, or 0 to 1.

    A grid of equal values has no contrast: only compared with 0 does its colour show how large they are.

    >>> grey_levels(np.array([2.0, 2.0])), grey_levels(np.array([0.0]))
    (Levels(low=0.0, high=2.0, signed=False, cuts=False), Levels(low=0.0, high=1.0, signed=False, cuts=False))
    """
    low, high = finite_range(values)
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    return Levels(low, high if high > low else 1.0, signed=False)


def picture_levels(values: NDArray[Any]) -> Levels:
    """Return the levels of an input: 0 to 1, as pictures have, reaching further where the values do; signed below 0.

    >>> picture_levels(np.array([0.0, 0.5]))
    Levels(low=0.0, high=1.0, signed=False, cuts=False)
    """
    low, high = finite_range(values)
    return signed_levels(values) if low < 0 else Levels(0.0, max(1.0, high), signed=False)


@dataclass(frozen=True, eq=False)
class ColoursInSight:
    """The colours of a table of which only a few cells are in sight: each part is coloured when it is asked for.

    >>> ColoursInSight(np.float32([[0, 1]]), Levels(0.0, 1.0, signed=False))[0, 1].tolist()
    [255, 255, 255]
    """

    values: Floats
    levels: Levels

    def __getitem__(self, part: Any) -> Colours:
        return colours(np.asarray(self.values[part]), self.levels)

    def on_pixels(self, rows: int, columns: int) -> Colours:
        """Return the colours of a picture of at most so many rows and columns of pixels; what stands out is seen."""
        return colours(shrunk(self.values[..., np.newaxis], rows, columns)[..., 0], self.levels)


def colours(values: Floats, levels: Levels) -> Colours:
    """Colour values of any shape with the levels' map: `(*shape, 3)` bytes; NaN and infinity have their own colours."""
    table = levels.colour_map.table
    with np.errstate(invalid="ignore", over="ignore"):
        steps = (values - levels.low) / (levels.high - levels.low) * (len(table) - 1)
    is_finite = np.isfinite(steps).all()
    if not is_finite:
        steps = np.nan_to_num(steps, nan=0.0, posinf=len(table) - 1, neginf=0.0)
    painted: Colours = np.take(table, np.clip(np.rint(steps), 0, len(table) - 1).astype(np.uint8), axis=0)
    if not is_finite:
        painted[np.isnan(values)] = NOT_A_NUMBER
        painted[np.isinf(values)] = INFINITE
    return painted


def picture(values: Floats, levels: Levels) -> Colours:
    """Show an input `(rows, columns, channels)` as bytes `(rows, columns, 3)`: three channels are red, green, blue.

    Of any other number of channels the first one is shown.
    """
    if values.shape[-1] != 3 or levels.signed:
        return colours(values[..., 0], levels)
    shares = np.nan_to_num((values - levels.low) / (levels.high - levels.low), nan=0.0, posinf=1.0, neginf=0.0)
    painted: Colours = np.rint(np.clip(shares, 0.0, 1.0) * 255).astype(np.uint8)
    if not np.all(np.isfinite(values)):
        painted[np.isnan(values).any(axis=-1)] = NOT_A_NUMBER
        painted[np.isinf(values).any(axis=-1)] = INFINITE
    return painted


def faded(painted: Colours, ground: Colour) -> Colours:
    """Return the colours of padding cells: `painted`, `(*shape, 3)` bytes, faded into the background.

    >>> faded(np.uint8([[200, 100, 0]]), (0, 0, 0)).tolist()
    [[80, 40, 0]]
    """
    shares = painted + _FADING * (np.array(ground) - painted)
    return np.rint(shares).astype(np.uint8)


def ink_on(colour: Sequence[int], wished: Colour | None = None) -> Colour:
    """Return the ink for text on a colour: that of dark or of light text, or black or white on a medium colour.

    The contrast is 4.5:1 or more on every colour (WCAG 2.2, 1.4.3): black or white always reaches that. A wished ink
    is taken where it reaches that too.

    >>> ink_on((255, 255, 255)), ink_on((0, 0, 0)), ink_on((118, 118, 118))
    ((31, 35, 40), (231, 232, 234), (0, 0, 0))
    """
    ground = _luminance(colour)
    if wished is not None and _contrast(_luminance(wished), ground) >= 4.5:
        return wished
    return next(ink for ink, light in _INKS if _contrast(light, ground) >= 4.5)


def readable(wished: Colour, ground: Sequence[int]) -> Colour:
    """Return a colour for text on a ground: the wished one, as near to plain ink as a contrast of 4.5:1 needs.

    >>> readable((47, 158, 68), (255, 255, 255)), readable((214, 51, 108), (255, 255, 255))
    ((44, 133, 62), (214, 51, 108))
    """
    ink, light = np.array(ink_on(ground)), _luminance(ground)
    shades = (np.rint(wished + share * (ink - wished)).astype(int).tolist() for share in np.linspace(0, 1, 21))
    red, green, blue = next(shade for shade in shades if _contrast(_luminance(shade), light) >= 4.5)
    return red, green, blue


def _luminance(colour: Sequence[int]) -> float:
    red, green, blue = (_LIGHTS[byte] for byte in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear_light(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def is_grid(spatial: tuple[int, ...], longest: int) -> bool:
    """Return whether an input is shown as a grid of numbers: sequences always, images up to `longest` cells a side."""
    return len(spatial) == 1 or max(spatial) <= longest


def finite_range(values: NDArray[Any]) -> tuple[float, float]:
    """Return the smallest and the largest finite value of an array of any shape; 0 and 0 where there is none.

    >>> finite_range(np.array([3.0, np.nan, -2.0, np.inf]))
    (-2.0, 3.0)
    """
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def histogram(values: NDArray[Any], bins: int = 40) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count the finite values in equal steps: `(bins,)` counts and `(bins + 1,)` edges."""
    finite = values[np.isfinite(values)].astype(np.float64)
    low, high = finite_range(finite)
    reach = 0.0 if high > low else max(0.5, abs(low) / 100)  # equal values need a range that their size can resolve
    counts, edges = np.histogram(finite, bins=bins, range=(low - reach, high + reach))
    return counts.astype(np.int64), edges


_LIGHTS = tuple(_linear_light(byte / 255) for byte in range(256))
_INKS: tuple[tuple[Colour, float], ...] = tuple(
    (ink, _luminance(ink)) for ink in ((0x1F, 0x23, 0x28), (0xE7, 0xE8, 0xEA), (0x00, 0x00, 0x00), (0xFF, 0xFF, 0xFF))
)
