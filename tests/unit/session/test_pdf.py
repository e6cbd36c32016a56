"""An SVG picture becomes one PDF page of its size, in a worker as well."""

import re
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytestqt.qtbot import QtBot

from convstudio.files.exports.network_svg import network_svg
from convstudio.files.exports.svg import svg_head, svg_text
from convstudio.files.problems import WriteProblem
from convstudio.files.projects.examples import read_project_spec
from convstudio.session.workspace.pdf import as_pdf


def test_a_page_has_the_size_of_the_picture_and_holds_fonts_for_its_text(qtbot: QtBot) -> None:
    svg = "".join([*svg_head(400, 200, "t", "d"), svg_text(10, 20, "Feature map", 15), "</svg>"])
    page = as_pdf(svg.encode(), "figure")
    (box,) = set(re.findall(rb"/MediaBox \[([^\]]*)\]", page))
    assert [round(float(side)) for side in box.split()] == [0, 0, 300, 150]
    assert b"/Font" in page


def test_the_text_of_a_page_can_be_found_and_copied_letter_by_letter(qtbot: QtBot) -> None:
    words = "first filter, efficient, offline, affine"
    svg = "".join([*svg_head(600, 200, "t", "d"), svg_text(10, 20, words, 15), "</svg>"])
    assert text_of(as_pdf(svg.encode(), "figure")) == words


def text_of(page: bytes) -> str:
    """Read the text of a page with one font, as its table of glyphs tells it."""
    found = re.findall(rb"stream\r?\n(.*?)endstream", page, re.DOTALL)
    parts = [zlib.decompress(part) if part[:1] == b"x" else part for part in found]
    (table,) = [part for part in parts if b"begincmap" in part]
    letters = [int(code, 16) for code in re.findall(rb"<(\w{4})>", table.split(b"[")[1])]
    glyphs = [int(code, 16) for part in parts for code in re.findall(rb"<(\w{4})> Tj", part)]
    return "".join(chr(letters[glyph - 1]) for glyph in glyphs).replace("\t", " ")


def test_a_page_can_be_made_in_a_worker(qtbot: QtBot) -> None:
    svg = network_svg(read_project_spec("example:digits")[0])
    with ThreadPoolExecutor(1) as worker:
        assert worker.submit(as_pdf, svg, "network").result().startswith(b"%PDF-")


def test_what_is_no_picture_is_refused(qtbot: QtBot) -> None:
    with pytest.raises(WriteProblem, match="could not be drawn"):
        as_pdf(b"no picture", "x")
