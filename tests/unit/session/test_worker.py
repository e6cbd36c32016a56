"""A worker runs one task at a time in a thread, and hands outcomes over on the UI thread, in order."""

import threading

import pytest
from PySide6.QtCore import QObject

from convstudio.files.problems import FileProblem
from convstudio.model.values.progress import CancelledError
from convstudio.session.worker import Outcome, Task, Worker


@pytest.fixture
def worker(qapp):
    owner = QObject()
    worker = Worker(owner)
    yield worker
    worker.stop()
    worker.close()


class Note:
    """Makes tasks that wait until they are let through, and notes what becomes of them."""

    def __init__(self):
        self.ran = []
        self.taken = []
        self.outcomes = []
        self._gate = threading.Semaphore(0)

    def let_through(self, count=1):
        self._gate.release(count)

    def task(self, name, then=lambda: None):
        def work(progress):
            self.ran.append(name)
            while not self._gate.acquire(timeout=0.01):
                progress(0)
            return name

        def take(outcome):
            self.taken.append(name)
            self.outcomes.append(outcome)
            then()

        return Task(lambda: work, take)


@pytest.fixture
def note():
    return Note()


def failing(fault, taken):
    def work(_progress):
        raise fault

    return Task(lambda: work, taken.append)


def test_tasks_run_in_the_order_in_which_they_were_added(qtbot, worker, note):
    for name in "abc":
        worker.add(note.task(name))
    note.let_through(3)
    qtbot.waitUntil(lambda: note.taken == ["a", "b", "c"])
    assert note.ran == ["a", "b", "c"]


def test_work_runs_in_another_thread_and_its_outcome_is_taken_in_that_of_the_window(qtbot, worker):
    threads = []
    worker.add(Task(lambda: lambda _: threads.append(threading.current_thread()), lambda _: threads.append(None)))
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] is not threading.main_thread()


def test_work_is_prepared_only_when_it_starts(qtbot, worker, note):
    prepared = []
    worker.add(note.task("a"))
    worker.add(Task(lambda: prepared.append("b") or (lambda _: None), lambda _: None))
    assert prepared == []
    note.let_through()
    qtbot.waitUntil(lambda: prepared == ["b"])


def test_a_task_ahead_comes_before_those_that_wait(qtbot, worker, note):
    worker.add(note.task("a"))
    worker.add(note.task("b"))
    worker.add(note.task("c"), ahead=True)
    note.let_through(3)
    qtbot.waitUntil(lambda: note.taken == ["a", "c", "b"])


def test_what_is_added_ahead_while_an_outcome_is_taken_keeps_its_order(qtbot, worker, note):
    def ask():
        worker.add(note.task("c"), ahead=True)
        worker.add(note.task("d"), ahead=True)

    worker.add(note.task("a", then=ask))
    worker.add(note.task("b"))
    note.let_through(4)
    qtbot.waitUntil(lambda: note.taken == ["a", "c", "d", "b"])


def test_nothing_starts_while_an_outcome_is_taken(qtbot, worker, note):
    seen = []
    worker.add(note.task("a", then=lambda: (qtbot.wait(20), seen.append(list(note.ran)))))
    worker.add(note.task("b"))
    note.let_through(2)
    qtbot.waitUntil(lambda: note.taken == ["a", "b"])
    assert seen == [["a"]]


def test_the_newest_takes_the_place_of_all_others(qtbot, worker, note):
    worker.add(note.task("a"))
    qtbot.waitUntil(lambda: note.ran == ["a"])
    worker.add(note.task("b"))
    worker.replace(note.task("c"))
    qtbot.waitUntil(lambda: note.taken == ["a"])
    note.let_through()
    qtbot.waitUntil(lambda: note.taken == ["a", "c"])
    assert (note.ran, [outcome.is_newest for outcome in note.outcomes]) == (["a", "c"], [False, True])


def test_what_was_overtaken_ends_as_cancelled(qtbot, worker, note):
    worker.add(note.task("a"))
    worker.stop()
    qtbot.waitUntil(lambda: note.taken == ["a"])
    assert isinstance(note.outcomes[0].problem, CancelledError)


def test_stopped_work_is_still_the_newest_and_forgotten_work_is_not(qtbot, worker, note):
    for end in (worker.stop, worker.forget):
        worker.add(note.task("a"))
        end()
        qtbot.waitUntil(lambda: worker.is_idle)
    assert [outcome.is_newest for outcome in note.outcomes] == [True, False]


def test_a_fault_is_printed_and_handed_over(qtbot, worker, capsys):
    taken = []
    worker.add(failing(RuntimeError("broken"), taken))
    qtbot.waitUntil(lambda: len(taken) == 1)
    assert isinstance(taken[0].problem, RuntimeError)
    assert "broken" in capsys.readouterr().err


@pytest.mark.parametrize("expected", [CancelledError(), MemoryError()], ids=repr)
def test_what_is_expected_is_handed_over_without_a_word(qtbot, worker, capsys, expected):
    taken = []
    worker.add(failing(expected, taken))
    qtbot.waitUntil(lambda: len(taken) == 1)
    assert (taken[0].problem, capsys.readouterr().err) == (expected, "")


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (ValueError("the kernel is too large"), "The kernel is too large."),
        (FileProblem("“a.csv” is empty."), "“a.csv” is empty."),
        (MemoryError("Unable to allocate 8 GiB"), "no memory"),
        (KeyError("broken"), "a fault"),
    ],
)
def test_a_refusal_is_told_in_its_own_words_and_nothing_else_is(problem, sentence):
    assert Outcome(problem=problem).told("no memory", "a fault") == sentence


def test_a_fault_does_not_stop_what_comes_after(qtbot, worker, note, capsys):
    worker.add(failing(RuntimeError("broken"), []))
    worker.add(note.task("a"))
    note.let_through()
    qtbot.waitUntil(lambda: note.taken == ["a"])


def test_closing_waits_for_what_runs_and_hands_nothing_over(qtbot, worker, note):
    worker.add(note.task("a"))
    worker.add(note.task("b"))
    note.let_through(2)
    assert worker.close()
    qtbot.wait(0)  # hands out what is still queued
    assert (note.ran, note.taken) == (["a"], [])


def test_a_closed_worker_starts_nothing(worker, note):
    assert worker.close()
    worker.add(note.task("a"))
    note.let_through()
    assert worker._pool.waitForDone()
    assert note.ran == []


def test_closing_is_not_patient_for_ever(worker, note):
    worker.add(note.task("a"))
    assert not worker.close(1)


def test_a_worker_is_idle_once_every_outcome_was_taken(qtbot, worker, note):
    worker.add(note.task("a"))
    assert not worker.is_idle
    note.let_through()
    qtbot.waitUntil(lambda: worker.is_idle)
    assert note.taken == ["a"]
