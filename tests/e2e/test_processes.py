"""The program as a process of its own: it ends with status 0, says nothing on the terminal, and refuses in one line."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
OFFSCREEN_CHATTER = "This plugin does not support"

OPEN_AND_CLOSE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox
from convstudio import app
from convstudio.model.edits import input_cells, kernel_weights, layer_settings

studios = []
start = app.Studio.start

def start_and_plan(studio, files):
    start(studio, files)
    studios.append(studio)
    QTimer.singleShot({delay}, act)
    QTimer.singleShot({delay} + 20, close)

def act():
    studio = studios[-1]
{act}

def discard():
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        box.button(QMessageBox.StandardButton.Discard).click()

def close():
    QTimer.singleShot(100, discard)
    studios.pop().window.close()

app.Studio.start = start_and_plan
from convstudio.cli import main
sys.exit(main({arguments}))
"""

ACTS = {
    "a modified document and Discard": (
        "[studio.session.apply('x', input_cells.paint_input(studio.session.document, (n % 8, n % 7), 1, n, None), 5)"
        " for n in range(300)]; studio.session.undo_stack.undo(); studio.session.undo_stack.redo()"
    ),
    "playing": "studio.player.set_speed(60); studio.player.toggle()",
    "a dialog that is open": "studio.input_pane.tools.shape_asked.emit()",
    "a list and a menu that are open": (
        "studio.kernel_pane._open_list(); studio.window.menuBar().actions()[0].menu().popup(studio.window.pos())"
    ),
}
MINUTES_OF_WORK = (
    "large = kernel_weights.set_kernel_size(studio.session.document, 0, (31, 31));"
    " studio.session.apply('x', layer_settings.set_filters(large, 0, 32))"
)


def run(*command: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "CONVSTUDIO_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", **environment}
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=own, capture_output=True, text=True, check=False)


def said(text: str) -> list[str]:
    return [line for line in text.splitlines() if OFFSCREEN_CHATTER not in line]


def live(home: Path, act: str, *arguments: str, delay: int = 150) -> tuple[int, list[str]]:
    code = OPEN_AND_CLOSE.format(act=f"    {act}", arguments=list(arguments), delay=delay)
    ran = run("-c", code, home=home)
    return ran.returncode, said(ran.stdout + ran.stderr)


@pytest.mark.parametrize("act", ACTS)
def test_the_program_ends_with_status_0_and_without_a_word(tmp_path: Path, act: str) -> None:
    assert live(tmp_path, ACTS[act]) == (0, [])


def test_every_start_after_another_ends_with_status_0(tmp_path: Path) -> None:
    """Start at once and close at once, with what the start before remembered."""
    assert [live(tmp_path, "pass", delay=delay) for delay in (0, 1, 30)] == [(0, [])] * 3


def test_closing_while_full_hd_maps_are_computed_ends_soon_and_with_status_0(tmp_path: Path) -> None:
    path = tmp_path / "hd.npy"
    np.save(path, np.random.default_rng(1).integers(0, 256, (1080, 1920, 3), np.uint8))
    assert live(tmp_path, MINUTES_OF_WORK, str(path)) == (0, [])


def test_infinities_and_nan_are_no_word_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "odd.npy"
    np.save(path, np.float32([[np.nan, np.inf, 1e38, 0], [-np.inf, 1, 2, 3], [3.4e38, -3.4e38, 0, 0], [1, 2, 3, 4]]))
    act = "studio.session.apply('x', layer_settings.set_activation(studio.session.document, 0, 'softmax'))"
    assert live(tmp_path, act, str(path)) == (0, [])


def test_help_ends_with_status_0_without_a_display(tmp_path: Path) -> None:
    ran = run("-m", "convstudio", "--help", home=tmp_path, QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("usage: convstudio")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_the_program_says_one_sentence_and_ends_with_status_1(tmp_path: Path) -> None:
    ran = run("-m", "convstudio", home=tmp_path, QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert ran.stderr.startswith("convstudio: error: there is no display to open a window on: start")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_a_display_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    ran = run("-m", "convstudio", home=tmp_path, QT_QPA_PLATFORM="", DISPLAY=":987", WAYLAND_DISPLAY="")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    ran = run("-m", "convstudio", "nowhere.png", home=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said(ran.stderr) == [
        "convstudio: error: “nowhere.png” is neither a command nor a file: check its name, or see convstudio --help"
    ]
