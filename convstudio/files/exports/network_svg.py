"""The network as an SVG picture for a report: each layer with its shape, parameters and receptive field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.exports.svg import ALARM, GREY, INK, LETTER, LINE, svg_head, svg_text
from convstudio.files.problems import printable
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import apart, format_shape
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.data_format import write_shape
from convstudio.model.words.summary import SummaryRow, summary_rows, totals

_MARGIN, _BOX, _GAP, _PAD = 16, 52, 26, 14
_NARROWEST = 300
_FILLS = {"plain": "#ffffff", "learns": "#dbe9f6", "problem": "#fdecea"}


@dataclass(frozen=True)
class _Box:
    title: str
    facts: str
    fill: str = "plain"


def as_network(subject: PageSubject) -> bytes:
    """Return the picture of the network of a subject."""
    return network_svg(subject.result.document, subject.view.data_format)


def network_svg(document: Document, data_format: DataFormat = "keras") -> bytes:
    """Return an SVG picture of all layers, from the input down; shapes are in the order of the `data_format`.

    Its texts are texts, so that they can be searched, read aloud and edited. Nothing in it is loaded from elsewhere.
    """
    rows = summary_rows(document)
    sample = document.sample
    start = _Box(f"Input · {printable(sample.name)}", write_shape(sample.values.shape, data_format))
    boxes = [start, *(_box(number, row, data_format) for number, row in enumerate(rows, 1))]
    ends = totals(rows)
    longest = max(len(text) for box in boxes for text in (box.title, box.facts))
    wide = max(_NARROWEST, round(longest * LETTER) + 2 * _PAD, round(max(map(len, ends)) * LETTER))
    high = len(boxes) * (_BOX + _GAP) - _GAP + 2 * _MARGIN + 22 * len(ends)
    return "\n".join(
        [*_head(wide + 2 * _MARGIN, high, boxes), *_body(boxes, wide), *_foot(ends, high), "</svg>\n"]
    ).encode()


def _box(number: int, row: SummaryRow, data_format: DataFormat) -> _Box:
    title = f"{number}  {printable(row.name)}"
    if row.output_shape is None:
        return _Box(title, printable(row.problem), "problem")
    facts = [write_shape(row.output_shape, data_format)]
    facts.append(f"{apart(row.parameters)} {one_or_many(row.parameters, 'parameter', 'parameters')}")
    if row.field is not None:
        facts.append(f"receptive field {format_shape(row.field.size)}")
    return _Box(title, " · ".join(facts), "learns" if row.parameters else "plain")


def _head(wide: int, high: int, boxes: Sequence[_Box]) -> Iterator[str]:
    told = "; ".join(f"{box.title}: {box.facts}" for box in boxes)
    return svg_head(wide, high, "Network", told)


def _body(boxes: Sequence[_Box], wide: int) -> Iterator[str]:
    for place, box in enumerate(boxes):
        top = _MARGIN + place * (_BOX + _GAP)
        middle = _MARGIN + wide // 2
        if place:
            yield f'<line x1="{middle}" y1="{top - _GAP + 2}" x2="{middle}" y2="{top - 9}" stroke="{LINE}"/>'
            yield f'<path d="M{middle - 5},{top - 10} h10 l-5,8 z" fill="{LINE}"/>'
        edge = ALARM if box.fill == "problem" else LINE
        yield (
            f'<rect x="{_MARGIN}" y="{top}" width="{wide}" height="{_BOX}" rx="7" fill="{_FILLS[box.fill]}" '
            f'stroke="{edge}"/>'
        )
        yield svg_text(_MARGIN + _PAD, top + 22, box.title, 15, INK, is_bold=True)
        yield svg_text(_MARGIN + _PAD, top + 41, box.facts, 13, ALARM if box.fill == "problem" else GREY)


def _foot(ends: Sequence[str], high: int) -> Iterator[str]:
    for place, line in enumerate(reversed(ends)):
        yield svg_text(_MARGIN, high - _MARGIN - 20 * place, line, 13, GREY)
