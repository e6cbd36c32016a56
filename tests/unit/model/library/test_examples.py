import numpy as np
import pytest

from convstudio.files.projects.examples import load_example
from convstudio.files.resources import load_detectors
from convstudio.model.library.examples import EXAMPLES, corner_detector, plus_detector, separable_edges
from convstudio.model.library.patterns import drawing
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.sample import Sample

KERNELS = {detector.id: detector.kernel for detector in load_detectors()}


def answer(build, values):
    document = Document(Sample.of("drawn", values), build(KERNELS))
    return np.asarray(forward(document).layers[-1].maps)


def test_the_plus_detector_finds_the_middle_of_the_plus_alone():
    found = answer(plus_detector, drawing("plus-and-line"))
    assert np.argwhere(found[..., 0] > 0).tolist() == [[3, 3]]


def test_the_corner_detector_finds_six_corners():
    found = answer(corner_detector, drawing("corners-and-bar"))
    assert np.count_nonzero(found) == 6


def test_the_separable_network_learns_what_its_sentence_says():
    network = separable_edges(KERNELS)
    assert sum(layer.weights.size for layer in network.layers) == 45


@pytest.mark.parametrize(
    ("example_id", "tutorials", "other"),
    [
        ("flat-area", np.full((6, 6), 3), np.zeros((6, 6))),
        ("other-line", [[0] * 6, [0] * 6, [1] * 6, [1] * 6, [1] * 6, [0] * 6], np.zeros((6, 6))),
        ("bumps", [1, 2, 3, 4, 5, 6], np.zeros(6)),
    ],
)
def test_what_the_tutorials_detector_answers_to_another_does_not(example_id, tutorials, other):
    maps = np.asarray(forward(load_example(example_id)[0]).layers[-1].maps)
    np.testing.assert_array_equal(maps[..., 0], tutorials)
    np.testing.assert_array_equal(maps[..., 1], other)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_an_example_is_told_in_sentences(example):
    assert example.about.endswith(".")


def test_examples_have_ids_of_their_own():
    assert len({example.id for example in EXAMPLES}) == len(EXAMPLES)
