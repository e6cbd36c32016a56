from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.edits import channels, input_cells, kernel_weights, layer_settings
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.parts.grids.grid import GridView
from tests.views.intents import on_edit, on_move
from tests.views.kernel_documents import LINE, by_id, image_document, sequence_document

SOBEL = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
SEQUENCE_VIEW = ViewState(position=(0,))


class Heard:
    """Everything that a pane asked for."""

    def __init__(self, pane: KernelPane) -> None:
        self.edits: list[tuple] = []
        self.looks: list = []
        self.refusals: list[str] = []
        on_edit(pane, lambda *arguments: self.edits.append(arguments))
        on_move(pane, self.looks.append)
        pane.refused.connect(self.refusals.append)

    def edited(self, document: Document) -> tuple[str, Document]:
        ((step, edit, _),) = self.edits
        return step, edit(document)


@pytest.fixture
def pane(qtbot: QtBot) -> KernelPane:
    pane = KernelPane(load_detectors(), LIMITS)
    qtbot.addWidget(pane)
    pane.resize(560, 470)
    return pane


def named(pane: QWidget, kind: type, name: str):
    return next(found for found in pane.findChildren(kind) if found.accessibleName() == name)


def texts(pane: QWidget) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if label.isVisibleTo(pane)]


def numbers(grid: QTableView) -> list[list[str]]:
    model = grid.model()
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def type_into(qtbot: QtBot, field: QWidget, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def marks(grid: GridView) -> list[tuple[list[int], list[int], bool]]:
    return [(o.rows.tolist(), o.columns.tolist(), o.is_window) for o in grid._overlays]


def kernel_of(document: Document, filter_index: int = 0, channel: int = 0) -> list:
    return document.layers[0].weights[..., channel, filter_index].tolist()


# --- what is visible -------------------------------------------------------------------------------------------------


def test_the_title_says_shape_and_filter(pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    assert texts(pane)[:2] == ["Kernel", "3 × 3 × 1 · filter 1 of 1"]


def test_weights_are_written_as_fractions(pane: KernelPane) -> None:
    document = kernel_weights.use_detector(image_document(LINE), 0, 0, by_id("box-blur-3"))
    pane.show_document(document, ViewState())
    assert numbers(named(pane, QTableView, "Kernel")) == [["1/9"] * 3] * 3


def test_a_sequence_shows_one_row_with_stems_and_no_rows_field(pane: KernelPane) -> None:
    pane.show_document(sequence_document((0, 1, 0)), SEQUENCE_VIEW)
    assert numbers(named(pane, QTableView, "Kernel")) == [["0", "1", "0"]]
    assert pane.stage.stems.isVisibleTo(pane)
    assert not named(pane, QSpinBox, "Kernel rows").isVisibleTo(pane)


def test_the_facts_say_sum_and_answer_on_flat_areas(pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    assert "Sum 3 · Σ|w| 3 · 3 on a constant input of 1 · separable" in texts(pane)


def test_the_output_formula_holds_the_live_numbers(pane: KernelPane) -> None:
    pane.show_document(layer_settings.set_stride(image_document(LINE), 0, (2, 2)), ViewState())
    assert "Output: ⌊(8 − 3) ÷ 2⌋ + 1 = 3" in texts(pane)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda document: kernel_weights.set_kernel_size(document, 0, (9, 9)),
            "The kernel 9×9 is larger than the padded input 8×8 along its rows and columns; "
            "use a smaller kernel, less dilation, or more padding.",
        ),
        (
            lambda document: layer_settings.set_padding_mode(
                layer_settings.set_padding(document, 0, ((9, 9), (0, 0))), 0, "reflect"
            ),
            "Reflect padding of 9 cells is more than an axis of 8 can show; "
            'use 7 or less, or mode "zeros" or "replicate".',
        ),
    ],
)
def test_a_setting_that_cannot_work_says_why_and_what_would(pane: KernelPane, change, problem: str) -> None:
    pane.show_document(change(image_document(LINE)), ViewState())
    assert problem in texts(pane)


