"""A report is well nested, loads nothing, can be read aloud, and shows the numbers of the model."""

import re
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.exports.report_html import as_report
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.exports.arrays import PictureStyle
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import format_exact, format_number
from convstudio.model.values.progress import CancelledError, Progress
from convstudio.model.values.sample import Sample
from convstudio.model.values.scale import Scale
from convstudio.model.values.view_state import ViewState

VOID = {"meta", "img", "link", "br", "hr", "input"}
EVIL = '<img src=x onerror=alert(1)> & "quotes" </style><script>'
KERNEL = np.float32([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 3
VALUES = np.float32([[0, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0.1]])


class Page(HTMLParser):
    """Reads a page strictly: every element that opens must close, in order."""

    def __init__(self, data):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.tables, self.figures, self.text = [], [], [], [], ""
        self.feed(data.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.elements.append((tag, given))
        if tag == "figure":
            self.figures.append(set())
        if "figure" in self.open:
            self.figures[-1].add(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data

    def all(self, tag):
        return [given for name, given in self.elements if name == tag]

    def rows(self, numbers):
        """Return whether some table has exactly these rows of numbers beside its heads."""
        wanted = [[format_exact(float(number)) for number in row] for row in np.atleast_2d(numbers)]
        return any([row[1:] for row in table if len(row) > 1][-len(wanted) :] == wanted for table in self.tables)


def report(document, view=None, scale=Scale()):  # noqa: B008  a frozen value
    return as_report(PageSubject(forward(document), view or ViewState(), load_detectors(), PictureStyle(scale)))


@pytest.fixture
def document():
    layer = replace(Conv.of(KERNEL[..., np.newaxis, np.newaxis], [0.25]), activation="relu")
    return Document(Sample.of("steps", VALUES[..., np.newaxis]), Network((layer,)))


@pytest.mark.parametrize("name", ["corners", "digits"])
def test_a_page_is_well_nested_and_loads_nothing(name):
    document, view = read_project_spec(f"example:{name}")
    page = Page(report(document, view))
    sources = [given["src"] for given in page.all("img")]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert all(given["href"].startswith("#") for given in page.all("a"))
    assert not page.all("script")
    assert not page.all("link")
    assert all("url(" not in str(given) for _, given in page.elements)


def test_a_page_can_be_read_aloud(document):
    page = Page(report(document))
    assert page.all("html")[0]["lang"] == "en"
    assert all(given["alt"] for given in page.all("img"))
    assert all(given["scope"] in ("row", "col") for given in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    headings = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3")]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_the_numbers_are_those_of_the_model(document):
    page = Page(report(document))
    maps = forward(document).layers[0].maps
    assert page.rows(VALUES)
    assert page.rows(KERNEL)
    assert page.rows(maps[..., 0])
    assert "Row 1, column 1" in page.text


def test_a_picture_has_one_pixel_a_value(document):
    page = Page(report(document, scale=None))
    pictures = [Image.open(BytesIO(b64decode(given["src"].partition(",")[2]))) for given in page.all("img")]
    assert [picture.size for picture in pictures] == [(4, 4), (3, 3), (2, 2)]
    np.testing.assert_array_equal(np.asarray(pictures[0]), np.rint(VALUES * 255))


def test_the_selected_output_is_explained(document):
    page = Page(report(document, ViewState(position=(1, 1))))
    output = format_number(float(forward(document).layers[0].maps[1, 1, 0]))
    assert "Row 2, column 2" in page.text
    assert f"Output: {output}" in page.text


@pytest.mark.parametrize("side", [3, 13, 31])
def test_every_grid_of_the_calculation_shows_something(side):
    values = np.random.default_rng(1).normal(size=(40, 40, 1)).astype(np.float32)
    large = Conv.of(np.random.default_rng(2).normal(size=(side, side, 1, 1)))
    page = Page(report(Document(Sample.of("noise", values), Network((large,)))))
    assert all(figure & {"img", "table"} for figure in page.figures)


def test_every_layer_has_a_section_and_the_code_two():
    document, view = read_project_spec("example:digits")
    page = Page(report(document, view))
    ids = [given["id"] for given in page.all("h2")]
    numbered = [f"layer-{number}" for number in range(1, len(document.layers) + 1)]
    assert ids == ["input", "network", *numbered, "calculation", "code"]
    assert "import keras" in page.text
    assert "import numpy as np" in page.text


def test_names_are_text(document):
    layer = replace(document.layers[0], filter_names=(EVIL,))
    named = Document(replace(document.sample, name=EVIL), Network((layer,)), title=EVIL)
    page = Page(report(named))
    assert page.text.count(EVIL) > 2
    assert not page.all("script")
    assert all("onerror" not in given for _, given in page.elements)


def test_a_layer_that_cannot_work_says_why():
    wide = Conv.of(np.ones((5, 5, 1, 1)))
    page = Page(report(Document(Sample.of("small", np.ones((3, 3, 1))), Network((wide,)))))
    assert any(given.get("class") == "problem" for given in page.all("p"))


def test_many_maps_become_one_picture_that_names_them():
    layer = Conv.of(np.ones((1, 1, 1, 70)))
    page = Page(report(Document(Sample.of("dot", np.ones((2, 2, 1))), Network((layer,)))))
    assert "All 70 in one picture" in page.text
    assert any("70" in given["alt"] for given in page.all("img"))


def test_values_that_are_not_finite_are_written(document):
    odd = Document(Sample.of("odd", np.float32([[[np.nan], [np.inf]], [[-np.inf], [1e30]]])), document.network)
    page = Page(report(odd))
    assert ["1", "NaN", "∞"] in page.tables[1]


def test_a_long_report_can_be_cancelled(document):
    progress = Progress()
    subject = PageSubject(forward(document), ViewState(), (), PictureStyle(), progress)
    progress.cancel()
    with pytest.raises(CancelledError):
        as_report(subject)


def test_a_map_without_a_name_is_called_by_its_number(document):
    assert "map 1 · min" in Page(report(document)).text


def test_on_a_dark_desktop_the_page_is_dark_and_on_paper_it_is_not(document):
    style = report(document).decode().split("<style>")[1].split("</style>")[0]
    dark = style.split("@media screen and (prefers-color-scheme: dark)")[1].split("}")[0]
    light = style.split(":root {")[1].split("}")[0]
    names = [set(re.findall(r"(--\w+):", part)) for part in (light, dark)]
    assert names[0] == names[1] == set(re.findall(r"var\((--\w+)\)", style))
    assert "@media print {\n  :root { color-scheme: light; }" in style
