from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDoubleSpinBox, QSpinBox, QTableView
from pytestqt.qtbot import QtBot

from convstudio.files.resources import sample_thumbnail
from convstudio.model.colour import reduction
from convstudio.model.edits import input_cells
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.run.forward import Forward, forward
from convstudio.model.trace.links import select_channel
from convstudio.model.values.arrays import frozen
from convstudio.model.values.boxes import changed_places
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.views.input.dialogs import Question
from convstudio.views.input.pane import InputPane
from convstudio.views.parts.controls import NumberField, WholeField
from tests.views.input_documents import ENTRIES, LIMITS, bump, document_of, lines, photograph, twelve_bits
from tests.views.intents import on_edit, on_move

SEQUENCE_VIEW = ViewState(position=(0,))


def click_tile(pane: InputPane, name: str) -> None:
    """Click the tile of a channel."""
    tiles = pane.channels.strip.model()
    index = next(tiles.index(row) for row in range(tiles.rowCount()) if tiles.index(row).data() == name)
    centre = pane.channels.strip.visualRect(index).center()
    QTest.mouseClick(pane.channels.strip.viewport(), Qt.MouseButton.LeftButton, pos=centre)


class Heard:
    """Everything that a pane asked for."""

    def __init__(self, pane: InputPane) -> None:
        self.edits: list[tuple] = []
        self.looks: list[Callable[[Document, ViewState], ViewState]] = []
        self.refusals: list[str] = []
        self.samples: list[str] = []
        self.opened: list[bool] = []
        on_edit(pane, lambda *asked: self.edits.append(asked))
        on_move(pane, self.looks.append)
        pane.refused.connect(self.refusals.append)
        pane.sample_asked.connect(self.samples.append)
        pane.open_asked.connect(lambda: self.opened.append(True))

    def edited(self, document: Document) -> np.ndarray:
        """The values after the one edit that was asked for."""
        ((_, edit, _),) = self.edits
        return edit(document).sample.values.to_array()


@pytest.fixture
def pane(qtbot: QtBot) -> InputPane:
    pane = InputPane(ENTRIES, LIMITS, sample_thumbnail)
    qtbot.addWidget(pane)
    pane.resize(460, 480)
    pane.show()
    return pane


@pytest.fixture
def heard(pane: InputPane) -> Heard:
    return Heard(pane)


def shown(pane: InputPane) -> list[list[str]]:
    """The text of every cell of the table."""
    model = pane.page.grid.model()
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def marked(pane: InputPane) -> list[tuple[list[int], list[int], bool, bool]]:
    """The rows and columns of every overlay, whether it is the window, and whether it is thin."""
    return [(o.rows.tolist(), o.columns.tolist(), o.is_window, o.is_thin) for o in pane.page.grid._overlays]


def press(pane: InputPane, text: str) -> None:
    """Trigger an action of the menu Rows and columns."""
    (action,) = [action for action in pane.tools.rows_and_columns.actions() if action.text() == text]
    action.trigger()


def answer(pane: InputPane, *values: float) -> None:
    """Fill in the question that is open, and accept it."""
    question = pane.findChild(Question)
    assert question is not None
    for field, value in zip(_fields(question), values, strict=True):
        field.setValue(value)
    question.accept()


def _fields(question: Question) -> list[WholeField | NumberField]:
    return [*question.findChildren(WholeField), *question.findChildren(NumberField)]


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_the_title_row_says_the_shape_and_the_name(pane):
    pane.show_document(lines(), ViewState())

    assert pane.heading.shape_label.text() == "8 rows × 8 columns × 1 channel"
    assert pane.heading.name_label.text() == "Two-pixel line"


def test_the_readout_says_the_window_and_the_range(pane):
    pane.show_document(lines(), ViewState(position=(2, 2)))

    assert pane.readout.window_label.text() == "Window at rows 3–5, columns 3–5"
    assert pane.readout.range_label.text() == "min 0 · max 1"


