"""What a list of the ways to read a file shows of each: a small picture, the shape, and the first numbers."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.panes.thumbnails import sample_picture
from convstudio.model.readings.inputs import shape_words
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.numbers import format_number
from convstudio.model.values.scale import Colours

_MOST_ROWS, _MOST_COLUMNS = 5, 4


@dataclass(frozen=True, eq=False)
class ReadPreview:
    """A preview of an input: `picture`, `(rows, columns, 3)` bytes, and `numbers`, lines of channel 1.

    `whole` is a picture of the whole of which the input is a part; None where that is not known.
    """

    picture: Colours
    shape: str
    numbers: str
    whole: Colours | None = None


def preview_of(values: TiledArray, whole: TiledArray | None = None) -> ReadPreview:
    """Return a preview of an input `(*spatial, channels)`, a part of a `whole`; a sequence is one row.

    >>> print(preview_of(TiledArray.of([[[1], [20]], [[0.5], [3]]])).numbers)
      1   20
    0.5    3
    """
    around = None if whole is None else sample_picture(whole)
    return ReadPreview(sample_picture(values), shape_words(values.shape), _first_numbers(values), around)


def _first_numbers(values: TiledArray) -> str:
    lengths = (1, values.spatial[0]) if values.rank == 1 else values.spatial[-2:]
    rows, columns = min(lengths[0], _MOST_ROWS), min(lengths[1], _MOST_COLUMNS)
    box = (slice(0, columns),) if values.rank == 1 else (slice(0, rows), slice(0, columns))
    held = values.channel_box(box, 0).reshape(rows, columns)
    cells = [[format_number(number, 3) for number in row] for row in held.tolist()]
    width = max(len(cell) for row in cells for cell in row)
    more = "  …" if lengths[1] > columns else ""
    lines = ["  ".join(cell.rjust(width) for cell in row) + more for row in cells]
    return "\n".join([*lines, "…"] if lengths[0] > rows else lines)
