"""A map drawn over the input that it belongs to: the input shows in grey where the map is near 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from convstudio.model.colour.display import ColoursInSight, colours, picture, picture_levels
from convstudio.model.colour.reduction import shrunk
from convstudio.model.values.arrays import Floats
from convstudio.model.values.scale import Colours

_DARKEST, _CONTRAST = 110, 0.5  # a faint input leaves the colours to what is drawn over it
_GREY = np.array([0.299, 0.587, 0.114], np.float32)
"""The share of each colour in the brightness, as of `library.examples`: ITU-R BT.601."""


def faint_grey(cells: Floats) -> Floats:
    """Return the brightness, as a byte, of the cells of an input, `(rows, columns, channels)`, to draw a map over.

    >>> faint_grey(np.float32([[[0], [1]]])).tolist()
    [[144.0, 237.5]]
    """
    shown: Floats = picture(cells, picture_levels(cells)) @ _GREY
    shown *= np.float32(_CONTRAST)
    shown += np.float32(_DARKEST)
    return shown


@dataclass(frozen=True, eq=False)
class ColoursOverInput(ColoursInSight):
    """The colours of a table over what `faint_grey` makes of an input, one number a cell.

    The more a value differs from 0, the less the grey input shows.

    >>> from convstudio.model.colour.display import Levels
    >>> under = faint_grey(np.zeros((1, 2, 1), np.float32))
    >>> ColoursOverInput(np.float32([[0, 1]]), Levels(-1.0, 1.0, signed=True), under)[:].tolist()
    [[[144, 144, 144], [223, 156, 98]]]
    """

    under: Floats

    def __getitem__(self, part: Any) -> Colours:
        return self._mixed(np.asarray(self.values[part]), np.asarray(self.under[part]))

    def on_pixels(self, rows: int, columns: int) -> Colours:
        """Return the colours of a picture of at most so many rows and columns of pixels; what stands out is seen."""
        shown, under = (shrunk(one[..., np.newaxis], rows, columns)[..., 0] for one in (self.values, self.under))
        return self._mixed(shown, under)

    def _mixed(self, shown: Floats, under: Floats) -> Colours:
        with np.errstate(invalid="ignore", over="ignore"):
            strength = np.nan_to_num(np.abs(shown) / self.levels.high, nan=1.0, posinf=1.0)[..., np.newaxis]
        grey = under[..., np.newaxis]
        mixed: Colours = np.rint(grey + np.minimum(strength, 1) * (colours(shown, self.levels) - grey)).astype(np.uint8)
        return mixed
