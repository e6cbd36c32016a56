from dataclasses import replace

import numpy as np
import pytest

from convstudio.model.edits.learning.locks import lock_weights
from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.edits.learning.updates import step_name, update_intent, updated, updated_times
from convstudio.model.values.progress import CancelledError, Progress
from tests.watched import passed, question


def kernel(document):
    return document.layers[0].weights[..., 0, 0].tolist()


def test_one_update_of_the_worked_question_gives_the_tutorials_weights():
    assert kernel(updated(passed(question()))) == [[0, 0], [1, 0]]


def test_the_losses_of_the_worked_question_fall_as_in_the_tutorial():
    document, losses = question(), []
    for _ in range(5):
        losses.append(round(passed(document).value, 3))
        document = updated(passed(document))
    assert losses == [2, 1.5, 0.625, 0.156, 0.07]


def test_two_hundred_small_updates_find_another_kernel_with_the_same_output():
    document = updated_times(set_training(question(), rate=0.1), 200)
    np.testing.assert_allclose(kernel(document), [[0.633, 0.184], [0.184, 0.551]], atol=5e-4)
    np.testing.assert_allclose(passed(document).output, document.target.values, atol=1e-4)


def test_the_askers_sign_error_goes_up_the_loss():
    document = updated(passed(question(), is_reversed=True))
    assert kernel(document) == [[2, -2], [1, 2]]
    assert passed(document).value == 14.5


def test_a_locked_layer_keeps_its_weights():
    document = question()
    locked = document.with_layer(0, replace(document.layers[0], is_locked=True))
    assert updated(passed(locked)).layers == locked.layers


def test_an_update_is_refused_where_the_document_has_changed():
    with pytest.raises(ValueError, match="changed in the meantime"):
        update_intent(passed(question())).edited(question())


def test_an_update_is_one_step_with_a_name():
    found = passed(question())
    intent = update_intent(found)
    assert (intent.step, kernel(intent.edited(found.document))) == ("Apply update", [[0, 0], [1, 0]])


def test_weights_that_would_not_be_finite_are_refused():
    with pytest.raises(ValueError, match="smaller rate"):
        updated(passed(set_training(question(), rate=3e38 * 100)))


@pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
def test_a_rate_that_cannot_work_is_refused(rate):
    with pytest.raises(ValueError, match="above 0"):
        set_training(question(), rate=rate)


def test_the_same_rate_changes_nothing():
    document = question()
    assert set_training(document, rate=0.5) is document


def test_many_updates_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        updated_times(question(), 3, progress=progress)


def test_a_step_with_the_wrong_sign_says_so():
    assert step_name(1, is_reversed=True) == "Apply update with the wrong sign"


def test_a_locked_weight_stays_bit_by_bit():
    document = lock_weights(question(), 0, [(0, 1, 0, 0)])
    assert kernel(updated(passed(document))) == [[0, -1], [1, 0]]
