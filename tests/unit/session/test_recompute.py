import gc
import threading

import numpy as np
import pytest

from convstudio.model.edits import kernel_weights
from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import forward
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.progress import CancelledError, Wait
from convstudio.model.values.sample import Sample
from convstudio.session import recompute as module
from convstudio.session.recompute import Recompute
from tests.waiting import WAIT

START = Document(Sample.of("", np.ones((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
OTHER = kernel_weights.set_bias(START, 0, 0, 1)
THIRD = kernel_weights.set_bias(START, 0, 0, 2)


class Gate:
    """A forward run that waits until it is let through, and notes what it was asked for."""

    def __init__(self, passed):
        self.asked, self.before = [], []
        self._gate = threading.Semaphore(passed)

    def let_through(self, count=1):
        self._gate.release(count)

    def __call__(self, document, before, progress):
        self.asked.append(document)
        self.before.append(before)
        assert self._gate.acquire(timeout=60)
        return iter(forward(document, before).layers)


@pytest.fixture
def gate(monkeypatch):
    gate = Gate(0)
    monkeypatch.setattr(module, "layer_results", gate)
    return gate


@pytest.fixture
def recompute(qapp):
    recompute = Recompute()
    yield recompute
    recompute.close()


@pytest.fixture
def told(recompute):
    told = []
    recompute.results_changed.connect(lambda result: told.append(result.document))
    return told


@pytest.fixture
def busy(recompute):
    busy = []
    recompute.busy_changed.connect(busy.append)
    return busy


def wait_for_results(qtbot, recompute):
    return qtbot.waitSignal(recompute.results_changed)


def test_a_request_brings_the_results_once(qtbot, recompute, told):
    with wait_for_results(qtbot, recompute) as brought:
        recompute.request(START)
    assert brought.args[0].layers[0].maps[0, 0, 0] == 9
    assert told == [START]


def test_results_come_in_the_thread_of_the_window(qtbot, recompute):
    threads = []
    recompute.results_changed.connect(lambda _: threads.append(threading.current_thread()))
    with wait_for_results(qtbot, recompute):
        recompute.request(START)
    assert threads == [threading.main_thread()]


def test_a_request_does_not_wait(recompute, gate, told):
    recompute.request(START)
    assert recompute.is_busy
    assert told == []
    gate.let_through()


def test_the_newest_request_wins_and_those_between_are_never_run(qtbot, recompute, gate, told):
    recompute.request(START)
    recompute.request(OTHER)
    recompute.request(THIRD)
    with wait_for_results(qtbot, recompute):
        gate.let_through(3)
    assert told == [THIRD]
    assert gate.asked == [START, THIRD]


def test_undo_to_the_document_that_is_running_still_delivers_it(qtbot, recompute, gate, told):
    recompute.request(START)
    recompute.request(OTHER)
    recompute.request(START)
    with wait_for_results(qtbot, recompute):
        gate.let_through(3)
    assert told == [START]


def test_the_same_document_asked_for_again_is_delivered_again(qtbot, recompute, told):
    for _ in range(2):
        with wait_for_results(qtbot, recompute):
            recompute.request(START)
    assert told == [START, START]


def test_it_is_busy_from_the_first_request_to_the_last_result(qtbot, recompute, gate, busy):
    recompute.request(START)
    recompute.request(OTHER)
    with wait_for_results(qtbot, recompute):
        gate.let_through(2)
    assert busy == [True, False]
    assert not recompute.is_busy


def test_it_is_not_busy_any_more_when_the_results_come(qtbot, recompute):
    seen = []
    recompute.results_changed.connect(lambda _: seen.append(recompute.is_busy))
    with wait_for_results(qtbot, recompute):
        recompute.request(START)
    assert seen == [False]


def test_what_the_last_run_made_is_handed_to_the_next(qtbot, recompute, gate):
    gate.let_through(2)
    with wait_for_results(qtbot, recompute) as first:
        recompute.request(START)
    with wait_for_results(qtbot, recompute):
        recompute.request(OTHER)
    assert gate.before == [None, first.args[0]]


def test_even_dropped_results_are_handed_to_the_next(qtbot, recompute, gate):
    recompute.request(START)
    recompute.request(OTHER)
    with wait_for_results(qtbot, recompute):
        gate.let_through(2)
    assert gate.before[1].document is START


def test_a_layer_that_cannot_work_is_a_result_too(qtbot, recompute):
    with wait_for_results(qtbot, recompute) as brought:
        recompute.request(kernel_weights.set_kernel_size(START, 0, (9, 9)))
    assert "larger than the padded input" in brought.args[0].layers[0].problem


def test_closing_waits_for_the_run_and_delivers_nothing(qtbot, recompute, gate, told):
    recompute.request(START)
    recompute.request(OTHER)
    gate.let_through(2)
    recompute.close()
    assert recompute._worker._pool.activeThreadCount() == 0
    qtbot.wait(0)  # hands out what is still queued
    assert told == []
    assert gate.asked == [START]


def test_closing_forgets_the_request_that_waits(qtbot, recompute, gate):
    recompute.request(START)
    gate.let_through(2)
    recompute._worker._pool.waitForDone()
    recompute.request(OTHER)
    recompute.close()
    qtbot.wait(0)
    assert gate.asked == [START]


def test_closing_twice_is_closing_once(recompute):
    recompute.close()
    recompute.close()
    assert not recompute.is_busy


@pytest.fixture
def faulty(monkeypatch):
    def run(document, before, progress):
        if document is START:
            raise RuntimeError("a fault in the engine")
        return iter(forward(document, before).layers)

    monkeypatch.setattr(module, "layer_results", run)


def test_a_fault_is_told_in_place_of_old_numbers(qtbot, recompute, faulty, capsys):
    with wait_for_results(qtbot, recompute) as brought:
        recompute.request(START)
    assert [(result.maps, result.problem[:29]) for result in brought.args[0].layers] == [
        (None, "A fault in this program stopp")
    ]
    assert "a fault in the engine" in capsys.readouterr().err


def test_a_fault_in_one_run_does_not_stop_the_next(qtbot, recompute, faulty, told):
    for document in (START, OTHER):
        with wait_for_results(qtbot, recompute):
            recompute.request(document)
    assert told == [START, OTHER]


class Endless:
    """A forward run of START that ends only when it is cancelled; other documents run as always."""

    def __init__(self):
        self.started = threading.Event()
        self.stopped = []
        self.is_patient = True

    def __call__(self, document, before, progress):
        if document is not START or not self.is_patient:
            return iter(forward(document, before, progress).layers)
        self.started.set()
        try:
            while True:
                progress(0)
        except CancelledError:
            self.stopped.append(document)
            return iter(())


@pytest.fixture
def endless(monkeypatch):
    endless = Endless()
    monkeypatch.setattr(module, "layer_results", endless)
    return endless


def test_a_newer_request_stops_the_run_before_it(qtbot, recompute, endless, told):
    recompute.request(START)
    assert endless.started.wait(60)
    with wait_for_results(qtbot, recompute):
        recompute.request(OTHER)
    assert endless.stopped == [START]
    assert told == [OTHER]


def test_a_cancelled_run_says_so_in_place_of_maps(qtbot, recompute, endless):
    recompute.request(START)
    assert endless.started.wait(60)
    with wait_for_results(qtbot, recompute) as brought:
        recompute.cancel()
    (result,) = brought.args[0].layers
    assert result.is_cancelled
    assert result.problem.startswith("The computation was cancelled. Press Compute again")
    assert not recompute.is_busy


def test_a_cancelled_computation_can_be_started_again(qtbot, recompute, endless):
    recompute.request(START)
    assert endless.started.wait(60)
    with wait_for_results(qtbot, recompute):
        recompute.cancel()
    endless.is_patient = False
    with wait_for_results(qtbot, recompute) as brought:
        recompute.request(START)
    assert brought.args[0].layers[0].maps[0, 0, 0] == 9


def test_cancelling_forgets_the_request_that_waits(qtbot, recompute, endless, told):
    recompute.request(START)
    recompute.request(OTHER)
    with wait_for_results(qtbot, recompute) as brought:
        recompute.cancel()
    assert brought.args[0].layers[0].is_cancelled


def test_cancelling_nothing_tells_nothing(qtbot, recompute, told):
    recompute.cancel()
    with wait_for_results(qtbot, recompute) as brought:
        recompute.request(START)
    assert brought.args[0].is_complete
    assert told == [START]


def test_progress_is_told_while_it_lasts_and_ends_with_none(qtbot, recompute, endless):
    told = []
    recompute.progress_changed.connect(told.append)
    with qtbot.waitSignal(recompute.progress_changed):
        recompute.request(START)
    with wait_for_results(qtbot, recompute):
        recompute.cancel()
    assert told[0] == Wait("Computing", 0.0)
    assert told[-1] is None


def test_a_short_run_shows_no_progress(qtbot, recompute):
    told = []
    recompute.progress_changed.connect(told.append)
    with wait_for_results(qtbot, recompute):
        recompute.request(START)
    assert told == []


def test_closing_stops_the_run(recompute, endless):
    recompute.request(START)
    assert endless.started.wait(60)
    assert recompute.close()
    assert endless.stopped == [START]


def test_the_layer_that_is_looked_at_is_told_of_before_the_ones_behind_it(qtbot, recompute):
    brought = []
    recompute.results_changed.connect(brought.append)
    layer = START.layers[0]
    recompute.request(Document(START.sample, Network((layer, layer, layer))), 1)
    qtbot.waitUntil(lambda: len(brought) == 2)
    assert [len(result.layers) for result in brought] == [2, 3]


@pytest.fixture
def behind(monkeypatch, qtbot, recompute):
    """Tells of every second layer whether the first was painted when it was begun; it has time to be painted."""
    with wait_for_results(qtbot, recompute):
        recompute.request(START)
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", WAIT)
    begun = []

    def layers(document, before, progress):
        for index, result in enumerate(forward(document, before).layers):
            if index == 1:
                begun.append(recompute._painted.is_set())
            yield result

    monkeypatch.setattr(module, "layer_results", layers)
    return begun


PAIR = Document(START.sample, Network(START.layers * 2))


def test_the_layers_behind_wait_until_the_one_on_show_is_painted(qtbot, recompute, behind):
    with wait_for_results(qtbot, recompute):
        recompute.request(PAIR)
    assert behind == []
    with wait_for_results(qtbot, recompute) as brought:
        recompute.go_on()
    assert behind == [True]
    assert brought.args[0].is_complete


def test_the_first_maps_wait_for_nothing(qtbot, recompute, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", WAIT)
    brought = []
    recompute.results_changed.connect(brought.append)
    recompute.request(PAIR)
    qtbot.waitUntil(lambda: len(brought) == 2)
    assert brought[1].is_complete


@pytest.mark.parametrize("stop", [lambda asked: asked.request(START), Recompute.cancel])
def test_what_stops_a_computation_does_not_wait_for_a_paint(qtbot, recompute, behind, stop):
    with wait_for_results(qtbot, recompute):
        recompute.request(PAIR)
    with wait_for_results(qtbot, recompute):
        stop(recompute)
    assert not recompute.is_busy


def test_closing_does_not_wait_for_a_paint(qtbot, recompute, behind):
    with wait_for_results(qtbot, recompute):
        recompute.request(PAIR)
    assert recompute.close(WAIT)


def test_computations_that_are_over_are_let_go(qtbot, recompute):
    for count in range(200):
        with qtbot.waitSignal(recompute.results_changed):
            recompute.request(kernel_weights.set_bias(START, 0, 0, count))
    gc.collect()
    assert sum(type(one) is module._Computation for one in gc.get_objects()) <= 1
