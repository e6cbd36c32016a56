"""A step that would change more than it is about asks first, and says afterwards what it did."""

from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import conv_at
from convstudio.views.layer.library.window import DetectorList
from convstudio.views.parts import dialogs
from tests.e2e.answers import Inside
from tests.e2e.driver import Desk, tell


class Ways:
    """Answers the question which way is meant, and keeps what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer: int | None = None
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        monkeypatch.setattr(dialogs, "ask_way", self._ask)

    def _ask(self, _window: object, _title: str, question: str, ways: Sequence[str], _cancel: str) -> int | None:
        self.asked.append((question, tuple(ways)))
        return self.answer


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    return Ways(monkeypatch)


def press(desk: Desk, entry: str) -> None:
    menu = desk.find(QToolButton, "Filter bank").menu()
    next(one for one in menu.actions() if one.text().replace("&", "").startswith(entry)).trigger()


def fill_with_lines(desk: Desk, inside: Inside) -> None:
    press(desk, "Fill: all lines")
    assert conv_at(inside.document, 0).filters == 6


ROBERTS = "Roberts cross +"


def choose(desk: Desk, detector: str) -> None:
    """Choose a detector in the combo box, whatever comes of it."""
    desk.find(QComboBox, "Detector").setFocus()
    QTest.keyClicks(QApplication.focusWidget(), detector)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    desk.activate()


def test_a_smaller_detector_asks_before_it_crops_the_other_filters(qtbot: QtBot, inside: Inside, ways: Ways) -> None:
    def story(desk: Desk) -> None:
        fill_with_lines(desk, inside)
        before = inside.document
        choose(desk, ROBERTS)
        assert ways.asked == [
            (
                "This step would also crop 5 other filters to 2×2.",
                (
                    "Pad the new kernel with zeros to 3×3",
                    "Put it in a new layer after layer 1",
                    "Crop 5 other filters to 2×2",
                ),
            )
        ]
        assert inside.document is before
        assert desk.find(QComboBox, "Detector").currentText() == "Vertical line"

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(
    ("answer", "step", "size"),
    [
        (0, "Use detector roberts-plus, padded with zeros to 3×3", (3, 3)),
        (2, "Use detector roberts-plus and crop 5 other filters to 2×2", (2, 2)),
    ],
)
def test_the_answer_is_done_and_named(
    qtbot: QtBot, inside: Inside, ways: Ways, answer: int, step: str, size: tuple[int, int]
) -> None:
    def story(desk: Desk) -> None:
        fill_with_lines(desk, inside)
        before = inside.document
        ways.answer = answer
        choose(desk, ROBERTS)
        stack = inside.studio.session.undo_stack
        assert (conv_at(inside.document, 0).kernel_size, stack.undoText()) == (size, step)
        desk.undo()
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_a_new_layer_keeps_every_filter_and_is_selected(qtbot: QtBot, inside: Inside, ways: Ways) -> None:
    def story(desk: Desk) -> None:
        fill_with_lines(desk, inside)
        held = conv_at(inside.document, 0)
        ways.answer = 1
        choose(desk, ROBERTS)
        session = inside.studio.session
        assert inside.document.layers[0] is held
        assert conv_at(inside.document, 1).kernel_size == (2, 2)
        assert (session.view.layer, session.undo_stack.undoText()) == (1, "Use detector roberts-plus, in a new layer")
        assert desk.find(QComboBox, "Detector").currentText() == ROBERTS

    assert tell(qtbot, story) == 0


def test_moving_through_the_detectors_asks_nothing(qtbot: QtBot, inside: Inside, ways: Ways) -> None:
    def story(desk: Desk) -> None:
        fill_with_lines(desk, inside)
        press_button = desk.find(QToolButton, "Detector list")
        QTest.mouseClick(press_button, Qt.MouseButton.LeftButton)
        table = desk.window.findChild(DetectorList).table
        for _ in range(30):
            QTest.keyClick(table, Qt.Key.Key_Down)
        desk.window.findChild(DetectorList).reject()
        desk.activate()
        desk.find(QComboBox, "Detector").setFocus()
        for _ in range(20):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert ways.asked == []
        assert inside.studio.session.undo_stack.count() == 1

    assert tell(qtbot, story) == 0


def test_one_filter_alone_takes_any_detector_without_a_question(qtbot: QtBot, inside: Inside, ways: Ways) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Detector", ROBERTS)
        assert conv_at(inside.document, 0).kernel_size == (2, 2)
        assert ways.asked == []

    assert tell(qtbot, story) == 0


def test_another_input_asks_before_kernels_go_and_can_leave_them(qtbot: QtBot, inside: Inside, ways: Ways) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Kernel", 0, 0, "7")  # the three kernels of the filter are no copies any more
        held = conv_at(inside.document, 0)
        ways.answer = 0
        inside.studio.workspace.inputs.use_bundled_sample("tutorial-lines")
        desk.wait_for_files()
        assert [question for question, _ in ways.asked] == ["This step would also drop 2 kernels of layer 1."]
        assert conv_at(inside.document, 0) is held
        assert "fit the filters" in desk.message()
        desk.undo()
        assert inside.document.sample.channels == 3
        ways.answer = 1
        inside.studio.workspace.inputs.use_bundled_sample("tutorial-lines")
        desk.wait_for_files()
        assert conv_at(inside.document, 0).channels == 1
        assert inside.studio.session.undo_stack.undoText().endswith("and drop 2 kernels of layer 1")

    assert tell(qtbot, story, "sample:astronaut") == 0


def test_a_sequence_with_filters_for_pictures_is_shown_with_its_reason(
    qtbot: QtBot, inside: Inside, ways: Ways
) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Detector", "Sobel x")
        ways.answer = 0
        inside.studio.workspace.inputs.use_bundled_sample("tutorial-sequence")
        desk.wait_for_files()
        assert inside.document.sample.rank == 1
        assert conv_at(inside.document, 0).rank == 2
        press_fit = desk.message()
        assert "fit the layer" in press_fit
        desk.press("Fit the layer")
        assert conv_at(inside.document, 0).weights[:, 0, 0].tolist() == [-2, 0, 2]

    assert tell(qtbot, story) == 0


def test_a_removed_filter_says_what_the_next_layer_lost_and_offers_undo(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        press(desk, "Fill: all lines")
        studio = inside.studio
        studio.ribbon._add("Convolution")
        desk.key(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
        before = inside.document
        press(desk, "Remove")
        assert desk.message() == "Done: Remove filter and drop 8 kernels of layer 2."
        assert studio.session.undo_stack.undoText() == "Remove filter and drop 8 kernels of layer 2"
        desk.press("Undo")
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_more_filters_are_other_filters_and_are_named(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Filters", "3")
        layer = conv_at(inside.document, 0)
        assert len({layer.weights[..., index].tobytes() for index in range(3)}) == 3
        added = "Horizontal line (tutorial), Vertical line"
        assert inside.studio.session.undo_stack.undoText() == f"Set filters: {added}"
        assert desk.message() == f"Added 2 filters: {added}."
        desk.wait(lambda: not inside.studio.recompute.is_busy)
        maps = inside.studio.display.result.layers[0].maps
        assert len({np.asarray(maps[..., index]).tobytes() for index in range(3)}) == 3

    assert tell(qtbot, story) == 0
