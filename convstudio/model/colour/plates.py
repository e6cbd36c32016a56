"""What fits onto a plate: whether a table of numbers is written out in its cells or shown as a picture."""

from __future__ import annotations

from convstudio.model.colour.picture_geometry import DIGIT_WIDTH, SMALLEST_DIGIT
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import Write, fitting_way

CELL_PIXELS = 72  # the number in a larger one is not larger
NUMBERED_CELLS = 1024
_MARGIN = 4


def cell_side(shape: tuple[int, int], width: int, height: int) -> int:
    """Return the side in pixels of the square cells with which a table fills a room.

    >>> cell_side((6, 6), 200, 150)
    25
    """
    return max(1, min(width // shape[1], height // shape[0], CELL_PIXELS))


def fitting_writer(values: Floats, side: int, *, are_weights: bool = False) -> Write | None:
    """Return the way of writing numbers with which each of `(rows, columns)` fits a square cell; None where none does.

    >>> import numpy as np
    >>> fitting_writer(np.float32([[1 / 3]]), 36)(1 / 3), fitting_writer(np.float32([[1 / 3]]), 20)
    ('0.33', None)
    """
    letters = int((side - _MARGIN) / (DIGIT_WIDTH * SMALLEST_DIGIT))
    if letters < 1 or side < SMALLEST_DIGIT + 2 or values.size > NUMBERED_CELLS:
        return None
    return fitting_way(values.ravel().tolist(), letters, are_weights=are_weights)
