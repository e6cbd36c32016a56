"""A report of a project as one HTML file: it opens without a network, can be read aloud, and prints well.

Everything is put together as a tree of elements, whose writer escapes every text and name. Nothing is loaded from
elsewhere: pictures are inside the file, there are no scripts, and a policy in its head forbids both to a browser.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from convstudio import __version__
from convstudio.files.code import TARGETS, code_for
from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.exports.pictures import as_png, png_bytes
from convstudio.files.problems import FileProblem
from convstudio.model.colour.display import picture, picture_levels, statistics
from convstudio.model.panes.explanation import SmallContent
from convstudio.model.panes.exports.arrays import PictureStyle
from convstudio.model.panes.exports.report import (
    NumberTable,
    Report,
    ReportArray,
    ReportLayer,
    ReportPlane,
    mosaic,
    number_table,
    report_of,
    terms_text,
)
from convstudio.model.panes.gallery import levels_text
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import apart, format_shape
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import RGB
from convstudio.model.values.scale import Colours
from convstudio.model.values.view_state import DataFormat, ViewState
from convstudio.model.words.data_format import write_shape
from convstudio.model.words.wording import statistics_line

_SIDE, _MOST_PIXELS, _THINNEST = 160, 512, 24
_KEPT = "\n\N{NO-BREAK SPACE}"
_COUNTED = frozenset({"row", "column", "step", "unit", "filter", "channel", "input", "value"})
_MOST_CODE = 2**20
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1f2328; --faint: #59636e; --link: #0b5394; --line: #8c959f;
  --head: #f0f2f4; --accent: #a3340a; --code: #f6f7f8; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #16191d; --ink: #e6e9ec; --faint: #a5aeb8; --link: #7db8f0; --line: #6e7781; --head: #262b31;
    --accent: #ff9a6b; --code: #1f2328; }
}
body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--faint); }
a { color: var(--link); }
table { border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid var(--line); padding: .15rem .45rem; text-align: right; font-size: .8rem; }
th { background: var(--head); font-weight: 600; }
.words th, .words td { text-align: left; font-size: .9rem; vertical-align: top; }
.padding { color: var(--faint); font-style: italic; }
.now { outline: 2px solid var(--accent); outline-offset: -2px; }
.wide { overflow-x: auto; }
.planes { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: flex-start; }
figure { margin: .5rem 0; max-width: 100%; }
figure img { border: 1px solid var(--faint); max-width: 100%; }
img.cells { image-rendering: pixelated; }
figcaption { font-size: .85rem; contain: inline-size; min-width: 13rem; }
pre { background: var(--code); border: 1px solid var(--line); padding: .75rem; white-space: pre-wrap;
  font-size: .8rem; }
.problem { border-left: 4px solid var(--accent); padding-left: .75rem; }
footer { margin-top: 3rem; font-size: .9rem; color: var(--faint); }
@page { margin: 15mm; }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  h1, h2, h3, caption, .note { break-after: avoid; }
  figure, tr, img { break-inside: avoid; }
  .wide { overflow: visible; }
  .planes { display: block; }
  .planes figure { display: inline-block; vertical-align: top; margin-right: 1.5rem; }
  pre { border: none; padding: 0; background: none; font-size: 7.5pt; }
  th, img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def as_report(subject: PageSubject) -> bytes:
    """Return the report as the bytes of an HTML file; the subject's style is that of kernels and maps."""
    document, view, style = subject.result.document, subject.view, subject.style
    found = report_of(subject.result, view, subject.detectors, style.scale)
    page = Element("html", lang="en")
    title = f"{found.title} – ConvStudio"
    _add_head(page, title)
    body = SubElement(page, "body")
    _text(body, "h1", found.title)
    sections = _sections(found, document, view, style, subject.progress)
    _add_contents(body, sections)
    main = SubElement(body, "main")
    main.extend(sections)
    _text(SubElement(body, "footer"), "p", f"Written by ConvStudio {__version__}.")
    indent(page, "")
    return f"<!DOCTYPE html>\n{tostring(page, 'unicode', method='html')}\n".encode()


def _add_head(page: Element, title: str) -> None:
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _text(head, "title", title)
    _text(head, "style", _STYLE)


def _add_contents(body: Element, sections: Sequence[Element]) -> None:
    listed = SubElement(SubElement(body, "nav", {"aria-label": "Contents"}), "ol")
    for section in sections:
        heading = section.find("h2")
        assert heading is not None
        link = SubElement(SubElement(listed, "li"), "a", href=f"#{heading.get('id')}")
        link.text = heading.text


