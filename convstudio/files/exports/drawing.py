"""What exported pictures share: paper, ink, letters, and the bar of colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convstudio.model.colour.display import Levels
from convstudio.model.values.numbers import format_number

if TYPE_CHECKING:
    from PIL import Image, ImageFont

PAPER, INK = (255, 255, 255), (31, 35, 40)
LETTER_PIXELS = 14


def font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the letters that come with Pillow: they look the same on every machine."""
    from PIL import ImageFont  # here, and not above: Pillow would cost every start 20 ms

    return ImageFont.load_default(LETTER_PIXELS)


def in_letters_of_pillow(text: str) -> str:
    """Return a text with plain spaces in the place of those that do not break: Pillow's letters have no others.

    >>> in_letters_of_pillow("42\xa0%")
    '42 %'
    """
    return text.replace("\xa0", " ").replace("\u202f", " ")


def width_of(letters: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str) -> int:
    """Return how many pixels a line of text is wide."""
    return round(letters.getlength(text))


def fitting_text(letters: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str, wide: int) -> str:
    """Return as much of a text as fits into so many pixels, with an ellipsis where it was cut."""
    if width_of(letters, text) <= wide:
        return text
    kept = len(text)
    while kept and width_of(letters, f"{text[:kept]}…") > wide:
        kept -= 1
    return f"{text[:kept].rstrip()}…"


def ends_of_bar(levels: Levels) -> tuple[str, str]:
    """Write the two ends of levels, with a mark where values are beyond them, in signs that Pillow's letters have.

    >>> ends_of_bar(Levels(-2.0, 2.0, signed=True, cuts=True))
    ('<= -2', '>= 2')
    """
    low, high = format_number(levels.low, 3), format_number(levels.high, 3)
    return (f"<= {low}", f">= {high}") if levels.cuts else (low, high)


def draw_bar(sheet: Image.Image, levels: Levels, box: tuple[int, int, int, int]) -> None:
    """Paint the colours of levels into a box, left, top, right, bottom: the highest on top, or to the right.

    A box that is wider than high has its colours from left to right.
    """
    from PIL import Image, ImageDraw  # here for the reason in font

    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    table = levels.colour_map.table
    places = np.linspace(0, len(table) - 1, max(wide, high)).round().astype(int)
    painted = (
        table[places][np.newaxis].repeat(high, 0) if wide > high else table[places[::-1], np.newaxis].repeat(wide, 1)
    )
    sheet.paste(Image.fromarray(np.ascontiguousarray(painted)), (left, top))
    ImageDraw.Draw(sheet).rectangle((left, top, right - 1, bottom - 1), outline=INK)
