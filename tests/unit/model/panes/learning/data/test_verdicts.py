from dataclasses import replace

import numpy as np
import pytest

from convstudio.files.datasets.loading import digit_data
from convstudio.files.projects.examples import load_example
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes.learning.data.verdicts import verdicts_on
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.learning.settings import LOSS_BY_TARGET
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress

DIGITS = digit_data()
FEW = DIGITS.part(np.arange(60))
VECTORS = Dataset("v", frozen([[3, 1], [0, 2]]), np.array([0, 0]), class_names=("a", "b"))


def test_the_bundled_classifier_is_right_as_often_as_it_says():
    network = load_example("digits")[0].network
    verdicts = verdicts_on(network, DIGITS.part(DIGITS.held_out), LOSS_BY_TARGET)
    right = (verdicts.predicted == DIGITS.labels[DIGITS.held_out]).mean()
    assert right == pytest.approx(0.973, abs=5e-4)
    assert verdicts.class_count == 10


def test_softmax_as_a_layer_and_as_an_activation_have_one_loss():
    sums = Dense.of(np.eye(2))
    ways = [(sums,), (replace(sums, activation="softmax"),), (sums, Activation("softmax"))]
    losses = [verdicts_on(Network(layers), VECTORS, LOSS_BY_TARGET).losses for layers in ways]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert losses[0] == pytest.approx(losses[2], rel=1e-5)


def test_a_layer_that_is_off_passes_on_what_it_reads():
    off = replace(Dense.of(np.zeros((2, 2))), is_on=False)
    assert verdicts_on(Network((off,)), VECTORS, LOSS_BY_TARGET).predicted.tolist() == [0, 1]


def test_maps_have_a_mean_squared_error_and_no_classes():
    data = Dataset("m", frozen(np.ones((2, 3, 1))), maps=frozen(np.zeros((2, 2, 1))))
    verdicts = verdicts_on(Network((Conv.of(np.ones((2, 1, 1))),)), data, LOSS_BY_TARGET)
    assert verdicts.losses.tolist() == [4, 4]
    assert verdicts.predicted is None


def test_more_classes_than_outputs_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="10 classes need a network that ends in 10 values"):
        verdicts_on(Network(()), FEW, "mean_squared_error")


def test_a_trial_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        verdicts_on(Network((Dense.of(np.eye(2)),)), VECTORS, LOSS_BY_TARGET, progress)
