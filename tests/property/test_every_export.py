"""Whatever is exported of whatever network, in whatever format: the files that were announced, or one sentence."""

from importlib.util import find_spec
from itertools import product

import numpy as np
import pytest

from convstudio.files.exports.map_formats import MAP_FORMATS
from convstudio.files.exports.page_formats import PAGE_FORMATS, WHOLE_WEIGHTS_FORMATS, PageSubject
from convstudio.files.exports.writing import encoded_files, file_paths
from convstudio.files.problems import FileProblem
from convstudio.files.projects.examples import read_project_spec
from convstudio.files.resources import load_detectors
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.exports.arrays import PictureStyle
from convstudio.model.panes.exports.sources import export_sources
from convstudio.model.run.forward import forward
from convstudio.model.trace.stepping import fitted
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.scale import Scale
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.export_contents import CONTENTS

ODD = np.array([[0, np.nan, 1], [np.inf, -np.inf, 3e38], [1e-45, -3e38, 0]])
DOCUMENTS = {
    **{name: lambda name=name: read_project_spec(f"example:{name}")[0] for name in ("corners", "digits")},
    "sequence": lambda: Document(
        Sample.of("steps", np.sin(np.arange(40.0))[:, np.newaxis]), Network((Conv.of(np.ones((5, 1, 3))),))
    ),
    "one cell": lambda: Document(Sample.of("cell", [[[2.0]]]), Network((Conv.of(np.ones((1, 1, 1, 1))),))),
    "not finite": lambda: Document(Sample.of("odd", ODD[..., np.newaxis]), Network((Conv.of(np.ones((1, 1, 1, 2))),))),
}
VOLUME = np.arange(4 * 5 * 6, dtype=np.float32).reshape(4, 5, 6, 1)
SHOWN = {
    **DOCUMENTS,
    "volume": lambda: Document(Sample.of("volume", VOLUME), Network((Conv.of(np.ones((2, 2, 2, 1, 2))),))),
    "does not fit": lambda: Document(
        Sample.of("small", np.ones((2, 2, 1))), Network((Conv.of(np.ones((5, 5, 1, 1))),))
    ),
    "nothing finite": lambda: Document(
        Sample.of("nan", np.full((3, 3, 1), np.nan)), Network((Conv.of(np.ones((1, 1, 1, 1))),))
    ),
}
"""What pages show: they take volumes, and layers that cannot work."""

STYLES = (PictureStyle(), PictureStyle(Scale(is_shared=True), has_bar=True))
DETECTORS = load_detectors()


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("kind", MAP_FORMATS, ids=lambda kind: kind.name)
def test_the_announced_files_are_encoded_or_a_sentence_says_why_not(name, kind):
    if kind.endings == (".xlsx",) and find_spec("xlsxwriter") is None:
        pytest.skip("XlsxWriter is an extra")
    document = DOCUMENTS[name]()
    result = forward(document)
    layers = {0, len(document.layers) - 1}
    styles = STYLES if kind.is_picture else STYLES[:1]
    for content, layer, style, is_apart in product(CONTENTS, layers, styles, (False, True)):
        try:
            sources = export_sources(document, ViewState(layer=layer), content, (0,), DETECTORS)
            announced = file_paths("m" + kind.endings[0], [one.exported for one in sources], kind, is_apart=is_apart)
            arrays = [source.read(result) for source in sources]
            files = encoded_files("m" + kind.endings[0], arrays, kind, style, is_apart=is_apart)
        except (FileProblem, ValueError):
            continue  # a sentence, which the tests of each part read
        encoded = dict(files)
        assert tuple(encoded) == announced
        assert all(encoded.values())


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize(
    "kind", [kind for kinds in PAGE_FORMATS.values() for kind in kinds if not kind.is_pdf], ids=lambda kind: kind.name
)
def test_every_layer_has_its_page_or_a_sentence_says_why_not(name, kind):
    result = forward(SHOWN[name]())
    for layer, style in product({0, len(result.layers) - 1}, STYLES):
        view = fitted(result.document, ViewState(layer=layer))
        subject = PageSubject(result, view, DETECTORS, style)
        reason = why_not(kind, result.document.output_shape(layer))
        if reason:
            with pytest.raises((ValueError, FileProblem), match=reason):
                kind.encode(subject)
        else:
            assert kind.encode(subject) == kind.encode(subject)


def why_not(kind, output_shape):
    """Return what is said of a page that there is not: nothing was trained here."""
    if kind.needs_training:
        return "There is no training"
    if output_shape is None and kind.needs_map:
        return "makes no feature map"
    return "cannot work" if output_shape is None and kind in WHOLE_WEIGHTS_FORMATS else ""
