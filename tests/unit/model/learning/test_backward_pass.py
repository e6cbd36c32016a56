from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.dense import Dense
from convstudio.model.learning.backward_pass import backward_pass, loss_of, measured_loss
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import USUAL_TRAINING, TrainingSettings
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from tests.watched import passed, pooled, question


def classifier(*ends, activation="linear", training=USUAL_TRAINING):
    dense = Dense.of(np.random.default_rng(1).standard_normal((4, 3)), activation=activation)
    flat = Sample.of("grey", np.reshape([1, 2, 0, -1], (2, 2, 1)))
    from convstudio.model.kinds.flatten import Flatten

    return Document(flat, Network((Flatten(), dense, *ends)), target=ClassTarget(1), training=training)


def test_the_worked_question_has_the_tutorials_loss_and_gradients():
    found = passed(question())
    assert found.value == 2
    assert found.layers[1].gradients.inputs[..., 0].tolist() == [[2, 0], [0, 0]]
    assert found.learned(0)["weights"][..., 0, 0].tolist() == [[2, -2], [0, 2]]


def test_the_gradient_goes_back_through_max_pooling_and_relu_as_in_the_tutorial():
    found = passed(pooled())
    assert found.grad[:, 0].tolist() == [1, 1, 1]
    assert found.layers[2].gradients.inputs[:, 0].tolist() == [1, 0, 1, 0, 1, 0]
    assert found.layers[1].gradients.inputs[:, 0].tolist() == [0, 0, 1, 0, 0, 0]
    assert found.learned(0)["weights"][:, 0, 0].tolist() == [0, 1, 1]


def test_the_wrong_sign_turns_every_gradient_round():
    right, wrong = passed(question()), passed(question(), is_reversed=True)
    np.testing.assert_array_equal(wrong.learned(0)["weights"], -right.learned(0)["weights"])


@pytest.mark.parametrize(("ends", "activation"), [((Activation("softmax"),), "linear"), ((), "softmax")])
def test_softmax_with_cross_entropy_begins_with_output_less_target(ends, activation):
    found = passed(classifier(*ends, activation=activation))
    assert found.is_fused
    np.testing.assert_array_equal(found.grad, found.output - [0, 1, 0])


def test_a_layer_that_is_off_after_softmax_does_not_make_it_logits():
    found = passed(classifier(Activation("relu", is_on=False), activation="softmax"))
    softmax = passed(classifier(activation="softmax"))
    assert (found.loss, found.value) == ("categorical_crossentropy", softmax.value)
    np.testing.assert_allclose(found.learned(1)["weights"], softmax.learned(1)["weights"], atol=1e-6)


def test_cross_entropy_from_logits_gives_the_same_gradients_as_after_softmax():
    after, before = passed(classifier(Activation("softmax"))), passed(classifier())
    assert before.loss == "categorical_crossentropy_from_logits"
    np.testing.assert_allclose(after.learned(1)["weights"], before.learned(1)["weights"], atol=1e-6)
    assert after.value == pytest.approx(before.value, rel=1e-5)


def test_a_layers_own_activation_is_gone_through_before_its_sums():
    found = passed(classifier(activation="sigmoid", training=TrainingSettings(loss="mean_squared_error")))
    slopes = found.output * (1 - found.output)
    np.testing.assert_allclose(found.layers[1].sums, found.layers[1].grad * slopes, rtol=1e-4)


def test_maps_are_compared_by_the_mean_squared_error():
    assert loss_of(replace(question(), training=USUAL_TRAINING)) == "mean_squared_error"


def test_probabilities_of_sigmoids_are_compared_as_probabilities():
    assert loss_of(classifier(activation="sigmoid")) == "binary_crossentropy"


def test_without_a_target_it_says_what_to_do():
    with pytest.raises(ValueError, match=r"no target yet\. Set one"):
        backward_pass(forward(replace(question(), target=None)))


def test_without_a_target_no_loss_is_measured():
    with pytest.raises(ValueError, match="no target yet"):
        measured_loss(replace(question(), target=None), np.zeros((2, 2, 1)))


def test_a_target_that_does_not_fit_is_told_with_both_shapes():
    with pytest.raises(ValueError, match="2×2×1"):
        backward_pass(forward(replace(question(), target=ClassTarget(1))))


def test_a_layer_that_makes_nothing_is_named():
    broken = replace(question(), network=Network((Dense.of(np.ones((2, 2))),)))
    with pytest.raises(ValueError, match="dense layer"):
        backward_pass(forward(broken))


def one_unit(index, activation):
    document = classifier()
    layers = (document.layers[0], Dense.of(np.ones((4, 1)), activation=activation))
    return replace(document, network=Network(layers), target=ClassTarget(index))


@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_one_unit_tells_two_classes_apart(activation):
    found = passed(one_unit(1, activation))
    assert found.wanted.tolist() == [1]
    assert found.value == pytest.approx(np.log1p(np.exp(-2.0)), rel=1e-5)


def test_sigmoid_with_binary_cross_entropy_begins_with_output_less_target():
    found = passed(one_unit(0, "sigmoid"))
    assert found.is_fused
    np.testing.assert_array_equal(found.grad, found.output)
