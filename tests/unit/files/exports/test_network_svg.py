"""The picture of a network is well-formed, holds its texts as texts, and loads nothing."""

from xml.etree import ElementTree

import numpy as np
import pytest

from convstudio.cli import main
from convstudio.files.exports.network_svg import network_svg
from convstudio.files.projects.examples import read_project_spec
from convstudio.model.kinds.convolution import Conv
from convstudio.model.library.examples import EXAMPLES
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.words.summary import summary_rows

SVG = "{http://www.w3.org/2000/svg}"


def texts_of(data):
    return [one.text for one in ElementTree.fromstring(data).iter(f"{SVG}text")]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_every_layer_has_a_box_with_its_name_shape_and_parameters(example):
    document = read_project_spec(f"example:{example.id}")[0]
    texts = texts_of(network_svg(document))
    for number, row in enumerate(summary_rows(document), 1):
        assert f"{number}  {row.name}" in texts
    boxes = [one for one in ElementTree.fromstring(network_svg(document)).iter(f"{SVG}rect") if one.get("rx")]
    assert len(boxes) == 1 + len(document.layers)


def test_shapes_are_in_the_order_that_the_window_shows():
    document = Document(Sample.of("lines", np.ones((8, 7, 3))), Network((Conv.of(np.ones((3, 3, 3, 5))),)))
    assert texts_of(network_svg(document))[3] == "6×5×5 · 140 parameters · receptive field 3×3"
    assert texts_of(network_svg(document, "pytorch"))[1] != texts_of(network_svg(document, "keras"))[1]


def test_a_name_is_a_text_whatever_it_holds():
    document = Document(Sample.of('<script>&"\x01', np.ones((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    assert texts_of(network_svg(document))[0] == 'Input · <script>&"?'


def test_a_layer_that_cannot_work_says_why():
    document = Document(Sample.of("small", np.ones((4, 4, 1))), Network((Conv.of(np.ones((9, 9, 1, 1))),)))
    assert "larger" in texts_of(network_svg(document))[3]


def test_nothing_is_loaded_from_elsewhere():
    data = network_svg(read_project_spec("example:digits")[0]).decode()
    assert "href" not in data
    assert data.count("http") == 1  # the name of the format


def test_the_command_line_writes_it(tmp_path, capsys):
    path = tmp_path / "net.svg"
    assert main(["summary", "example:corners", "-o", str(path)]) == 0
    assert path.read_bytes() == network_svg(read_project_spec("example:corners")[0])
    assert main(["summary", "example:corners", "-o", str(tmp_path / "net.bmp")]) == 2
    assert "use the extension .svg" in capsys.readouterr().err
