"""The words of the feature map and the calculation about one number: its readout, and which terms are on show."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convstudio.model.colour.picture_geometry import is_computed
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.calculation import Calculation
from convstudio.model.values.arrays import Floats
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.numbers import apart, format_in_full


def value_line(values: Floats, position: Sequence[int], revealed: int | None, *, is_vector: bool = False) -> str:
    """Write the exact value of one output, or that it is not computed yet, or nothing where there is no such output.

    >>> import numpy as np
    >>> value_line(np.float32([0, 3]), (1,), None)
    'step 2 = 3'
    """
    is_inside = len(position) == values.ndim and all(
        at < length for at, length in zip(position, values.shape, strict=True)
    )
    if not is_inside:
        return ""
    if not is_computed(position, values.shape, revealed):
        return f"{place(position, is_vector=is_vector)}: not computed yet"
    return f"{place(position, is_vector=is_vector)} = {format_in_full(float(values[tuple(position)]))}"


def combined_line(combined: CombinedMap, position: Sequence[int], revealed: int | None) -> str:
    """Write one value of a combination and what it combines, or that it is not computed yet, or nothing.

    >>> import numpy as np
    >>> from convstudio.model.values.arrays import TiledArray
    >>> from convstudio.model.values.combination import Combination
    >>> from convstudio.model.values.maps import Maps
    >>> combined_line(CombinedMap.of(Combination(0, "sum"), Maps(TiledArray.of([[2, 3]]))), (0,), None)
    'step 1: 2 + 3 = 5'
    """
    plain = "" if combined.values is None else value_line(combined.values, position, revealed)
    return f"{place(position)}: {combined.terms_at(position)}" if " = " in plain else plain


def term_inside(calculation: Calculation, term: int | None) -> int | None:
    """Return the term that is on show: an output that is pointed at may have fewer than the current one, or none."""
    count = calculation.products.size
    return None if term is None or not count else min(term, count - 1)


def is_coming(calculation: Calculation, term: int | None) -> bool:
    """Return whether terms are still to be added: then the output is not shown yet.

    `term` is one that is inside the calculation, as `term_inside` returns it.
    """
    return term is not None and term + 1 < calculation.products.size


def channels_added(calculation: Calculation, term: int | None) -> int:
    """Count the channels of which all terms are added, going term by term; all of them otherwise."""
    return len(calculation.channels) if term is None else (term + 1) // terms_per_channel(calculation)


def shown_channel(calculation: Calculation, channel: int, term: int | None) -> int:
    """Return which of the channels that the filter reads is on show: the current term's, else the chosen one.

    A chosen channel that the filter's group does not read gives way to the first one that it does.
    """
    if term is not None:
        return min(term // terms_per_channel(calculation), len(calculation.channels) - 1)
    return calculation.channels.index(channel) if channel in calculation.channels else 0


def shown_term(calculation: Calculation, term: int | None) -> int | None:
    """Return the place of the current term in its channel's kernel, in reading order."""
    return None if term is None else term % terms_per_channel(calculation)


def terms_per_channel(calculation: Calculation) -> int:
    """Return how many weights one kernel of the filter has."""
    return math.prod(calculation.kernel.shape[:-1])


def grid_captions(
    calculation: Calculation, index: int, names: Sequence[str], *, flipped: bool = False
) -> tuple[str, str, str]:
    """Name the three small grids; of several channels the one on show, and a kernel that is flipped first."""
    captions = ("window", "flipped kernel" if flipped else "kernel", "products")
    if len(names) == 1:
        return captions
    window, kernel, products = (f"{caption} · {names[calculation.channels[index]]}" for caption in captions)
    return window, kernel, products


def progress(index: int, count: int) -> str:
    """Write how far the stepper is, with the thousands apart.

    >>> progress(18036, 50176)
    '18\\xa0037 / 50\\xa0176'
    """
    return f"{apart(min(index + 1, count))} / {apart(count)}"