def test_a_true_convolution_shows_the_flipped_kernel(pane: KernelPane) -> None:
    pane.show_document(layer_settings.set_flip(image_document(SOBEL), 0, True), ViewState())
    flipped = named(pane, QTableView, "Flipped kernel")
    assert numbers(flipped) == [["1", "0", "-1"], ["2", "0", "-2"], ["1", "0", "-1"]]
    assert flipped.isVisibleTo(pane)
    assert "flipped, as it is used" in texts(pane)


def test_a_cross_correlation_shows_no_flipped_kernel(pane: KernelPane) -> None:
    pane.show_document(image_document(SOBEL), ViewState())
    assert not named(pane, QTableView, "Flipped kernel").isVisibleTo(pane)


def test_the_current_terms_weight_is_outlined_in_both_kernels(pane: KernelPane) -> None:
    pane.show_document(layer_settings.set_flip(image_document(SOBEL), 0, True), ViewState(term=2))
    assert marks(pane.stage.grid) == [([2], [0], True)]
    assert marks(pane.stage.flipped) == [([0], [2], True)]


def test_a_large_kernel_scrolls_to_the_current_term(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(np.ones((31, 31)), side=40)
    pane.show_document(document, ViewState())
    pane.show()
    pane.show_view(document, ViewState(term=31 * 31 - 1))
    grid = pane.stage.grid
    assert grid.viewport().rect().contains(grid.visualRect(grid.model().index(30, 30)))


def test_a_pinned_weight_is_marked_as_linked(pane: KernelPane) -> None:
    document = image_document(SOBEL)
    pane.show_document(document, ViewState())
    pane.show_view(document, ViewState(pinned=Cell(Pane.KERNEL, (1, 2))))
    assert marks(pane.stage.grid) == [([1], [2], False)]


def test_a_cell_of_another_pane_marks_no_weight(pane: KernelPane) -> None:
    document = image_document(SOBEL)
    pane.show_document(document, ViewState())
    pane.show_view(document, ViewState(pointed=Cell(Pane.INPUT, (1, 2))))
    assert marks(pane.stage.grid) == []


def test_moving_the_marks_keeps_the_content(pane: KernelPane) -> None:
    document = image_document(SOBEL)
    pane.show_document(document, ViewState())
    content = pane.stage.grid.grid.content
    pane.show_view(document, ViewState(pointed=Cell(Pane.KERNEL, (0, 0))))
    assert pane.stage.grid.grid.content is content


def test_painting_the_input_keeps_the_content(pane: KernelPane) -> None:
    document = image_document(SOBEL)
    pane.show_document(document, ViewState())
    content = pane.stage.grid.grid.content
    pane.show_document(input_cells.paint_input(document, (1, 1), 1, 5, 0), ViewState())
    assert pane.stage.grid.grid.content is content


def test_a_channel_that_was_renamed_is_called_so_here_too(pane: KernelPane) -> None:
    document = image_document(LINE, channels=2)
    pane.show_document(document, ViewState())
    pane.show_document(channels.rename_channel(document, 0, "infrared"), ViewState())
    assert "3 × 3 × 2 · filter 1 of 1 · infrared" in texts(pane)


def test_another_data_format_turns_the_shape_of_the_same_filter(pane: KernelPane) -> None:
    document = image_document(LINE, channels=2)
    pane.show_document(document, ViewState())
    assert "3 × 3 × 2 · filter 1 of 1 · channel 1" in texts(pane)
    pane.show_document(document, ViewState(data_format="pytorch"))
    assert "2 × 3 × 3 · filter 1 of 1 · channel 1" in texts(pane)


def test_pointing_at_the_shape_spells_that_of_all_weights(pane: KernelPane) -> None:
    pane.show_document(image_document(LINE, filters=4), ViewState(data_format="pytorch"))
    tips = [line for label in pane.findChildren(QLabel) for line in label.toolTip().split("\n")]
    assert "PyTorch: [4, 1, 3, 3] = 4 filters, 1 channel, 3 rows, 3 columns" in tips


def test_another_input_shape_changes_the_formula(pane: KernelPane) -> None:
    document = image_document(SOBEL)
    pane.show_document(document, ViewState())
    pane.show_document(input_cells.set_input_shape(document, (9, 9)), ViewState())
    assert "Output: (9 − 3) ÷ 1 + 1 = 7" in texts(pane)


def test_another_filter_shows_its_own_weights(pane: KernelPane) -> None:
    document = kernel_weights.set_weights_block(image_document(LINE, filters=2), 0, 1, 0, (0, 0), [[7]])
    pane.show_document(document, ViewState())
    pane.show_view(document, ViewState(filter=1))
    assert numbers(pane.stage.grid)[0] == ["7", "1", "0"]


def test_the_matrix_shows_which_of_several_kernels_is_in_the_editor(pane: KernelPane) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState(filter=2, channel=1))
    at = pane.matrix.currentIndex()
    assert (pane.matrix.isVisibleTo(pane), at.row(), at.column()) == (True, 2, 1)