def _sections(
    found: Report, document: Document, view: ViewState, style: PictureStyle, progress: Progress
) -> list[Element]:
    return [
        _input_section(found, document, progress),
        _network_section(found, document, view.data_format),
        *(_layer_section(number, layer, style, progress) for number, layer in enumerate(found.layers, 1)),
        _calculation_section(found),
        _code_section(document, view.data_format, progress),
    ]


def _section(name: str, title: str) -> Element:
    section = Element("section", {"aria-labelledby": name})
    _text(section, "h2", title, id=name)
    return section


# --- sections --------------------------------------------------------------------------------------------------------


def _input_section(found: Report, document: Document, progress: Progress) -> Element:
    section = _section("input", "Input")
    _add_facts(section, "The input", found.input_facts)
    if document.sample.channel_names == RGB and document.sample.rank == 2:
        values = document.sample.values.to_array()
        figure = SubElement(section, "figure")
        about = f"The input in colour, {format_shape(document.sample.spatial)} cells"
        _add_picture(figure, _colour_png(values), document.sample.spatial, about)
        _text(figure, "figcaption", "In colour")
    _add_array(section, found.input, PictureStyle(), "Input", progress)
    return section


def _network_section(found: Report, document: Document, data_format: DataFormat) -> Element:
    section = _section("network", "Network")
    heads = ("Number", "Layer", "Output shape", "Parameters", "Multiply-adds", "Receptive field")
    start = ("0", "Input", write_shape(document.sample.values.shape, data_format), "", "", "")
    rows = [start]
    for number, row in enumerate(found.rows, 1):
        shape = "makes nothing" if row.output_shape is None else write_shape(row.output_shape, data_format)
        field = "" if row.field is None else f"{format_shape(row.field.size)}, jump {format_shape(row.field.jump)}"
        rows.append((str(number), row.name, shape, apart(row.parameters), apart(row.multiplications), field))
    _add_table(section, "All layers", heads, rows, is_words=True)
    for line in found.totals:
        _text(section, "p", line)
    return section


def _layer_section(number: int, layer: ReportLayer, style: PictureStyle, progress: Progress) -> Element:
    section = _section(f"layer-{number}", layer.title)
    if layer.problem:
        _text(section, "p", layer.problem, {"class": "problem"})
    _add_facts(section, "Settings and counts", layer.facts)
    for array in layer.arrays:
        _add_array(section, array, style, f"Layer {number}", progress)
    return section


def _calculation_section(found: Report) -> Element:
    section = _section("calculation", "Calculation")
    _text(section, "p", found.selected)
    told = found.calculation
    if told is None:
        _text(section, "p", found.why_none, {"class": "problem"})
        return section
    _text(section, "p", told.sentence)
    if told.grids:
        row = SubElement(section, "div", {"class": "planes"})
        for grid in told.grids:
            _add_grid(row, grid)
    _text(section, "pre", terms_text(told))
    _text(section, "p", f"Output: {told.result_text}")
    return section


def _code_section(document: Document, data_format: DataFormat, progress: Progress) -> Element:
    section = _section("code", "Code")
    _text(
        section, "p", "Each program builds the network, runs it, and fails unless its numbers are those of this report."
    )
    for target in dict.fromkeys((data_format, "numpy")):
        progress(0)  # raises where it was cancelled
        _text(section, "h3", TARGETS[target])
        try:
            program = code_for(document, target)
        except FileProblem as refusal:
            _text(section, "p", str(refusal))
            continue
        if len(program) > _MOST_CODE:
            lines = counted(len(program.splitlines()), "line", write=apart)
            _text(
                section, "p", f"The program has {lines}, too many for a page. Copy it from the menu Edit, Copy as code."
            )
            continue
        _text(SubElement(section, "pre"), "code", program)
    return section


# --- parts of sections -----------------------------------------------------------------------------------------------


def _add_array(section: Element, array: ReportArray, style: PictureStyle, owner: str, progress: Progress) -> None:
    _text(section, "h3", array.heading)
    _text(section, "p", array.note, {"class": "note"})
    if array.is_sheet:
        figure = SubElement(section, "figure")
        painted = mosaic(array.whole)
        _add_picture(figure, _png(painted), painted.shape[:2], f"{owner}, {array.heading.lower()}: {array.note}")
        return
    row = SubElement(section, "div", {"class": "planes"})
    for plane in array.planes():
        progress(0)  # raises where it was cancelled
        _add_plane(row, plane, style, f"{owner}, {array.heading.lower()}")


