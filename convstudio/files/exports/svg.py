"""What SVG pictures share: their head, which tells a screen reader what they show, and texts that stay texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from xml.sax.saxutils import escape

INK, GREY, LINE, ALARM = "#1f2328", "#59636e", "#8c959f", "#b42318"

LETTER = 8.2
"""The room, in pixels, for a letter of 15 pixels: no program that shows a file says how wide its letters are."""

Anchor = Literal["start", "middle", "end"]


def svg_head(wide: int, high: int, title: str, description: str) -> Iterator[str]:
    """Yield the first lines of a picture on white paper."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        'role="img" aria-labelledby="title description" font-family="sans-serif">'
    )
    yield f'<title id="title">{escape(title)}</title>'
    yield f'<desc id="description">{escape(description)}</desc>'
    yield f'<rect width="{wide}" height="{high}" fill="#ffffff"/>'


def svg_text(
    x: float, y: float, text: str, pixels: float, ink: str = INK, *, is_bold: bool = False, anchor: Anchor = "start"
) -> str:
    """Return a line of text whose baseline begins, or is centred or ends, at a point."""
    weight = ' font-weight="bold"' if is_bold else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{pixels:g}" fill="{ink}"{weight}{at} xml:space="preserve">'
        f"{escape(text)}</text>"
    )
