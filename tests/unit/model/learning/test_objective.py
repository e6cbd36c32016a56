"""The loss fits the targets and the end of the network, and what does not fit is said in a sentence."""

import numpy as np
import pytest

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.learning.objective import objective_of
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.network import Network
from convstudio.ops import activate


def dense(units, end="linear"):
    return Dense.of(np.arange(3 * units).reshape(3, units), activation=end)


def of_classes(count):
    inputs = frozen(np.random.default_rng(1).standard_normal((6, 3)))
    return Dataset("some", inputs, np.arange(6) % count, class_names=tuple("abcdef"[:count]))


MAPS = Dataset("maps", frozen(np.zeros((2, 4, 1))), maps=frozen(np.zeros((2, 2, 1))))


@pytest.mark.parametrize(
    ("layers", "classes", "loss"),
    [
        ((dense(3, "softmax"),), 3, "categorical_crossentropy_from_logits"),
        ((dense(3), Activation("softmax")), 3, "categorical_crossentropy_from_logits"),
        ((dense(3),), 3, "categorical_crossentropy_from_logits"),
        ((dense(2, "sigmoid"),), 2, "binary_crossentropy_from_logits"),
        ((dense(1, "sigmoid"),), 2, "binary_crossentropy_from_logits"),
        ((dense(1),), 2, "binary_crossentropy_from_logits"),
    ],
)
def test_classes_have_the_cross_entropy_that_fits_the_end_of_the_network(layers, classes, loss):
    assert objective_of(Network(layers), of_classes(classes)).loss == loss


def test_maps_have_the_mean_squared_error():
    assert objective_of(Network((Conv.of(np.ones((3, 1, 1))),)), MAPS).loss == "mean_squared_error"


def test_a_loss_that_was_chosen_stays_where_nothing_can_be_computed_as_one():
    chosen = objective_of(Network((dense(3, "softmax"),)), of_classes(3), "mean_squared_error")
    assert (chosen.loss, chosen.fused) == ("mean_squared_error", None)


def test_the_inner_network_ends_before_the_activation_that_the_loss_contains():
    network = Network((dense(3, "softmax"), Activation("softmax", is_on=False)))
    inner = objective_of(network, of_classes(3)).inner(network)
    assert inner.layers == (dense(3), network.layers[1])


def test_outputs_are_those_of_the_whole_network():
    network, read = Network((dense(3, "softmax"),)), np.array([[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(objective_of(network, of_classes(3)).outputs(read), activate(read, "softmax"))


def test_one_unit_has_one_target_for_each_sample_and_tells_the_second_class_above_one_half():
    objective = objective_of(Network((dense(1, "sigmoid"),)), of_classes(2))
    assert objective.targets(of_classes(2), np.array([0, 1])).tolist() == [[0], [1]]
    assert objective.classes(np.array([[-1.0], [1.0]])).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("layers", "data", "sentence"),
    [
        ((dense(2),), of_classes(3), "3 classes need a network that ends in 3 values"),
        ((Conv.of(np.ones((2, 1, 1))),), MAPS, "targets have shape 2×1 but the network makes 3×1"),
        (
            (dense(4), dense(3)),
            of_classes(3),
            "Layer 2 cannot work on inputs of 3: the dense layer has weights for 3 values",
        ),
    ],
)
def test_what_does_not_fit_is_said(layers, data, sentence):
    with pytest.raises(ValueError, match=sentence):
        objective_of(Network(layers), data)
