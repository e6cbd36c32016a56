"""What learns is one vector, and goes back to the layers bit by bit."""

from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.batch_norm import BatchNorm
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.learning.parameters import Parameters
from convstudio.model.values.arrays import frozen
from convstudio.model.values.network import Network

DRAW = np.random.default_rng(1)
NETWORK = Network(
    (
        Conv.of(DRAW.standard_normal((3, 3, 1, 2)), [1, 2]),
        BatchNorm.of(2),
        Flatten(),
        Dense.of(DRAW.standard_normal((8, 3))),
    )
)
ALL = Parameters.of(NETWORK)


def test_a_network_that_is_taken_apart_and_put_together_is_the_same():
    assert ALL.placed(NETWORK, ALL.gathered(NETWORK)) == NETWORK


def test_the_layers_share_the_memory_of_the_vector():
    vector = ALL.gathered(NETWORK)
    assert np.shares_memory(ALL.placed(NETWORK, vector).layers[3].weights, vector)


def test_measured_arrays_go_to_their_layer():
    measured = ({}, {"mean": frozen([5, 6])}, {}, {})
    assert ALL.placed(NETWORK, ALL.gathered(NETWORK), measured).layers[1].mean.tolist() == [5, 6]


@pytest.mark.parametrize("change", [{"is_locked": True}, {"is_on": False}])
def test_a_layer_that_is_locked_or_off_does_not_learn(change):
    rest = Parameters.of(NETWORK.with_layer(0, replace(NETWORK.layers[0], **change)))
    assert (rest.size, rest.first_layer) == (ALL.size - 20, 1)


def test_a_layer_without_a_bias_learns_its_weights_only():
    assert Parameters.of(NETWORK.with_layer(0, replace(NETWORK.layers[0], has_bias=False))).size == ALL.size - 2


def test_norms_are_the_roots_of_the_sums_of_squares_of_each_layer():
    norms = ALL.norms(ALL.gathered(NETWORK))
    weights = NETWORK.layers[3].weights.astype(np.float64)
    assert norms[2] == 0
    assert norms[1] == pytest.approx(2**0.5)
    assert norms[3] == pytest.approx(float(np.sqrt((weights**2).sum())))


def test_the_values_of_one_name_are_marked():
    assert np.count_nonzero(ALL.marks("weights")) == 18 + 24


def test_a_network_that_cannot_learn_has_an_empty_vector():
    nothing = Parameters.of(Network((Flatten(),)))
    assert (nothing.size, nothing.first_layer, nothing.norms(np.zeros(0, np.float32))) == (0, 1, (0.0,))
