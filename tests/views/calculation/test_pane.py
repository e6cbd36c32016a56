from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from convstudio.model.edits import input_cells
from convstudio.model.run.forward import forward
from convstudio.model.trace import stepping
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.views.calculation.pane import CalculationPane
from tests.views.map_documents import (
    asked_moves,
    colour_document,
    document_of,
    impossible_document,
    lines_document,
    sequence_document,
)

SPEEDS = (1, 2, 4, 8, 15, 30, 60)


@pytest.fixture
def pane(qtbot: QtBot) -> CalculationPane:
    pane = CalculationPane(SPEEDS, LIMITS)
    qtbot.addWidget(pane)
    pane.resize(1340, 170)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def show(pane: CalculationPane, document: Document, view: ViewState | None = None) -> ViewState:
    view = stepping.fitted(document, view or ViewState())
    pane.show_document(document, view, None)
    QApplication.processEvents()
    return view


def button(pane: CalculationPane, name: str) -> QAbstractButton:
    return next(found for found in pane.findChildren(QAbstractButton) if found.accessibleName() == name)


# --- what is seen ------------------------------------------------------------------------------------------------


def test_the_calculation_is_written_out(pane: CalculationPane) -> None:
    show(pane, lines_document(activation="relu"), ViewState(position=(2, 2)))
    assert pane.field.toPlainText() == (
        "0·0 + 1·1 + 1·0 + 0·0 + 1·1 + 1·0 + 0·0 + 1·1 + 1·0 = 3\n3 + bias 0 = 3 → ReLU(3) = 3"
    )


def test_the_calculation_is_a_text_field_that_cannot_be_changed(pane: CalculationPane) -> None:
    assert pane.field.accessibleName() == "Calculation"
    assert pane.field.isReadOnly()


def test_the_three_grids_show_window_kernel_and_products(pane: CalculationPane) -> None:
    show(pane, lines_document(), ViewState(position=(2, 2)))
    assert pane.window_grid.texts == (("0", "1", "1"),) * 3
    assert pane.kernel_grid.texts == (("0", "1", "0"),) * 3
    assert pane.products_grid.texts == (("0", "1", "0"),) * 3


def test_the_result_is_said_in_large(pane: CalculationPane) -> None:
    show(pane, lines_document(), ViewState(position=(2, 2)))
    assert pane.result_label.text() == "3"


def test_the_calculation_follows_the_output_under_the_mouse(pane: CalculationPane) -> None:
    document = lines_document()
    view = show(pane, document)
    pane.show_view(document, view.pointing_at(Cell(Pane.MAP, (0, 3))))
    assert pane.result_label.text() == "3"


def test_a_sequence_has_grids_of_one_row(pane: CalculationPane) -> None:
    show(pane, sequence_document(), ViewState(position=(2,)))
    assert pane.window_grid.texts == (("0", "1", "1"),)
    assert pane.field.toPlainText().startswith("0·0 + 1·1 + 1·0 = 1\n")


def test_of_several_channels_the_chosen_one_is_shown_and_all_sums(pane: CalculationPane) -> None:
    show(pane, colour_document(), ViewState(channel=1))
    pane.stepper.ledger_button.setChecked(False)
    captions = [grid.content.caption for grid in (pane.window_grid, pane.kernel_grid, pane.products_grid)]
    assert captions == ["window · green", "kernel · green", "products · green"]
    first, last = pane.field.toPlainText().split("\n")
    assert first.startswith("green: ")
    assert last == "red 18 + green 38 + blue 60 + bias 0 = 116"


def test_a_channel_of_another_group_gives_way_to_one_that_the_filter_reads(pane: CalculationPane) -> None:
    document = document_of(np.ones((4, 4, 2)), np.ones((3, 3, 1, 2)), groups=2)
    show(pane, document, ViewState(channel=0, filter=1))
    assert pane.window_grid.content.caption == "window · channel 2"


def test_padding_cells_are_dimmed_in_the_window(pane: CalculationPane) -> None:
    show(pane, lines_document(padding="same"), ViewState(position=(0, 0)))
    assert pane.window_grid.content.dimmed.tolist() == [[True, True, True], [True, False, False], [True, False, False]]


