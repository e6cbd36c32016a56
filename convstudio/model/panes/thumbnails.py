"""Pictures of a reduced array: as large as its place on a stage, or as a thumbnail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convstudio.model.colour.display import Levels, colours, picture, picture_levels
from convstudio.model.colour.reduction import PixelAxis, Reduction, axis_within
from convstudio.model.panes.input.input_display import Shown
from convstudio.model.values.arrays import Box, Floats, TiledArray
from convstudio.model.values.sample import RGB
from convstudio.model.values.scale import Colours

THUMBNAIL_SIDE = 112
"""The longest side of a thumbnail's array: twice that of the tile, which smooths it and is sharp on dense screens."""


def channels_of(shown: Shown) -> tuple[int, ...]:
    """Return the channels that a picture shows, one or three.

    >>> channels_of(2), channels_of((0, 1, 2))
    ((2,), (0, 1, 2))
    """
    return (shown,) if isinstance(shown, int) else shown


def picture_on_pixels(
    reduction: Reduction, rows: PixelAxis, columns: PixelAxis, shown: Shown, levels: Levels
) -> Colours:
    """Return the pixels of a picture, `(pixels down, pixels across, 3)` bytes: one channel, or red, green and blue."""
    return _coloured(reduction.picture(rows, columns, channels_of(shown)), shown, levels)


def rough_picture(reduction: Reduction, rows: PixelAxis, columns: PixelAxis, shown: Shown, levels: Levels) -> Colours:
    """Return the same from one cell a pixel: what is shown of a very large array until it is summed up."""
    return _coloured(reduction.sample(rows, columns, channels_of(shown)), shown, levels)


def thumbnail(reduction: Reduction, shown: Shown, levels: Levels) -> Colours:
    """Return a small picture of the whole array, at most `THUMBNAIL_SIDE` pixels a side; a sequence is one row.

    Of a very large array that is not summed up yet it is a rough one.

    >>> from convstudio.model.values.arrays import TiledArray
    >>> thumbnail(Reduction(TiledArray.of([[0], [1]])), 0, Levels(0.0, 1.0, False)).shape
    (1, 2, 3)
    """
    return _coloured(_small(reduction, channels_of(shown), THUMBNAIL_SIDE), shown, levels)


def renewed(
    held: Mapping[Shown, Colours], boxes: Sequence[Box], reduction: Reduction, levels: Levels
) -> dict[Shown, Colours]:
    """Return thumbnails of an array again, after these boxes changed, without those that have to be made as a whole.

    The cells of a box are read once, however many of the thumbnails show them.

    >>> from convstudio.model.values.arrays import TiledArray
    >>> levels, values = Levels(0.0, 1.0, False), TiledArray.of([[[0], [1]]])
    >>> held, edited = {0: thumbnail(Reduction(values), 0, levels)}, TiledArray.of([[[0], [0.2]]])
    >>> again = renewed(held, [(slice(0, 1), slice(1, 2))], Reduction(edited), levels)
    >>> bool((again[0] == thumbnail(Reduction(edited), 0, levels)).all())
    True
    """
    rows, columns = _axes(reduction, THUMBNAIL_SIDE)
    if reduction.values.rank not in (1, 2):
        return {}
    found = {
        shown: pixels.copy() for shown, pixels in held.items() if reduction.is_ready(rows, columns, channels_of(shown))
    }
    channels = sorted({channel for shown in found for channel in channels_of(shown)})
    for box in boxes if found else ():
        down = rows.pixels_of(box[0].start, box[0].stop) if len(box) > 1 else slice(0, 1)
        across = columns.pixels_of(box[-1].start, box[-1].stop)
        if down.start < down.stop and across.start < across.stop:
            values = reduction.picture(rows.part(down), columns.part(across), channels)
            for shown, pixels in found.items():
                places = [channels.index(channel) for channel in channels_of(shown)]
                pixels[down, across] = _coloured(values[..., places], shown, levels)
    return found


def sample_picture(values: TiledArray, most: int = THUMBNAIL_SIDE) -> Colours:
    """Return a small picture of an input, `(rows, columns, 3)` bytes, for a list; of a very large one a rough one.

    >>> sample_picture(TiledArray.of([[0], [1]])).shape
    (1, 2, 3)
    """
    shown: Shown = (0, 1, 2) if values.channels == len(RGB) else 0
    found = _small(Reduction(values), channels_of(shown), most)
    return _coloured(found, shown, picture_levels(found))


def _axes(reduction: Reduction, most: int) -> tuple[PixelAxis, PixelAxis]:
    ratio = min(1.0, most / max(reduction.shape))
    rows, columns = (axis_within(length, round(ratio * length)) for length in reduction.shape)
    return rows, columns


def _small(reduction: Reduction, channels: Sequence[int], most: int) -> Floats:
    rows, columns = _axes(reduction, most)
    if reduction.is_ready(rows, columns, channels):
        return reduction.picture(rows, columns, channels)
    return reduction.sample(rows, columns, channels)


def _coloured(values: Floats, shown: Shown, levels: Levels) -> Colours:
    return colours(values[..., 0], levels) if isinstance(shown, int) else picture(values, levels)
