"""A run is one undo step of the session, follows changes by hand, and leaves what it was to be compared."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.session.learning.network_training import NetworkTraining
from convstudio.session.session import Session
from convstudio.session.window_frames import FRAMES
from tests.unit.session.learning.fakes import DATA, DOCUMENT, Adding, weight
from tests.waiting import WAIT

START = replace(DOCUMENT, training=TrainingSettings(rate=0.5, epochs=3))
END = 6.0


class Bench:
    """A session, and the training of its network."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.method = qtbot, Adding()
        self.session = Session(START)
        self.training = NetworkTraining(self.session, self.method, lambda: False)
        self.told: list[str] = []
        self.training.told.connect(self.told.append)

    @property
    def document(self) -> Document:
        return self.session.document

    @property
    def weight(self) -> float:
        return weight(self.document.network)

    @property
    def steps(self) -> int:
        return self.session.undo_stack.count()

    def train(self, steps: int | None = None) -> None:
        self.training.train(DATA, steps)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.training.is_running)

    def change(self, value: float) -> None:
        network = Network((Conv.of(np.full((1, 1, 1, 1), value)),))
        self.session.apply("Change weight", replace(self.document, network=network))


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.method.gate.set()
    assert made.training.close()
    made.session.close()


def test_a_frame_of_a_run_is_expected_from_its_beginning_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = []
    monkeypatch.setattr(FRAMES, "expect", expected.append)
    bench.method.gate.clear()
    bench.training.train(DATA)
    assert expected == [0]
    bench.qtbot.waitUntil(lambda: len(expected) > 2)
    assert set(expected[1:]) == {0.016}


def test_a_frame_is_being_made_while_a_run_is_shown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    is_made = []

    @contextmanager
    def making() -> Iterator[None]:
        is_made.append(True)
        yield
        is_made.append(False)

    monkeypatch.setattr(FRAMES, "making", making)
    seen = []
    bench.training.sampled.connect(lambda _glimpse: seen.append(is_made[-1]) if bench.training.is_running else None)
    bench.method.gate.clear()
    bench.training.train(DATA)
    bench.qtbot.waitUntil(lambda: len(seen) > 1)
    assert set(seen) == {True}


def test_a_run_is_one_undo_step(bench: Bench) -> None:
    bench.train(5)
    bench.train(1)
    bench.train()
    assert (bench.weight, bench.steps, bench.session.undo_stack.undoText()) == (END, 1, "Train network")
    bench.session.undo_stack.undo()
    assert bench.document is START


def test_a_step_back_stays_in_the_step_of_the_run(bench: Bench) -> None:
    bench.train(5)
    bench.training.step_back()
    assert (bench.weight, bench.steps) == (2, 1)
    bench.training.restart()
    assert (bench.weight, bench.steps) == (0, 1)


def test_a_weight_changed_in_a_pause_is_trained_further(bench: Bench) -> None:
    bench.train(2)
    bench.change(100)
    bench.train()
    assert (bench.weight, bench.steps) == (105, 3)


def test_a_change_while_it_runs_pauses_it_and_is_never_lost(bench: Bench) -> None:
    bench.method.gate.clear()
    bench.training.train(DATA)
    bench.change(100)
    bench.method.gate.set()
    bench.wait()
    assert bench.weight == 100
    assert bench.told == [
        "The network was changed, so the training is paused. “Train” goes on with the network as it is now."
    ]
    bench.train()
    assert bench.weight > 100
    assert bench.training.status is Status.FINISHED


def test_after_undoing_a_run_training_begins_where_it_began(bench: Bench) -> None:
    bench.train(7)
    bench.session.undo_stack.undo()
    bench.train(1)
    assert bench.weight == 0.5
    assert bench.training.trainer.glimpse().state.step == 1


def test_what_is_told_of_a_run_follows_undo_and_redo(bench: Bench) -> None:
    told: list[tuple[int, Status]] = []
    bench.train()
    bench.training.sampled.connect(lambda glimpse: told.append((glimpse.state.step, bench.training.status)))
    bench.session.undo_stack.undo()
    bench.session.undo_stack.redo()
    assert (told[0], told[-1]) == ((0, Status.PAUSED), (12, Status.FINISHED))
    assert bench.steps == 1


