"""Which part of a written calculation is which term, so that terms can be coloured by what they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import colours, ink_on, signed_levels
from convstudio.model.values.scale import Colour

_FACTOR = r"(?:\([^()]*\)|[^\s()+·]+)"
_TERM = re.compile(rf"{_FACTOR}·{_FACTOR}")


@dataclass(frozen=True)
class TermMark:
    """A term in the first line of a calculation: where it begins, how long it is, and its colours."""

    start: int
    length: int
    ground: Colour
    ink: Colour


def term_marks(line: str, values: NDArray[np.float64], reach: float) -> tuple[TermMark, ...]:
    """Mark the terms of a line such as `1·2 + 3·(-4) = -10`, whose terms carry `values`, in reading order.

    A line that hides terms in its middle marks the others. `reach` is the value that has the full colour. Nothing is
    marked of a line that has other terms.

    >>> [(mark.start, mark.length) for mark in term_marks("red: 1·2 + 3·(-4) = -10", np.array([1.0, -1.0]), 1.0)]
    [(5, 3), (11, 6)]
    """
    before, _, _ = line.rpartition(" = ")
    found = list(_TERM.finditer(before))
    hidden = values.size - len(found)
    if not found or hidden < 0 or (hidden and "… " not in before):
        return ()
    ahead = sum(match.start() < before.index("… ") for match in found) if hidden else len(found)
    shown = np.concatenate([values[:ahead], values[values.size - (len(found) - ahead) :]]) if hidden else values
    painted = colours(shown.astype(np.float32), signed_levels(np.array([reach or 1.0])))
    return tuple(
        TermMark(match.start(), len(match[0]), _colour(ground), ink_on(ground))
        for match, ground in zip(found, painted.tolist(), strict=True)
    )


def _colour(ground: list[int]) -> Colour:
    red, green, blue = ground
    return red, green, blue
