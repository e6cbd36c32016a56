"""How maps become colours, as the user chose it, and the two colour maps that are ours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.limits import LIMITS

Colours = NDArray[np.uint8]
Colour = tuple[int, int, int]

NEGATIVE: Colour = (0x21, 0x66, 0xAC)
ZERO: Colour = (0xF7, 0xF7, 0xF7)
POSITIVE: Colour = (0xD6, 0x79, 0x28)
_DARKEST: Colour = (0x44, 0x44, 0x44)
_LIGHTEST: Colour = (0xFF, 0xFF, 0xFF)
_STRENGTH = 0.72  # the ends of the scale stop short of the full colour, so that a dark digit stays readable on them


@dataclass(frozen=True)
class ColourMap:
    """The colours from the lowest level to the highest, `table`: `(256, 3)` bytes; two of one name are the same.

    With `is_signed` the middle colour belongs to zero.
    """

    name: str
    is_signed: bool = field(compare=False)
    table: Colours = field(compare=False, repr=False)


def ramp(stops: Sequence[Sequence[float]] | NDArray[np.floating]) -> Colours:
    """Return 256 colours between `stops`, `(n, 3)` of 0 to 255, which stand equally far apart.

    >>> ramp([(0, 0, 0), (255, 255, 255)])[128].tolist()
    [128, 128, 128]
    """
    held = np.asarray(stops, np.float64)
    places = np.linspace(0, 1, len(held))
    channels = [np.interp(np.linspace(0, 1, 256), places, held[:, channel]) for channel in range(3)]
    table = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    table.flags.writeable = False
    return table


def _towards(colour: Colour) -> Colour:
    red, green, blue = (round(zero + _STRENGTH * (end - zero)) for zero, end in zip(ZERO, colour, strict=True))
    return red, green, blue


DIVERGING = ColourMap("diverging", is_signed=True, table=ramp([_towards(NEGATIVE), ZERO, _towards(POSITIVE)]))
GREY = ColourMap("grey", is_signed=False, table=ramp([_DARKEST, _LIGHTEST]))


@dataclass(frozen=True)
class Scale:
    """How maps become colours: in which ones, and each by its own values or all of a layer alike.

    `cuts` leaves out rare extremes (None: where the map is too large for a table). `held` are the levels, low and high,
    that the user set for all maps (None: those of their values).
    """

    colours: ColourMap = DIVERGING
    is_shared: bool = False
    cuts: bool | None = None
    held: tuple[float, float] | None = None

    def cuts_on(self, spatial: Sequence[int]) -> bool:
        """Return whether rare extremes of maps of a shape are left out."""
        return not fits_table(spatial) if self.cuts is None else self.cuts


PLAIN = Scale()
"""Each map by its own values, diverging."""


def fits_table(spatial: Sequence[int]) -> bool:
    """Return whether a map is small enough to be read as a table.

    >>> fits_table((64, 64)), fits_table((65,))
    (True, False)
    """
    return max(spatial[-1], math.prod(spatial[:-1])) <= LIMITS.table_length