def test_showing_a_document_asks_for_nothing(pane, heard):
    pane.show_document(lines(), ViewState())
    pane.show_document(photograph(), ViewState(channel=2))
    pane.show_document(bump(), SEQUENCE_VIEW)

    assert (heard.edits, heard.looks, heard.samples) == ([], [], [])


def test_a_layer_that_cannot_work_has_no_window(pane):
    pane.show_document(lines(dilation=(9, 9)), ViewState())

    assert marked(pane) == []
    assert pane.readout.window_label.text() == "The window does not fit this input"


def test_padding_cells_can_be_hidden(pane):
    pane.show_document(lines(padding="same"), ViewState())

    pane.tools.padding_button.click()

    assert (pane.page.grid.model().rowCount(), pane.page.grid.model().columnCount()) == (8, 8)


def test_a_sequence_is_one_row_of_cells_with_stems_under_them(pane):
    pane.show_document(bump(), SEQUENCE_VIEW)

    assert shown(pane) == [["0", "0", "0", "1", "1", "0", "0", "0"]]
    assert pane.page.stems.isVisible()
    cell = pane.page.grid.viewport().mapTo(pane, pane.page.grid.visualRect(pane.page.grid.model().index(0, 3)).center())
    assert pane.page.stems.stem_position(3) == pytest.approx(pane.page.stems.mapFrom(pane, cell).x(), abs=1.5)


def test_an_input_with_channels_shows_the_numbers_of_the_selected_one(pane):
    values = np.arange(18).reshape(3, 2, 3)

    pane.show_document(document_of(values), ViewState(channel=2))

    assert shown(pane) == [["2", "5"], ["8", "11"], ["14", "17"]]
    assert pane.channels.strip.currentIndex().data() == "blue"


def test_the_sample_is_named_in_the_list(pane):
    pane.show_document(lines(), ViewState())

    assert pane.tools.sample.currentText() == "Two-pixel line"


def test_an_input_of_another_name_is_ones_own(pane):
    pane.show_document(photograph(), ViewState())

    assert pane.tools.sample.currentText() == "Own input"


