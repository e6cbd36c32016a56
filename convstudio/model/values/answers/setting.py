"""One setting of a layer, as its form shows it: what it is called, how it is read, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convstudio.model.values.arrays import Floats, frozen

if TYPE_CHECKING:
    from convstudio.model.values.layer import Layer


@dataclass(frozen=True)
class Setting:
    """One field: a choice where it has `entries`, a whole number between `low` and `high`, else any number.

    `read` gives the value (of a choice, its place) and `write` the layer with another one, which may be refused with a
    ValueError. Both take a layer of the kind that the setting belongs to, and the selected channel or unit; so does
    `is_locked`, which tells whether training leaves that number as it is.
    """

    name: str
    tip: str
    read: Callable[[Any, int], float]
    write: Callable[[Any, int, float], Layer]
    entries: tuple[str, ...] = ()
    low: int | None = None
    high: int = 0
    is_locked: Callable[[Any, int], bool] | None = None


def entry(values: Floats | Sequence[float], at: int) -> float:
    """Return one of the numbers that a layer has for its channels or units; the last one where there are fewer."""
    return float(values[min(at, len(values) - 1)])


def with_entry(values: Floats, at: int, value: float) -> Floats:
    """Return the numbers with another one in that place."""
    changed = values.copy()
    changed[min(at, len(values) - 1)] = value
    return frozen(changed)


def replaced(values: tuple[int, ...], axis: int, value: int) -> tuple[int, ...]:
    """Return one number per axis with another one for one axis.

    >>> replaced((2, 2), 1, 3)
    (2, 3)
    """
    return (*values[:axis], value, *values[axis + 1 :])
