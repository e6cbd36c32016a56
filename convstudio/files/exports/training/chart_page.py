"""Charts under each other as strokes, dots and words: what the SVG and the PNG of curves draw alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from convstudio.files.exports.svg import GREY, INK, LINE, Anchor
from convstudio.model.panes.learning.graphs.graph import Graph, GraphLine

WIDE, TITLE_PIXELS, TEXT_PIXELS = 720, 15, 12
_HIGH, _LEFT, _RIGHT, _TOP, _BOTTOM = 240, 64, 24, 40, 34
_TICK, _LETTER, _SAMPLE = 5, 7.0, 18
_COLOURS = ("#2f6fb5", "#c8641a", "#2f7d46", "#8a4fa3", "#8c6d1f", "#5c6670")

Point = tuple[float, float]


@dataclass(frozen=True)
class Stroke:
    """A line through points, from left and top in pixels."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0


@dataclass(frozen=True)
class Dot:
    """A dot at a point."""

    at: Point
    colour: str
    radius: float = 3.0


@dataclass(frozen=True)
class Words:
    """A line of text whose baseline begins, or is centred or ends, at a point."""

    at: Point
    text: str
    pixels: int = TEXT_PIXELS
    colour: str = INK
    is_bold: bool = False
    anchor: Anchor = "start"


Mark = Stroke | Dot | Words


def page_height(charts: Sequence[Graph]) -> int:
    """Return how high a page of charts is."""
    return _HIGH * len(charts)


def marks_of(charts: Sequence[Graph]) -> Iterator[Mark]:
    """Yield what is drawn of charts that stand under each other."""
    for place, chart in enumerate(charts):
        yield from _chart(chart, place * _HIGH)


def _chart(chart: Graph, above: int) -> Iterator[Mark]:
    left, right = float(_LEFT), float(WIDE - _RIGHT)
    top, bottom = float(above + _TOP), float(above + _HIGH - _BOTTOM)
    yield Words((left, above + _TOP - 16), chart.name, TITLE_PIXELS, is_bold=True)
    yield Stroke(((left, top), (left, bottom), (right, bottom)), LINE)
    for side, ticks in chart.ticks.items():
        for value, text in ticks:
            yield from _tick(side, value, text, chart, (left, right, top, bottom))
    legend = right
    for place, line in reversed(list(enumerate(chart.lines))):
        colour = _COLOURS[place % len(_COLOURS)]
        yield from _line(line, colour, chart, (left, right, top, bottom))
        legend -= len(line.name) * _LETTER
        yield Words((legend, above + _TOP - 16), line.name, colour=INK)
        yield Stroke(((legend - _SAMPLE - 4, above + _TOP - 20), (legend - 4, above + _TOP - 20)), colour, 2.5)
        legend -= _SAMPLE + 16


def _tick(
    side: str | Literal["left", "bottom"], value: float, text: str, chart: Graph, box: tuple[float, ...]
) -> Iterator[Mark]:
    left, _, _, bottom = box
    x, y = _place(value if side == "bottom" else 0.0, value if side == "left" else 0.0, chart, box)
    if side == "left":
        yield Stroke(((left - _TICK, y), (left, y)), LINE)
        yield Words((left - _TICK - 3, y + 4), text, colour=GREY, anchor="end")
    else:
        yield Stroke(((x, bottom), (x, bottom + _TICK)), LINE)
        yield Words((x, bottom + _TICK + 14), text, colour=GREY, anchor="end" if value else "middle")


def _line(line: GraphLine, colour: str, chart: Graph, box: tuple[float, ...]) -> Iterator[Mark]:
    points = tuple(
        _place(float(x), float(y), chart, box) for x, y in zip(line.x, line.y, strict=True) if np.isfinite(y)
    )
    if len(points) > 1:
        yield Stroke(points, colour, 1.6)
    if line.has_dots or len(points) == 1:
        for point in points:
            yield Dot(point, colour)


def _place(x: float, y: float, chart: Graph, box: tuple[float, ...]) -> Point:
    left, right, top, bottom = box
    return left + (right - left) * x / chart.last_step, bottom - (bottom - top) * min(y / chart.high, 1.0)
