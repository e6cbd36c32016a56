import threading
from dataclasses import replace

import pytest

from convstudio.files.projects.examples import load_example
from convstudio.model.lenses.attribution import Score, attribution_of
from convstudio.model.run.forward import forward
from convstudio.session.learning import attributor as module
from convstudio.session.learning.attributor import Attributor

SEVEN = Score(forward(load_example("digits")[0]), 7, (7,))


@pytest.fixture
def attributor(qapp):
    attributor = Attributor()
    yield attributor
    attributor.close()


def test_a_score_is_followed_back_in_another_thread(qtbot, attributor, monkeypatch):
    threads = []

    def noting(score, progress):
        threads.append(threading.current_thread())
        return attribution_of(score, progress)

    monkeypatch.setattr(module, "attribution_of", noting)
    with qtbot.waitSignal(attributor.answered) as came:
        attributor.request(SEVEN)
    assert came.args[0].score is SEVEN
    assert threads[0] is not threading.main_thread()


def test_only_the_newest_question_is_answered(qtbot, attributor):
    answers = []
    attributor.answered.connect(answers.append)
    with qtbot.waitSignal(attributor.answered):
        attributor.request(SEVEN)
        attributor.request(replace(SEVEN, place=(3,)))
    assert [one.score.place for one in answers] == [(3,)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [(MemoryError(), "not enough memory"), (ValueError("no maps here"), "No maps here."), (RuntimeError(), "wrong")],
)
def test_what_goes_wrong_is_said_in_a_sentence(qtbot, attributor, monkeypatch, fault, said, capsys):
    def fail(*_):
        raise fault

    monkeypatch.setattr(module, "attribution_of", fail)
    with qtbot.waitSignal(attributor.failed) as came:
        attributor.request(SEVEN)
    assert said in came.args[0]
    assert came.args[0].endswith(".")
