"""File work runs in another thread, one piece after the other; what comes of it is taken on the UI thread."""

import sys
import threading
from functools import partial

import pytest

from convstudio.files.problems import FileProblem, WriteProblem
from convstudio.model.values.progress import Wait
from convstudio.session.jobs import Jobs


@pytest.fixture
def jobs(qapp):
    made = Jobs()
    yield made
    made.close()


class Held:
    """Work that goes on until it is let go or cancelled."""

    def __init__(self):
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, progress):
        self.has_begun.set()
        while not self.may_end.wait(0.001):
            progress(0)
        return "result"

    def deaf(self, progress):
        """Go on whatever is asked: as code of others does."""
        self.has_begun.set()
        self.may_end.wait()
        return "result"


def fail(problem):
    def work(_progress):
        raise problem

    return work


def noted(order, name, _):
    order.append(name)


def wait_until_idle(qtbot, jobs):
    qtbot.waitUntil(lambda: jobs.is_idle)


def test_the_work_runs_in_another_thread_and_its_result_is_taken_in_this_one(qtbot, jobs):
    threads = []
    jobs.read(
        "Opening", lambda _: threading.get_ident(), lambda worker: threads.extend((worker, threading.get_ident()))
    )
    wait_until_idle(qtbot, jobs)
    assert threads[0] != threads[1] == threading.get_ident()


def test_pieces_run_one_after_the_other_in_the_order_in_which_they_were_asked_for(qtbot, jobs):
    order = []
    for name in "abc":
        jobs.read(name, partial(noted, order, f"{name} runs"), partial(noted, order, f"{name} done"))
    wait_until_idle(qtbot, jobs)
    assert order == ["a runs", "a done", "b runs", "b done", "c runs", "c done"]


def test_what_a_result_asks_for_comes_before_what_was_waiting(qtbot, jobs):
    order = []

    def take(_):
        jobs.write("saving", lambda _: order.append("save"), lambda _: None)
        jobs.read("opening", lambda _: order.append("open"), lambda _: None)

    jobs.read("a", lambda _: None, take)
    jobs.read("b", lambda _: order.append("b"), lambda _: None)
    wait_until_idle(qtbot, jobs)
    assert order == ["save", "open", "b"]


def test_nothing_starts_while_a_result_asks_the_user_something(qtbot, jobs):
    started = []

    def ask(_):
        jobs.read("b", started.append, lambda _: None)
        qtbot.wait(20)  # a dialog runs the loop of events, too
        assert started == []

    jobs.read("a", lambda _: None, ask)
    jobs.read("c", started.append, lambda _: None)
    wait_until_idle(qtbot, jobs)
    assert len(started) == 2


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (FileProblem("“a.png” is damaged."), "“a.png” is damaged."),
        (WriteProblem("The disk is full."), "The disk is full."),
        (ValueError("the kernel is too large"), "The kernel is too large."),
        (MemoryError(), "Opening a.png needs more memory than there is. Close other programs, and try again."),
    ],
)
def test_what_goes_wrong_is_a_sentence(qtbot, jobs, problem, sentence):
    with qtbot.waitSignal(jobs.failed) as told:
        jobs.read("Opening a.png", fail(problem), pytest.fail)
    assert told.args == [sentence]


def test_what_the_taker_refuses_is_a_sentence_too(qtbot, jobs):
    with qtbot.waitSignal(jobs.failed) as told:
        jobs.read("Opening a.png", lambda _: FileProblem("It does not fit."), lambda result: fail(result)(None))
    assert told.args == ["It does not fit."]


def test_what_was_wrong_with_one_of_several_is_said_again_after_the_next(qtbot, jobs):
    told = []
    jobs.failed.connect(told.append)
    jobs.read("a", fail(FileProblem("One.")), pytest.fail)
    jobs.read("b", lambda _: None, lambda _: None)
    jobs.read("c", fail(FileProblem("Three.")), pytest.fail)
    wait_until_idle(qtbot, jobs)
    assert told == ["One.", "One.", "One. Three."]


def test_a_call_that_waits_for_the_rest_says_no_problem_again(qtbot, jobs):
    told = []
    jobs.failed.connect(told.append)
    jobs.read("a", fail(FileProblem("One.")), pytest.fail)
    jobs.then(lambda: None)
    wait_until_idle(qtbot, jobs)
    assert told == ["One."]


