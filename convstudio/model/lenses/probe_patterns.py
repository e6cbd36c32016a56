"""The fixed inputs of the selectivity probe: flat, ramp, lines, edges, a dot, a checkerboard and noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.lenses.subject import Doubles

LINE_ANGLES: tuple[int, ...] = tuple(range(0, 180, 15))
"""The directions of the lines in degrees: 0 runs along the columns, then clockwise, as rows count downwards."""
EDGE_ANGLES: tuple[int, ...] = tuple(range(0, 360, 15))
"""The directions in which an edge gets brighter, in degrees: 0 is to the right, then clockwise."""
_AROUND = 24
_SLOPE = 1 / 8
_SEED = 1


@dataclass(frozen=True, eq=False)
class Pattern:
    """One input `(*spatial,)`, float64: its `group`, such as "1-pixel line", and its direction where it has one."""

    group: str
    values: Doubles
    angle: int | None = None

    @property
    def name(self) -> str:
        """The group with the direction.

        >>> Pattern("edge", np.zeros((3, 3)), 90).name
        'edge 90°'
        """
        return self.group if self.angle is None else f"{self.group} {self.angle}°"


def patterns_for(kernel_size: Sequence[int]) -> tuple[Pattern, ...]:
    """Return the inputs for kernels of a size: 24 cells longer than the kernel along each axis, values from 0 to 1.

    Only the ramps, 0 in their middle, go beyond these. Lines are as bright in each cell as they cover of it.
    """
    lengths = [_AROUND + length for length in kernel_size]
    return _sequences(lengths[0]) if len(lengths) == 1 else _pictures(lengths)


def _sequences(length: int) -> tuple[Pattern, ...]:
    at: Doubles = np.arange(length, dtype=np.float64) - length // 2
    return (
        Pattern("flat", np.ones(length)),
        Pattern("ramp", at * _SLOPE),
        Pattern("1-step bump", _band(at, 1)),
        Pattern("2-step bump", _band(at - 0.5, 2)),
        Pattern("step up", _step(at)),
        Pattern("step down", 1 - _step(at)),
        Pattern("every other step", (np.arange(length) % 2).astype(np.float64)),
        Pattern("noise", np.random.default_rng(_SEED).random(length)),
    )


def _pictures(lengths: Sequence[int]) -> tuple[Pattern, ...]:
    rows, columns = np.meshgrid(*(np.arange(length) - float(length // 2) for length in lengths), indexing="ij")
    dot = np.zeros(rows.shape)
    dot[lengths[0] // 2, lengths[1] // 2] = 1
    return (
        Pattern("flat", np.ones(rows.shape)),
        *(Pattern("ramp", _along(rows, columns, angle) * _SLOPE, angle) for angle in (0, 90)),
        *(Pattern("1-pixel line", _band(_along(rows, columns, angle + 90), 1), angle) for angle in LINE_ANGLES),
        *(Pattern("2-pixel line", _band(_along(rows, columns, angle + 90) - 0.5, 2), angle) for angle in LINE_ANGLES),
        *(Pattern("edge", _step(_along(rows, columns, angle)), angle) for angle in EDGE_ANGLES),
        Pattern("dot", dot),
        Pattern("checkerboard", ((rows + columns) % 2).astype(np.float64)),
        Pattern("noise", np.random.default_rng(_SEED).random(rows.shape)),
    )


def _along(rows: Doubles, columns: Doubles, angle: float) -> Doubles:
    """Return how far each cell is from the middle in a direction; exact along rows, columns and diagonals."""
    turn = math.radians(angle)
    return np.asarray(round(math.cos(turn), 12) * columns + round(math.sin(turn), 12) * rows)


def _band(distance: Doubles, width: float) -> Doubles:
    """Return 1 within half of `width` from the middle, 0 a cell further out, and in between in the last cell."""
    return np.asarray(np.clip(width / 2 + 0.5 - np.abs(distance), 0, 1))


def _step(distance: Doubles) -> Doubles:
    """Return 0 up to the middle and 1 from the next cell on."""
    return np.asarray(np.clip(distance, 0, 1))
