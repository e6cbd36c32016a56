"""The network of the window as a program and as a table on the clipboard, and as files from the command line."""

import contextlib
import io
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from convstudio.cli import main
from convstudio.files.code import PROGRAMS
from convstudio.model.values.learning.runs import Status
from convstudio.model.words.summary import summary_text
from convstudio.views.window.pages.text_window import TextWindow
from tests.e2e.answers import Answers, Inside, menu_action, save_as
from tests.e2e.driver import Desk, go_along, tell

BEHIND_THE_CONVOLUTION = (
    "Activation",
    "Max pooling",
    "Convolution",
    "Activation",
    "Global average",
    "Dense",
    "Softmax",
)


def is_there(name: str) -> bool:
    """Return whether a library can be imported; one that a run without --frameworks leaves out cannot."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def copy_as(desk: Desk, library: str) -> str:
    """Choose an entry of Edit > Copy as code, and return what is then on the clipboard."""
    QGuiApplication.clipboard().clear()
    entries = menu_action(desk, "Edit", "Copy as code").menu().actions()
    next(one for one in entries if one.text().replace("&", "") == library).trigger()
    desk.wait(lambda: desk.message() != "")
    return QGuiApplication.clipboard().text()


def test_the_menu_offers_every_library_of_the_table(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        entries = menu_action(desk, "Edit", "Copy as code").menu().actions()
        assert [entry.text().replace("&", "") for entry in entries] == [*PROGRAMS.values()]

    assert tell(qtbot, story) == 0


def build_classifier(desk: Desk) -> None:
    """Build conv 3×3 ×8, ReLU, max pool, conv 3×3 ×16, ReLU, global average, dense 10, softmax from a new project."""
    desk.enter("Filters", "8")
    for kind in BEHIND_THE_CONVOLUTION:
        assert go_along(desk.window, ("Layer", "Add layer", kind))
        if kind == "Convolution":
            desk.enter("Filters", "16")


def button(window: TextWindow, name: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton) if one.text().replace("&", "") == name)


def run(program: str) -> str:
    """Run a program; return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "<program>", "exec"), {"__name__": "program"})
    return printed.getvalue()


