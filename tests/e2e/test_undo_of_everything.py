"""Every edit that the window offers, made through its widgets, and undone back to the bytes of the start."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDialog, QTableView, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.gallery.pane import GalleryPane
from convstudio.views.window.pages.history_window import HistoryWindow
from tests.e2e.answers import CTRL, SHIFT, Answers, Inside, bytes_of, menu_action, open_file, save_as
from tests.e2e.driver import Desk, tell

LINE = "0 0 3 3 0 0"
ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


def undo_text(desk: Desk) -> str:
    return menu_action(desk, "Edit", "Undo").text().replace("&", "")


def select(desk: Desk, table: str, *cells: tuple[int, int]) -> QTableView:
    view = desk.find(QTableView, table)
    view.setFocus()
    only = QItemSelectionModel.SelectionFlag.ClearAndSelect
    view.selectionModel().setCurrentIndex(view.model().index(*cells[0]), only)
    for cell in cells[1:]:
        view.selectionModel().select(view.model().index(*cell), QItemSelectionModel.SelectionFlag.Select)
    return view


def paste(desk: Desk, table: str, row: int, column: int, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(select(desk, table, (row, column)), Qt.Key.Key_V, CTRL)


def delete(desk: Desk, *cells: tuple[int, int]) -> None:
    QTest.keyClick(select(desk, "Input", *cells), Qt.Key.Key_Delete)


def grid_key(desk: Desk, key: Qt.Key, *cells: tuple[int, int]) -> None:
    """Press a key of the rows and columns menu with these cells of the input selected."""
    QTest.keyClick(select(desk, "Input", *cells), key, ALT_SHIFT)


def answer_fields(desk: Desk, **numbers: str) -> None:
    """Type into the fields of the question on show, and press OK."""
    dialog = next(one for one in desk.window.findChildren(QDialog) if one.isVisible())
    for name, number in numbers.items():
        wanted = name.replace("_", " ")
        field = next(one for one in dialog.findChildren(QAbstractSpinBox) if one.accessibleName() == wanted)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, number)
        field.interpretText()
    dialog.accept()
    desk.activate()


def paint(desk: Desk, *cells: tuple[int, int]) -> None:
    """Drag the brush over cells of the input, by way of their middles."""
    view = desk.find(QTableView, "Input")
    port = view.viewport()
    places = [view.visualRect(view.model().index(*cell)).center() for cell in cells]
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(port, place)
        QApplication.processEvents()
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=places[-1])


def brush(desk: Desk, *cells: tuple[int, int]) -> None:
    desk.press("Brush")
    paint(desk, *cells)
    desk.press("Brush")


def shape(desk: Desk) -> None:
    grid_key(desk, Qt.Key.Key_H, (0, 0))
    answer_fields(desk, Input_rows="9", Input_columns="11")


def fill_selected(desk: Desk) -> None:
    grid_key(desk, Qt.Key.Key_S, (1, 1), (2, 2))
    answer_fields(desk, Fill_value="1/2")


def fill(desk: Desk) -> None:
    grid_key(desk, Qt.Key.Key_F, (0, 0))
    answer_fields(desk, Fill_value="1/4")


def randomise(desk: Desk) -> None:
    desk.press("Randomise")
    popup = next(one for one in desk.window.findChildren(QDialog) if one.isVisible())
    button = next(one for one in popup.findChildren(QWidget) if getattr(one, "text", str)() == "Draw weights")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    popup.close()
    desk.activate()


def combine(desk: Desk) -> None:
    desk.wait(lambda: any(one.isVisible() for one in desk.window.findChildren(GalleryPane)))
    desk.choose("Combine", "sum")


EDITS: tuple[tuple[str, Callable[[Desk], None]], ...] = (
    ("Set input value", lambda desk: desk.type_cell("Input", 0, 0, "1/3")),
    ("Set input values", lambda desk: paste(desk, "Input", 1, 1, "1\t2\n3\t1/2\n")),
    ("Set input values", lambda desk: delete(desk, (0, 3), (1, 4))),
    ("Paint input", lambda desk: brush(desk, (5, 0), (5, 1), (6, 2))),
    ("Insert row", lambda desk: grid_key(desk, Qt.Key.Key_Up, (2, 2))),
    ("Insert row", lambda desk: grid_key(desk, Qt.Key.Key_Down, (2, 2))),
    ("Insert column", lambda desk: grid_key(desk, Qt.Key.Key_Left, (2, 2))),
    ("Insert column", lambda desk: grid_key(desk, Qt.Key.Key_Right, (2, 2))),
    ("Delete rows", lambda desk: grid_key(desk, Qt.Key.Key_R, (1, 1), (3, 1))),
    ("Delete columns", lambda desk: grid_key(desk, Qt.Key.Key_C, (1, 1), (1, 4))),
    ("Set input shape", shape),
    ("Set input values", fill_selected),
    ("Fill input", fill),
    ("Open Tutorial: two-pixel line", lambda desk: desk.choose("Sample", "Tutorial: two-pixel line")),
    ("Use detector sobel-x", lambda desk: desk.choose("Detector", "Sobel x")),
    ("Set weight", lambda desk: desk.type_cell("Kernel", 1, 1, "1/9")),
    ("Set weights", lambda desk: paste(desk, "Kernel", 0, 0, "1\t2\n3\t4\n")),
    ("Set bias", lambda desk: desk.enter("Bias", "-1/8")),
    ("Set kernel size", lambda desk: desk.enter("Kernel rows", "4")),
    ("Set kernel size and crop 1 filter", lambda desk: desk.enter("Kernel columns", "2")),
    ("Flip kernel left-right", lambda desk: desk.press("Flip left-right")),
    ("Flip kernel up-down", lambda desk: desk.press("Flip up-down")),
    ("Rotate kernel", lambda desk: desk.press("Rotate")),
    ("Transpose kernel", lambda desk: desk.press("Transpose")),
    ("Negate kernel", lambda desk: desk.press("Negate")),
    ("Normalise kernel by Σ|w|", lambda desk: desk.press("Normalise by Σ|w|")),
    ("Normalise kernel by sum", lambda desk: desk.press("Normalise by sum")),
    ("Randomise kernel with seed 0", randomise),
    ("Set filters: 3 random (Glorot uniform, seeds 2 to 4)", lambda desk: desk.enter("Filters", "4")),
    ("Combine maps", combine),
    ("Set stride", lambda desk: desk.enter("Stride rows", "2")),
    ("Set dilation", lambda desk: desk.enter("Dilation columns", "2")),
    ("Set padding", lambda desk: desk.choose("Padding", "same")),
    ("Set padding mode", lambda desk: desk.choose("Padding mode", "reflect")),
    ("Set padding", lambda desk: desk.choose("Padding", "explicit…")),
    ("Set padding", lambda desk: desk.enter("Padding top", "3")),
    ("Set operation", lambda desk: desk.choose("Operation", "true convolution")),
    ("Set activation", lambda desk: desk.choose("Activation", "softmax")),
    (
        "Open Tutorial: two-step bump and turn the kernels of layer 1 into 1-D ones",
        lambda desk: desk.choose("Sample", "Tutorial: two-step bump"),
    ),
    ("Insert step", lambda desk: grid_key(desk, Qt.Key.Key_Right, (0, 2))),
    ("Delete steps", lambda desk: grid_key(desk, Qt.Key.Key_C, (0, 0), (0, 1))),
)


def test_every_edit_is_one_named_step_and_undo_leads_back_to_the_start(
    qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path
) -> None:
    start, end = tmp_path / "start.convstudio", tmp_path / "end.convstudio"

    def story(desk: Desk) -> None:
        save_as(desk, answers, start)
        stack = inside.studio.session.undo_stack
        made = []
        for count, (name, make) in enumerate(EDITS, start=1):
            make(desk)
            assert (undo_text(desk), stack.count()) == (f"Undo {name}", count), name
            assert desk.message() == "" or desk.message().startswith("Added "), name
            made.append(inside.document)
        for held in reversed(made):
            assert inside.document is held
            desk.undo()
        assert not stack.canUndo()
        save_as(desk, answers, end)
        for held in made:
            desk.key(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
            assert inside.document is held
        for _ in made:
            desk.undo()
        desk.wait_for_map([LINE] * 6)

    assert tell(qtbot, story) == 0
    assert bytes_of(end) == bytes_of(start)


def test_redo_is_named_too(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Bias", "2")
        desk.undo()
        redo = menu_action(desk, "Edit", "Redo")
        assert redo.text().replace("&", "") == "Redo Set bias"
        redo.trigger()
        assert desk.find(QAbstractSpinBox, "Bias").value() == 2

    assert tell(qtbot, story) == 0


def test_a_pasted_spreadsheet_lands_where_the_cursor_is(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        paste(desk, "Input", 6, 5, "1\t2,5\t1/2\r\n-1\t1e2\t√4\r\n")
        assert [row[4:] for row in desk.numbers("Input")[6:]] == [["1", "1", "2.5", "0.5"], ["1", "-1", "100", "2"]]

    assert tell(qtbot, story) == 0


def test_a_copied_block_pastes_back_as_the_same_numbers(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.type_cell("Input", 0, 0, "1/3")
        view = select(desk, "Input", (0, 0), (1, 1))
        QTest.keyClick(view, Qt.Key.Key_C, CTRL)
        assert QGuiApplication.clipboard().text() == "0.33333334\t0\n0\t0"
        QTest.keyClick(select(desk, "Input", (6, 6)), Qt.Key.Key_V, CTRL)
        assert desk.numbers("Input")[6][6] == desk.numbers("Input")[0][0] == "0.3333"

    assert tell(qtbot, story) == 0


def test_a_block_of_the_feature_map_can_be_copied_but_not_pasted_over(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        before = inside.document
        view = select(desk, "Feature map", (0, 1), (0, 2))
        QTest.keyClick(view, Qt.Key.Key_C, CTRL)
        assert QGuiApplication.clipboard().text() == "0\t3"
        QTest.keyClick(view, Qt.Key.Key_V, CTRL)
        QTest.keyClick(view, Qt.Key.Key_Delete)
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_the_whole_calculation_is_copied_as_text(qtbot: QtBot) -> None:
    def story(desk: Desk) -> None:
        desk.wait_for_map([LINE] * 6)
        for _ in range(3):
            desk.press("Step forward")
        desk.press("Copy calculation")
        by_button = QGuiApplication.clipboard().text()
        QGuiApplication.clipboard().clear()
        desk.key(Qt.Key.Key_C, CTRL | Qt.KeyboardModifier.ShiftModifier)
        assert QGuiApplication.clipboard().text() == by_button
        assert by_button == "1·0 + 1·1 + 0·0 + 1·0 + 1·1 + 0·0 + 1·0 + 1·1 + 0·0 = 3\n3 + bias 0 = 3"

    assert tell(qtbot, story) == 0


def test_a_drag_of_the_brush_is_one_step_that_undo_takes_back_whole(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        brush(desk, (0, 0), (0, 1), (1, 1), (2, 2))
        painted = inside.document.sample.values.to_array()[..., 0]
        assert [painted[at] for at in ((0, 0), (0, 1), (1, 1), (2, 2))] == [1, 1, 1, 1]
        assert inside.studio.session.undo_stack.count() == 1
        desk.undo()
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_two_drags_are_two_steps(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.press("Brush")
        paint(desk, (0, 0), (0, 1))
        paint(desk, (7, 0), (7, 1))
        assert inside.studio.session.undo_stack.count() == 2

    assert tell(qtbot, story) == 0


def test_a_drag_on_a_photograph_is_one_step(qtbot: QtBot, answers: Answers, inside: Inside, tmp_path: Path) -> None:
    path = tmp_path / "grey.npy"
    np.save(path, np.zeros((60, 80)))

    def story(desk: Desk) -> None:
        open_file(desk, answers, path)
        desk.press("Brush")
        QApplication.processEvents()
        port = desk.find(QWidget, "Input picture").viewport()
        middle = port.rect().center()
        QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=middle)
        for way in range(5, 40, 5):
            QTest.mouseMove(port, middle + QPoint(way, way // 2))
            QApplication.processEvents()
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 20))
        painted = int(inside.document.sample.values.to_array().sum())
        assert painted > 3
        assert inside.studio.session.undo_stack.undoText() == "Paint input"
        desk.undo()
        assert inside.document.sample.values.to_array().sum() == 0

    assert tell(qtbot, story) == 0


def test_deleting_every_row_is_refused(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        grid_key(desk, Qt.Key.Key_R, *[(row, 0) for row in range(8)])
        assert desk.message() == "Deleting all 8 rows would leave no input: keep at least one."
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_the_same_sample_chosen_again_is_no_step(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.choose("Sample", "Tutorial: two-pixel line")
        assert inside.studio.session.undo_stack.count() == 0
        assert not desk.window.isWindowModified()

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["Normalise by sum", "Normalise by Σ|w|"])
def test_a_kernel_of_zeros_cannot_be_normalised(qtbot: QtBot, inside: Inside, name: str) -> None:
    def story(desk: Desk) -> None:
        select(desk, "Kernel", (0, 0), (2, 2))
        QTest.keyClick(desk.find(QTableView, "Kernel"), Qt.Key.Key_Delete)
        before = inside.document
        desk.find(QToolButton, name).click()
        assert desk.message().endswith(".")
        assert inside.document is before

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(("field", "text"), [("Filters", "8"), ("Bias", "2"), ("Stride rows", "3")])
def test_a_field_that_has_the_keyboard_leaves_undo_and_redo_to_the_document(
    qtbot: QtBot, inside: Inside, field: str, text: str
) -> None:
    def story(desk: Desk) -> None:
        before = inside.document
        desk.enter(field, text)
        changed = inside.document
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL)
        assert inside.document is before
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL | SHIFT)
        assert inside.document is changed is not before

    assert tell(qtbot, story) == 0


def test_undo_takes_back_what_is_half_typed_into_a_field_first(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        desk.enter("Filters", "8")
        held = inside.document
        field = desk.find(QAbstractSpinBox, "Filters")
        QTest.keyClicks(field, "4")
        QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
        assert (inside.document, field.text()) == (held, "8")

    assert tell(qtbot, story) == 0


def test_the_history_goes_back_to_any_step_and_forward_again(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        documents = [inside.document]
        for field, value in (("Bias", "2"), ("Stride rows", "2"), ("Filters", "3")):
            desk.enter(field, value)
            documents.append(inside.document)
        menu_action(desk, "Edit", "History").trigger()
        (history,) = desk.window.findChildren(HistoryWindow)
        steps = history.list.model()
        for row in (1, 3, 0, 2):
            history.list.setCurrentIndex(steps.index(row, 0))
            assert inside.document is documents[row]
        assert steps.rowCount() == len(documents)

    assert tell(qtbot, story) == 0
