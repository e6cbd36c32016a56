"""A figure is well-formed, holds its numbers as texts and large maps as pictures, and loads nothing."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from convstudio.files.exports.figure_svg import as_figure
from convstudio.files.exports.page_formats import PageSubject
from convstudio.files.projects.examples import read_project_spec
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.exports.arrays import PictureStyle
from convstudio.model.run.forward import forward
from convstudio.model.trace.stepping import select_layer
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
EVIL = '<script>alert("1")</script> & co'


def figure(document, view=None):
    return ElementTree.fromstring(as_figure(PageSubject(forward(document), view or ViewState(), (), PictureStyle())))


def texts(found):
    return [one.text for one in found.iter(f"{SVG}text")]


def test_every_number_is_a_text():
    sample = Sample.of("count", np.arange(16.0).reshape(4, 4, 1))
    document = Document(sample, Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    shown = texts(figure(document))
    assert {"Input", "Kernel", "Feature map", "∗", "="} <= set(shown)
    assert [text for text in shown if text in ("45", "54", "81", "90")] == ["45", "54", "81", "90"]
    assert "0·1 + 1·1 + 2·1 + 4·1 + 5·1 + 6·1 + 8·1 + 9·1 + 10·1 = 45" in shown


@pytest.mark.parametrize("layer", range(8))
def test_every_layer_of_a_network_has_a_figure(layer):
    document, view = read_project_spec("example:digits")
    found = figure(document, select_layer(document, view, layer))
    assert len(texts(found)) > 4


def test_large_maps_are_pictures_inside_the_file():
    document = Document(Sample.of("noise", np.ones((100, 80, 3))), Network((Conv.of(np.ones((3, 3, 3, 1))),)))
    sources = [one.get(LINK) for one in figure(document).iter(f"{SVG}image")]
    assert len(sources) == 2
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def test_names_are_text():
    layer = replace(Conv.of(np.ones((1, 1, 1, 1))), filter_names=(EVIL,))
    data = as_figure(
        PageSubject(forward(Document(Sample.of(EVIL, [[[1.0]]]), Network((layer,)))), ViewState(), (), PictureStyle())
    )
    assert b"<script" not in data
