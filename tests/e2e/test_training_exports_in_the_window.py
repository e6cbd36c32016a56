"""What a training leaves is exported, and a scrub through its states is followed by what explains a score."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from convstudio.model.edits.learning.training_settings import set_training
from convstudio.model.values.learning.runs import Status
from tests.e2e.answers import Answers, Inside, menu_action
from tests.e2e.driver import Desk, go_along, tell
from tests.e2e.resting_runs import at_step, resting
from tests.e2e.test_training_in_the_window import UNTRAINED, begin, press, wait_for

STEPS = 30


def export_as(desk: Desk, answers: Answers, command: str, path: Path) -> None:
    answers.export = path
    menu_action(desk, "File", command).trigger()
    desk.wait(path.exists)


def train_some(desk: Desk, inside: Inside) -> None:
    control = begin(desk, inside)
    with resting(at_step(STEPS + 1)):
        press(desk, "Train")
        desk.wait(lambda: control.training.glimpse() is not None and control.training.glimpse().state.step > STEPS)
        press(desk, "Pause")
    wait_for(desk, control, Status.PAUSED)


@pytest.mark.timeout(300)
def test_curves_filters_and_weights_of_a_training_are_exported(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    held = []

    def story(desk: Desk) -> None:
        train_some(desk, inside)
        held.extend(inside.document.layers)
        inside.studio.session.look(replace(inside.studio.session.view, layer=1, filter=0))
        desk.wait(lambda: not inside.studio.recompute.is_busy)  # what is not computed yet has no preview
        export_as(desk, answers, "Export curves of the training", tmp_path / "curves.csv")
        export_as(desk, answers, "Export curves of the training", tmp_path / "curves.svg")
        export_as(desk, answers, "Export filters in training", tmp_path / "filters.gif")
        assert answers.export_preview.picture.startswith(b"\x89PNG")
        export_as(desk, answers, "Export weights", tmp_path / "digits.safetensors")

    assert tell(qtbot, story, UNTRAINED) == 0
    rows = list(csv.DictReader((tmp_path / "curves.csv").read_text().splitlines()))
    assert len(rows) > STEPS
    assert float(rows[0]["loss"]) > float(rows[STEPS]["loss"])
    assert "Loss" in (tmp_path / "curves.svg").read_text()
    with Image.open(tmp_path / "filters.gif") as animation:
        assert animation.n_frames > 10
    weights = load_file(tmp_path / "digits.safetensors")
    np.testing.assert_array_equal(weights["1.bias"], held[1].bias)


def test_without_a_training_the_dialog_says_so(qtbot: QtBot, answers: Answers, tmp_path: Path) -> None:
    def story(desk: Desk) -> None:
        answers.export = tmp_path / "curves.csv"
        menu_action(desk, "File", "Export curves of the training").trigger()
        assert answers.export_preview.problem == "There is no training to export. Train the network first."

    assert tell(qtbot, story) == 0
    assert not (tmp_path / "curves.csv").exists()


@pytest.mark.timeout(300)
def test_what_decided_follows_a_scrub_through_the_kept_states(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        train_some(desk, inside)
        assert go_along(desk.window, ("Learn", "What decided?"))
        lens = inside.studio.learn.dock_of("What decided?").lens
        desk.wait(lambda: " adds up to " in lens.verdict.text())
        after = lens.verdict.text()
        slider = inside.studio.learning.panel("Train").dock.bar.slider
        slider.setValue(0)
        desk.wait(lambda: " adds up to " in lens.verdict.text() and lens.verdict.text() != after)
        slider.setValue(slider.maximum())
        desk.wait(lambda: lens.verdict.text() == after)

    assert tell(qtbot, story, UNTRAINED) == 0


@pytest.mark.timeout(300)
def test_what_is_said_stays_while_a_run_goes_until_the_next_act(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        control = begin(desk, inside)
        session = inside.studio.session
        session.apply("Set epochs", set_training(inside.document, epochs=10_000))
        desk.window.messages.say("“x” was not saved: the disk is full.")
        press(desk, "Train")
        desk.wait(lambda: session.history.names[-1] == "Train network")
        assert desk.message() == ""
        export_as(desk, answers, "Export curves of the training", tmp_path / "curves.csv")
        desk.wait(lambda: "curves.csv" in desk.message())
        shown = inside.document.network
        desk.wait(lambda: inside.document.network is not shown)
        press(desk, "Pause")
        wait_for(desk, control, Status.PAUSED)
        assert "curves.csv" in desk.message()
        desk.undo()
        assert desk.message() == ""

    assert tell(qtbot, story, UNTRAINED) == 0
