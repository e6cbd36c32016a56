"""The tutorial's two examples, lived through the real window by keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tests.e2e.driver import Desk, tell

LINE = "0 0 3 3 0 0"
CTRL = Qt.KeyboardModifier.ControlModifier


def test_the_window_opens_on_the_tutorials_line_and_its_map(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)

    assert tell(qtbot, story) == 0


def test_the_sequence_with_the_bump_detector_gives_the_tutorials_map(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Sample", "Tutorial: two-step bump")
        desk.choose("Detector", "Bump (tutorial)")
        desk.wait_for_map(["0 0 1 1 0 0"])

    assert tell(qtbot, story) == 0


def test_every_step_over_the_sequence_says_its_calculation(qtbot: QtBot) -> None:
    read = []

    def story(desk: Desk) -> None:
        desk.choose("Sample", "Tutorial: two-step bump")
        desk.choose("Detector", "Bump (tutorial)")
        desk.press("First position")
        read.append(desk.calculation().splitlines()[0])
        for _ in range(5):
            desk.press("Step forward")
            read.append(desk.calculation().splitlines()[0])

    tell(qtbot, story)
    assert read == [
        "0·0 + 0·1 + 0·0 = 0",
        "0·0 + 0·1 + 1·0 = 0",
        "0·0 + 1·1 + 1·0 = 1",
        "1·0 + 1·1 + 0·0 = 1",
        "1·0 + 0·1 + 0·0 = 0",
        "0·0 + 0·1 + 0·0 = 0",
    ]


def test_stepping_fills_the_map_cell_by_cell(qtbot: QtBot) -> None:
    filled = []

    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        desk.key(Qt.Key.Key_Home, CTRL)
        for _ in range(8):
            desk.key(Qt.Key.Key_Right, CTRL)
        filled.extend(desk.numbers("Feature map")[1])

    tell(qtbot, story)
    assert filled == ["0", "0", "3", "", "", ""]


def test_undo_goes_back_to_the_start(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        desk.choose("Detector", "Horizontal line (tutorial)")
        desk.enter("Bias", "1/2")
        desk.enter("Stride rows", "2")
        desk.type_cell("Input", 0, 0, "7")
        desk.wait(lambda: desk.numbers("Input")[0][0] == "7")
        for _ in range(40):
            desk.undo()
        desk.wait_for_map([LINE] * 6)
        assert desk.numbers("Input")[0][0] == "0"

    assert tell(qtbot, story) == 0


def test_the_speed_is_set_by_key(qtbot: QtBot) -> None:
    read = []

    def story(desk: Desk) -> None:
        desk.key(Qt.Key.Key_Up, CTRL)
        read.append(desk.find(QComboBox, "Speed").currentText())

    tell(qtbot, story)
    assert read == ["8 / s"]
