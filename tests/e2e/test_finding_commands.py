"""Everything can be found by typing: commands, fields, samples, detectors, examples, lenses and questions."""

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


def found(desk: Desk, typed: str) -> list[tuple[str, str]]:
    """Press F3 and type; return names and places of what is found, and close the list."""
    desk.key(Qt.Key.Key_F3)
    desk.wait(lambda: QApplication.focusWidget() is not None and QApplication.focusWidget().window() is not desk.window)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, typed)
    rows = field.window().table.facts.rows
    QTest.keyClick(field, Qt.Key.Key_Escape)
    desk.activate()
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("size", [(1366, 768), (1024, 640)])
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ("stride", "Stride rows"),
        ("padding", "Padding"),
        ("dilation", "Dilation rows"),
        ("bias", "Bias"),
        ("speed", "Speed"),
        ("learning rate", "Learning rate"),
        ("optimiser", "Optimiser"),
        ("levels", "Levels"),
    ],
)
def test_a_field_that_is_found_has_the_keyboard(qtbot: QtBot, typed: str, field: str, size: tuple[int, int]) -> None:
    def story(desk: Desk) -> None:
        desk.window.resize(*size)
        QApplication.processEvents()
        find(desk, typed)
        desk.activate()
        desk.wait(lambda: QApplication.focusWidget().accessibleName() == field)
        assert QApplication.focusWidget().isVisible()

    assert tell(qtbot, story) == 0


def test_what_is_typed_into_a_field_that_was_found_replaces_its_number(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        find(desk, "stride")
        desk.activate()
        QTest.keyClicks(QApplication.focusWidget(), "2")
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        assert inside.document.layers[0].stride[0] == 2

    assert tell(qtbot, story) == 0


def test_only_fields_of_the_layer_on_show_are_found(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        assert ("Kernel rows", "Layer") in found(desk, "kernel rows")
        inside.studio.workspace.open("example:digits")
        desk.wait_for_files()  # its softmax is selected, which has no kernel
        assert ("Kernel rows", "Layer") not in found(desk, "kernel rows")

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(
    ("typed", "first"),
    [("where is it answered", "Find an answer"), ("keyboard", "Keys"), ("autosave", "Settings")],
)
def test_a_window_of_the_menus_is_found_by_what_it_is_for(qtbot: QtBot, typed: str, first: str) -> None:
    def story(desk: Desk) -> None:
        assert found(desk, typed)[0][0].rstrip("…") == first

    assert tell(qtbot, story) == 0
