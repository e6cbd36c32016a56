"""The lens on moving an input."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convstudio.model.lenses.subject import Subject
from convstudio.model.values.document import Document
from convstudio.views.lenses.shift import ShiftLens
from tests.views.map_documents import lines_document, sequence_document


@pytest.fixture
def lens(qtbot: QtBot) -> ShiftLens:
    lens = ShiftLens()
    qtbot.addWidget(lens)
    lens.resize(1100, 660)
    lens.show()
    qtbot.waitExposed(lens)
    lens.activateWindow()
    qtbot.waitUntil(lens.isActiveWindow)
    show(lens, lines_document())
    return lens


def show(lens: ShiftLens, document: Document) -> None:
    lens.show_subject(Subject(document.layers[0], document.sample.values))


def press(lens: ShiftLens, name: str) -> None:
    next(button for button in lens.findChildren(QToolButton) if button.accessibleName() == name).click()


def test_the_map_of_the_moved_input_is_the_moved_map(lens: ShiftLens) -> None:
    assert lens.plates["Feature map before"].values[0].tolist() == [0, 0, 3, 3, 0, 0]
    assert lens.plates["Feature map after the move"].values[0].tolist() == [0, 0, 0, 3, 3, 0]
    assert not lens.plates["Feature map difference"].values.any()


def test_a_field_moves_the_input(lens: ShiftLens) -> None:
    lens.columns.setValue(-2)
    assert lens.plates["Input after the move"].values[0].tolist() == [0, 1, 1, 0, 0, 0, 0, 0]


def test_an_arrow_key_moves_the_input_one_cell(lens: ShiftLens, qtbot: QtBot) -> None:
    lens.columns.setFocus()
    qtbot.keyClick(lens.columns, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: lens.columns.value() == 2)
    assert lens.plates["Input after the move"].values[0].tolist() == [0, 0, 0, 0, 0, 1, 1, 0]


def test_moving_back_leaves_no_difference_anywhere(lens: ShiftLens) -> None:
    press(lens, "Move back")
    assert not lens.plates["Pooled map difference"].values.any()
    assert lens.verdict.text().startswith("Nothing has moved yet")


def test_a_mean_over_each_window_can_be_pooled_instead(lens: ShiftLens) -> None:
    lens.kind.setCurrentIndex(1)
    lens.kind.chosen.emit(1)
    assert lens.plates["Pooled map after the move"].values[0].tolist() == [0, 1.5, 1.5]


def test_a_sequence_moves_by_steps_and_an_image_after_it_by_columns(lens: ShiftLens) -> None:
    names = []
    for document in (sequence_document(), lines_document()):
        show(lens, document)
        names.append(lens.columns.accessibleName())
    assert names == ["Steps", "Columns"]


def test_a_sequence_has_no_rows_to_move(lens: ShiftLens) -> None:
    show(lens, sequence_document())
    assert not lens.rows.isEnabled()
    press(lens, "Move up")
    assert lens.plates["Feature map after the move"].values.tolist() == [[0, 0, 0, 1, 1, 0]]


def test_a_move_out_of_sight_is_explained_and_can_be_taken_back(lens: ShiftLens) -> None:
    lens.columns.setValue(8)
    assert "is left to compare" in lens.problem.text()
    press(lens, "Move back")
    assert lens.stage.isVisible()


def test_a_move_beyond_the_limit_is_refused_with_it(lens: ShiftLens, qtbot: QtBot) -> None:
    with qtbot.waitSignal(lens.refused) as told:
        lens.columns.setValue(99)
    assert told.args == ["Columns is a whole number from -16 to 16, so 99 is refused."]


def test_in_a_narrow_panel_every_sentence_is_as_wide_as_the_pictures_above_it(lens: ShiftLens, qtbot: QtBot) -> None:
    lens.resize(380, 640)
    qtbot.waitUntil(lambda: {told.width() for told in lens._told} == {lens.stage.width()})
    assert lens.plates["Feature map before"].caption.isHidden()
    assert not lens.plates["Input before"].caption.isHidden()

    lens.resize(1100, 660)
    qtbot.waitUntil(lambda: not lens.plates["Feature map before"].caption.isHidden())
