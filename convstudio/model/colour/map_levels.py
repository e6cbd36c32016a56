"""One rule for the levels of maps: which values stand at the ends of their colours, in the map pane and on tiles alike.

Each map reaches as far as its own values, or all maps of a layer share one scale. Maps that are too large to be read as
a table leave out the outermost hundredth of their values, so that a few extremes do not pale the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import Levels, finite_range, grey_levels, signed_levels
from convstudio.model.values.scale import Scale

_VALUES_ASKED = 2**14

_SHARES = (0.005, 0.995)

_SHARE_OF_SIZE = 0.99

_STEPS_BETWEEN = 20


@dataclass(frozen=True, eq=False)
class Ends:
    """How far the finite values of several maps reach, one number a map: all of them, and without rare extremes.

    `size` is the 99 % quantile of |v|, `low99` and `high99` hold the middle 99 %.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    size: NDArray[np.float64]
    low99: NDArray[np.float64]
    high99: NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence[Ends]) -> Ends:
        """Return the ends of several maps from those of each."""
        return cls(*(np.concatenate(held) for held in zip(*(part._parts for part in parts), strict=True)))

    def of(self, index: int) -> Ends:
        """Return the ends of one map."""
        return Ends(*(part[index : index + 1] for part in self._parts))

    @property
    def together(self) -> Ends:
        """The ends that hold all maps."""
        firsts, lasts = (self.low.min(), self.low99.min()), (self.high.max(), self.size.max(), self.high99.max())
        low, low99 = (np.array([value]) for value in firsts)
        high, size, high99 = (np.array([value]) for value in lasts)
        return Ends(low, high, size, low99, high99)

    @property
    def _parts(self) -> tuple[NDArray[np.float64], ...]:
        return self.low, self.high, self.size, self.low99, self.high99