def test_a_true_convolution_says_that_its_kernel_is_flipped(pane: CalculationPane) -> None:
    document = document_of(np.ones((1, 3, 1)), np.reshape([1, 2, 3], (1, 3, 1, 1)), flip=True)
    show(pane, document)
    assert pane.kernel_grid.content.caption == "flipped kernel"
    assert pane.kernel_grid.texts == (("3", "2", "1"),)


def test_term_by_term_outlines_the_term_and_says_the_running_sum(pane: CalculationPane) -> None:
    show(pane, lines_document(), ViewState(position=(2, 2), term=4))
    assert [grid.content.current for grid in (pane.window_grid, pane.kernel_grid, pane.products_grid)] == [4, 4, 4]
    assert pane.products_grid.content.shown == 5
    assert pane.term_label.text() == "Term 5 of 9: 1·1 = 1; the sum so far is 2."
    assert pane.stepper.terms_button.isChecked()


def test_the_terms_of_a_later_channel_show_that_channel(pane: CalculationPane) -> None:
    show(pane, colour_document(), ViewState(channel=0, term=9 + 4))
    pane.stepper.ledger_button.setChecked(False)
    assert pane.window_grid.content.caption == "window · green"
    assert pane.window_grid.content.current == 4


def test_a_large_kernel_is_a_picture_and_the_line_says_how_many_terms_are_hidden(pane: CalculationPane) -> None:
    rng = np.random.default_rng(1)
    show(pane, document_of(rng.normal(size=(40, 40, 1)), rng.normal(size=(31, 31, 1, 1))))
    assert pane.kernel_grid.texts == ()
    line = pane.field.toPlainText().splitlines()[0]
    hidden = re.search(r"… (\d+) more terms …", line)
    assert hidden is not None
    assert int(hidden[1]) + line.count("·") == 31 * 31
    assert not pane.grab().isNull()


def test_a_layer_that_cannot_work_says_why_and_clears_the_grids(pane: CalculationPane) -> None:
    show(pane, lines_document())
    show(pane, impossible_document())
    assert pane.field.toPlainText().startswith("The kernel 7×7 is larger")
    assert pane.window_grid.content is None
    assert pane.result_label.text() == ""
    assert not button(pane, "Step forward").isEnabled()
    assert not button(pane, "Copy calculation").isEnabled()


def test_not_a_number_is_calculated_with_as_such(pane: CalculationPane) -> None:
    show(pane, document_of(np.full((3, 3, 1), np.nan), np.ones((3, 3, 1, 1))))
    assert pane.result_label.text() == "NaN"


def test_progress_and_scrub_bar_follow_the_position(pane: CalculationPane) -> None:
    show(pane, lines_document(), ViewState(position=(2, 2)))
    assert pane.stepper.progress_label.text() == "15 / 36"
    assert (pane.stepper.slider.maximum(), pane.stepper.slider.value()) == (35, 14)


def test_the_play_button_keeps_its_name_while_it_says_pause(pane: CalculationPane) -> None:
    pane.show_playing(True)
    assert (pane.stepper.play_button.text(), pane.stepper.play_button.accessibleName()) == ("Pause", "Play")


def test_the_chosen_speed_is_shown(pane: CalculationPane) -> None:
    pane.show_speed(15)
    assert pane.stepper.speed_choice.currentText() == "15 / s"


# --- the channel ledger ------------------------------------------------------------------------------------------


def are_grids_shown(pane: CalculationPane) -> list[bool]:
    return [grid.isVisible() for grid in (pane.window_grid, pane.kernel_grid, pane.products_grid)]


def test_of_several_channels_the_ledger_is_what_is_seen_first(pane: CalculationPane) -> None:
    show(pane, colour_document())
    assert pane.ledger.isVisible()
    assert button(pane, "Channel ledger").isChecked()
    assert are_grids_shown(pane) == [False] * 3


