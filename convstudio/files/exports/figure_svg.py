"""The panes as one SVG figure for a report or a slide: cells with their numbers as text, large maps as pictures."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from textwrap import wrap

import numpy as np

from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.exports.pictures import png_bytes
from convstudio.files.exports.svg import GREY, INK, LETTER, LINE, svg_head, svg_text
from convstudio.files.problems import printable
from convstudio.model.colour.display import ink_on
from convstudio.model.panes.exports.figure import Figure, Panel, figure_of
from convstudio.model.panes.exports.input_cells import Block
from convstudio.model.values.scale import Colour

_MARGIN, _GAP, _SIGN = 20, 18, 30
_TITLE, _ABOUT, _LINES, _HEAD = 16, 12, 13, 52
_LINE_HEIGHT = 20
_ACCENT = "#a3340a"
_FEWEST_PIXELS, _MOST_PIXELS = 512, 1200
_NARROWEST = 420


def as_figure(subject: PageSubject) -> bytes:
    """Return the figure of the selected layer as an SVG file; raise ValueError where it makes no map.

    Its texts are texts, so that they can be searched, read aloud and edited. Nothing in it is loaded from elsewhere.
    """
    figure = figure_of(subject.result, subject.view)
    widths = [_width(panel) for panel in figure.panels]
    inner = max(_NARROWEST, sum(widths) + len(figure.signs) * (_SIGN + 2 * _GAP))
    lines = [part for line in figure.lines for part in wrap(_plain(line), max(40, int(inner / (LETTER * _LINES / 15))))]
    tall = max(panel.size[1] for panel in figure.panels)
    top = _MARGIN + _HEAD
    high = round(top + tall + _GAP + len(lines) * _LINE_HEIGHT + _MARGIN)
    head = svg_head(round(inner + 2 * _MARGIN), high, _plain(figure.title), _description(figure))
    panels = _panels(figure, widths, top, tall)
    foot = (
        svg_text(_MARGIN, top + tall + _GAP + _LINE_HEIGHT * (at + 0.7), line, _LINES, INK, is_bold=not at)
        for at, line in enumerate(lines)
    )
    return "\n".join([*head, *panels, *foot, "</svg>\n"]).encode()


def _width(panel: Panel) -> int:
    texts = len(panel.title) * LETTER * _TITLE / 15, len(panel.about) * LETTER * _ABOUT / 15
    return max(panel.size[0], *(round(text) for text in texts))


def _description(figure: Figure) -> str:
    panels = "; ".join(f"{panel.title}, {panel.about}" for panel in figure.panels)
    return _plain(f"{panels}. {' '.join(figure.lines)}")


def _panels(figure: Figure, widths: Sequence[int], top: int, tall: int) -> Iterator[str]:
    left = float(_MARGIN)
    for place, (panel, wide) in enumerate(zip(figure.panels, widths, strict=True)):
        yield from _panel(panel, left, top)
        left += wide + _GAP
        if place < len(figure.signs):
            yield svg_text(left + _SIGN / 2, top + min(tall, 280) / 2 + 9, figure.signs[place], 28, anchor="middle")
            left += _SIGN + _GAP


def _panel(panel: Panel, left: float, top: float) -> Iterator[str]:
    yield svg_text(left, top - 28, _plain(panel.title), _TITLE, is_bold=True)
    yield svg_text(left, top - 10, _plain(panel.about), _ABOUT, GREY)
    yield from _picture(panel, left, top) if panel.is_picture else _cells(panel, left, top)
    wide, high = panel.size
    yield f'<rect x="{left:g}" y="{top:g}" width="{wide}" height="{high}" fill="none" stroke="{LINE}"/>'
    for block in panel.outlined:
        yield _outline(block, panel, left, top)


def _cells(panel: Panel, left: float, top: float) -> Iterator[str]:
    """Yield every cell as a square of its colour, with its number where it fits; padding has a dashed edge."""
    side = panel.side
    for row, line in enumerate(panel.colours):
        for column, colour in enumerate(line.tolist()):
            x, y, is_padding = left + column * side, top + row * side, panel.padding[row, column]
            dashes = ' stroke-dasharray="2 2"' if is_padding else ""
            yield (
                f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" fill="{_hex(colour)}" '
                f'stroke="{LINE}" stroke-width="0.5"{dashes}/>'
            )
            if panel.texts is not None:
                text, size = panel.texts.rows[row][column], panel.texts.pixels
                ink = GREY if is_padding else _hex(ink_on(colour))
                yield svg_text(x + side / 2, y + side / 2 + size * 0.36, text, size, ink, anchor="middle")


def _picture(panel: Panel, left: float, top: float) -> Iterator[str]:
    from PIL import Image  # here, and not above: Pillow would cost every start 20 ms

    times = max(1, _FEWEST_PIXELS // max(panel.colours.shape[:2]))  # else some viewers blur the cells
    painted = np.ascontiguousarray(panel.colours.repeat(times, axis=0).repeat(times, axis=1))
    image = Image.fromarray(painted)
    image.thumbnail((_MOST_PIXELS, _MOST_PIXELS), Image.Resampling.BOX)
    data = b64encode(png_bytes(image)).decode()
    wide, high = panel.size
    yield (
        f'<image x="{left:g}" y="{top:g}" width="{wide}" height="{high}" preserveAspectRatio="none" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="data:image/png;base64,{data}"/>'
    )


def _outline(block: Block, panel: Panel, left: float, top: float) -> str:
    rows, columns = block
    side = panel.side
    return (
        f'<rect x="{left + columns.start * side:g}" y="{top + rows.start * side:g}" '
        f'width="{max(2, (columns.stop - columns.start) * side):g}" '
        f'height="{max(2, (rows.stop - rows.start) * side):g}" fill="none" stroke="{_ACCENT}" stroke-width="2.5"/>'
    )


def _hex(colour: Sequence[int] | Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def _plain(text: str) -> str:
    return printable(text.replace("\N{NO-BREAK SPACE}", " "))