def sample_step(count: int) -> int:
    """Return the step between sampled values of `count` in reading order: odd, which the lengths of rows seldom are.

    >>> sample_step(100), sample_step(512 * 512)
    (1, 17)
    """
    step = -(-count // _VALUES_ASKED)
    return step | 1


def ends_of(samples: NDArray[Any], low: NDArray[Any], high: NDArray[Any]) -> Ends:
    """Return the ends of several maps from a sample of their values, `(values, maps)`, and their finite ranges."""
    if np.isfinite(samples).all() and samples.size:
        (size,) = _quantiles(np.abs(samples), (_SHARE_OF_SIZE,))
        low99, high99 = _quantiles(samples, _SHARES)
    else:
        size, low99, high99 = np.array([_odd_column(column) for column in samples.T]).reshape(-1, 3).T
    return Ends(np.asarray(low, np.float64), np.asarray(high, np.float64), size, low99, high99)


def ends_of_map(values: NDArray[Any]) -> Ends:
    """Return the ends of one map of any shape, as `gallery.survey` finds them."""
    flat = values.reshape(-1)
    low, high = finite_range(values)
    return ends_of(flat[:: sample_step(flat.size)][:, np.newaxis], np.array([low]), np.array([high]))


def levels_from(ends: Ends, scale: Scale, *, cuts: bool) -> Levels:
    """Return the levels of the one map, or of the maps together, that `ends` belong to.

    Levels that would shrink to nothing without the extremes hold all values.

    >>> levels_from(ends_of_map(np.append(np.ones(999), 50.0)), Scale(), cuts=True)
    Levels(low=-1.0, high=1.0, signed=True, cuts=True)
    """
    levels = _plain_levels(ends, scale, cuts=cuts)
    return levels if scale.colours == levels.colour_map else replace(levels, colours=scale.colours)


def held_ends(levels: Levels, low: float, high: float) -> tuple[float, float]:
    """Return the ends of levels of which one, or both, were put elsewhere; zero stays in the middle of signed ones.

    >>> held_ends(Levels(-3.0, 3.0, signed=True), -3.0, 2.0), held_ends(Levels(0.0, 3.0, signed=False), 0.0, 2.0)
    ((-2.0, 2.0), (0.0, 2.0))
    """
    if levels.signed:
        has_high_moved = abs(high - levels.high) >= abs(low - levels.low)
        reach = abs(high if has_high_moved else low) or levels.high
        return -reach, reach
    return (low, high) if low < high else (levels.low, levels.high)


def moved_ends(levels: Levels, *, low: int = 0, high: int = 0) -> tuple[float, float]:
    """Return the ends of levels moved by so many steps, each a twentieth of what is between them.

    >>> moved_ends(Levels(0.0, 1.0, signed=False), high=-2)
    (0.0, 0.9)
    """
    step = (levels.high - levels.low) / _STEPS_BETWEEN
    return held_ends(levels, levels.low + low * step, levels.high + high * step)


def levels_of_map(values: NDArray[Any], scale: Scale) -> Levels:
    """Return the levels of one map by its own values.

    >>> levels_of_map(np.float32([[-1, 3]]), Scale())
    Levels(low=-3.0, high=3.0, signed=True, cuts=False)
    """
    return levels_from(ends_of_map(values), scale, cuts=scale.cuts_on(values.shape))


def scale_note(scale: Scale, spatial: Sequence[int], maps: int) -> str:
    """Tell what the levels of a map cover, for the colour bar.

    >>> scale_note(Scale(), (6, 6), 1), scale_note(Scale(is_shared=True), (510, 510), 4)
    ('all values of this map', 'the middle 99\\xa0% of all 4 maps')
    """
    if scale.held is not None:
        return "levels set by hand, for all maps"
    is_middle = scale.cuts_on(spatial)
    if scale.is_shared and maps > 1:
        return f"the middle 99\xa0% of all {maps} maps" if is_middle else f"all values of all {maps} maps"
    return "the middle 99\xa0% of this map" if is_middle else "all values of this map"


def _plain_levels(ends: Ends, scale: Scale, *, cuts: bool) -> Levels:
    low, high, size, low99, high99 = (float(part[0]) for part in ends._parts)
    both, is_signed = np.array([low, high]), scale.colours.is_signed
    if scale.held is not None:
        first, last = scale.held
        reach = max(abs(first), abs(last))
        first, last = (-reach, reach) if is_signed else (first, last)
        return Levels(first, last, signed=is_signed, cuts=low < first or high > last)
    whole = signed_levels(both) if is_signed else grey_levels(both)
    if not cuts:
        return whole
    if is_signed:
        return Levels(-size, size, signed=True, cuts=True) if 0 < size < whole.high else whole
    is_usable = low99 < high99 and (low99, high99) != (low, high)
    return Levels(low99, high99, signed=False, cuts=True) if is_usable else whole


def _odd_column(values: NDArray[Any]) -> tuple[float, float, float]:
    """Return size, low and high of one sample with values that are not finite; zeros where none is finite."""
    finite = values[np.isfinite(values)][:, np.newaxis]
    if not finite.size:
        return 0.0, 0.0, 0.0
    (size,) = _quantiles(np.abs(finite), (_SHARE_OF_SIZE,))
    low, high = _quantiles(finite, _SHARES)
    return float(size[0]), float(low[0]), float(high[0])


def _quantiles(values: NDArray[Any], shares: Sequence[float]) -> list[NDArray[np.float64]]:
    """Return what `np.quantile` does of the finite columns of `(values, maps)`, in a small part of its time."""
    count = len(values)
    places = [share * (count - 1) for share in shares]
    below = [min(int(place), max(0, count - 2)) for place in places]
    above = [min(at + 1, count - 1) for at in below]
    ordered = np.partition(values, sorted({*below, *above}), axis=0)
    first, second = ordered[below].astype(np.float64), ordered[above].astype(np.float64)
    return [
        low + (place - at) * (high - low) for place, at, low, high in zip(places, below, first, second, strict=True)
    ]
