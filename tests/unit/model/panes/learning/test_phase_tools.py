from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.kinds.dense import Dense
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.panes.learning.phase_tools import LOSS_CHOICES, LOSS_TEXTS, phase_tools
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.network import Network
from tests.watched import at, question

DOCUMENT = question()
CLASSIFIER = replace(
    DOCUMENT,
    network=Network((Flatten(), Dense.of(np.ones((9, 2))))),
    class_names=("cat",),
    target=ClassTarget(1),
)


def test_every_loss_that_can_be_chosen_has_a_text():
    assert len(LOSS_CHOICES) == len(LOSS_TEXTS)


def test_classes_are_chosen_by_their_names():
    tools = phase_tools(CLASSIFIER, at("loss", 1, (0,)))
    assert (tools.classes, tools.chosen) == (("cat", "1"), 1)


def test_maps_have_no_classes():
    assert phase_tools(DOCUMENT, at("loss", 1)).classes == ()


@pytest.mark.parametrize("phase", ["backward", "update"])
def test_a_target_is_offered_in_every_phase_while_there_is_none(phase):
    assert phase_tools(replace(DOCUMENT, target=None), at(phase, 0)).is_loss


def test_a_gradient_of_a_weight_is_offered_where_there_are_weights():
    assert phase_tools(DOCUMENT, at("backward", 0)).has_weights
    assert not phase_tools(DOCUMENT, at("backward", 1)).has_weights


def test_the_first_layer_has_none_before_it():
    assert [phase_tools(DOCUMENT, at("backward", layer)).before for layer in (0, 1)] == [0, 1]


@pytest.mark.parametrize(
    ("target", "fits"), [(ClassTarget(1), True), (ClassTarget(2), False), (DOCUMENT.target, False)]
)
def test_a_target_that_does_not_fit_can_be_set_again_in_every_phase(target, fits):
    tools = phase_tools(replace(CLASSIFIER, target=target), at("backward", 1, (0,)))
    assert (tools.fits, tools.is_loss) == (fits, not fits)
