"""One rule for the levels of an input: which values are black and white in picture, cells and calculation alike."""

from __future__ import annotations

from typing import Literal

import numpy as np

from convstudio.model.arrays import TiledArray
from convstudio.model.display import Levels, grey_levels, signed_levels
from convstudio.model.input_display import Ranges, levels_of
from convstudio.model.map_levels import Scale, ends_of_map, levels_from
from convstudio.model.reduction import Reduction, axis_within

Span = Literal["usual", "all", "middle"]
"""Which values lie between black and white: those of pictures, 0 to 1; all that there are; or the middle 99 %."""

SPANS: tuple[Span, ...] = ("usual", "all", "middle")
_DARK = 0.25
"""A picture that reaches no further is shown with all its values, such as 12-bit data in a file of 16 bits."""

_SIDE = 128


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
    return levels_from(ends_of_map(asked), Scale(is_grey=low >= 0), cuts=True)