def test_where_rows_are_folded_the_ledger_is_one_click_away(pane: CalculationPane) -> None:
    show(pane, colour_document())
    pane.set_crowded(True)
    was_shown = pane.ledger.isVisible()
    button(pane, "Channel ledger").click()
    assert (was_shown, pane.ledger.isVisible()) == (False, True)


def test_a_ledger_that_was_asked_for_stays_where_rows_are_folded(pane: CalculationPane) -> None:
    show(pane, colour_document())
    pane.stepper.ledger_button.click()
    pane.stepper.ledger_button.click()
    pane.set_crowded(True)
    assert pane.ledger.isVisible()


def test_beside_the_ledger_the_calculation_reads_the_channel_sums(pane: CalculationPane) -> None:
    show(pane, colour_document())
    assert pane.field.isVisible()
    assert pane.field.toPlainText().endswith("red 18 + green 38 + blue 60 + bias 0 = 116")


def test_of_one_channel_there_is_no_ledger(pane: CalculationPane) -> None:
    show(pane, colour_document())
    show(pane, lines_document())
    assert not pane.ledger.isVisible()
    assert not button(pane, "Channel ledger").isVisible()
    assert are_grids_shown(pane) == [True] * 3


def test_the_ledger_that_was_put_away_stays_away(qtbot: QtBot, pane: CalculationPane) -> None:
    document = colour_document()
    view = show(pane, document)
    qtbot.mouseClick(button(pane, "Channel ledger"), Qt.MouseButton.LeftButton)
    assert are_grids_shown(pane) == [True] * 3
    pane.show_view(document, replace(view, position=(1, 1)))
    assert not pane.ledger.isVisible()


def test_a_depthwise_layer_shows_its_ledger_when_asked(qtbot: QtBot, pane: CalculationPane) -> None:
    show(pane, document_of(np.ones((4, 4, 2)), np.ones((3, 3, 1, 2)), groups=2), ViewState(filter=1))
    assert not pane.ledger.isVisible()
    qtbot.mouseClick(button(pane, "Channel ledger"), Qt.MouseButton.LeftButton)
    assert [line.name for line in pane.ledger.table.table.content.lines] == ["channel 2", "bias"]


def test_a_layer_that_cannot_work_shows_no_ledger(pane: CalculationPane) -> None:
    show(pane, colour_document())
    show(pane, impossible_document())
    assert not pane.ledger.isVisible()


def test_a_line_of_the_ledger_asks_to_look_at_its_channel(qtbot: QtBot, pane: CalculationPane) -> None:
    document = colour_document()
    view = show(pane, document)
    asked = asked_moves(pane)
    qtbot.keyClick(pane.ledger.table, Qt.Key.Key_Down)
    (look,) = asked
    assert look(document, view).channel == 1


# --- what is asked -----------------------------------------------------------------------------------------------


def test_showing_a_document_asks_for_nothing(pane: CalculationPane) -> None:
    asked = asked_moves(pane)
    show(pane, lines_document(), ViewState(position=(3, 3), term=2))
    show(pane, sequence_document(), ViewState(position=(1,)))
    assert asked == []


@pytest.mark.parametrize(
    ("name", "position"),
    [("First position", (0, 0)), ("Step back", (2, 1)), ("Step forward", (2, 3)), ("Last position", (5, 5))],
)
def test_a_stepper_button_asks_for_its_position(
    qtbot: QtBot, pane: CalculationPane, name: str, position: tuple[int, int]
) -> None:
    document = lines_document()
    view = show(pane, document, ViewState(position=(2, 2)))
    asked = asked_moves(pane)
    qtbot.mouseClick(button(pane, name), Qt.MouseButton.LeftButton)
    (look,) = asked
    assert look(document, view).position == position


def test_the_space_key_on_a_stepper_button_steps(qtbot: QtBot, pane: CalculationPane) -> None:
    document = lines_document()
    view = show(pane, document)
    asked = asked_moves(pane)
    qtbot.keyClick(button(pane, "Step forward"), Qt.Key.Key_Space)
    (look,) = asked
    assert look(document, view).position == (0, 1)


