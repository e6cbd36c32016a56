import threading

import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.partial_maps import partial_maps, request_of
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.session import partial_mapper as module
from convstudio.session.partial_mapper import PartialMapper

HELD = Document(Sample.of("pixel", np.ones((4, 4, 3))), Network((Conv.of(np.ones((3, 3, 3, 2))),)))


def request(pairing="depthwise"):
    return request_of(HELD, ViewState(pairing=pairing), HELD.sample.values, HELD.sample.channel_names)


@pytest.fixture
def mapper(qapp):
    mapper = PartialMapper()
    yield mapper
    mapper.close()


def test_partial_maps_come_from_another_thread(qtbot, mapper, monkeypatch):
    threads = []

    def noting(asked, progress):
        threads.append(threading.current_thread())
        return partial_maps(asked, progress)

    monkeypatch.setattr(module, "partial_maps", noting)
    with qtbot.waitSignal(mapper.answered) as came:
        mapper.request(request())
    assert came.args[0].maps.filters == 3
    assert threads[0] is not threading.main_thread()


def test_the_newest_request_is_answered_and_an_older_one_is_not(qtbot, mapper):
    found = []
    mapper.answered.connect(found.append)
    with qtbot.waitSignal(mapper.answered):
        mapper.request(request("depthwise"))
        mapper.request(request("every pair"))
    assert [one.request.pairing for one in found] == ["every pair"]


def test_asking_for_the_same_again_makes_nothing_again(qtbot, mapper):
    with qtbot.waitSignal(mapper.answered):
        mapper.request(request())
    with qtbot.assertNotEmitted(mapper.answered, wait=50):
        mapper.request(request())


@pytest.mark.parametrize("fault", [MemoryError, RuntimeError])
def test_what_goes_wrong_is_said_in_a_sentence(qtbot, mapper, monkeypatch, fault, capsys):
    def fail(*_):
        raise fault

    monkeypatch.setattr(module, "partial_maps", fail)
    with qtbot.waitSignal(mapper.failed) as said:
        mapper.request(request())
    assert said.args[0].endswith(".")