def test_what_can_be_reached_by_keyboard_has_a_name_and_a_tooltip(pane):
    pane.show_document(photograph(), ViewState())
    kinds = (QAbstractButton, QComboBox, QSpinBox, QDoubleSpinBox, QTableView)
    reachable = [w for kind in kinds for w in pane.findChildren(kind) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    own = [w for w in reachable if w.window() is pane.window() and w.objectName() != "qt_toolbar_ext_button"]

    assert [w for w in own if not w.accessibleName() or not (w.toolTip() or w.whatsThis())] == []


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_an_edit_of_a_picture_looks_for_what_changed_once(pane, monkeypatch):
    document, calls = photograph(), []
    pane.show_document(document, ViewState())
    monkeypatch.setattr(reduction, "changed_places", lambda *pair: calls.append(pair) or changed_places(*pair))
    pane.show_document(input_cells.set_input_values(document, (30, 40), np.full((1, 1), 0.5), 0), ViewState())
    assert len(calls) == 1


def test_choosing_a_sample_asks_for_it(pane, heard):
    pane.show_document(lines(), ViewState())

    pane.tools.sample.activated.emit(pane.tools.sample.findText("Cross"))

    assert heard.samples == ["cross"]


def later(layers: int = 2) -> tuple[Document, Forward]:
    """A document of several layers with its results."""
    start = lines()
    document = Document(start.sample, Network((*start.network.layers, *(Activation() for _ in range(layers - 1)))))
    return document, forward(document)


def test_a_later_layer_says_whose_maps_it_reads_and_offers_no_tools_for_the_sample(pane):
    document, result = later()
    pane.show_result(document, ViewState(layer=1), result)
    assert pane.tools.origin_label.text() == "Maps of layer 1"
    hidden = (pane.tools._open_button, pane.tools.brush_button, pane.tools._menu_button)
    assert not any(part.isVisible() for part in hidden)
    commands = [action for action in pane.tools.rows_and_columns.actions() if not action.isSeparator()]
    offered = [action.text().partition("\t")[0] for action in commands if action.isEnabled()]
    assert offered == ["Copy input cells", "Copy input as picture"]


@pytest.mark.parametrize(("name", "layer"), [("Show the sample", 0), ("Select layer 2", 1)])
def test_a_later_layer_offers_the_ways_back(pane, heard, name, layer):
    document, result = later(3)
    view = ViewState(layer=2)
    pane.show_result(document, view, result)
    next(one for one in pane.findChildren(QAbstractButton) if one.accessibleName() == name).click()
    assert heard.looks[-1](document, view).layer == layer


def test_the_sample_has_its_tools_back_when_its_layer_is_selected(pane):
    document, result = later()
    pane.show_result(document, ViewState(layer=1), result)
    pane.show_view(document, ViewState())
    assert pane.tools._open_button.isVisible()
    assert pane.tools.brush_button.isVisible()
    assert not pane.tools.origin_label.isVisible()


def test_a_later_layer_lets_another_sample_be_chosen(pane, heard):
    document, result = later()
    pane.show_result(document, ViewState(layer=1), result)
    pane.tools.sample.activated.emit(pane.tools.sample.findText("Cross"))
    assert heard.samples == ["cross"]


def test_going_to_a_later_layer_puts_the_brush_away(pane):
    document, result = later()
    pane.show_document(document, ViewState())
    pane.tools.brush_button.click()
    pane.show_result(document, ViewState(layer=1), result)
    assert not pane.tools.brush_button.isChecked()


def test_a_sequence_has_steps_wherever_an_image_has_rows_and_columns(pane, heard):
    pane.show_document(bump(), ViewState(position=(0,)))
    assert pane.tools.rows_and_columns.title() == "Steps"
    assert pane.page.grid.grid.data(pane.page.grid.grid.index(0, 3), Qt.ItemDataRole.ToolTipRole) == "step 4: 1"


def test_the_open_button_asks_for_a_file(pane, heard):
    (button,) = [b for b in pane.findChildren(QAbstractButton) if b.text() == "Open image or table…"]

    button.click()

    assert heard.opened == [True]


def test_a_typed_number_asks_to_set_that_cell(pane, heard):
    pane.show_document(lines(), ViewState())

    pane.page.grid.model().setData(pane.page.grid.model().index(2, 0), "1/4")

    assert heard.edited(lines())[2, 0, 0] == 0.25
    assert heard.edits[0][0] == "Set input value"


def test_a_typed_number_lands_in_the_selected_channel_alone(pane, heard):
    document = document_of(np.zeros((3, 3, 3)))
    pane.show_document(document, ViewState(channel=1))

    pane.page.grid.model().setData(pane.page.grid.model().index(0, 0), "7")

    assert heard.edited(document)[0, 0].tolist() == [0, 7, 0]


def test_a_number_typed_beside_padding_lands_in_the_cell_that_was_shown(pane, heard):
    pane.show_document(lines(padding="same"), ViewState())

    pane.page.grid.model().setData(pane.page.grid.model().index(1, 2), "9")

    assert heard.edited(lines())[0, 1, 0] == 9


def test_a_word_is_refused_in_a_sentence(pane, heard):
    pane.show_document(lines(), ViewState())

    pane.page.grid.model().setData(pane.page.grid.model().index(0, 0), "seven")

    assert heard.edits == []
    assert "“seven” is not a number" in heard.refusals[0]


def test_a_typed_number_in_a_sequence_sets_a_step(pane, heard):
    pane.show_document(bump(), SEQUENCE_VIEW)

    pane.page.grid.model().setData(pane.page.grid.model().index(0, 6), "2")

    assert heard.edited(bump())[:, 0].tolist() == [0, 0, 0, 1, 1, 0, 2, 0]


def test_a_pasted_block_asks_to_set_its_cells(pane, heard):
    pane.show_document(lines(), ViewState())
    QGuiApplication.clipboard().setText("5\t6\n7\t8")
    pane.page.grid.setCurrentIndex(pane.page.grid.model().index(6, 0))

    pane.page.grid.selected.paste()

    assert heard.edited(lines())[6:, :2, 0].tolist() == [[5, 6], [7, 8]]


def test_a_column_copied_from_a_spreadsheet_can_be_pasted_into_a_sequence(pane, heard):
    pane.show_document(bump(), SEQUENCE_VIEW)
    QGuiApplication.clipboard().setText("5\n6\n7")

    pane.page.grid.selected.paste()

    assert heard.edited(bump())[:4, 0].tolist() == [5, 6, 7, 1]


def test_a_block_pasted_into_a_sequence_is_refused_in_a_sentence(pane, heard):
    pane.show_document(bump(), SEQUENCE_VIEW)
    QGuiApplication.clipboard().setText("5\t6\n7\t8")

    pane.page.grid.selected.paste()

    assert heard.edits == []
    assert "2×2 block does not fit into a sequence" in heard.refusals[0]


def test_delete_sets_the_selected_cells_to_zero(pane, heard, qtbot):
    pane.show_document(lines(), ViewState())
    pane.page.grid.selectColumn(3)

    qtbot.keyClick(pane.page.grid, Qt.Key.Key_Delete)

    assert heard.edited(lines())[:, 3:5, 0].tolist() == [[0, 1]] * 8


def test_a_brush_stroke_is_one_gesture_without_holes(pane, heard, qtbot):
    pane.show_document(lines(), ViewState())
    pane.tools.brush_button.click()
    pane.tools.brush_value.show_value(5)
    first, last = (pane.page.grid.visualRect(pane.page.grid.model().index(7, c)).center() for c in (0, 6))

    qtbot.mousePress(pane.page.grid.viewport(), Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(pane.page.grid.viewport(), last)
    qtbot.mouseRelease(pane.page.grid.viewport(), Qt.MouseButton.LeftButton, pos=last)

    document = lines()
    for _, edit, _ in heard.edits:
        document = edit(document)
    assert document.sample.values.to_array()[7, :, 0].tolist() == [5, 5, 5, 5, 5, 5, 5, 0]
    assert {name for name, _, _ in heard.edits} == {"Paint input"}
    assert len({gesture for _, _, gesture in heard.edits}) == 1


def test_two_brush_strokes_are_two_gestures(pane, heard, qtbot):
    pane.show_document(lines(), ViewState())
    pane.tools.brush_button.click()

    for column in (0, 6):
        at = pane.page.grid.visualRect(pane.page.grid.model().index(0, column)).center()
        qtbot.mouseClick(pane.page.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert len({gesture for _, _, gesture in heard.edits}) == 2


def test_the_mouse_over_a_cell_asks_to_point_at_it(pane, heard):
    pane.show_document(lines(), ViewState())

    pane.page.grid.pointed.emit((2, 5))

    assert heard.looks[0](lines(), ViewState()).pointed == Cell(Pane.INPUT, (2, 5))


def test_the_mouse_over_padding_points_at_nothing(pane, heard):
    pane.show_document(lines(padding="same"), ViewState())

    pane.page.grid.pointed.emit((-1, 5))

    assert heard.looks[0](lines(), ViewState()).pointed is None


def test_a_click_pins_a_cell(pane, heard, qtbot):
    pane.show_document(bump(), SEQUENCE_VIEW)
    at = pane.page.grid.visualRect(pane.page.grid.model().index(0, 4)).center()

    qtbot.mouseClick(pane.page.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert heard.looks[-1](bump(), SEQUENCE_VIEW).pinned == Cell(Pane.INPUT, (4,))


def test_a_click_on_padding_pins_nothing(pane, heard):
    pane.show_document(lines(padding="same"), ViewState())

    pane.page.grid.clicked_cell.emit(-1, 0)

    assert heard.looks == []


@pytest.mark.parametrize(
    ("text", "row", "shape"),
    [
        ("Insert row above", 2, (9, 8)),
        ("Insert row below", 2, (9, 8)),
        ("Insert column left", 2, (8, 9)),
        ("Insert column right", 2, (8, 9)),
        ("Delete rows", 2, (7, 8)),
        ("Delete columns", 2, (8, 7)),
    ],
)
def test_rows_and_columns_are_inserted_and_deleted(pane, heard, text, row, shape):
    pane.show_document(lines(), ViewState())
    pane.page.grid.setCurrentIndex(pane.page.grid.model().index(row, row))

    press(pane, text)

    assert heard.edited(lines()).shape == (*shape, 1)


def test_a_column_is_inserted_on_the_side_that_the_menu_says(pane, heard):
    pane.show_document(lines(), ViewState())
    pane.page.grid.setCurrentIndex(pane.page.grid.model().index(0, 3))

    press(pane, "Insert column right")

    assert heard.edited(lines())[0, :, 0].tolist() == [0, 0, 0, 1, 0, 1, 0, 0, 0]


def test_a_sequence_gains_a_step(pane, heard):
    pane.show_document(bump(), SEQUENCE_VIEW)
    pane.page.grid.setCurrentIndex(pane.page.grid.model().index(0, 4))

    press(pane, "Insert step left")

    assert heard.edited(bump())[:, 0].tolist() == [0, 0, 0, 1, 0, 1, 0, 0, 0]
    assert heard.edits[0][0] == "Insert step"


def test_the_keys_of_the_menu_work_in_the_grid(pane, heard, qtbot):
    pane.show_document(lines(), ViewState())
    pane.page.grid.setFocus()
    qtbot.waitUntil(pane.page.grid.hasFocus)

    qtbot.keyClick(pane.page.grid, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier)

    assert heard.edited(lines()).shape == (9, 8, 1)


def test_an_input_that_is_full_refuses_another_row(pane, heard):
    document = document_of(np.zeros((1000, 1)))
    pane.show_document(document, SEQUENCE_VIEW)

    press(pane, "Insert step left")

    assert heard.edits == []
    assert "1001 is longer than the 1000 cells" in heard.refusals[0]


def test_the_shape_is_asked_for_and_set(pane, heard):
    pane.show_document(lines(), ViewState())

    press(pane, "Shape…")
    answer(pane, 4, 10)

    assert heard.edited(lines()).shape == (4, 10, 1)


def test_a_shape_of_too_many_values_is_refused(pane, heard):
    pane.show_document(lines(), ViewState())

    press(pane, "Shape…")
    answer(pane, 1000, 1000)

    assert heard.edits == []
    assert "1000×1000×1 has 1000000 values, and at most 100000 fit" in heard.refusals[0]


def test_filling_sets_every_cell(pane, heard):
    pane.show_document(bump(), SEQUENCE_VIEW)

    press(pane, "Fill…")
    answer(pane, 3)

    assert heard.edited(bump())[:, 0].tolist() == [3] * 8


def test_filling_the_selection_leaves_the_other_cells(pane, heard):
    pane.show_document(lines(), ViewState())
    pane.page.grid.selectRow(0)

    press(pane, "Fill selected cells…")
    answer(pane, 3)

    assert heard.edited(lines())[:2, 0, 0].tolist() == [3, 0]


def test_choosing_a_channel_asks_to_look_at_it_alone(pane, heard):
    pane.show_document(photograph(), ViewState())

    click_tile(pane, "green")

    view = heard.looks[0](photograph(), ViewState())
    assert (view.channel, view.alone) == (1, True)


def test_choosing_all_asks_for_the_colours_again(pane, heard):
    pane.show_document(photograph(), ViewState(channel=1, alone=True))

    click_tile(pane, "all")

    view = heard.looks[0](photograph(), ViewState(channel=1, alone=True))
    assert (view.channel, view.alone) == (1, False)


def test_switching_the_brush_on_adds_no_row_of_tools(pane):
    pane.show_document(lines(), ViewState())
    before = pane.tools.height()

    pane.tools.brush_button.click()
    QApplication.processEvents()

    assert pane.tools.brush_value.isVisible()
    assert pane.tools.height() - before < pane.tools.brush_button.height() / 2


def test_an_edited_bundled_sample_is_ones_own(pane):
    pane.show_document(lines(), ViewState())
    before = pane.tools.sample.currentText()

    pane.show_document(input_cells.fill_input(lines(), 2), ViewState())

    assert (before, pane.tools.sample.currentText()) == ("Two-pixel line", "Own input")
    assert pane.heading.name_label.text() == "Two-pixel line, edited"


# --- a picture with its loupe ----------------------------------------------------------------------------------------


def test_a_number_typed_in_the_loupe_lands_where_the_loupe_is(pane, heard):
    document = photograph()
    pane.show_document(document, ViewState())
    pane.page.picture.loupe_asked.emit(40, 50)

    pane.page.grid.model().setData(pane.page.grid.model().index(1, 2), "1/2")

    assert heard.edited(document)[41, 52, 0] == 0.5


def test_the_readout_follows_a_stroke_on_a_picture(pane):
    before = photograph(300, 300)
    pane.show_document(before, ViewState())

    pane.show_document(input_cells.paint_input(before, (10, 10), 3, -2.0, None), ViewState())

    assert pane.readout.range_label.text().startswith("min -2 · ")


def test_a_click_on_the_picture_moves_the_loupe_there_and_pins_the_cell(pane, heard):
    document = photograph()
    pane.show_document(document, ViewState())

    pane.page.picture.clicked_cell.emit(30, 40)

    rows, columns = pane.page.grid.grid.content.values.shape
    assert pane.page.grid.grid.content.origin == (30 - rows // 2, 40 - columns // 2)
    assert heard.looks[-1](document, ViewState()).pinned == Cell(Pane.INPUT, (30, 40))


def test_the_brush_paints_the_channel_that_is_looked_at(pane, heard):
    document = photograph()
    pane.show_document(document, ViewState(channel=1))

    pane.page.picture.painted.emit(None, (30, 40), 1)

    before = document.sample.values.to_array()[30, 40]
    assert heard.edited(document)[30, 40].tolist() == [before[0], 1, before[2]]


def test_the_brush_paints_every_channel_when_asked_to(pane, heard):
    document = photograph()
    pane.show_document(document, ViewState(channel=1))
    pane.channels.every_channel.click()

    pane.page.picture.painted.emit(None, (30, 40), 1)

    assert heard.edited(document)[30, 40].tolist() == [1, 1, 1]


def test_a_typed_number_goes_into_every_channel_when_asked_to(pane, heard):
    document = document_of(np.zeros((3, 3, 3)))
    pane.show_document(document, ViewState(channel=1))
    pane.channels.every_channel.click()

    pane.page.grid.grid.edited.emit(1, 1, np.full((1, 1), 7.0))

    assert heard.edited(document)[1, 1].tolist() == [7, 7, 7]


def test_filling_fills_the_channel_that_is_looked_at(pane, heard):
    document = document_of(np.zeros((3, 3, 3)))
    pane.show_document(document, ViewState(channel=1))

    press(pane, "Fill…")
    answer(pane, 3)

    assert heard.edited(document)[0, 0].tolist() == [0, 3, 0]


def maps_read(pane: InputPane) -> None:
    """Show what a second layer reads: the four maps of the first one."""
    first, second = Conv.of(np.ones((3, 3, 3, 4))), Conv.of(np.ones((3, 3, 4, 1)))
    document = Document(photograph().sample, Network((first, second)))
    view = ViewState(layer=1, channel=2)
    pane.show_document(document, view)
    pane.show_result(document, view, forward(document))


def test_the_maps_that_a_later_layer_reads_are_its_channels(pane):
    maps_read(pane)

    assert pane.channels.strip.currentIndex().data() == "map 3"
    assert pane.channels.strip.model().rowCount() == 4


def test_maps_cannot_be_arranged(pane):
    maps_read(pane)

    assert not pane.channels.menu.menuAction().isEnabled()
    assert not pane.channels.every_channel.isVisible()


@pytest.mark.parametrize("side", [4, 300])
def test_an_output_that_no_cell_paints_outlines_nothing(pane, side):
    layer = ConvTranspose(frozen(np.ones((1, 1, 1, 1))), frozen([0]), (2, 2), (1, 1), "valid")
    document = Document(Sample.of("card", np.zeros((side, side, 1))), Network((layer,)))
    pane.show_document(document, ViewState(position=(0, 0), term=0))
    pane.show_view(document, ViewState(position=(1, 1), term=0))
    assert pane.readout.window_label.text() == "No input cell paints this output"


def test_cells_are_edited_in_the_channel_on_show_where_the_first_layer_keeps_channels_apart(pane, heard):
    document = Document(Sample.of("card", np.zeros((4, 4, 3))), Network((Activation(),)))
    pane.show_document(document, select_channel(document, ViewState(), 2))

    pane.page.grid.model().setData(pane.page.grid.model().index(1, 1), "5")

    assert heard.edited(document)[1, 1].tolist() == [0, 0, 5]


def test_a_dark_picture_shows_all_of_its_values_and_says_so(pane):
    pane.show_document(twelve_bits(), ViewState())

    pane.page.picture.grab()
    assert pane.page.picture.image.pixels.max() > 200
    assert pane.tools.levels_choice.currentText() == "all"
    assert pane.readout.range_label.text() == "min 0 · max 0.06249 · colours 0 to 0.0625"


def test_the_levels_are_asked_for_and_shown(pane, heard):
    document = twelve_bits()
    pane.show_document(document, ViewState())

    pane.tools.levels_choice.chosen.emit(0)
    pane.show_view(document, heard.looks[-1](document, ViewState()))

    pane.page.picture.grab()
    assert pane.page.picture.image.pixels.max() < 90
    assert pane.readout.range_label.text() == "min 0 · max 0.06249"


def test_brightening_a_dark_picture_by_hand_does_not_change_which_values_it_shows(pane):
    document = twelve_bits()
    pane.show_document(document, ViewState())

    pane.show_document(input_cells.paint_input(document, (5, 5), 3, 1.0, None), ViewState())

    assert pane.tools.levels_choice.currentText() == "all"
    assert "colours 0 to 1" in pane.readout.range_label.text()


def test_the_readout_counts_nan_and_infinity(pane):
    values = np.full((40, 40, 1), 0.5)
    values[3, 4], values[5, 6], values[7, 8] = np.nan, np.inf, -np.inf

    pane.show_document(document_of(values), ViewState())

    assert pane.readout.range_label.text() == "min 0.5 · max 0.5 · NaN 1 · infinite 2"


def test_the_cells_of_a_loupe_fit_into_it_however_long_their_numbers_are(pane, qtbot):
    pane.resize(436, 444)
    pane.show_document(document_of(np.random.default_rng(1).random((60, 80, 1))), ViewState())
    QApplication.processEvents()
    qtbot.waitUntil(lambda: pane.page.grid.horizontalHeader().length() <= pane.page.grid.width())

    assert pane.page.grid.verticalHeader().length() <= pane.page.grid.height()
    assert min(pane.page.grid.grid.content.values.shape) >= 3
