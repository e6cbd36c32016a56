"""The newest network is tried on the samples; what runs ends, and is dropped only where the samples are others."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.network import Network
from convstudio.session.learning import data_examiner as module
from convstudio.session.learning.data_examiner import DataExaminer, Trial


def data(name: str) -> Dataset:
    return Dataset(name, frozen(np.zeros((2, 1))), np.array([0, 1]), class_names=("a", "b"))


DATA, OTHER = data("one"), data("other")
FIRST, SECOND, THIRD = (Trial(Network(()), DATA, "loss") for _ in range(3))
ELSEWHERE = Trial(FIRST.network, OTHER, "loss")


class Gate:
    """A trial that waits until it is let through, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Trial] = []
        self.problem: Exception | None = None
        self._gate = threading.Semaphore(0)

    def let_through(self, count: int = 1) -> None:
        self._gate.release(count)

    def __call__(self, trial: Trial) -> object:
        def work(progress: object) -> str:
            self.asked.append(trial)
            assert self._gate.acquire(timeout=60)
            progress(0)
            if self.problem is not None:
                raise self.problem
            return "verdicts"

        return work


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(module, "_work", gate)
    monkeypatch.setattr(module, "_MOMENT_MILLISECONDS", 0)
    monkeypatch.setattr(module, "_SHARE", 0)
    return gate


@pytest.fixture
def examiner(qapp: object) -> Iterator[DataExaminer]:
    examiner = DataExaminer()
    yield examiner
    examiner.close()


@pytest.fixture
def told(examiner: DataExaminer) -> list[Trial]:
    told: list[Trial] = []
    examiner.examined.connect(lambda trial, _verdicts: told.append(trial))
    return told


def test_what_was_asked_for_last_is_tried_after_what_runs(
    qtbot: QtBot, gate: Gate, examiner: DataExaminer, told: list[Trial]
) -> None:
    examiner.request(FIRST)
    qtbot.waitUntil(lambda: gate.asked == [FIRST])
    examiner.request(SECOND)
    examiner.request(THIRD)
    gate.let_through(2)
    qtbot.waitUntil(lambda: told == [FIRST, THIRD])
    assert gate.asked == [FIRST, THIRD]


def test_other_samples_stop_what_runs(qtbot: QtBot, gate: Gate, examiner: DataExaminer, told: list[Trial]) -> None:
    examiner.request(FIRST)
    qtbot.waitUntil(lambda: gate.asked == [FIRST])
    examiner.request(ELSEWHERE)
    gate.let_through(2)
    qtbot.waitUntil(lambda: told == [ELSEWHERE])


def test_the_same_network_is_not_tried_again(
    qtbot: QtBot, gate: Gate, examiner: DataExaminer, told: list[Trial]
) -> None:
    gate.let_through(9)
    examiner.request(FIRST)
    qtbot.waitUntil(lambda: told == [FIRST])
    examiner.request(Trial(FIRST.network, DATA, "loss"))
    assert examiner.is_idle


def test_nothing_comes_after_nothing_was_asked_for(
    qtbot: QtBot, gate: Gate, examiner: DataExaminer, told: list[Trial]
) -> None:
    examiner.request(FIRST)
    qtbot.waitUntil(lambda: gate.asked == [FIRST])
    examiner.request(None)
    gate.let_through()
    qtbot.waitUntil(lambda: examiner.is_idle)
    assert told == []


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (ValueError("the targets have shape 2 but the network makes 3"), "The targets have shape 2 but the network"),
        (MemoryError("Unable to allocate 8 GiB"), "There is not enough memory"),
        (RuntimeError("broken"), "A fault in this program kept the network from being tried"),
    ],
)
def test_what_cannot_be_tried_is_a_sentence(
    qtbot: QtBot, gate: Gate, examiner: DataExaminer, problem: Exception, sentence: str
) -> None:
    told: list[str] = []
    examiner.failed.connect(lambda _trial, text: told.append(text))
    gate.problem = problem
    gate.let_through()
    examiner.request(FIRST)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].startswith(sentence)
