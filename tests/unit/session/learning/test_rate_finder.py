"""A smaller rate is looked for in another thread, only as long as somebody wants to know it."""

from collections.abc import Iterator
from threading import Event, current_thread, main_thread

import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.learning.training import NotFiniteError, plan
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.session.learning import rate_finder as module
from convstudio.session.learning.rate_finder import RateFinder
from tests.unit.model.learning.networks import CLASSES, CLASSIFIER, document

PLAN = plan(document(CLASSIFIER), CLASSES, TrainingSettings(optimiser="sgd", rate=1e30))
STOP = NotFiniteError(2, 1, 1e30)


@pytest.fixture
def finder(qapp: object) -> Iterator[RateFinder]:
    finder = RateFinder()
    yield finder
    assert finder.close()


def test_the_rate_comes_from_another_thread(finder: RateFinder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def noting(*given: object) -> object:
        threads.append(current_thread())
        return tolerated(*given)

    tolerated = module.tolerated_rate
    monkeypatch.setattr(module, "tolerated_rate", noting)
    with qtbot.waitSignal(finder.found) as found:
        finder.request(PLAN, STOP)
    assert found.args == [0.01]
    assert threads[0] is not main_thread()


def test_what_is_forgotten_is_stopped_and_not_told(
    finder: RateFinder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopped, found = Event(), Event(), []

    def endless(_plan: object, _rate: object, progress: module.Progress) -> None:
        begun.set()
        while not progress.is_cancelled:
            pass
        stopped.set()

    monkeypatch.setattr(module, "tolerated_rate", endless)
    finder.found.connect(found.append)
    finder.request(PLAN, STOP)
    assert begun.wait(60)
    finder.forget()
    qtbot.waitUntil(stopped.is_set)
    qtbot.waitUntil(lambda: finder._worker.is_idle)
    assert found == []
