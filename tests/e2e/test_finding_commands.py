"""Everything can be found by typing: commands, samples, detectors, examples, lenses and questions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell


def find(desk: Desk, typed: str) -> None:
    """Press F3, type, and press Enter."""
    desk.key(Qt.Key.Key_F3)
    desk.wait(lambda: QApplication.focusWidget() is not None and QApplication.focusWidget().window() is not desk.window)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    desk.wait_for_files()


@pytest.mark.parametrize(
    ("typed", "is_done"),
    [
        ("gaussian blur", lambda desk, inside: inside.document.layers[0].weights[1, 1, 0, 0] == 0.25),
        ("astronaut sample", lambda desk, inside: inside.document.sample.channels == 3),
        ("handwritten digits example", lambda desk, inside: len(inside.document.layers) == 8),
        ("padding microscope", lambda desk, inside: inside.studio.learn.dock_of("Padding microscope") is not None),
        ("dark colours", lambda desk, inside: inside.studio.preferences.settings.theme == "dark"),
    ],
)
def test_what_is_found_is_done(qtbot: QtBot, inside: Inside, typed: str, is_done) -> None:
    def story(desk: Desk) -> None:
        find(desk, typed)
        desk.wait(lambda: is_done(desk, inside))

    assert tell(qtbot, story) == 0


def test_a_detector_that_was_found_is_one_step_that_can_be_undone(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        find(desk, "sobel x")
        assert inside.document is not before
        desk.activate()
        desk.undo()
        assert inside.document is before

    assert tell(qtbot, story) == 0
