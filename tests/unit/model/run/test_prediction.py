from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.run.forward import forward
from convstudio.model.run.prediction import Prediction, predicted, prediction_of
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.numbers import percent
from convstudio.model.values.sample import Sample

SOFTMAX = Activation(activation="softmax")


def run(*layers, values=((1.0,), (3.0,))):
    return forward(Document(Sample.of("two values", values), Network(layers)))


def prediction(*shares):
    return Prediction(np.float32(shares))


def test_a_softmax_vector_is_a_prediction():
    assert prediction_of(run(Flatten(), SOFTMAX).layers[-1]).best == 1


def test_a_log_softmax_predicts_the_shares_whose_logarithms_it_makes():
    found = prediction_of(run(Flatten(), Activation("log_softmax")).layers[-1])
    shares = prediction_of(run(Flatten(), SOFTMAX).layers[-1]).shares
    np.testing.assert_allclose(found.shares, shares, rtol=1e-6)


def test_a_dense_layer_with_softmax_predicts_too():
    dense = Dense.of(np.eye(2), activation="softmax")
    assert predicted(run(Flatten(), dense)) == "predicts 1 (88\xa0%)"


@pytest.mark.parametrize(
    "layers",
    [(Flatten(),), (SOFTMAX,), (Flatten(), Activation()), (Flatten(), replace(SOFTMAX, is_on=False))],
    ids=["no softmax", "a softmax of maps", "another activation", "switched off"],
)
def test_nothing_else_is_one(layers):
    assert prediction_of(run(*layers).layers[-1]) is None
    assert predicted(run(*layers)) == ""


def test_values_that_are_no_numbers_predict_nothing():
    assert prediction_of(run(Flatten(), SOFTMAX, values=((1.0,), (np.nan,))).layers[-1]) is None


def test_a_layer_that_makes_nothing_predicts_nothing():
    assert prediction_of(run(Dense.of(np.ones((9, 2)), activation="softmax")).layers[-1]) is None


def test_nothing_is_said_before_anything_is_computed():
    assert predicted(None) == ""


def test_of_a_tie_the_first_class_is_named():
    assert prediction(0.5, 0.5).summary == "predicts 0 (50\xa0%)"


def test_the_largest_shares_are_listed_first():
    assert prediction(0.1, 0.2, 0.7).in_words(2) == "2: 70\xa0%, 1: 20\xa0%"


def test_where_there_is_no_room_for_all_the_largest_are_shown_in_their_order():
    assert prediction(0.3, 0.1, 0.2, 0.4).shown(3) == [0, 2, 3]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0\xa0%"),
        (1e-9, "<\xa00.1\xa0%"),
        (0.004, "0.4\xa0%"),
        (0.5, "50\xa0%"),
        (0.9954, "99.5\xa0%"),
        (1 - 1e-6, ">\xa099.9\xa0%"),
    ],
)
def test_only_nothing_is_0_percent_and_only_all_is_100(share, text):
    assert percent(share) == text


def test_classes_are_called_by_their_names_as_far_as_they_have_some():
    named = Prediction(np.float32([0.1, 0.2, 0.7]), ("cat", ""))
    assert named.in_words(3) == "2: 70\xa0%, 1: 20\xa0%, cat: 10\xa0%"
    assert predicted(run(Flatten(), SOFTMAX), ("cat", "dog")).startswith("predicts dog (")
