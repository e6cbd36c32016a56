"""A run goes on by itself, can be stopped, taken back and continued, and never loses its last finite weights."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.learning.runs import Status
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.network import Network
from convstudio.session.learning.trainer import Trainer
from convstudio.session.window_frames import FRAMES
from tests.unit.session.learning.fakes import DATA, DOCUMENT, Adding, weight

SETTINGS = TrainingSettings(rate=0.5, epochs=3)
STEPS = 12


@pytest.fixture
def trainers(qtbot: QtBot) -> Iterator[list[Trainer]]:
    made: list[Trainer] = []
    yield made
    for trainer in made:
        trainer._method.gate.set()
        assert trainer.close()


def trained(trainers: list[Trainer], qtbot: QtBot, method: Adding, steps: int | None = None) -> Trainer:
    trainer = Trainer(method)
    trainers.append(trainer)
    trainer.start(DOCUMENT, DATA, SETTINGS, steps)
    qtbot.waitUntil(lambda: not trainer.is_running)
    return trainer


def test_a_run_makes_all_its_steps_and_is_finished(trainers: list[Trainer], qtbot: QtBot) -> None:
    trainer = trained(trainers, qtbot, Adding())
    glimpse = trainer.glimpse()
    assert (trainer.status, glimpse.state.step, glimpse.steps) == (Status.FINISHED, STEPS, STEPS)
    assert weight(glimpse.state.network) == 6
    assert trainer.curves().losses.tolist() == [1 / step for step in range(1, STEPS + 1)]
    assert [epoch.epoch for epoch in trainer.epochs()] == [1, 2, 3]


def test_a_run_may_rest_after_each_of_its_steps(
    trainers: list[Trainer], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests = []
    monkeypatch.setattr(FRAMES, "give_way", lambda: rests.append(trainers[0].glimpse().state.step))
    trained(trainers, qtbot, Adding())
    assert rests == [*range(1, STEPS + 1)]


def test_a_paused_run_goes_on_where_it_was(trainers: list[Trainer], qtbot: QtBot) -> None:
    method = Adding()
    trainer = Trainer(method)
    trainers.append(trainer)
    method.gate.clear()
    trainer.start(DOCUMENT, DATA, SETTINGS)
    trainer.pause()
    method.gate.set()
    qtbot.waitUntil(lambda: trainer.status is Status.PAUSED)
    before = trainer.glimpse().state.step
    assert before <= 1
    trainer.resume()
    qtbot.waitUntil(lambda: trainer.status is Status.FINISHED)
    assert weight(trainer.glimpse().state.network) == 6


def test_one_step_is_made_and_taken_back(trainers: list[Trainer], qtbot: QtBot) -> None:
    trainer = trained(trainers, qtbot, Adding(), steps=5)
    trainer.step_once()
    qtbot.waitUntil(lambda: not trainer.is_running)
    assert trainer.glimpse().state.step == 6
    assert trainer.step_back()
    assert trainer.step_back()
    assert trainer.glimpse().state.step == 4
    assert weight(trainer.glimpse().state.network) == 2


def test_what_a_step_reported_is_told_again_after_a_step_back(trainers: list[Trainer], qtbot: QtBot) -> None:
    trainer = trained(trainers, qtbot, Adding(), steps=5)
    assert trainer.step_back()
    assert trainer.glimpse().report.step == 4
    trainer.step_once()
    qtbot.waitUntil(lambda: not trainer.is_running)
    assert trainer.step_back()
    assert trainer.glimpse().report.step == 4
    assert trainer.restart()
    assert trainer.glimpse().report is None


def test_what_was_reported_after_a_step_back_is_another_way(trainers: list[Trainer], qtbot: QtBot) -> None:
    trainer = trained(trainers, qtbot, Adding(), steps=8)
    trainer.go_to(3)
    trainer.step_once()
    qtbot.waitUntil(lambda: not trainer.is_running)
    assert trainer.curves().steps.tolist() == [1, 2, 3, 4]
    assert trainer.kept_steps == (0, 1, 2, 3, 4)
    assert [epoch.epoch for epoch in trainer.epochs()] == [1]


def test_a_run_goes_on_from_a_network_that_was_changed(trainers: list[Trainer], qtbot: QtBot) -> None:
    trainer = trained(trainers, qtbot, Adding(), steps=2)
    trainer.step_once(Network((Conv.of(np.full((1, 1, 1, 1), 100.0)),)))
    qtbot.waitUntil(lambda: not trainer.is_running)
    assert weight(trainer.glimpse().state.network) == 100.5
    assert trainer.glimpse().state.step == 3


def test_restarting_gives_the_same_start_and_the_same_end(trainers: list[Trainer], qtbot: QtBot) -> None:
    trainer = trained(trainers, qtbot, Adding())
    assert trainer.restart()
    assert trainer.glimpse().state.network is DOCUMENT.network
    trainer.resume()
    qtbot.waitUntil(lambda: trainer.status is Status.FINISHED)
    assert weight(trainer.glimpse().state.network) == 6


def test_a_loss_that_is_not_a_number_stops_the_run_with_the_last_finite_weights(
    trainers: list[Trainer], qtbot: QtBot
) -> None:
    method = Adding(breaks_at=7)
    trainer = Trainer(method)
    trainers.append(trainer)
    with qtbot.waitSignal(trainer.failed) as failed:
        trainer.start(DOCUMENT, DATA, SETTINGS)
    assert failed.args[0].startswith("The training diverged at step 7: numbers became too large in layer 1.")
    assert trainer.status is Status.FAILED
    assert weight(trainer.glimpse().state.network) == 3


def test_what_cannot_be_trained_is_refused_in_a_sentence(trainers: list[Trainer], qtbot: QtBot) -> None:
    trainer = Trainer(Adding(refusal="there is only one class"))
    trainers.append(trainer)
    with qtbot.waitSignal(trainer.failed) as failed:
        trainer.start(DOCUMENT, DATA, SETTINGS)
    assert failed.args == ["There is only one class."]
    assert trainer.glimpse() is None


def test_a_run_that_is_started_while_another_one_goes_takes_its_place(trainers: list[Trainer], qtbot: QtBot) -> None:
    method = Adding()
    trainer = Trainer(method)
    trainers.append(trainer)
    method.gate.clear()
    trainer.start(DOCUMENT, DATA, SETTINGS)
    trainer.start(DOCUMENT, DATA, TrainingSettings(rate=2, epochs=1))
    method.gate.set()
    qtbot.waitUntil(lambda: trainer.status is Status.FINISHED)
    assert weight(trainer.glimpse().state.network) == 8
