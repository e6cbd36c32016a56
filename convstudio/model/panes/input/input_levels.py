"""One rule for the levels of an input: which values are black and white in picture, cells and calculation alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from convstudio.model.colour.display import Levels, grey_levels, signed_levels
from convstudio.model.colour.map_levels import ends_of_map, levels_from
from convstudio.model.colour.reduction import Reduction, axis_within
from convstudio.model.panes.input.input_display import Ranges, keeps_within, levels_of
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.scale import DIVERGING, GREY, Scale

Span = Literal["usual", "all", "middle"]
"""Which values are between black and white: those of pictures, 0 to 1; all that there are; or the middle 99 %."""

SPANS: tuple[Span, ...] = ("usual", "all", "middle")
_DARK = 0.25
"""A picture that reaches no further is shown with all its values, such as 12-bit data in a file of 16 bits."""

_SIDE = 128


@dataclass(frozen=True)
class ShownLevels:
    """The levels on show, the span that they were found for, and the one that the user chose (None: none yet)."""

    span: Span
    levels: Levels
    wanted: Span | None


def span_names(*, is_own: bool) -> tuple[str, ...]:
    """Name the spans, for a list: those of the user's own input, or of maps that a layer reads."""
    return "0 to 1" if is_own else "0 to max", "all", "99 %"


def span_on_show(wanted: Span | None, ranges: Ranges, *, is_own: bool, is_picture: bool) -> Span:
    """Return the span that was chosen; unless one was, a dark picture shows all of its values.

    >>> span_on_show(None, Ranges({(0,): (0.0, 0.0625)}), is_own=True, is_picture=True)
    'all'
    """
    low, high = ranges.whole
    if wanted is not None:
        return wanted
    return "all" if is_own and is_picture and low >= 0 and 0 < high <= _DARK else "usual"


def shown_levels(
    values: TiledArray,
    ranges: Ranges,
    wanted: Span | None,
    *,
    is_own: bool,
    is_picture: bool,
    held: ShownLevels | None = None,
) -> ShownLevels:
    """Choose the levels; those that are `held` for the same picture stay while its values are inside them.

    >>> dark = TiledArray.of([[[0.0]], [[0.25]]])
    >>> shown = shown_levels(dark, Ranges.of(dark), None, is_own=True, is_picture=True)
    >>> shown.span, shown.levels.high
    ('all', 0.25)
    """
    span = span_on_show(wanted, ranges, is_own=is_own, is_picture=is_picture)
    if held is not None and is_picture:
        if wanted is None:
            span = held.span  # a stroke that brightens a dark picture does not change what it shows
        stays = (span, wanted) == (held.span, held.wanted)
        if stays and (held.levels.cuts or keeps_within(held.levels, ranges)):
            return held
    return ShownLevels(span, span_levels(values, ranges, span, is_own=is_own), wanted)


def span_levels(values: TiledArray, ranges: Ranges, span: Span, *, is_own: bool) -> Levels:
    """Return the levels of an input with these ranges; signed where a value is below 0.

    >>> span_levels(TiledArray.of([[0.5], [0.75]]), Ranges({(0,): (0.5, 0.75)}), "all", is_own=True)
    Levels(low=0.5, high=0.75, signed=False, cuts=False)
    """
    low, high = ranges.whole
    if span == "usual":
        return levels_of(ranges, is_picture=is_own)
    if span == "all":
        held = np.array([low, high])
        return signed_levels(held) if low < 0 else grey_levels(held)
    rows, columns = (axis_within(length, _SIDE) for length in Reduction(values).shape)
    asked = Reduction(values).sample(rows, columns, range(values.channels))
    return levels_from(ends_of_map(asked), Scale(colours=GREY if low >= 0 else DIVERGING), cuts=True)
