"""Small pictures of channels, from a few values of a large array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convstudio.model.arrays import Box, Floats, TiledArray, whole_box
from convstudio.model.display import Colours, Levels, colours, picture, picture_levels
from convstudio.model.input_display import Shown
from convstudio.model.picture_geometry import as_table
from convstudio.model.sample import RGB
from convstudio.model.trace import Cells

MOST_CELLS = 112
"""The longest side of a thumbnail's array: twice that of the tile, which smooths it and is sharp on dense screens."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """Evenly spread values of an array: `values` is `(*lengths, channels)`, read at `positions` along each axis.

    A brush stroke looks again at those that it touched.

    >>> Reduced.of(TiledArray.of(np.arange(200)[:, np.newaxis])).values[:3, 0].tolist()
    [0.0, 2.0, 4.0]
    """

    positions: Cells
    values: Floats

    @classmethod
    def of(cls, values: TiledArray, most: int = MOST_CELLS) -> Reduced:
        """Read at most `most` values along the longest axis, and of the others in proportion."""
        ratio = min(1.0, most / max(values.spatial))
        lengths = [max(1, round(ratio * length)) for length in values.spatial]
        positions = tuple(
            (np.arange(wanted) * length + length // 2) // wanted
            for wanted, length in zip(lengths, values.spatial, strict=True)
        )
        return cls(positions, values.at(*positions))

    def after(self, values: TiledArray, boxes: Sequence[Box]) -> Reduced:
        """Return the reduced values when only `boxes`, as `TiledArray.changed_boxes` gives them, changed."""
        if whole_box(values.spatial) in boxes:
            return Reduced.of(values)
        changed = self.values.copy()
        for box in boxes:
            inside = tuple(
                slice(*np.searchsorted(at, (part.start, part.stop)).tolist())
                for at, part in zip(self.positions, box, strict=True)
            )
            if all(part.start < part.stop for part in inside):
                read = (at[part] for at, part in zip(self.positions, inside, strict=True))
                changed[inside] = values.at(*read)
        return replace(self, values=changed)

    def picture(self, shown: Shown, levels: Levels) -> Colours:
        """Return one channel, or three as red, green and blue, as bytes `(rows, columns, 3)`; a sequence is one row.

        >>> Reduced.of(TiledArray.of([[0], [1]])).picture(0, Levels(0.0, 1.0, False)).shape
        (1, 2, 3)
        """
        if isinstance(shown, int):
            return colours(as_table(self.values[..., shown]), levels)
        return picture(self.values[..., list(shown)], levels)


def sample_picture(values: TiledArray, most: int = MOST_CELLS) -> Colours:
    """Return a small picture of an input, `(rows, columns, 3)` bytes, for a list; an edited one costs what was edited.

    >>> sample_picture(TiledArray.of([[0], [1]])).shape
    (1, 2, 3)
    """
    reduced = Reduced.of(TiledArray(values.base), most).after(values, values.tile_boxes)
    levels = picture_levels(reduced.values)
    return reduced.picture((0, 1, 2) if values.channels == len(RGB) else 0, levels)
