import threading

import pytest

from convstudio.model.panes.learning.watching import request_of, worked_out
from convstudio.model.run.forward import forward
from convstudio.model.values.learning.target import ClassTarget
from convstudio.session.learning import differentiator as module
from convstudio.session.learning.differentiator import Differentiator
from tests.watched import at, question

DOCUMENT = question()
RESULT = forward(DOCUMENT)


def request(phase="loss", **watch):
    return request_of(DOCUMENT, at(phase, 0, **watch), RESULT)


@pytest.fixture
def differentiator(qapp):
    made = Differentiator()
    yield made
    made.close()


def test_gradients_come_from_another_thread(qtbot, differentiator, monkeypatch):
    threads = []

    def noting(asked, progress):
        threads.append(threading.current_thread())
        return worked_out(asked, progress)

    monkeypatch.setattr(module, "worked_out", noting)
    with qtbot.waitSignal(differentiator.answered) as came:
        differentiator.request(request())
    assert came.args[0].value == 2
    assert threads[0] is not threading.main_thread()


def test_the_newest_request_is_answered(qtbot, differentiator):
    found = []
    differentiator.answered.connect(found.append)
    with qtbot.waitSignal(differentiator.answered):
        differentiator.request(request())
        differentiator.request(request(is_reversed=True))
    assert [one.is_reversed for one in found] == [True]


def test_asking_for_the_same_again_works_nothing_out_again(qtbot, differentiator):
    with qtbot.waitSignal(differentiator.answered):
        differentiator.request(request())
    with qtbot.assertNotEmitted(differentiator.answered, wait=50):
        differentiator.request(request())


def test_a_target_that_does_not_fit_is_told_in_a_sentence(qtbot, differentiator):
    from dataclasses import replace

    unfit = replace(DOCUMENT, target=ClassTarget(7))
    with qtbot.waitSignal(differentiator.failed) as told:
        differentiator.request(request_of(unfit, at("loss", 1), forward(unfit)))
    assert told.args[0].startswith("Class 7 needs a network that ends in 8 values")


@pytest.mark.parametrize("fault", [MemoryError, RuntimeError])
def test_what_goes_wrong_is_told_in_a_sentence(qtbot, differentiator, monkeypatch, fault, capsys):
    def failing(_asked, _progress):
        raise fault

    monkeypatch.setattr(module, "worked_out", failing)
    with qtbot.waitSignal(differentiator.failed) as told:
        differentiator.request(request())
    assert told.args[0].startswith("The")
    capsys.readouterr()


def test_nothing_comes_where_nothing_is_wanted_any_more(qtbot, differentiator):
    with qtbot.assertNotEmitted(differentiator.answered, wait=50):
        differentiator.request(request())
        differentiator.request(None)