def test_in_a_low_pane_the_matrix_is_one_click_away(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    pane.show()
    pane.resize(620, 250)
    qtbot.waitUntil(lambda: not pane.matrix.isVisibleTo(pane))
    button = named(pane, QAbstractButton, "All kernels")
    button.click()
    assert (button.isChecked(), pane.matrix.isVisibleTo(pane)) == (True, True)


@pytest.mark.parametrize("presses", [0, 2])
def test_a_second_press_leaves_the_matrix_to_the_height_again(qtbot: QtBot, pane: KernelPane, presses: int) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    pane.show()
    for height, is_shown in ((250, False), (420, True)):
        pane.resize(620, height)
        qtbot.waitUntil(lambda wanted=is_shown: pane.matrix.isVisibleTo(pane) == wanted)
        for _ in range(presses):
            named(pane, QAbstractButton, "All kernels").click()
    pane.resize(620, 250)
    qtbot.waitUntil(lambda: not pane.matrix.isVisibleTo(pane))


def test_a_choice_about_the_matrix_holds_at_every_height(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    pane.resize(620, 420)
    pane.show()
    named(pane, QAbstractButton, "All kernels").click()
    pane.resize(620, 430)
    assert not pane.matrix.isVisibleTo(pane)


@pytest.mark.parametrize("was_opened", [False, True])
def test_the_way_back_from_help_leaves_the_matrix_as_it_was(qtbot: QtBot, pane: KernelPane, was_opened: bool) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    pane.show()
    pane.resize(620, 250)
    qtbot.waitUntil(lambda: not pane.matrix.isVisibleTo(pane))
    if was_opened:
        named(pane, QAbstractButton, "All kernels").click()
    go_back = pane.arrangement()
    pane.bring_out(pane.matrix)
    go_back()
    assert pane.matrix.isVisibleTo(pane) == was_opened


def test_help_brings_out_a_matrix_that_has_no_room(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    pane.show()
    pane.resize(620, 250)
    qtbot.waitUntil(lambda: not pane.matrix.isVisibleTo(pane))
    pane.bring_out(pane.matrix)
    assert pane.matrix.isVisibleTo(pane)


def test_the_kernel_has_cells_that_are_easy_to_read_beside_many_filters(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=12), ViewState())
    pane.resize(620, 346)
    pane.show()
    qtbot.waitUntil(lambda: pane.stage.grid.columnWidth(0) >= 48)
    assert pane.settings.isVisibleTo(pane)


def test_a_single_kernel_has_no_matrix(pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    assert not pane.matrix.isVisibleTo(pane)


@pytest.mark.parametrize(("width", "both"), [(620, True), (385, False)])
def test_the_settings_stand_beside_the_weights_where_both_have_room(
    qtbot: QtBot, pane: KernelPane, width: int, both: bool
) -> None:
    pane.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    pane.show()
    pane.resize(width, 470)
    qtbot.waitUntil(lambda: pane.strip.isVisible() == both)
    assert pane.stage.isVisible()


def test_in_a_narrow_pane_the_settings_and_the_weights_take_turns(qtbot: QtBot, pane: KernelPane) -> None:
    pane.resize(385, 470)
    pane.show_document(image_document(LINE), ViewState())
    pane.show()
    named(pane, QToolButton, "Layer settings").click()
    assert (pane.settings.isVisible(), pane.stage.isVisible()) == (True, False)
    named(pane, QToolButton, "Weights").click()
    assert (pane.settings.isVisible(), pane.stage.isVisible()) == (False, True)


def test_the_field_that_brings_the_matrix_keeps_the_keyboard(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    pane.show()
    pane.activateWindow()
    field = named(pane, QSpinBox, "Filters")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    pane.show_document(image_document(LINE, filters=2), ViewState())
    QApplication.processEvents()
    assert field.hasFocus()


@pytest.mark.parametrize(
    ("name", "value"),
    [("Kernel rows", 3), ("Kernel columns", 5), ("Filters", 4), ("Groups", 3)],
)
def test_number_fields_show_the_layer(pane: KernelPane, name: str, value: int) -> None:
    document = kernel_weights.set_kernel_size(image_document(LINE, channels=3, filters=3), 0, (3, 5))
    grouped = layer_settings.set_groups(document, 0, 3)
    pane.show_document(layer_settings.set_filters(grouped, 0, 4), ViewState())
    assert named(pane, QSpinBox, name).value() == value


def test_showing_documents_and_views_asks_for_nothing(pane: KernelPane) -> None:
    heard = Heard(pane)
    pane.show_document(image_document(SOBEL, channels=3, filters=4), ViewState(filter=2))
    pane.show_document(kernel_weights.set_bias(sequence_document((0, 1, 0)), 0, 0, 0.123456), SEQUENCE_VIEW)
    pane.show_view(image_document(LINE), ViewState(term=1))
    assert (heard.edits, heard.looks, heard.refusals) == ([], [], [])


@pytest.mark.parametrize("document", [image_document(LINE), sequence_document((0, 1, 0))])
def test_the_pane_fits_a_small_screen_without_scrolling(qtbot: QtBot, pane: KernelPane, document: Document) -> None:
    pane.resize(560, 330)
    pane.show_document(document, SEQUENCE_VIEW if document.sample.rank == 1 else ViewState())
    pane.show()
    assert (pane.size().width(), pane.size().height()) == (560, 330)
    assert pane.settings.isVisible()
    assert not pane.findChild(QScrollArea).verticalScrollBar().isVisible()


# --- what is asked for -----------------------------------------------------------------------------------------------


def test_typing_a_fraction_asks_to_set_that_weight(pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    pane.stage.grid.model().setData(pane.stage.grid.model().index(2, 0), "1/9")
    step, after = heard.edited(document)
    assert (step, after.layers[0].weights[2, 0, 0, 0]) == ("Set weight", np.float32(1 / 9))


def test_a_weight_of_the_filter_and_channel_that_are_looked_at_is_set(pane: KernelPane) -> None:
    document = image_document(LINE, channels=3, filters=2)
    pane.show_document(document, ViewState(filter=1, channel=2))
    heard = Heard(pane)
    pane.stage.grid.model().setData(pane.stage.grid.model().index(0, 0), "5")
    changed = heard.edited(document)[1].layers[0].weights - document.layers[0].weights
    assert np.argwhere(changed).tolist() == [[0, 0, 2, 1]]


def test_typing_no_number_is_refused_in_a_sentence(pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    heard = Heard(pane)
    pane.stage.grid.model().setData(pane.stage.grid.model().index(0, 0), "two")
    assert (heard.edits, heard.refusals) == (
        [],
        ["Row 1, column 1: “two” is not a number: type one such as 2, 0.5, 1/9 or sqrt(2)."],
    )


def test_pasting_a_spreadsheet_block_is_one_edit(pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    QGuiApplication.clipboard().setText("1\t2\n3\t4")
    pane.stage.grid.setCurrentIndex(pane.stage.grid.model().index(1, 1))
    pane.stage.grid.selected.paste()
    step, after = heard.edited(document)
    assert (step, kernel_of(after)) == ("Set weights", [[0, 1, 0], [0, 1, 2], [0, 3, 4]])


def test_choosing_a_detector_asks_to_use_it(pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    choice = named(pane, QComboBox, "Detector")
    choice.activated.emit(choice.findText("Sobel x"))
    step, after = heard.edited(document)
    assert (step, kernel_of(after)) == ("Use detector sobel-x", [list(row) for row in SOBEL])


def test_the_choice_returns_to_the_document_when_the_detector_is_not_used(pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    choice = named(pane, QComboBox, "Detector")
    choice.setCurrentIndex(choice.findText("Sobel x"))
    choice.activated.emit(choice.currentIndex())
    assert choice.currentText() == "Vertical line (tutorial)"


def test_the_detector_list_uses_a_detector(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    qtbot.mouseClick(named(pane, QToolButton, "Detector list"), Qt.MouseButton.LeftButton)
    search_field = named(pane, QLineEdit, "Search")
    qtbot.keyClicks(search_field, "emboss")
    qtbot.keyClick(search_field, Qt.Key.Key_Return)
    assert heard.edited(document)[0] == "Use detector emboss"


@pytest.mark.parametrize(
    ("tool", "step", "expected"),
    [
        ("Flip left-right", "Flip kernel left-right", [[2, 1, 0], [5, 4, 3], [8, 7, 6]]),
        ("Flip up-down", "Flip kernel up-down", [[6, 7, 8], [3, 4, 5], [0, 1, 2]]),
        ("Rotate", "Rotate kernel", [[6, 3, 0], [7, 4, 1], [8, 5, 2]]),
        ("Transpose", "Transpose kernel", [[0, 3, 6], [1, 4, 7], [2, 5, 8]]),
        ("Negate", "Negate kernel", [[0, -1, -2], [-3, -4, -5], [-6, -7, -8]]),
        ("Normalise by sum", "Normalise kernel by sum", (np.arange(9).reshape(3, 3) / np.float64(36)).tolist()),
        ("Normalise by Σ|w|", "Normalise kernel by Σ|w|", (np.arange(9).reshape(3, 3) / np.float64(36)).tolist()),
    ],
)
def test_a_tool_asks_for_its_edit(qtbot: QtBot, pane: KernelPane, tool: str, step: str, expected: list) -> None:
    document = image_document(np.arange(9).reshape(3, 3))
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    qtbot.keyClick(named(pane, QToolButton, tool), Qt.Key.Key_Space)
    name, after = heard.edited(document)
    assert (name, kernel_of(after)) == (step, np.float32(expected).tolist())


def test_flipping_a_sequences_kernel_turns_it_end_for_end(qtbot: QtBot, pane: KernelPane) -> None:
    document = sequence_document((1, 2, 3))
    pane.show_document(document, SEQUENCE_VIEW)
    heard = Heard(pane)
    qtbot.mouseClick(named(pane, QToolButton, "Flip left-right"), Qt.MouseButton.LeftButton)
    assert kernel_of(heard.edited(document)[1]) == [3, 2, 1]


def test_a_sequence_is_offered_no_tool_for_rows(pane: KernelPane) -> None:
    pane.show_document(sequence_document((1, 2, 3)), SEQUENCE_VIEW)
    tools = [named(pane, QToolButton, name) for name in ("Flip up-down", "Transpose")]
    assert not any(tool.isVisibleTo(pane) for tool in tools)


def test_normalising_a_zero_sum_is_refused_with_the_other_way(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(SOBEL)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    qtbot.mouseClick(named(pane, QToolButton, "Normalise by sum"), Qt.MouseButton.LeftButton)
    with pytest.raises(ValueError, match=r"divide by Σ\|w\| instead"):
        heard.edited(document)


def test_randomise_uses_the_seed_shown_and_counts_it_up(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    popup = pane.tools.seed_popup
    type_into(qtbot, popup.seed, "41")
    popup.draw_button.click()
    step, after = heard.edited(document)
    assert (step, popup.seed.value()) == ("Randomise kernel with seed 41", 42)
    assert after == kernel_weights.randomise_kernel(document, 0, 0, 41)


def top_level_names() -> list[str]:
    application = QAccessible.queryAccessibleInterface(QApplication.instance())
    windows = [application.child(index) for index in range(application.childCount())]
    return [window.text(QAccessible.Text.Name) for window in windows]


def test_a_screen_reader_is_told_of_the_seed(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show()
    named(pane, QToolButton, "Randomise").click()
    assert "Randomise" in top_level_names()


def test_the_seed_closes_when_the_user_goes_on_elsewhere(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show()
    popup = pane.tools.seed_popup
    named(pane, QToolButton, "Randomise").click()
    qtbot.waitUntil(popup.isActiveWindow)
    pane.activateWindow()
    qtbot.waitUntil(lambda: not popup.isVisible())


def test_a_weight_too_long_as_a_decimal_is_shown_as_its_fraction(pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(kernel_weights.use_detector(document, 0, 0, by_id("gaussian-5")), ViewState())
    assert numbers(named(pane, QTableView, "Kernel"))[1] == ["1/64", "1/16", "3/32", "1/16", "1/64"]


@pytest.mark.parametrize(
    ("name", "number", "step", "expected"),
    [
        ("Kernel rows", "5", "Set kernel size", (5, 3, 4, 2)),
        ("Kernel columns", "1", "Set kernel size", (3, 1, 4, 2)),
        ("Filters", "3", "Set filters: Horizontal line (tutorial)", (3, 3, 4, 3)),
        ("Groups", "2", "Set groups", (3, 3, 2, 2)),
    ],
)
def test_a_number_field_asks_for_its_edit(
    qtbot: QtBot, pane: KernelPane, name: str, number: str, step: str, expected: tuple
) -> None:
    document = image_document(LINE, channels=4, filters=2)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    type_into(qtbot, named(pane, QSpinBox, name), number)
    asked, after = heard.edited(document)
    assert (asked, after.layers[0].weights.shape) == (step, expected)


@pytest.mark.parametrize("name", ["Kernel rows", "Kernel columns"])
def test_a_kernel_longer_than_31_is_refused(qtbot: QtBot, pane: KernelPane, name: str) -> None:
    pane.show_document(image_document(LINE), ViewState())
    heard = Heard(pane)
    type_into(qtbot, named(pane, QSpinBox, name), "32")
    assert (heard.edits, heard.refusals) == ([], [f"{name} is a whole number from 1 to 31, so 32 is refused."])


def test_groups_that_do_not_divide_leave_the_field_as_it_was(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE, channels=3), ViewState())
    field = named(pane, QSpinBox, "Groups")
    type_into(qtbot, field, "2")
    assert field.value() == 1


def test_a_bias_can_be_typed_as_a_fraction(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(LINE, filters=2)
    pane.show_document(document, ViewState(filter=1))
    heard = Heard(pane)
    type_into(qtbot, named(pane, QDoubleSpinBox, "Bias"), "-1/8")
    step, after = heard.edited(document)
    assert (step, after.layers[0].bias.tolist()) == ("Set bias", [0, -0.125])


def test_a_bias_that_is_no_number_is_refused(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    heard = Heard(pane)
    type_into(qtbot, named(pane, QDoubleSpinBox, "Bias"), "much")
    assert (heard.edits, heard.refusals) == (
        [],
        ["Bias: “much” is not a number: type one such as 2, 0.5, 1/9 or sqrt(2)."],
    )


def test_leaving_an_unreadable_bias_puts_the_number_before_it_back(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    with qtbot.waitActive(pane):
        pane.show()
    heard, field = Heard(pane), named(pane, QDoubleSpinBox, "Bias")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "much")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert (field.text(), heard.edits, len(heard.refusals)) == ("0", [], 1)


@pytest.mark.parametrize("bias", [1 / 9, 0.123456])
def test_leaving_the_bias_as_it_was_asks_for_nothing(qtbot: QtBot, pane: KernelPane, bias: float) -> None:
    pane.show_document(kernel_weights.set_bias(image_document(LINE), 0, 0, bias), ViewState())
    heard = Heard(pane)
    qtbot.keyClick(named(pane, QDoubleSpinBox, "Bias"), Qt.Key.Key_Return)
    assert (heard.edits, heard.refusals) == ([], [])


def test_a_setting_of_the_layer_is_asked_for_by_the_pane(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    type_into(qtbot, named(pane, QSpinBox, "Stride rows"), "2")
    step, after = heard.edited(document)
    assert (step, after.layers[0]) == ("Set stride", replace(document.layers[0], stride=(2, 1)))


def test_hovering_a_weight_points_at_it_once(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    pane.stage.grid.pointed.emit((1, 2))
    pane.stage.grid.pointed.emit((1, 2))
    assert [look(document, ViewState()).pointed for look in heard.looks] == [Cell(Pane.KERNEL, (1, 2))]


def test_hovering_the_flipped_kernel_points_at_the_weight_as_it_is_written(pane: KernelPane) -> None:
    document = layer_settings.set_flip(image_document(SOBEL), 0, True)
    pane.show_document(document, ViewState())
    heard = Heard(pane)
    pane.stage.flipped.pointed.emit((0, 0))
    assert heard.looks[0](document, ViewState()).pointed == Cell(Pane.KERNEL, (2, 2))


def test_leaving_the_grid_points_at_nothing(pane: KernelPane) -> None:
    document = image_document(LINE)
    pane.show_document(document, ViewState())
    pane.stage.grid.pointed.emit((1, 2))
    heard = Heard(pane)
    pane.stage.grid.pointed.emit(None)
    assert heard.looks[0](document, ViewState(pointed=Cell(Pane.KERNEL, (1, 2)))).pointed is None


def test_clicking_a_weight_pins_it(qtbot: QtBot, pane: KernelPane) -> None:
    document = sequence_document((1, 2, 3))
    pane.show_document(document, SEQUENCE_VIEW)
    pane.show()
    heard = Heard(pane)
    grid = pane.stage.grid
    where = grid.visualRect(grid.model().index(0, 2)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where))
    assert heard.looks[-1](document, SEQUENCE_VIEW).pinned == Cell(Pane.KERNEL, (2,))


def test_arrow_keys_pin_the_weight_that_they_reach(qtbot: QtBot, pane: KernelPane) -> None:
    document = image_document(SOBEL)
    pane.show_document(document, ViewState())
    grid = pane.stage.grid
    grid.setCurrentIndex(grid.model().index(0, 0))
    heard = Heard(pane)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert [look(document, ViewState()).pinned for look in heard.looks] == [Cell(Pane.KERNEL, (0, 1))]


def test_the_layers_settings_fold_away_and_the_formula_stays(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    pane.show()
    qtbot.keyClick(pane.strip.close_button, Qt.Key.Key_Space)
    assert not pane.settings.isVisibleTo(pane)
    assert "Output: (8 − 3) ÷ 1 + 1 = 6" in texts(pane)


def test_a_photograph_asks_for_no_more_width_than_a_small_screen_has(qtbot: QtBot, pane: KernelPane) -> None:
    pane.show_document(image_document(LINE), ViewState())
    pane.show()
    pane.show_document(image_document(LINE, channels=3), ViewState())
    assert pane.minimumSizeHint().width() <= 410


def test_a_layer_that_is_off_shows_a_filter_of_its_own_while_a_further_map_is_looked_at(pane: KernelPane) -> None:
    document = image_document(LINE, channels=3, filters=2)
    layer = replace(conv_at(document, 0), is_on=False)
    pane.show_document(document.with_layer(0, layer), ViewState(filter=2))
    assert "filter 2 of 2" in pane._facts.text()


def test_the_kernel_of_a_photograph_has_the_width_under_the_row_of_its_channels(pane: KernelPane) -> None:
    document = Document(Sample.of("", np.ones((8, 8, 3))), Network((Conv.of(np.ones((3, 3, 3, 1))),)))
    pane.resize(580, 440)
    pane.show()
    pane.show_document(document, ViewState())
    QGuiApplication.processEvents()
    assert pane.matrix.geometry().bottom() < pane.stage.geometry().top()
    assert pane.matrix.horizontalScrollBar().maximum() == 0