def test_redoing_a_run_lets_it_go_on_where_it_was(bench: Bench) -> None:
    bench.train(7)
    bench.session.undo_stack.undo()
    bench.session.undo_stack.redo()
    bench.train()
    assert bench.weight == END


def test_other_settings_begin_another_run_and_keep_the_one_before(bench: Bench) -> None:
    bench.train()
    bench.session.apply("Set rate", replace(bench.document, training=TrainingSettings(rate=1, epochs=1)))
    bench.train()
    assert bench.weight == 10
    assert [(run.number, len(run.curves.steps), weight(run.last)) for run in bench.training.runs] == [(1, 12, 6)]
    assert weight(bench.training.current_run().first) == 6


def test_after_a_finished_run_another_one_trains_further(bench: Bench) -> None:
    bench.train()
    bench.train()
    assert (bench.weight, bench.steps) == (2 * END, 2)


def test_one_step_after_a_finished_run_goes_on_with_it(bench: Bench) -> None:
    bench.train()
    bench.train(1)
    assert (bench.weight, bench.steps) == (END + 0.5, 1)
    assert bench.training.trainer.curves().steps[-1] == 13
    assert bench.training.runs == []


def test_steps_added_to_a_finished_run_are_taken_back_to_its_end(bench: Bench) -> None:
    bench.train()
    bench.train(1)
    bench.training.step_back()
    assert (bench.weight, bench.training.status) == (END, Status.FINISHED)
    assert bench.training.glimpse().steps == 12


def test_a_finished_run_that_was_undone_is_run_again(bench: Bench) -> None:
    bench.train()
    bench.session.undo_stack.undo()
    bench.train()
    assert (bench.weight, bench.training.runs) == (END, [])


def test_another_project_leaves_the_run(bench: Bench) -> None:
    bench.train(3)
    bench.session.restart(START)
    assert bench.training.current_run() is None
    assert bench.document is START


def test_the_network_follows_while_the_run_goes_on(bench: Bench) -> None:
    shown: list[float] = []
    bench.session.document_changed.connect(lambda _before, after: shown.append(weight(after.network)))
    bench.train()
    assert shown[-1] == END
    assert bench.steps == 1


def test_no_frame_of_a_run_both_shows_its_network_and_tells_of_it(bench: Bench) -> None:
    bench.training._timer.setInterval(WAIT)  # so that no frame comes by itself
    made: list[tuple[str, bool]] = []
    bench.session.document_changed.connect(lambda *_: made.append(("shown", bench.training.is_running)))
    bench.training.sampled.connect(lambda _: made.append(("told", bench.training.is_running)))
    bench.train(1)
    assert made[-2:] == [("shown", False), ("told", False)]
    bench.method.gate.clear()
    bench.training.train(DATA)
    assert bench.training.is_running
    made.clear()
    bench.training._applied, bench.training._applied_at = None, 0.0  # the next frame is one that shows the network
    bench.training._sample()
    assert made == [("shown", True)]
    bench.training._sample()
    assert made == [("shown", True), ("told", True)]
    bench.method.gate.set()
    bench.wait()


def test_the_curves_know_which_step_is_on_show(bench: Bench) -> None:
    bench.train(steps=2)
    bench.train(steps=2)
    curves = bench.training.trainer.curves
    assert curves().shown_step == 4
    bench.training.step_back()
    assert (curves().shown_step, curves().steps[-1]) == (3, 4)
    bench.training.go_to(1)
    assert curves().shown_step == 1
    bench.session.undo_stack.undo()
    assert (curves().shown_step, curves().steps[-1]) == (0, 4)


def test_a_run_that_was_taken_back_to_its_start_is_kept_whole(bench: Bench) -> None:
    bench.train(steps=4)
    bench.training.restart()
    other = replace(bench.document, training=replace(bench.document.training, rate=0.25))
    bench.session.apply("Set learning rate", other)
    bench.train(steps=1)
    (run,) = bench.training.runs
    assert run.curves.steps.tolist() == [1, 2, 3, 4]
    assert run.curves.shown_step == math.inf
    assert (weight(run.first), weight(run.last)) == (0, 2)