def test_the_network_is_copied_as_a_program_that_finds_the_same_numbers(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        program = copy_as(desk, "NumPy")
        assert desk.message() == f"The program for NumPy is on the clipboard: {len(program.splitlines())} lines."
        assert run(program) == "The numbers are those of ConvStudio: an output of shape (6, 6, 1).\n"

    assert tell(qtbot, story) == 0


def test_the_training_is_copied_as_a_program_too(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        copy_as(desk, "PyTorch with training")
        desk.wait(lambda: "on the clipboard" in desk.message())  # until then the example's hint is there
        program = QGuiApplication.clipboard().text()
        assert desk.message() == (
            f"The program for PyTorch with training is on the clipboard: {len(program.splitlines())} lines."
        )
        assert "Handwritten digits: 1797 samples" in program
        if is_there("torch"):
            quick = program.replace("EPOCHS, BATCH_SIZE, RATE = 1, 20,", "EPOCHS, BATCH_SIZE, RATE = 1, 1,")
            assert "The first 20 losses are those of ConvStudio." in run(quick)

    assert tell(qtbot, story, "example:digits") == 0


def test_data_that_do_not_fit_are_told_instead_of_copied(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        assert copy_as(desk, "Keras with training") == ""
        assert "classes need a network that ends in" in desk.message()

    assert tell(qtbot, story) == 0


def test_a_layer_that_cannot_work_is_told_instead_of_copied(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Dilation rows", "9")
        assert copy_as(desk, "Keras") == ""
        assert desk.message().startswith("Layer 1 (Conv 3×3 · 1 filter) cannot work: the kernel 3×3 (19×3 with")

    assert tell(qtbot, story) == 0


def test_the_table_of_layers_is_copied(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        menu_action(desk, "Edit", "Copy summary").trigger()
        assert QGuiApplication.clipboard().text() == summary_text(inside.document)
        assert desk.message() == "The table of layers is on the clipboard."

    assert tell(qtbot, story) == 0


def test_the_program_and_the_summary_are_shown_copied_and_saved(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    def story(desk: Desk) -> None:
        entries = menu_action(desk, "View", "Network as code").menu().actions()
        next(one for one in entries if one.text().replace("&", "") == "NumPy").trigger()
        menu_action(desk, "View", "Network summary").trigger()
        desk.wait(lambda: len(desk.window.findChildren(TextWindow)) == 2)
        summary, program = sorted(desk.window.findChildren(TextWindow), key=lambda one: one.field.blockCount())
        assert summary.field.toPlainText() == summary_text(inside.document)
        for window, name in ((summary, "all.txt"), (program, "all.py")):
            answers.export = tmp_path / name
            button(window, "Save as…").click()
            desk.wait_for_files()
        button(program, "Copy").click()
        assert "NumPy is on the clipboard" in desk.message()
        assert (tmp_path / "all.txt").read_text() == summary.field.toPlainText()
        assert run((tmp_path / "all.py").read_text()).startswith("The numbers are those of ConvStudio")

    assert tell(qtbot, story) == 0


@pytest.fixture
def classifier(qtbot: QtBot, answers: Answers, tmp_path: Path) -> Path:
    """Build a classifier in the window, and save it."""
    path = tmp_path / "classifier.convstudio"

    def story(desk: Desk) -> None:
        build_classifier(desk)
        save_as(desk, answers, path)

    assert tell(qtbot, story) == 0
    return path


@pytest.mark.parametrize("library", ["numpy", "pytorch", "keras"])
def test_a_classifier_from_the_window_has_the_same_numbers_elsewhere(classifier: Path, library: str) -> None:
    name = {"pytorch": "torch"}.get(library, library)
    if not is_there(name):
        pytest.skip(f"it needs {name} and --frameworks, as CI has them")
    program = classifier.with_suffix(".py")
    assert main(["code", str(classifier), "--for", library, "-o", str(program)]) == 0
    environment = os.environ | {"KERAS_BACKEND": "torch"}
    ran = subprocess.run([sys.executable, program], capture_output=True, text=True, env=environment, check=False)
    assert ran.stdout == "The numbers are those of ConvStudio: an output of shape (10,).\n", ran.stderr


COUNTED = """
held = np.load({data!r})
inputs = torch.tensor(np.moveaxis(held["x"], -1, 1))
with torch.no_grad():
    print((model(inputs).argmax(1).numpy() == held["y"]).sum(), "right")
"""
"""What is added to the program of a network: it counts how many held-out samples are right."""


@pytest.mark.timeout(300)
def test_a_network_that_was_trained_in_the_window_is_as_often_right_in_pytorch(
    qtbot: QtBot, inside: Inside, answers: Answers, tmp_path: Path
) -> None:
    if not is_there("torch"):
        pytest.skip("it needs torch and --frameworks, as CI has them")
    path, program, held = (tmp_path / name for name in ("trained.convstudio", "trained.py", "held.npz"))
    right: list[int] = []

    def train(desk: Desk) -> None:
        desk.wait(lambda: inside.document.title == "Digits, untrained")
        assert go_along(desk.window, ("Train", "Train…"))
        control = inside.studio.learning.panel("Train")
        desk.wait(lambda: control.connections.data.data is not None)
        QTest.mouseClick(desk.find(QPushButton, "Train"), Qt.MouseButton.LeftButton)
        desk._qtbot.waitUntil(lambda: control.training.status is Status.FINISHED, timeout=100_000)
        save_as(desk, answers, path)

    def count(desk: Desk) -> None:
        assert go_along(desk.window, ("Train", "Data…"))
        panel = inside.studio.learning.panel("Data")
        desk.wait(lambda: panel._shown is not None and panel._shown.verdicts is not None)
        shown = panel._shown
        samples = shown.data.held_out
        right.append(int((shown.verdicts.predicted == shown.data.labels)[samples].sum()))
        np.savez(held, x=shown.data.inputs[samples], y=shown.data.labels[samples])

    assert tell(qtbot, train, "example:digits-untrained") == 0
    assert tell(qtbot, count, str(path)) == 0
    assert right[0] >= 0.95 * 450
    assert main(["code", str(path), "--for", "pytorch", "-o", str(program)]) == 0
    program.write_text(program.read_text() + COUNTED.format(data=str(held)))
    ran = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[-1:] == [f"{right[0]} right"], ran.stderr
