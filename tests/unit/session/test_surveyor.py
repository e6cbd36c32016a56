import threading

import numpy as np
import pytest

from convstudio.model.panes.gallery import survey
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.maps import Maps
from convstudio.model.values.progress import CancelledError
from convstudio.session import surveyor as module
from convstudio.session.surveyor import Surveyor


def maps(value):
    return Maps(TiledArray.of(np.full((4, 4, 2), value)))


ONE, TWO = maps(1), maps(2)


class Gate:
    """A survey that waits until it is let through, and notes what it was asked for."""

    def __init__(self):
        self.asked = []
        self._gate = threading.Semaphore(0)

    def let_through(self, count=1):
        self._gate.release(count)

    def __call__(self, made, progress):
        self.asked.append(made)
        assert self._gate.acquire(timeout=60)
        return survey(made, progress)


@pytest.fixture
def gate(monkeypatch):
    gate = Gate()
    monkeypatch.setattr(module, "survey", gate)
    return gate


@pytest.fixture
def surveyor(qapp):
    surveyor = Surveyor()
    yield surveyor
    surveyor.close()


@pytest.fixture
def told(surveyor):
    told = []
    surveyor.surveyed.connect(lambda found: told.append(found.maps))
    return told


def test_a_survey_comes_from_another_thread(qtbot, surveyor, told):
    surveyor.request(ONE)
    assert told == []
    qtbot.waitUntil(lambda: told == [ONE])


def test_newer_maps_win(qtbot, gate, surveyor, told):
    surveyor.request(ONE)
    surveyor.request(TWO)
    gate.let_through(2)
    qtbot.waitUntil(lambda: told == [TWO])


def test_maps_that_come_back_while_their_cancelled_survey_still_runs_are_surveyed_again(qtbot, gate, surveyor, told):
    surveyor.request(ONE)
    surveyor.request(TWO)
    surveyor.request(ONE)
    gate.let_through(3)
    qtbot.waitUntil(lambda: told == [ONE])


def test_maps_that_were_surveyed_last_come_back_at_once(qtbot, gate, surveyor, told):
    gate.let_through()
    surveyor.request(ONE)
    qtbot.waitUntil(lambda: told == [ONE])
    surveyor.request(ONE)
    assert told == [ONE, ONE]
    assert gate.asked == [ONE]


def test_maps_without_a_gallery_are_not_surveyed(qtbot, gate, surveyor, told):
    surveyor.request(Maps(TiledArray.of(np.ones((4, 4, 1)))))
    surveyor.request(None)
    assert gate.asked == []


def test_nothing_is_told_of_maps_that_nobody_asks_for_any_more(qtbot, gate, surveyor, told):
    surveyor.request(ONE)
    surveyor.request(None)
    gate.let_through()
    qtbot.waitUntil(lambda: surveyor.close(0))
    assert told == []


def test_a_fault_in_one_survey_does_not_stop_the_next(qtbot, monkeypatch, surveyor, told, capsys):
    def fail(made, progress):
        raise RuntimeError("broken")

    monkeypatch.setattr(module, "survey", fail)
    surveyor.request(ONE)
    qtbot.waitUntil(lambda: "broken" in capsys.readouterr().err)
    monkeypatch.setattr(module, "survey", survey)
    surveyor.request(TWO)
    qtbot.waitUntil(lambda: told == [TWO])


def test_closing_stops_a_running_survey(qtbot, monkeypatch, surveyor):
    started, stopped = threading.Event(), threading.Event()

    def endless(made, progress):
        started.set()
        while True:
            try:
                progress(0)
            except CancelledError:
                stopped.set()
                raise

    monkeypatch.setattr(module, "survey", endless)
    surveyor.request(ONE)
    qtbot.waitUntil(started.is_set)
    assert surveyor.close()
    assert stopped.is_set()
