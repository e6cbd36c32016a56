"""Exported planes as PNG: 256 or 65,536 shades of grey, or the colours of the screen, with a colour bar on request."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convstudio.files.exports.drawing import INK, PAPER, draw_bar, ends_of_bar, font, width_of
from convstudio.model.colour.display import Levels, colours
from convstudio.model.panes.exports.arrays import ExportedArray, PictureStyle
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import format_exact
from convstudio.model.values.scale import Colours

if TYPE_CHECKING:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

SHORTEST_ENLARGED = 256
"""The least longest side, in pixels, of a plane beside a colour bar: its cells grow by a whole number until then."""

_MARGIN = 12
_BAR = 18


def as_png(arrays: Sequence[ExportedArray], style: PictureStyle) -> bytes:
    """Write the first plane in 256 shades of grey or in colours; its levels are in the notes of the file."""
    from PIL import Image  # here, and not above: Pillow would cost every start 20 ms

    title, values, levels = _first(arrays)
    if style.scale is None and not style.has_bar:
        image = Image.fromarray(_shades(values, levels, np.uint8))
    else:
        image = Image.fromarray(enlarged(colours(values, levels)) if style.has_bar else colours(values, levels))
    if style.has_bar:
        image = _with_bar(image, levels)
    return _saved(image, title, levels)


def as_deep_png(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write the first plane in 65,536 shades of grey."""
    from PIL import Image  # here for the reason in as_png

    title, values, levels = _first(arrays)
    return _saved(Image.fromarray(_shades(values, levels, np.uint16)), title, levels)


def levels_sentence(levels: Levels, *, is_grey: bool = True) -> str:
    """Say which values stand at the ends of a picture's colours.

    >>> levels_sentence(Levels(-1.0, 0.5, signed=False))
    'black is -1, white is 0.5'
    """
    low, high = format_exact(levels.low), format_exact(levels.high)
    if is_grey:
        return f"black is {low}, white is {high}"
    return f"the first colour of {levels.colour_map.name} is {low}, the last is {high}"


def enlarged(painted: Colours) -> Colours:
    """Return a picture of which every cell is a square of whole pixels, and large enough to stand beside a bar."""
    times = max(1, math.ceil(SHORTEST_ENLARGED / max(painted.shape[:2])))
    return painted.repeat(times, axis=0).repeat(times, axis=1)


def png_bytes(image: Image.Image, notes: PngInfo | None = None) -> bytes:
    """Return an image as the bytes of a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=notes)
    return buffer.getvalue()


def _first(arrays: Sequence[ExportedArray]) -> tuple[str, Floats, Levels]:
    (first, *_) = arrays
    return first.part.titles[0], np.atleast_2d(first.plane(0)), first.levels[0]


def _shades(values: Floats, levels: Levels, kind: type[np.unsignedinteger[Any]]) -> NDArray[np.unsignedinteger[Any]]:
    """Return 0 at the lowest level to the type's largest number at the highest; NaN is 0."""
    with np.errstate(invalid="ignore"):
        unit = (values.astype(np.float64) - levels.low) / (levels.high - levels.low)
    return np.rint(np.clip(np.nan_to_num(unit), 0, 1) * np.iinfo(kind).max).astype(kind)


def _saved(image: Image.Image, title: str, levels: Levels) -> bytes:
    return png_bytes(image, notes_of(title, levels))


def notes_of(title: str, levels: Levels) -> PngInfo:
    """Return what a PNG file tells of itself to other programs: its title, and what its colours mean."""
    from PIL.PngImagePlugin import PngInfo  # here for the reason in as_png

    is_grey = levels.colour_map.name == "black to white"
    notes = PngInfo()
    for key, text in {
        "Title": title,
        "Description": f"Feature map: {levels_sentence(levels, is_grey=is_grey)}",
        "Lowest level": format_exact(levels.low),
        "Highest level": format_exact(levels.high),
        "Colour map": levels.colour_map.name,
        "Software": "ConvStudio",
    }.items():
        if text.isascii():
            notes.add_text(key, text)
        else:
            notes.add_itxt(key, text)
    return notes


def _with_bar(image: Image.Image, levels: Levels) -> Image.Image:
    """Return the picture with the bar of its colours to the right, and the levels at its ends."""
    from PIL import Image, ImageDraw  # here for the reason in as_png

    letters = font()
    low, high = ends_of_bar(levels)
    wide = max(width_of(letters, low), width_of(letters, high))
    whole = (image.width + 4 * _MARGIN + _BAR + wide, image.height + 2 * _MARGIN)
    sheet = Image.new("RGB", whole, PAPER)
    sheet.paste(image, (_MARGIN, _MARGIN))
    left, top, bottom = image.width + 2 * _MARGIN, _MARGIN, _MARGIN + image.height
    draw_bar(sheet, levels, (left, top, left + _BAR, bottom))
    draw = ImageDraw.Draw(sheet)
    draw.text((left + _BAR + _MARGIN // 2, top), high, INK, letters, anchor="lt")
    draw.text((left + _BAR + _MARGIN // 2, bottom), low, INK, letters, anchor="lb")
    return sheet