def _add_plane(row: Element, plane: ReportPlane, style: PictureStyle, owner: str) -> None:
    figure = SubElement(row, "figure")
    if plane.has_picture:
        (levels,) = plane.picture.levels
        data = as_png([plane.picture.glimpse(_MOST_PIXELS)], PictureStyle(style.scale))
        _add_picture(figure, data, plane.picture.part.spatial, f"{owner}: {plane.title}, {plane.about}")
        caption = f"{plane.title} · {plane.about} · colours {levels_text(levels)}"
    else:
        caption = f"{plane.title} · {plane.about}"
    _text(figure, "figcaption", caption)
    if plane.table is not None:
        _add_numbers(figure, plane.title, plane.table)
    elif not plane.has_picture:
        _text(figure, "p", "There are too many values for a page. Export them as a table or an array.")


def _add_picture(figure: Element, data: bytes, spatial: Sequence[int], about: str) -> None:
    """Add a picture whose cells are squares of whole pixels where there are few; a sequence is a strip."""
    rows, columns = (1, spatial[0]) if len(spatial) == 1 else (int(np.prod(spatial[:-1])), spatial[-1])
    longest = max(rows, columns)
    scale = max(1, _SIDE // longest) if longest <= _SIDE else min(1.0, _MOST_PIXELS / longest)
    wide, high = max(1, round(columns * scale)), max(_THINNEST if rows == 1 else 1, round(rows * scale))
    kind = {"class": "cells"} if longest <= _SIDE else {}
    SubElement(figure, "img", {"src": _data(data), "alt": about, "width": str(wide), "height": str(high), **kind})


def _add_grid(row: Element, grid: SmallContent) -> None:
    """Add one of the small tables of a calculation, whose cells of padding are told from the others in words too.

    It is a picture where its numbers do not fit a page.
    """
    table = number_table(grid.values, grid.axes)
    figure = SubElement(row, "figure")
    if table is None:
        about = statistics_line(statistics(grid.values))
        _add_picture(figure, _png(grid.colours), grid.values.shape, f"{grid.caption}: {about}")
        _text(figure, "figcaption", f"{grid.caption} · {about}")
        return
    element = _add_numbers(figure, grid.caption, table)
    if len(table.rows) != grid.values.shape[0]:
        return
    for at, cells in enumerate(element.findall("tbody/tr")):
        for column, cell in enumerate(cells.findall("td")):
            aside = grid.aside(at, column)
            if aside:
                cell.text, cell.attrib["class"] = f"{cell.text} ({aside})", "padding"


def _add_numbers(parent: Element, title: str, table: NumberTable) -> Element:
    note = " (rounded to four digits)" if table.is_rounded else ""
    return _add_table(parent, f"{title}{note}", ("", *table.heads), table.rows)


def _add_facts(parent: Element, caption: str, facts: Iterable[tuple[str, str]]) -> None:
    _add_table(parent, caption, (), facts, is_words=True)


def _add_table(
    parent: Element, caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, is_words: bool = False
) -> Element:
    """Add a table; the first cell of every row is its head."""
    around = SubElement(parent, "div", {"class": "wide"})
    table = SubElement(around, "table", {"class": "words"} if is_words else {})
    _text(table, "caption", caption)
    if heads:
        line = SubElement(SubElement(table, "thead"), "tr")
        for head in heads:
            _add_head_cell(line, "col", head) if head else SubElement(line, "td")
    body = SubElement(table, "tbody")
    for first, *others in rows:
        line = SubElement(body, "tr")
        _add_head_cell(line, "row", first)
        for text in others:
            _text(line, "td", text)
    return table


def _add_head_cell(line: Element, scope: str, head: str) -> None:
    """Add the head of a row or a column; a counted one, such as `column 3`, shows its number and is read in full."""
    name, _, number = head.rpartition(" ")
    is_counted = number.isdecimal() and name in _COUNTED
    _text(line, "th", number if is_counted else head, {"aria-label": head} if is_counted else {}, scope=scope)


def _text(parent: Element, tag: str, text: str, given: dict[str, str] | None = None, **attributes: str) -> Element:
    """Add an element with a text; what no page can show becomes a question mark."""
    element = SubElement(parent, tag, {**(given or {}), **attributes})
    element.text = "".join(sign if sign.isprintable() or sign in _KEPT else "?" for sign in text)
    return element


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _colour_png(values: Floats) -> bytes:
    step = max(1, -(-max(values.shape[:2]) // (2 * _MOST_PIXELS)))
    return _png(picture(values[::step, ::step], picture_levels(values)))


def _png(painted: Colours) -> bytes:
    from PIL import Image  # here, and not above: Pillow would cost every start 20 ms

    return png_bytes(Image.fromarray(painted))
