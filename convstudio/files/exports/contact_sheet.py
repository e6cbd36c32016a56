"""A contact sheet: every plane as a tile of one picture, with its title and on request the levels of its colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convstudio.files.exports.drawing import (
    INK,
    LETTER_PIXELS,
    PAPER,
    draw_bar,
    ends_of_bar,
    fitting_text,
    font,
    width_of,
)
from convstudio.files.exports.pictures import notes_of, png_bytes
from convstudio.model.colour.display import Levels
from convstudio.model.panes.exports.arrays import ExportedArray, PictureStyle, titled_planes
from convstudio.model.panes.gallery import reduced, tile_picture, tile_shape
from convstudio.model.values.arrays import Floats
from convstudio.model.values.scale import Colours

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

_WIDEST, _SMALLEST_TILE, _LARGEST_TILE = 2400, 96, 256
_GAP = 16
_LINE = LETTER_PIXELS + 6
_BAR = 10
_SHAPE = 1.5  # columns of tiles for each row of them


@dataclass(frozen=True, eq=False)
class _Tile:
    title: str
    values: Floats
    levels: Levels


def as_contact_sheet(arrays: Sequence[ExportedArray], style: PictureStyle) -> bytes:
    """Write all planes as one PNG, as many beside each other as make a picture a little wider than high."""
    from PIL import Image, ImageDraw  # here, and not above: Pillow would cost every start 20 ms

    tiles = list(_tiles(arrays))
    columns = min(len(tiles), math.ceil(math.sqrt(len(tiles) * _SHAPE)))
    rows = -(-len(tiles) // columns)
    side = max(_SMALLEST_TILE, min(_LARGEST_TILE, _WIDEST // columns - _GAP))
    under = _LINE + (_BAR + _LINE if style.has_bar else 0)
    sheet = Image.new("RGB", (_GAP + columns * (side + _GAP), _GAP + rows * (side + under + _GAP)), PAPER)
    draw, letters = ImageDraw.Draw(sheet), font()
    for place, tile in enumerate(tiles):
        row, column = divmod(place, columns)
        corner = (_GAP + column * (side + _GAP), _GAP + row * (side + under + _GAP))
        _paste(sheet, tile, corner, side)
        draw.text((corner[0], corner[1] + side + 3), fitting_text(letters, tile.title, side), INK, letters, anchor="lt")
        if style.has_bar:
            _add_bar(sheet, draw, letters, tile.levels, (corner[0], corner[1] + side + _LINE), side)
    return png_bytes(sheet, notes_of(" · ".join(tile.title for tile in tiles[:1]), tiles[0].levels))


def _tiles(arrays: Sequence[ExportedArray]) -> Iterator[_Tile]:
    for title, array, index in titled_planes(arrays):
        yield _Tile(title, array.plane(index), array.levels[index])


def _paste(sheet: Image.Image, tile: _Tile, corner: tuple[int, int], side: int) -> None:
    """Paint a tile into its square, in the middle; cells are squares of whole pixels where there is room for that."""
    from PIL import Image  # here for the reason in as_contact_sheet

    picture = Image.fromarray(_enlarged(tile_picture(reduced(tile.values, side), tile.levels, side), side))
    at = (corner[0] + (side - picture.width) // 2, corner[1] + (side - picture.height) // 2)
    sheet.paste(picture, at, picture)


def _enlarged(painted: Colours, side: int) -> Colours:
    down, across = tile_shape(painted.shape[:2], side)
    rows = np.arange(down) * painted.shape[0] // down
    columns = np.arange(across) * painted.shape[1] // across
    return np.ascontiguousarray(painted[rows][:, columns])


def _add_bar(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    letters: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    levels: Levels,
    corner: tuple[int, int],
    side: int,
) -> None:
    left, top = corner
    draw_bar(sheet, levels, (left, top, left + side, top + _BAR))
    low, high = ends_of_bar(levels)
    draw.text((left, top + _BAR + 3), low, INK, letters, anchor="lt")
    if width_of(letters, low) + width_of(letters, high) + _GAP <= side:
        draw.text((left + side, top + _BAR + 3), high, INK, letters, anchor="rt")
