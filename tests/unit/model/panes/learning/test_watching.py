from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes.explanation import Explanation
from convstudio.model.panes.learning.watching import NO_TARGET, phase_on_show, request_of, worked_out
from convstudio.model.run.forward import forward
from convstudio.model.values.learning.target import ClassTarget
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Progress
from tests.watched import at, passed, question

DOCUMENT = question()
RESULT = forward(DOCUMENT)


def test_the_forward_phase_asks_for_nothing():
    assert request_of(DOCUMENT, at("forward", 0), RESULT) is None


@pytest.mark.parametrize("result", [None, forward(question())])
def test_nothing_is_asked_for_before_the_documents_own_forward_run(result):
    assert request_of(DOCUMENT, at("backward", 0), result) is None


def test_nothing_is_asked_for_without_a_target():
    bare = replace(DOCUMENT, target=None)
    assert request_of(bare, at("backward", 0), forward(bare)) is None


def test_the_same_is_wanted_while_only_the_weight_changes():
    one, other = (request_of(DOCUMENT, at("backward", 0, weight=weight), RESULT) for weight in ((0, 0), (1, 1)))
    assert one.wants_the_same_as(other)


def test_another_sign_is_another_request():
    one = request_of(DOCUMENT, at("loss", 1), RESULT)
    assert not one.wants_the_same_as(request_of(DOCUMENT, at("loss", 1, is_reversed=True), RESULT))


def test_an_update_also_wants_the_loss_after_it():
    found = worked_out(request_of(DOCUMENT, at("update", 0), RESULT), Progress())
    assert (found.value, found.next_loss) == (2, 1.5)


def test_the_other_phases_do_not():
    assert worked_out(request_of(DOCUMENT, at("loss", 1), RESULT), Progress()).next_loss is None


def test_weights_that_would_not_be_finite_have_no_next_loss():
    wild = set_training(DOCUMENT, rate=1e300)
    assert worked_out(request_of(wild, at("update", 0), forward(wild)), Progress()).next_loss is None


def test_working_out_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        worked_out(request_of(DOCUMENT, at("loss", 1), RESULT), progress)


def test_without_a_target_it_is_said_what_to_do():
    assert phase_on_show(replace(DOCUMENT, target=None), at("loss", 1), RESULT, None, "") == NO_TARGET


def test_until_the_gradients_are_there_nothing_else_is_shown():
    assert phase_on_show(DOCUMENT, at("loss", 1), RESULT, None, "") is None


def test_gradients_of_another_document_are_not_shown():
    assert phase_on_show(DOCUMENT, at("loss", 1), RESULT, passed(question()), "") is None


def test_gradients_are_explained():
    found = worked_out(request_of(DOCUMENT, at("loss", 1), RESULT), Progress())
    assert isinstance(phase_on_show(DOCUMENT, at("loss", 1), RESULT, found, ""), Explanation)


def test_why_there_are_no_gradients_is_said():
    assert phase_on_show(DOCUMENT, at("loss", 1), RESULT, None, "It does not fit.") == "It does not fit."


def test_a_layer_that_makes_nothing_is_named():
    broken = replace(DOCUMENT, network=Network((Dense.of(np.ones((2, 2))),)), target=ClassTarget(0))
    told = phase_on_show(broken, at("loss", 0), forward(broken), None, "")
    assert "dense layer" in told