def test_scrubbing_asks_for_a_position_and_shows_the_map_up_to_it(pane: CalculationPane) -> None:
    document = lines_document()
    view = show(pane, document)
    asked = asked_moves(pane)
    pane.stepper.slider.setValue(20)
    (look,) = asked
    assert (look(document, view).position, look(document, view).revealed) == ((3, 2), 21)


def test_the_play_button_asks_to_play(qtbot: QtBot, pane: CalculationPane) -> None:
    show(pane, lines_document())
    with qtbot.waitSignal(pane.play_asked):
        pane.stepper.play_button.click()


def test_choosing_a_speed_asks_for_it(qtbot: QtBot, pane: CalculationPane) -> None:
    with qtbot.waitSignal(pane.speed_asked) as asked:
        pane.stepper.speed_choice.chosen.emit(3)
    assert asked.args == [8]


def test_term_by_term_starts_at_the_first_term_and_stops_again(pane: CalculationPane) -> None:
    document = lines_document()
    view = show(pane, document)
    asked = asked_moves(pane)
    pane.stepper.terms_button.click()
    pane.stepper.terms_button.click()
    begin, end = asked
    assert begin(document, view).term == 0
    assert end(document, replace(view, term=3)).term is None


def test_copying_puts_the_whole_calculation_on_the_clipboard(pane: CalculationPane) -> None:
    show(pane, document_of(np.ones((9, 9, 1)), np.ones((9, 9, 1, 1))))
    button(pane, "Copy calculation").click()
    text = QGuiApplication.clipboard().text()
    assert text.count("1·1") == 81
    assert text.endswith("81 + bias 0 = 81")


def test_hovering_elsewhere_calculates_nothing_anew(pane: CalculationPane, monkeypatch: pytest.MonkeyPatch) -> None:
    document = lines_document()
    view = show(pane, document)
    monkeypatch.setattr(pane, "show_document", lambda *_: pytest.fail("worked out anew"))
    pane.show_view(document, view.pointing_at(Cell(Pane.INPUT, (3, 3))))


def test_every_part_of_the_stepper_has_its_name(pane: CalculationPane) -> None:
    names = {found.accessibleName() for found in pane.findChildren(QAbstractButton) if found.isVisibleTo(pane)}
    assert names == {
        "Forward", "Loss", "Backward", "Update",
        "First position", "Step back", "Play", "Step forward", "Last position", "Term by term", "Copy calculation",
    }  # fmt: skip
    assert (pane.stepper.slider.accessibleName(), pane.stepper.speed_choice.accessibleName()) == ("Position", "Speed")


def test_stepping_from_long_to_short_numbers_moves_nothing(pane: CalculationPane) -> None:
    values = np.float32([[0.12345, 0.5, 0.25, 1, 1, 1]] * 3)[..., np.newaxis]
    document = document_of(values, np.ones((3, 3, 1, 1)))
    show(pane, document, ViewState(position=(0, 0)))
    before = pane.field.geometry()
    show(pane, document, ViewState(position=(0, 3)))
    assert pane.field.geometry() == before


def test_a_combination_on_show_is_what_is_calculated(pane: CalculationPane) -> None:
    document = replace(lines_document(), combination=Combination(0, "sum"))
    pane.show_document(document, ViewState(position=(2, 2), combined=True), forward(document))
    values = forward(document).combined.values
    assert pane.field.toPlainText().startswith("sum of all ")
    assert pane.result_label.text() == format_number(float(values[2, 2]))


def test_a_combination_follows_its_maps(pane: CalculationPane) -> None:
    first = replace(lines_document(), combination=Combination(0, "sum"))
    view = ViewState(position=(2, 2), combined=True)
    second = input_cells.paint_input(first, (3, 3), 1, 9.0, None)
    for document in (first, second):
        pane.show_document(document, view, forward(document))
    assert pane.result_label.text() == format_number(float(forward(second).combined.values[2, 2]))


def test_a_combination_that_cannot_be_made_says_why(pane: CalculationPane) -> None:
    document = replace(lines_document(), combination=Combination(0, "sum", (0, 9)))
    view = ViewState(combined=True)
    show(pane, document, view)
    pane.show_document(document, view, forward(document))
    assert pane.field.toPlainText().startswith("The sum reads map 10")
