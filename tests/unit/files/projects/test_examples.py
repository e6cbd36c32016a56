import re

import numpy as np
import pytest

from convstudio.files.problems import FileProblem
from convstudio.files.projects.documents import decode_document, encode_document
from convstudio.files.projects.examples import find_example, load_example, read_project_spec
from convstudio.files.resources import load_digits, load_sample
from convstudio.model.edits.input_cells import set_sample
from convstudio.model.library.examples import EXAMPLES
from convstudio.model.run.forward import forward
from convstudio.model.run.prediction import prediction_of
from convstudio.model.trace import stepping
from convstudio.ops import conv

IDS = [example.id for example in EXAMPLES]
HELD_OUT = load_digits().held_out


def maps_of(example_id, layer=-1):
    return forward(load_example(example_id)[0]).layers[layer].maps


def active_cells(maps):
    return {tuple(at): float(maps[tuple(at)]) for at in np.argwhere(maps).tolist()}


@pytest.mark.parametrize("example_id", IDS)
def test_every_layer_of_every_example_works(example_id):
    assert not [result.problem for result in forward(load_example(example_id)[0]).layers if result.problem]


@pytest.mark.parametrize("example_id", IDS)
def test_every_example_begins_at_an_output_that_is_there(example_id):
    document, view = load_example(example_id)
    assert stepping.fitted(document, view) == view


@pytest.mark.parametrize("example_id", IDS)
def test_every_example_can_be_saved_and_opened_again(example_id):
    document, _ = load_example(example_id)
    assert decode_document(encode_document(document))[0] == document


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_what_there_is_to_see_is_said_in_few_words(example):
    assert 50 < len(example.about) <= 120
    assert example.about.endswith(".")


def test_the_plus_detector_leaves_one_cell_2_in_the_middle_of_the_plus():
    assert active_cells(maps_of("plus")) == {(3, 3, 0): 2}


def test_where_the_lines_cross_both_line_detectors_answer_4_and_on_the_line_6_and_0():
    lines = maps_of("plus", layer=1)
    assert lines[3, 3].tolist() == [4, 4]
    assert lines[3, 9].tolist() == [6, 0]


def test_the_corner_detector_leaves_the_six_corners():
    corners = [(1, 1), (1, 4), (4, 5), (5, 8), (7, 1), (7, 8)]
    assert active_cells(maps_of("corners")) == {(*at, 0): 2 for at in corners}


def test_upright_and_level_stripes_of_the_wall_are_found_in_different_places():
    upright, level = (maps_of("gabor")[..., index].ravel() for index in (0, 4))
    assert abs(np.corrcoef(upright, level)[0, 1]) < 0.3


def test_the_gabor_maps_are_pooled_to_a_quarter():
    assert (maps_of("gabor", layer=1).shape, maps_of("gabor").shape) == ((498, 498, 8), (124, 124, 8))


def test_the_separable_layers_do_what_one_standard_layer_does_with_more_weights():
    document, _ = load_example("separable")
    each_colour, mixed = document.layers
    standard = each_colour.weights[:, :, 0, :, np.newaxis] * mixed.weights[0, 0]
    np.testing.assert_allclose(maps_of("separable"), conv(document.sample.values.to_array(), standard), atol=1e-5)
    assert (standard.size, each_colour.weights.size + mixed.weights.size) == (162, 45)


def test_the_classifier_gets_at_least_95_percent_of_the_held_out_digits_right_and_as_many_as_it_says():
    network = load_example("digits")[0].network
    right = sum(_says(network, image) == label for image, label in zip(HELD_OUT.images, HELD_OUT.labels, strict=True))
    share = right / len(HELD_OUT)
    assert share >= 0.95
    assert f"Of {len(HELD_OUT)} digits that" in find_example("digits").about
    assert f"the network gets {right} right" in find_example("digits").about


def _says(network, image):
    values = image
    for layer in network.layers:
        values = layer.run(values)
    return int(values.argmax())


@pytest.mark.parametrize("digit", range(10))
def test_another_digit_keeps_the_network_and_is_recognised(digit):
    before = load_example("digits")[0]
    document = set_sample(before, load_sample(f"digit-{digit}-2"))
    assert document.network is before.network
    assert prediction_of(forward(document).layers[-1]).best == digit


def test_the_classifier_has_a_few_thousand_weights():
    assert sum(layer.parameters for layer in load_example("digits")[0].layers) == 3818


@pytest.mark.parametrize(("typed", "near"), [("digit", "digits"), ("tutoriel", "tutorial")])
def test_an_unknown_example_is_refused_with_similar_names(typed, near):
    sentence = re.escape(f"The example “{typed}” does not exist: choose one such as {near}")
    with pytest.raises(FileProblem, match=sentence):
        load_example(typed)


def test_a_name_like_no_example_is_refused_with_all_of_them():
    with pytest.raises(FileProblem, match=r"choose one such as .*plus, corners, gabor, separable, digits"):
        load_example("§§§")


def test_a_project_is_an_example_or_a_file(tmp_path):
    document, _ = read_project_spec("example:plus")
    path = tmp_path / "plus.convstudio"
    path.write_bytes(encode_document(document))
    assert read_project_spec(path)[0] == document
