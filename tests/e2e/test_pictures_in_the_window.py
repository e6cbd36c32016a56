"""Pictures of unusual kinds, opened through the whole program: what is seen, what is said, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from convstudio.files.pictures import slowness
from convstudio.views.input.pane import InputPane
from tests.e2e.answers import Answers, Inside, open_file
from tests.e2e.driver import Desk, tell

FIELD = Path(__file__).parents[1] / "field"


def picture(desk: Desk) -> np.ndarray:
    """The pixels of the input's picture that are painted."""
    (pane,) = desk.window.findChildren(InputPane)
    pane.page.picture.grab()
    return pane.page.picture.image.pixels


def choose_levels(desk: Desk, entry: str) -> None:
    """Choose by the first letter and Enter: a space would take the entry at once."""
    desk.window.resize(1900, 1000)  # in a smaller one it is in the menu of tools without room
    combo = desk.find(QComboBox, "Input levels")
    combo.setFocus()
    QTest.keyClick(QApplication.focusWidget(), entry[0])
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    desk.activate()
    assert combo.currentText() == entry


def test_twelve_bits_in_a_file_of_sixteen_are_seen_and_told_apart(qtbot: QtBot, answers: Answers) -> None:
    def story(desk: Desk) -> None:
        open_file(desk, answers, FIELD / "i24_12bit_in_16.png")
        assert picture(desk).max() > 240
        numbers = desk.array("Input")
        assert len(np.unique(numbers[1])) > 1
        choose_levels(desk, "0 to 1")
        assert picture(desk).max() < 90

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["i03_rgb16.png", "i03_rgb16.tif", "i14_rgb_f32.tif", "i15_f64.tif"])
def test_deep_pictures_keep_their_numbers(qtbot: QtBot, answers: Answers, inside: Inside, name: str) -> None:
    want = np.load(FIELD / f"{Path(name).stem}_want.npy")

    def story(desk: Desk) -> None:
        open_file(desk, answers, FIELD / name)
        values = inside.document.sample.values.to_array()
        np.testing.assert_allclose(values, want.reshape(values.shape), rtol=1e-7, atol=1e-7)

    assert tell(qtbot, story) == 0


def test_a_picture_that_can_be_slow_comes_from_its_helper_into_the_window(
    qtbot: QtBot, answers: Answers, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slowness, "_QUICK", 0)

    def story(desk: Desk) -> None:
        open_file(desk, answers, FIELD / "i24_12bit_in_16.png")
        assert inside.document.sample.values.shape == (100, 120, 1)

    assert tell(qtbot, story) == 0
