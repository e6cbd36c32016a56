"""The lens on what decided names its scores, and says of each how much gradient × input adds up to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.projects.examples import load_example
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.lenses import attribution_words as words
from convstudio.model.lenses.attribution import attribution_of, term_shares
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

DIGIT, VIEW = load_example("digits")
RUN = forward(DIGIT)


def sentence(result, view=VIEW, entry=0, *, is_before_softmax=True):
    return words.score_sentence(
        attribution_of(words.score_of(result, view, entry, is_before_softmax=is_before_softmax))
    )


def test_every_class_can_be_asked_about_by_its_name():
    named = replace(DIGIT, class_names=("zero", "one"))
    assert words.score_entries(named)[:4] == (words.PREDICTED, "zero", "one", "class 2")
    assert len(words.score_entries(named)) == 12


def test_of_a_network_that_ends_in_maps_only_the_selected_value_can_be_asked_about():
    document = Document(Sample.of("ones", np.ones((4, 4, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    assert words.score_entries(document) == (words.SELECTED,)
    score = words.score_of(forward(document), ViewState(position=(1, 0)), 0, is_before_softmax=True)
    assert score.place == (1, 0, 0)


def test_the_predicted_class_is_the_one_with_the_largest_share():
    assert words.score_of(RUN, VIEW, 0, is_before_softmax=True).place == (7,)


def test_a_class_keeps_its_number():
    assert words.score_of(RUN, VIEW, 4, is_before_softmax=True).place == (3,)


def test_the_selected_value_is_that_of_the_selected_layer_and_filter():
    score = words.score_of(RUN, ViewState(layer=3, filter=5, position=(2, 1)), 11, is_before_softmax=True)
    assert (score.layer, score.place) == (3, (2, 1, 5))


def test_a_position_outside_the_map_is_no_score():
    with pytest.raises(ValueError, match="no output at this place"):
        words.score_of(RUN, ViewState(layer=3, position=(99, 0)), 11, is_before_softmax=True)


def test_a_network_that_cannot_work_says_why():
    document = Document(Sample.of("ones", np.ones((2, 2, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    with pytest.raises(ValueError, match=r"\."):
        words.score_of(forward(document), ViewState(), 0, is_before_softmax=True)


def test_a_score_is_said_with_its_share_and_what_the_biases_add():
    assert sentence(RUN, VIEW) == (
        "The score of “class 7” is 7.479 before softmax, >\xa099.9\xa0% after it. "
        "Gradient × input adds up to 7.339; the rest, 0.1398, comes from biases."
    )


def test_after_softmax_curved_activations_are_named_too():
    told = sentence(RUN, VIEW, is_before_softmax=False)
    assert told.startswith("The score of “class 7” is 0.9993 after softmax.")
    assert told.endswith("comes from biases, and from activations that are curved.")


def test_without_biases_gradient_times_input_is_all_of_the_score():
    dense = Dense.of(np.ones((4, 1)))
    result = forward(Document(Sample.of("ones", np.ones((2, 2, 1))), Network((Activation(), Flatten(), dense))))
    assert sentence(result, ViewState()) == "The score of “class 0” is 4. Gradient × input adds up to 4: all of it."


def test_a_value_of_a_map_is_named_by_its_place():
    told = sentence(RUN, ViewState(layer=0, filter=2, position=(3, 4)), 11)
    assert told.startswith("Map 3 of layer 1 at row 4, column 5 is ")


def test_infinite_scores_have_no_rest():
    result = forward(Document(Sample.of("infinite", [[np.inf]]), Network((Conv.of(np.ones((1, 1, 1))),))))
    assert sentence(result, ViewState(position=(0,))).endswith("is ∞. Gradient × input adds up to ∞.")


def test_the_sentence_on_terms_has_the_slope_and_the_sum():
    shares = term_shares(attribution_of(words.score_of(RUN, VIEW, 0, is_before_softmax=True)),
                         ViewState(layer=3, filter=2, position=(1, 2)))  # fmt: skip
    assert words.term_sentence(shares, "Layer 4 (Conv)", "map 3") == (
        "Layer 4 (Conv), row 2, column 3: the score changes by -0.051 for each unit of this sum. "
        "The 72 terms, times that, add up to -0.1303. The terms of the calculation have these colours. Shown: map 3."
    )


def test_what_the_network_predicts_is_said_where_it_predicts():
    assert words.predicted_words(RUN) == "The network predicts 7 (>\xa099.9\xa0%)."
    assert words.predicted_words(forward(replace(DIGIT, network=Network(DIGIT.layers[:3])))) == ""


def test_an_input_with_planes_is_refused_with_its_shape():
    document = Document(Sample.of("volume", np.ones((3, 4, 5, 1))), Network((Activation(),)))
    assert "the input 3×4×5×1 has planes too. Choose" in words.planes_refusal(document)


def test_layers_are_listed_with_their_numbers():
    assert words.layer_entries(DIGIT, (0, 4)) == ("1 Conv 3×3 · 8 filters", "5 ReLU")