def test_a_problem_is_not_said_again_with_work_that_is_asked_for_later(qtbot, jobs):
    jobs.read("a", fail(FileProblem("One.")), pytest.fail)
    wait_until_idle(qtbot, jobs)
    told = []
    jobs.failed.connect(told.append)
    jobs.read("b", lambda _: None, lambda _: None)
    wait_until_idle(qtbot, jobs)
    assert told == []


def test_a_fault_of_ours_goes_where_all_faults_go_and_the_next_piece_runs(qtbot, jobs, monkeypatch):
    faults, done = [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: faults.append(kind))
    jobs.read("a", lambda _: 1 // 0, pytest.fail)
    jobs.read("b", lambda _: "b", done.append)
    wait_until_idle(qtbot, jobs)
    assert (faults, done) == ([ZeroDivisionError], ["b"])


def test_a_cancelled_piece_is_told_and_the_next_one_runs(qtbot, jobs):
    held, told, done = Held(), [], []
    jobs.failed.connect(told.append)
    jobs.read("Opening a.png", held, pytest.fail)
    jobs.read("b", lambda _: "b", done.append)
    held.has_begun.wait()
    jobs.cancel()
    wait_until_idle(qtbot, jobs)
    assert told[0] == "Opening a.png was cancelled."
    assert done == ["b"]


def test_what_was_read_by_code_that_knows_no_cancel_is_dropped(qtbot, jobs):
    held = Held()
    jobs.read("Opening a.png", held.deaf, pytest.fail)
    held.has_begun.wait()
    jobs.cancel()
    held.may_end.set()
    wait_until_idle(qtbot, jobs)


def test_a_file_that_was_written_despite_a_cancel_counts_as_written(qtbot, jobs):
    held, done = Held(), []
    jobs.write("Saving a", held.deaf, done.append)
    held.has_begun.wait()
    jobs.cancel()
    held.may_end.set()
    wait_until_idle(qtbot, jobs)
    assert done == ["result"]


def test_giving_up_all_reading_lets_what_writes_go_on(qtbot, jobs):
    held, done = Held(), []
    jobs.read("a", held, pytest.fail)
    jobs.write("b", lambda _: "written", done.append)
    jobs.read("c", lambda _: "read", pytest.fail)
    jobs.cancel_reading()
    wait_until_idle(qtbot, jobs)
    assert done == ["written"]


def test_it_is_writing_from_the_question_to_the_end(qtbot, jobs):
    held = Held()
    jobs.read("a", held, lambda _: None)
    assert not jobs.is_writing
    jobs.write("b", lambda _: None, lambda _: None)
    assert jobs.is_writing
    held.may_end.set()
    wait_until_idle(qtbot, jobs)
    assert not jobs.is_writing


def test_a_call_that_waits_for_the_rest_comes_after_it(qtbot, jobs):
    order = []
    jobs.write("a", lambda _: None, lambda _: order.append("a"))
    jobs.then(lambda: order.append("then"))
    wait_until_idle(qtbot, jobs)
    assert order == ["a", "then"]


def test_from_half_a_second_on_it_is_told_what_runs_and_at_the_end_that_it_is_over(qtbot, jobs):
    held, told = Held(), []
    jobs.progress_changed.connect(told.append)
    jobs.read("Opening a.png", held, lambda _: None)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0] == jobs.wait == Wait("Opening a.png", 0.0)
    held.may_end.set()
    wait_until_idle(qtbot, jobs)
    assert told[-1] is jobs.wait is None


def test_a_cancel_that_is_not_heard_at_once_shows_that_it_is_stopping(qtbot, jobs):
    held = Held()
    jobs.read("Opening a.png", held.deaf, pytest.fail)
    qtbot.waitUntil(lambda: jobs.wait is not None)
    jobs.cancel()
    assert jobs.wait.title == "Opening a.png: stopping"
    held.may_end.set()
    wait_until_idle(qtbot, jobs)


def test_nothing_comes_after_the_end(qtbot, jobs):
    held = Held()
    jobs.read("a", held, pytest.fail)
    jobs.read("b", lambda _: None, pytest.fail)
    assert jobs.close()
    qtbot.wait(20)


def test_a_file_that_is_being_written_at_the_end_is_written(qtbot, jobs):
    written = []
    jobs.write("a", lambda _: written.append("a"), lambda _: None)
    assert jobs.close()
    assert written == ["a"]
