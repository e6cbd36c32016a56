"""Tables of numbers as the training panels show them: kernels beside each other, maps beside what they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import Levels, signed_levels
from convstudio.model.colour.map_levels import levels_of_map
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.scale import Scale

_LEAST_ERROR = 1e-3
"""Which part of the largest value of a target an error must have to be painted strongly."""


@dataclass(frozen=True, eq=False)
class ShownTable:
    """Values `(rows, columns)` or `(steps,)`, the levels of their colours, and facts beside the name."""

    values: Floats
    levels: Levels
    facts: str = ""


def kernel_tables(*kernels: NDArray[Any]) -> tuple[ShownTable, ...]:
    """Return kernels of one shape in the same colours, so that they can be compared.

    >>> [table.levels.high for table in kernel_tables(np.array([1.0, 2.0]), np.array([-4.0, 0.0]))]
    [4.0, 4.0]
    """
    levels = signed_levels(np.stack(kernels))
    return tuple(ShownTable(frozen(kernel), levels) for kernel in kernels)


def change_table(change: NDArray[Any], facts: str = "") -> ShownTable:
    """Return a change in colours of its own: it may be much smaller than what changed."""
    return ShownTable(frozen(change), signed_levels(change), facts)


def map_tables(wanted: Floats, made: Floats, scale: Scale) -> tuple[ShownTable, ShownTable, ShownTable]:
    """Return a target, the map beside it in the target's colours, and the map less the target in those of its own.

    The colours do not change while the map does; those of a target of equal values reach as far as the map, too. An
    error below a thousandth of the target fades: what is left of a map that was learned is rounding.

    >>> from convstudio.model.values.scale import PLAIN
    >>> wanted, made, error = map_tables(np.float32([1, 2]), np.float32([1, 5]), PLAIN)
    >>> made.levels == wanted.levels, error.values.tolist()
    (True, [0.0, 3.0])
    """
    is_flat = bool((wanted == wanted.flat[0]).all())
    levels = levels_of_map(as_table(np.concatenate([wanted, made]) if is_flat else wanted), scale)
    error, least = frozen(made - wanted), _LEAST_ERROR * float(np.abs(wanted).max(initial=0.0))
    errors = ShownTable(error, signed_levels(np.append(error, least)))
    return ShownTable(wanted, levels), ShownTable(made, levels), errors
