"""The curves of a training as a table, as vectors and text, and as a picture."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, assert_never

from convstudio.files.exports.drawing import in_letters_of_pillow
from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.exports.pictures import png_bytes
from convstudio.files.exports.svg import svg_head, svg_text
from convstudio.files.exports.training.chart_page import WIDE, Dot, Mark, Stroke, Words, marks_of, page_height
from convstudio.model.panes.exports.training import NO_TRAINING, charts_of, curve_table
from convstudio.model.values.learning.runs import TrainingRun

if TYPE_CHECKING:
    from PIL import ImageDraw

_DENSITY = 2  # pixels of a picture for each of the page
_SMOOTH = 2  # drawn so many times larger: Pillow's lines have steps
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def as_csv(subject: PageSubject) -> bytes:
    """Write one row for each known step, with the names of the columns in the first."""
    headings, rows = curve_table(_run(subject))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return text.getvalue().encode()


def as_svg(subject: PageSubject) -> bytes:
    """Write the charts of a run as vectors and text; nothing in it is loaded from elsewhere."""
    charts = charts_of(_run(subject))
    told = " ".join(chart.sentence for chart in charts)
    lines = [*svg_head(WIDE, page_height(charts), "Curves of a training", told), *map(_svg, marks_of(charts))]
    return "\n".join([*lines, "</svg>\n"]).encode()


def as_png(subject: PageSubject) -> bytes:
    """Write the same charts as a picture."""
    from PIL import Image, ImageDraw  # here, and not above: Pillow would cost every start 20 ms

    charts = charts_of(_run(subject))
    scale = _DENSITY * _SMOOTH
    sheet = Image.new("RGB", (WIDE * scale, page_height(charts) * scale), "#ffffff")
    draw = ImageDraw.Draw(sheet)
    for mark in marks_of(charts):
        _paint(draw, mark, scale)
    small = sheet.resize((WIDE * _DENSITY, page_height(charts) * _DENSITY), Image.Resampling.LANCZOS)
    return png_bytes(small)


def _run(subject: PageSubject) -> TrainingRun:
    if subject.record is None:
        raise ValueError(NO_TRAINING)
    return subject.record.run


def _svg(mark: Mark) -> str:
    match mark:
        case Stroke(points, colour, width):
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'
        case Dot((x, y), colour, radius):
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>'
        case Words((x, y), text, pixels, colour, is_bold, anchor):
            return svg_text(x, y, text, pixels, colour, is_bold=is_bold, anchor=anchor)
        case other:
            assert_never(other)


def _paint(draw: ImageDraw.ImageDraw, mark: Mark, scale: int) -> None:
    from PIL import ImageFont  # here for the reason in as_png

    match mark:
        case Stroke(points, colour, width):
            draw.line([(x * scale, y * scale) for x, y in points], colour, max(1, round(width * scale)), "curve")
        case Dot((x, y), colour, radius):
            box = [(x - radius) * scale, (y - radius) * scale, (x + radius) * scale, (y + radius) * scale]
            draw.ellipse(box, fill=colour)
        case Words((x, y), text, pixels, colour, _, anchor):
            letters = ImageFont.load_default(pixels * scale)
            draw.text((x * scale, y * scale), in_letters_of_pillow(text), colour, letters, anchor=_ANCHORS[anchor])
        case other:
            assert_never(other)
