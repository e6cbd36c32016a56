"""A dialog, a menu or a half-typed field that arrives late changes nothing that is not on show."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QDialog, QLineEdit, QTableView, QToolButton
from pytestqt.qtbot import QtBot

from convstudio.model.edits import building
from convstudio.model.edits.intent import Intent, Target
from convstudio.model.trace import stepping
from convstudio.views.input.dialogs import Question
from convstudio.views.layer.filter_dialogs import InitialiserDialog, NameQuestion
from convstudio.views.layer.generator_dialog import GeneratorDialog
from convstudio.views.layer.kernel_tools import SeedPopup
from convstudio.views.layer.library.window import DetectorList
from convstudio.views.parts.grids.cell_editing import drop_half_typed
from tests.e2e.answers import CTRL, Inside
from tests.e2e.driver import Desk, tell


def press(desk: Desk, entry: str) -> None:
    menu = desk.find(QToolButton, "Filter bank").menu()
    next(one for one in menu.actions() if one.text().replace("&", "").startswith(entry)).trigger()


def add(inside: Inside, *kinds: str) -> None:
    """Add layers after the selected one, and select the first layer again."""
    for kind in kinds:
        inside.studio.ribbon._add(kind)
    select(inside, 0)


def select(inside: Inside, layer: int) -> None:
    inside.studio.ribbon._select_layer(layer)
    assert inside.studio.session.view.layer == layer


def is_open(desk: Desk, kind: type[QDialog]) -> bool:
    return any(dialog.isVisible() for dialog in desk.window.findChildren(kind))


def steps(inside: Inside) -> int:
    return inside.studio.session.undo_stack.count()


def named(desk: Desk, name: str) -> list[QAbstractSpinBox]:
    return [field for field in desk.window.findChildren(QAbstractSpinBox) if field.accessibleName() == name]


def half_type(desk: Desk, name: str, text: str) -> QAbstractSpinBox:
    """Type into a number field without leaving it."""
    field = desk.find(QAbstractSpinBox, name)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    return field


def test_initialise_follows_the_selection_and_says_which_layer_is_meant(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        add(inside, "Convolution")
        press(desk, "Initialise")
        dialog = desk.window.findChild(InitialiserDialog)
        assert dialog.windowTitle() == "Initialise filters of layer 1"
        first = inside.document.layers[0]
        select(inside, 1)
        assert dialog.windowTitle() == "Initialise filters of layer 2"
        second = inside.document.layers[1]
        dialog.button.click()
        assert inside.document.layers[0] is first
        assert inside.document.layers[1] is not second

    assert tell(qtbot, story) == 0


OPENINGS: tuple[tuple[str, type[QDialog], Callable[[Desk, Inside], object]], ...] = (
    ("Initialise", InitialiserDialog, lambda desk, _: press(desk, "Initialise")),
    ("Rename", NameQuestion, lambda desk, _: press(desk, "Rename")),
    ("Make kernels", GeneratorDialog, lambda desk, _: press(desk, "Make kernels")),
    ("Detectors and presets", DetectorList, lambda desk, _: desk.press("Detector list")),
    ("Seed", SeedPopup, lambda desk, _: desk.press("Randomise")),
)


@pytest.mark.parametrize(("kind", "show"), [one[1:] for one in OPENINGS], ids=[one[0] for one in OPENINGS])
def test_a_dialog_about_filters_closes_where_a_layer_without_filters_is_selected(
    qtbot: QtBot, inside: Inside, kind: type[QDialog], show: Callable[[Desk, Inside], object]
) -> None:
    def story(desk: Desk) -> None:
        add(inside, "Max pooling")
        show(desk, inside)
        assert is_open(desk, kind)
        select(inside, 1)
        assert not is_open(desk, kind)

    assert tell(qtbot, story) == 0


def test_a_question_about_a_layer_that_is_replaced_closes(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        press(desk, "Rename")
        inside.studio.workspace.open("example:plus")
        desk.wait_for_files()
        inside.studio.workspace.inputs.use_bundled_sample("tutorial-lines")
        desk.wait_for_files()
        inside.studio.workspace.project.start_again()
        desk.wait_for_files()
        inside.studio.editor.apply(Intent("Add", lambda document: building.add_layer(document, 0, "Dense")))
        inside.studio.editor.apply(Intent("Remove", lambda document: building.remove_layer(document, 0)))
        assert not is_open(desk, NameQuestion)

    assert tell(qtbot, story) == 0


def test_a_question_about_an_input_that_is_replaced_closes(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        inside.studio.input_pane._ask_shape()
        assert is_open(desk, Question)
        inside.studio.workspace.inputs.use_bundled_sample("tutorial-sequence")
        desk.wait_for_files()
        assert not is_open(desk, Question)

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["Filters", "Bias", "Kernel rows", "Stride rows"])
def test_what_is_half_typed_for_one_convolution_does_not_reach_the_next(
    qtbot: QtBot, inside: Inside, name: str
) -> None:
    def story(desk: Desk) -> None:
        add(inside, "Convolution")
        inside.studio.editor.apply(Intent("Same", lambda held: held.with_layer(1, held.layers[0])))
        before = inside.document
        half_type(desk, name, "2")
        desk.key(Qt.Key.Key_PageDown, CTRL)
        assert inside.studio.session.view.layer == 1
        field = desk.find(QAbstractSpinBox, name)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert inside.document is before

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Max pooling", "Pool rows"), ("Batch normalisation", "Mean"), ("Dropout", "Seed"), ("Dense", "Units")],
)
def test_what_is_half_typed_for_one_kind_of_layer_does_not_reach_another(
    qtbot: QtBot, inside: Inside, kind: str, name: str
) -> None:
    def story(desk: Desk) -> None:
        inside.studio.ribbon._add(kind)
        inside.studio.ribbon._add("Activation")
        select(inside, 1)
        desk.wait(lambda: any(one.isVisible() for one in named(desk, name)))
        before = inside.document
        half_type(desk, name, "3")
        desk.key(Qt.Key.Key_PageDown, CTRL)
        assert inside.studio.session.view.layer == 2
        assert inside.document is before

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize(("kind", "name"), [("Max pooling", "Pool rows"), ("Dropout", "Rate"), ("Dense", "Units")])
def test_what_is_half_typed_for_a_plain_layer_does_not_reach_it_from_a_convolution(
    qtbot: QtBot, inside: Inside, kind: str, name: str
) -> None:
    def story(desk: Desk) -> None:
        inside.studio.ribbon._add(kind)
        desk.wait(lambda: any(one.isVisible() for one in named(desk, name)))
        before = inside.document
        half_type(desk, name, "3" if name != "Rate" else "0.25")
        desk.key(Qt.Key.Key_PageUp, CTRL)
        assert inside.studio.session.view.layer == 0
        assert inside.document is before
        assert desk.message() == ""

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["Filters", "Bias", "Stride rows"])
def test_what_is_half_typed_for_a_convolution_does_not_reach_it_from_a_plain_layer(
    qtbot: QtBot, inside: Inside, name: str
) -> None:
    def story(desk: Desk) -> None:
        add(inside, "Max pooling")
        before = inside.document
        half_type(desk, name, "2")
        desk.key(Qt.Key.Key_PageDown, CTRL)
        assert inside.studio.session.view.layer == 1
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_undoing_the_layer_that_a_number_is_half_typed_for_drops_it(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        inside.studio.ribbon._add("Dropout")
        inside.studio.ribbon._add("Dense")
        desk.wait(lambda: any(one.isVisible() for one in named(desk, "Units")))
        half_type(desk, "Units", "3")
        inside.studio.session.undo_stack.undo()
        assert [type(layer).__name__ for layer in inside.document.layers] == ["Conv", "Dropout"]
        desk.wait(lambda: any(one.isVisible() for one in named(desk, "Rate")))
        half_type(desk, "Rate", "0.1")
        inside.studio.session.undo_stack.undo()
        assert len(inside.document.layers) == 1
        inside.studio.session.undo_stack.redo()
        assert desk.message() == ""

    assert tell(qtbot, story) == 0


def test_what_is_half_typed_into_a_cell_does_not_reach_the_next_layer(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        add(inside, "Convolution")
        inside.studio.editor.apply(Intent("Same", lambda held: held.with_layer(1, held.layers[0])))
        before = inside.document
        table = desk.find(QTableView, "Kernel")
        table.setFocus()
        table.setCurrentIndex(table.model().index(0, 0))
        QTest.keyClick(table, Qt.Key.Key_F2)
        QTest.keyClicks(table.findChild(QLineEdit), "9")
        select(inside, 1)
        assert not any(editor.isVisible() for editor in table.findChildren(QLineEdit))
        assert inside.document is before

    assert tell(qtbot, story) == 0


def test_an_intent_for_a_layer_that_is_gone_is_dropped_with_a_sentence(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        add(inside, "Convolution")
        off = partial(building.switch_layer, layer=1, is_on=False)
        late = Intent("Late", off, target=Target.of(inside.document, 1))
        inside.studio.editor.apply(Intent("Remove", lambda document: building.remove_layer(document, 1)))
        count = steps(inside)
        inside.studio.editor.apply(late)
        assert desk.message() == "Layer 2 was changed or removed in the meantime, so nothing was done. Try again."
        assert steps(inside) == count
        inside.studio.changes.look(lambda document, view: stepping.select_layer(document, view, 5))
        assert desk.message() == "Layer 6 was removed in the meantime. Select another layer."

    assert tell(qtbot, story) == 0


@pytest.mark.parametrize("name", ["Bias", "Kernel rows"])
def test_a_half_typed_number_is_dropped_when_another_project_opens(qtbot: QtBot, inside: Inside, name: str) -> None:
    def story(desk: Desk) -> None:
        shown = desk.find(QAbstractSpinBox, name).text()
        field = half_type(desk, name, "7")
        inside.studio.workspace.project.start_again()
        desk.wait_for_files()
        assert field.text() == shown
        field.clearFocus()
        assert (steps(inside), field.text()) == (0, shown)

    assert tell(qtbot, story) == 0


def test_a_half_typed_weight_is_dropped_when_another_project_opens(qtbot: QtBot, inside: Inside) -> None:
    def story(desk: Desk) -> None:
        table = desk.find(QTableView, "Kernel")
        table.setCurrentIndex(table.model().index(0, 0))
        table.setFocus()
        QTest.keyClicks(table, "7")
        assert table.viewport().findChild(QLineEdit).isVisible()
        inside.studio.workspace.project.start_again()
        desk.wait_for_files()
        assert not any(editor.isVisible() for editor in table.findChildren(QLineEdit))
        assert steps(inside) == 0

    assert tell(qtbot, story) == 0


def test_moving_the_first_layer_left_beside_a_large_input_changes_nothing(
    qtbot: QtBot, inside: Inside, tmp_path: Path
) -> None:
    np.save(tmp_path / "large.npy", np.zeros((900, 900), np.float32))

    def story(desk: Desk) -> None:
        desk.wait_for_files()
        before = inside.document
        inside.studio.ribbon._move(-1)
        desk.wait_for_files()
        assert inside.document is before
        assert inside.studio.session.view.layer == 0

    assert tell(qtbot, story, str(tmp_path / "large.npy")) == 0


def test_a_value_half_typed_as_another_project_comes_is_dropped_without_a_warning(
    qtbot: QtBot, inside: Inside, qtlog: Any
) -> None:
    def story(desk: Desk) -> None:
        grid = desk.find(QTableView, "Input")
        grid.setCurrentIndex(grid.model().index(0, 0))
        grid.setFocus()
        QTest.keyClick(grid, Qt.Key.Key_F2)
        editor = grid.viewport().findChild(QLineEdit)
        QTest.keyClicks(editor, "7")
        drop_half_typed(desk.window)
        desk.wait_for_files()
        QTest.qWait(1)
        assert steps(inside) == 0
        assert not [one.message for one in qtlog.records if "commitData" in one.message]

    assert tell(qtbot, story) == 0
