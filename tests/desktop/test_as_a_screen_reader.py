"""The tutorial on a real X display, read and operated as a screen reader does.

Run it on a display of its own: `tests/desktop/desktop .venv/bin/pytest tests/desktop -m desktop`. The driver `a11y`,
beside this file, speaks the protocol of screen readers.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(300)]
PATIENCE_SECONDS = 90
DRIVER = Path(__file__).with_name("a11y")


class Reader:
    """A screen reader beside the running program."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self.program = program

    def ask(self, *words: str) -> str:
        """Run one command of the driver and return what it says."""
        done = subprocess.run([str(DRIVER), *words], capture_output=True, text=True, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else f"refused: {done.stdout}{done.stderr}"

    def do(self, *words: str) -> None:
        """Run one command of the driver that must be obeyed, and give the program a moment for it."""
        answer = self.ask(*words)
        assert not answer.startswith("refused"), answer
        time.sleep(0.3)

    def wait_for(self, wanted: str, *words: str) -> None:
        """Ask again until the answer is as wanted."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        answer = ""
        while time.monotonic() < deadline:
            answer = self.ask(*words)
            if answer == wanted:
                return
            time.sleep(0.2)
        pytest.fail(f"{' '.join(words)} says {answer!r}, not {wanted!r}")

    def wait_for_table(self, name: str, wanted: list[str]) -> None:
        """Read a table again until its cells are as wanted."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.table(name) != wanted and time.monotonic() < deadline:
            time.sleep(0.2)
        assert self.table(name) == wanted

    def wait_for_focus(self, name: str) -> None:
        """Wait until the element of that name has the keyboard, and nothing else has it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        told: list[str] = []
        while time.monotonic() < deadline:
            told = [
                line.split("'")[1] for line in self.ask("tree").splitlines() if " focused" in line.rpartition("[")[2]
            ]
            if told == [name]:
                return
            time.sleep(0.2)
        pytest.fail(f"{told} have the keyboard, and not {name!r} alone")

    def shows(self, role: str, name: str) -> bool:
        """Return whether an element is on show."""
        lines = (line.strip() for line in self.ask("tree").splitlines())
        return any(line.startswith(f"{role} {name!r}") and "showing" in line for line in lines)

    def table(self, name: str) -> list[str]:
        """Read the cells of a table."""
        lines = self.ask("tree").splitlines()
        start = next(i for i, line in enumerate(lines) if line.strip().startswith(f"table '{name}'"))
        depth = len(lines[start]) - len(lines[start].lstrip())
        cells = []
        for line in lines[start + 1 :]:
            if len(line) - len(line.lstrip()) <= depth:
                break
            if line.strip().startswith("table cell"):
                cells.append(line.split("'")[1])
        return cells


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    environment = {**os.environ, "CONVSTUDIO_HOME": str(tmp_path)}
    program = subprocess.Popen([sys.executable, "-m", "convstudio"], env=environment)
    found = Reader(program)
    try:
        found.wait_for("0", "get", "Bias")
        yield found
    finally:
        program.kill()
        program.wait()


def press(keys: str) -> None:
    """Press keys in the program's window."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "ConvStudio$", "windowfocus", "--sync"]
    subprocess.run(search, check=True, capture_output=True)
    subprocess.run(["xdotool", "key", keys], check=True)
    time.sleep(0.5)


def show_settings(reader: Reader) -> None:
    """Show the layer's settings, which a narrow window puts in the place of the weights."""
    if not reader.shows("combo box", "Padding"):
        reader.do("press", "Layer settings", "push button")


def quit_by_key(reader: Reader) -> int:
    """Press Ctrl+Q, give up unsaved changes if asked, and return the exit status."""
    press("ctrl+q")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while reader.program.poll() is None and time.monotonic() < deadline:
        reader.ask("press", "Discard")
        time.sleep(0.2)
    return reader.program.wait(timeout=1)


def test_the_sequence_of_the_tutorial_can_be_chosen_stepped_and_read(reader: Reader) -> None:
    reader.do("set", "Sample", "Tutorial: two-step bump")
    reader.do("set", "Detector", "Bump (tutorial)")
    reader.do("press", "First position")
    read = [reader.ask("get", "Calculation").splitlines()[0]]
    for _ in range(5):
        reader.do("press", "Step forward")
        read.append(reader.ask("get", "Calculation").splitlines()[0])
    assert [line.rsplit(" ", 1)[-1] for line in read] == ["0", "0", "1", "1", "0", "0"]
    reader.wait_for_table("Feature map", ["0", "0", "1", "1", "0", "0"])
    assert quit_by_key(reader) == 0


def test_the_lines_of_the_tutorial_are_on_show_at_the_start(reader: Reader) -> None:
    reader.wait_for_table("Feature map", ["0", "0", "3", "3", "0", "0"] * 6)
    assert quit_by_key(reader) == 0


def test_settings_are_on_show_or_one_button_away(reader: Reader) -> None:
    show_settings(reader)
    fields = [
        ("spin button", "Stride rows"),
        ("combo box", "Padding"),
        ("spin button", "Bias"),
        ("combo box", "Activation"),
    ]
    assert [name for role, name in fields if not reader.shows(role, name)] == []


def test_numbers_and_choices_can_be_set(reader: Reader) -> None:
    show_settings(reader)
    reader.do("set", "Stride rows", "2")
    reader.do("set", "Padding", "same")
    reader.do("set", "Bias", "1")
    reader.wait_for("1", "get", "Bias")
    inner, last = list("11144111"), list("11133111")
    reader.wait_for_table("Feature map", inner * 3 + last)


def test_no_part_of_the_window_is_without_a_name(reader: Reader) -> None:
    assert reader.ask("unnamed") == "0 focusable elements without a name"


def test_undo_by_key_goes_back_to_the_start(reader: Reader) -> None:
    reader.do("set", "Sample", "Tutorial: two-step bump")
    reader.do("set", "Detector", "Bump (tutorial)")
    press("ctrl+z")
    press("ctrl+z")
    reader.wait_for_table("Feature map", ["0", "0", "3", "3", "0", "0"] * 6)


def test_a_field_leaves_the_key_of_a_command_to_it(reader: Reader) -> None:
    show_settings(reader)
    press("F3")
    subprocess.run(["xdotool", "type", "bias"], check=True)
    subprocess.run(["xdotool", "key", "Return"], check=True)
    reader.wait_for_focus("Bias")
    press("ctrl+e")
    reader.wait_for_focus("What")
