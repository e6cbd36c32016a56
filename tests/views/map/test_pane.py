from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock, patch

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.model.colour import display
from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES
from convstudio.model.colour.display import INFINITE, NOT_A_NUMBER, Levels
from convstudio.model.edits import input_cells
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.flatten import Flatten
from convstudio.model.panes import gallery, thumbnails
from convstudio.model.run.forward import Forward, LayerResult, forward
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.model.words.wording import statistics_line
from convstudio.views.map.pane import MapPane
from convstudio.views.parts import dialogs
from convstudio.views.parts.theme import LIGHT
from tests.views.intents import on_move
from tests.views.map_documents import (
    asked_moves,
    colour_document,
    document_of,
    first_result,
    impossible_document,
    lines_document,
    sequence_document,
)


@pytest.fixture
def pane(qtbot: QtBot) -> MapPane:
    pane = MapPane(LIMITS, load_colour_map)
    qtbot.addWidget(pane)
    pane.resize(460, 520)
    pane.show()
    qtbot.waitExposed(pane)
    assert pane.picture.view.isVisible()
    return pane


def show(pane: MapPane, document: Document, view: ViewState | None = None) -> ViewState:
    """Show a document; what is chosen of its scale is shown at once, as the window does."""
    view = stepping.fitted(document, view or ViewState())
    on_move(pane, lambda move: follow_scale(pane, document, move(document, view)))
    pane.show_document(document, view)
    pane.show_result(document, view, first_result(document))
    QApplication.processEvents()
    return view


def follow_scale(pane: MapPane, document: Document, view: ViewState) -> None:
    if view.scale != ViewState().scale:
        pane.show_view(document, view)


def table_texts(pane: MapPane) -> list[list[str]]:
    grid = pane.table.grid
    return [
        [str(grid.index(row, column).data()) for column in range(grid.columnCount())] for row in range(grid.rowCount())
    ]


def place_of(pane: MapPane, row: int, column: int) -> QPoint:
    return pane.picture.view.sight.cell(row, column).center().toPoint()


def move_mouse(pane: MapPane, at: QPoint) -> None:
    button = Qt.MouseButton.NoButton
    position = QPointF(at)
    everywhere = QPointF(pane.picture.mapToGlobal(at))
    event = QMouseEvent(QEvent.Type.MouseMove, position, everywhere, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pane.picture.viewport(), event)


def pixel(pane: MapPane, row: int, column: int, dx: float = 0.5, dy: float = 0.5) -> tuple[int, int, int]:
    cell = pane.picture.view.sight.cell(row, column)
    shot = pane.picture.grab().toImage()
    colour = shot.pixelColor(int(cell.left() + dx * cell.width()), int(cell.top() + dy * cell.height()))
    return colour.red(), colour.green(), colour.blue()


# --- what is seen ------------------------------------------------------------------------------------------------


def test_the_title_says_the_shape_and_where_it_comes_from(pane: MapPane) -> None:
    show(pane, lines_document())
    assert pane.header.shape_label.text() == "6 rows × 6 columns · (8 − 3) ÷ 1 + 1 = 6"


def test_the_table_holds_the_tutorials_map(pane: MapPane) -> None:
    show(pane, lines_document())
    assert table_texts(pane) == [["0", "0", "3", "3", "0", "0"]] * 6


def test_the_table_is_found_under_its_name_while_the_picture_lies_on_it(pane: MapPane) -> None:
    show(pane, lines_document())
    assert pane.table.accessibleName() == "Feature map"
    assert pane.table.isVisible()
    assert pane.picture.isVisible()


def test_the_image_has_the_colours_of_the_values(pane: MapPane) -> None:
    show(pane, lines_document())
    colours = pixels_of(pane)
    assert colours.shape == (6, 6, 3)
    assert np.allclose(colours[0, 0], 0xF7, atol=1)
    assert (colours[0, 2] == colours[5, 3]).all()
    assert not (colours[0, 2] == colours[0, 0]).all()


def test_the_bar_says_its_levels_as_numbers(pane: MapPane) -> None:
    show(pane, lines_document())
    assert pane.bar.numbers == ("3", "0", "-3")


def test_grey_levels_reach_from_the_smallest_to_the_largest_value(pane: MapPane) -> None:
    show(pane, lines_document())
    pane.tools.colours_choice.chosen.emit(1)
    assert pane.bar.numbers == ("3", "0")
    assert pixels_of(pane)[0, 2].tolist() == [255, 255, 255]


def test_the_bar_of_a_picture_says_that_values_lie_beyond_its_ends(pane: MapPane) -> None:
    values = np.zeros((100, 100, 1), np.float32)
    values[:50], values[0, 0] = 1, 900
    show(pane, document_of(values, np.ones((1, 1, 1, 1))))
    assert pane.bar.numbers == ("≥ 1", "0", "≤ -1")


def test_all_values_can_be_put_between_the_ends_of_the_bar(pane: MapPane) -> None:
    values = np.zeros((100, 100, 1), np.float32)
    values[:50], values[0, 0] = 1, 900
    show(pane, document_of(values, np.ones((1, 1, 1, 1))))
    pane.tools.levels_choice.chosen.emit(0)
    assert pane.bar.numbers == ("900", "0", "-900")


def test_a_shared_scale_is_that_of_all_maps_and_the_bar_says_so(pane: MapPane) -> None:
    weights = np.arange(1.0, 4.0).reshape(1, 1, 1, 3)
    document = document_of(np.ones((4, 4, 1)), weights)
    view = ViewState().scaled(is_shared=True)
    show(pane, document, view)
    made = first_result(document).output
    pane.show_survey(gallery.survey(made))
    assert pane.bar.numbers == ("3", "0", "-3")
    assert pane.bar.toolTip().endswith("all values of all 3 maps")


def test_a_map_by_its_own_values_says_so_too(pane: MapPane) -> None:
    show(pane, document_of(np.ones((100, 4, 1)), np.ones((1, 1, 1, 1))))
    assert pane.bar.toolTip().endswith("the middle 99\xa0% of this map")


def test_the_readout_says_the_current_value_and_the_statistics(pane: MapPane) -> None:
    show(pane, lines_document(), ViewState(position=(2, 2)))
    assert pane.readout.value_label.text() == "row 3, column 3 = 3"
    assert pane.readout.statistics_label.text() == "min 0 · max 3 · mean 1 · zeros 24 of 36"


def test_the_readout_says_the_value_under_the_mouse_exactly(pane: MapPane) -> None:
    document = document_of(np.full((3, 3, 1), 0.1), np.ones((1, 1, 1, 1)))
    view = show(pane, document)
    pane.show_view(document, view.pointing_at(Cell(Pane.MAP, (1, 2))))
    assert pane.readout.value_label.text() == "row 2, column 3 = 0.1"


def test_nan_and_infinity_have_their_own_colours_and_are_counted(pane: MapPane) -> None:
    values = np.zeros((3, 3, 1))
    values[0, 0], values[1, 1], values[2, 2] = np.nan, np.inf, -np.inf
    show(pane, document_of(values, np.ones((1, 1, 1, 1))))
    assert tuple(pixels_of(pane)[0, 0]) == NOT_A_NUMBER
    assert tuple(pixels_of(pane)[1, 1]) == INFINITE
    assert pane.readout.statistics_label.text().endswith("NaN 1 · infinite 2")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, 1e-40])
def test_a_map_of_one_strange_value_is_shown(pane: MapPane, value: float) -> None:
    show(pane, document_of(np.full((4, 4, 1), value), np.ones((1, 1, 1, 1))))
    pane.tools.histogram_button.click()
    assert not pane.grab().isNull()


def test_a_layer_that_cannot_work_says_why_in_place_of_the_map(pane: MapPane) -> None:
    show(pane, lines_document())
    show(pane, impossible_document())
    assert pane.problem_label.isVisible()
    assert "7×7" in pane.problem_label.text()
    assert not pane.picture.isVisible()
    assert table_texts(pane) == []


def test_the_map_comes_back_when_the_layer_works_again(pane: MapPane) -> None:
    show(pane, impossible_document())
    show(pane, lines_document())
    assert pane.picture.isVisible()
    assert not pane.problem_label.isVisible()


def test_what_is_not_computed_yet_is_empty_in_the_table_and_covered_in_the_picture(pane: MapPane) -> None:
    document = lines_document()
    show(pane, document, stepping.go_to(document, ViewState(), 14))
    assert table_texts(pane)[2] == ["0", "0", "3", "", "", ""]
    assert pixel(pane, 2, 3, 0.5) in {LIGHT.card.toTuple()[:3], LIGHT.hatch.toTuple()[:3]}


def test_the_current_output_is_outlined_in_the_windows_colour(pane: MapPane) -> None:
    show(pane, lines_document(), ViewState(position=(1, 1)))
    assert pixel(pane, 1, 1, dy=0.03) == LIGHT.window.toTuple()[:3]


def test_a_pinned_input_cell_lights_the_outputs_that_it_feeds(pane: MapPane) -> None:
    show(pane, lines_document(), ViewState(position=(5, 5), pinned=Cell(Pane.INPUT, (0, 0))))
    assert pixel(pane, 0, 0, dy=0.03) == LIGHT.selection.toTuple()[:3]
    assert pixel(pane, 3, 3, dy=0.9) != LIGHT.selection.toTuple()[:3]


def test_a_sequence_is_one_row(pane: MapPane) -> None:
    show(pane, sequence_document())
    assert table_texts(pane) == [["0", "0", "1", "1", "0", "0"]]
    assert pixels_of(pane).shape == (1, 6, 3)
    assert pane.readout.value_label.text() == "step 1 = 0"


def test_a_sequence_too_long_for_one_image_is_shown(pane: MapPane) -> None:
    values = np.zeros((100_000, 1))
    values[500::1000] = 1
    show(pane, document_of(values, np.ones((1, 1, 1))))
    image, row = pane.picture.grab().toImage(), round(pane.picture.view.place.map(QPointF(0, 0.2)).y())
    marks = [image.pixelColor(x, row).blue() < 200 for x in range(image.width())]
    assert sum(now and not before for before, now in zip([False, *marks], marks, strict=False)) >= 100


def test_the_histogram_appears_on_request(pane: MapPane) -> None:
    show(pane, lines_document())
    assert not pane.histogram.isVisible()
    pane.tools.histogram_button.click()
    assert pane.histogram.isVisible()
    assert pane.histogram.counts.sum() == 36


def test_the_table_button_brings_the_table_up(pane: MapPane) -> None:
    show(pane, lines_document())
    pane.tools.table_button.click()
    assert not pane.picture.isVisible()
    assert pane.table.isVisible()
    pane.tools.table_button.click()
    assert pane.picture.isVisible()


def test_a_map_larger_than_the_limit_has_no_table(pane: MapPane) -> None:
    show(pane, document_of(np.zeros((65, 65, 1)), np.ones((1, 1, 1, 1))))
    assert table_texts(pane) == []
    assert not pane.tools.table_button.isEnabled()
    assert "64×64" in pane.tools.table_button.toolTip()


def test_several_filters_can_be_chosen_from(pane: MapPane) -> None:
    document = colour_document()
    view = show(pane, document)
    assert pane.header.map_choice.isVisible()
    assert [pane.header.map_choice.itemText(index) for index in range(pane.header.map_choice.count())] == ["1", "2"]
    pane.show_view(document, replace(view, filter=1))
    assert pane.bar.numbers[0] == pane.bar.numbers[2].lstrip("-")
    assert table_texts(pane)[0][0].startswith("-")


def test_one_filter_needs_no_choice(pane: MapPane) -> None:
    show(pane, lines_document())
    assert not pane.header.map_choice.isVisible()


def test_digits_are_at_least_thirteen_pixels_or_there_are_none(pane: MapPane) -> None:
    show(pane, lines_document())
    with_digits = pixel(pane, 0, 0)
    show(pane, document_of(np.zeros((64, 64, 1)), np.ones((1, 1, 1, 1))))
    assert max(with_digits) < 0x80
    assert pane.picture.view.sight.cell(0, 0).width() < 13
    assert min(pixel(pane, 3, 3)) > 0xF0


# --- what it costs -----------------------------------------------------------------------------------------------


@pytest.fixture
def painted(pane: MapPane, monkeypatch: pytest.MonkeyPatch) -> Mock:
    painted = Mock(wraps=pane.picture.show_map)
    monkeypatch.setattr(pane.picture, "show_map", painted)
    return painted


def test_one_result_paints_the_image_once(pane: MapPane, painted: Mock) -> None:
    show(pane, lines_document())
    assert painted.call_count == 1


def test_a_step_paints_no_image(pane: MapPane, painted: Mock) -> None:
    document = lines_document()
    view = show(pane, document)
    painted.reset_mock()
    pane.show_view(document, stepping.step_forward(document, view))
    assert painted.call_count == 0


def test_hovering_neither_paints_the_image_nor_changes_the_table(pane: MapPane, painted: Mock) -> None:
    document = lines_document()
    view = show(pane, document)
    painted.reset_mock()
    changed = Mock()
    pane.table.grid.dataChanged.connect(changed)
    pane.show_view(document, view.pointing_at(Cell(Pane.INPUT, (3, 3))))
    assert (painted.call_count, changed.call_count) == (0, 0)


def test_the_same_result_again_paints_nothing(pane: MapPane, painted: Mock) -> None:
    document = lines_document()
    result = first_result(document)
    pane.show_result(document, ViewState(), result)
    pane.show_result(document, ViewState(), result)
    assert painted.call_count == 1


def test_the_table_under_the_picture_is_not_painted(pane: MapPane, monkeypatch: pytest.MonkeyPatch) -> None:
    document = lines_document()
    view = show(pane, document)
    painted = Mock()
    monkeypatch.setattr(pane.table.itemDelegate(), "paint", painted, raising=False)
    pane.show_view(document, view.pointing_at(Cell(Pane.MAP, (3, 3))))
    QApplication.processEvents()
    assert painted.call_count == 0


# --- what is asked -----------------------------------------------------------------------------------------------


def test_showing_a_document_asks_for_nothing(pane: MapPane) -> None:
    asked = asked_moves(pane)
    show(pane, colour_document())
    show(pane, sequence_document(), ViewState(position=(3,)))
    show(pane, lines_document(), ViewState(position=(3, 3)))
    assert asked == []


def test_a_click_pins_the_cell_and_makes_it_the_current_output(qtbot: QtBot, pane: MapPane) -> None:
    document = lines_document()
    view = show(pane, document)
    asked = asked_moves(pane)
    qtbot.mouseClick(pane.picture.viewport(), Qt.MouseButton.LeftButton, pos=place_of(pane, 3, 2))
    (look,) = asked
    assert look(document, view) == replace(view, position=(3, 2), pinned=Cell(Pane.MAP, (3, 2)))


def test_a_click_gives_the_keyboard_to_the_table(qtbot: QtBot, pane: MapPane) -> None:
    show(pane, lines_document())
    pane.activateWindow()
    qtbot.mouseClick(pane.picture.viewport(), Qt.MouseButton.LeftButton, pos=place_of(pane, 3, 2))
    assert pane.focusWidget() is pane.table


def test_the_mouse_points_at_the_cell_under_it(pane: MapPane) -> None:
    document = lines_document()
    view = show(pane, document)
    asked = asked_moves(pane)
    move_mouse(pane, place_of(pane, 1, 4))
    (look,) = asked
    assert look(document, view).pointed == Cell(Pane.MAP, (1, 4))


def test_the_mouse_points_at_nothing_when_it_leaves(pane: MapPane) -> None:
    document = lines_document()
    view = show(pane, document, ViewState(pointed=Cell(Pane.MAP, (1, 4))))
    asked = asked_moves(pane)
    QApplication.sendEvent(pane.picture.view, QEvent(QEvent.Type.Leave))
    (look,) = asked
    assert look(document, view).pointed is None


def test_an_arrow_key_moves_the_current_output(qtbot: QtBot, pane: MapPane) -> None:
    document = lines_document()
    view = show(pane, document, ViewState(position=(2, 2)))
    asked = asked_moves(pane)
    qtbot.keyClick(pane.table, Qt.Key.Key_Down)
    (look,) = asked
    assert look(document, view).position == (3, 2)


def test_an_arrow_key_moves_along_a_sequence(qtbot: QtBot, pane: MapPane) -> None:
    document = sequence_document()
    view = show(pane, document, ViewState(position=(2,)))
    asked = asked_moves(pane)
    qtbot.keyClick(pane.table, Qt.Key.Key_Right)
    (look,) = asked
    assert look(document, view).position == (3,)


def test_an_arrow_key_moves_through_a_map_too_large_for_a_table(qtbot: QtBot, pane: MapPane) -> None:
    document = document_of(np.zeros((100, 100, 1)), np.ones((1, 1, 1, 1)))
    view = show(pane, document, ViewState(position=(99, 7)))
    asked = asked_moves(pane)
    qtbot.keyClick(pane.picture, Qt.Key.Key_Left)
    (look,) = asked
    assert look(document, view).position == (99, 6)


def test_choosing_a_map_asks_to_look_at_its_filter(pane: MapPane) -> None:
    document = colour_document()
    view = show(pane, document)
    asked = asked_moves(pane)
    pane.header.map_choice.chosen.emit(1)
    (look,) = asked
    assert look(document, view).filter == 1


@pytest.mark.parametrize("what", dialogs.EXPORTS)
def test_the_export_button_asks_for_this_map_or_for_all(qtbot: QtBot, pane: MapPane, what: str) -> None:
    show(pane, lines_document())
    action = pane.tools.export_button.menu().actions()[list(dialogs.EXPORTS).index(what)]
    with qtbot.waitSignal(pane.export_asked, check_params_cb=lambda asked: asked == what):
        action.trigger()


def test_a_right_click_on_the_picture_offers_copy_and_the_exports(qtbot: QtBot, pane: MapPane) -> None:
    show(pane, lines_document())
    at = place_of(pane, 1, 1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, pane.picture.mapToGlobal(at))
    QApplication.sendEvent(pane.picture.viewport(), event)
    assert pane.tools.picture_menu.isVisible()
    offered = [action.text() for action in pane.tools.picture_menu.actions() if action.text()]
    pane.tools.picture_menu.close()
    assert offered == ["Copy &map as", "&Map colours", *dialogs.EXPORTS.values()]


def test_the_picture_is_copied_as_it_is_seen(pane: MapPane) -> None:
    show(pane, lines_document())
    pane.tools.copy_menu.actions()[0].trigger()
    assert QApplication.clipboard().pixmap().toImage() == pane.picture.grab().toImage()


def test_zooming_shows_fewer_cells_and_fitting_all_of_them(qtbot: QtBot, pane: MapPane) -> None:
    show(pane, document_of(np.zeros((100, 100, 1)), np.ones((1, 1, 1, 1))))
    before = pane.picture.view.sight.cell(0, 0).width()
    qtbot.keyClick(pane.picture, Qt.Key.Key_Plus)
    QApplication.processEvents()
    zoomed = pane.picture.view.sight.cell(0, 0).width()
    pane.tools.fit_button.click()
    QApplication.processEvents()
    assert zoomed > before == pytest.approx(pane.picture.view.sight.cell(0, 0).width())


def test_a_zoomed_picture_follows_the_current_output(pane: MapPane) -> None:
    document = document_of(np.zeros((100, 100, 1)), np.ones((1, 1, 1, 1)))
    view = show(pane, document)
    pane.picture.zoom(10)
    pane.show_view(document, stepping.go_to(document, view, 9999))
    QApplication.processEvents()
    rows, columns = pane.picture.view.sight.visible()
    assert (rows.start > 0, rows.stop, columns.stop) == (True, 100, 100)


@pytest.mark.parametrize(("way", "text"), [(1, "0\t0\t3\t3\t0\t0"), (2, "np.array([[0, 0, 3, 3, 0, 0],")])
def test_the_map_is_copied_as_text(pane: MapPane, way: int, text: str) -> None:
    show(pane, lines_document())
    pane.tools.copy_menu.actions()[way].trigger()
    assert QApplication.clipboard().text().startswith(text)


def test_a_map_too_large_for_the_clipboard_is_refused(qtbot: QtBot, pane: MapPane) -> None:
    show(pane, replace(lines_document(), sample=Sample.of("large", np.ones((520, 520, 1)))))
    with qtbot.waitSignal(pane.refused, check_params_cb=lambda told: "Export it to a file instead" in told):
        pane.tools.copy_menu.actions()[1].trigger()


def test_every_button_has_a_name_and_a_tooltip(pane: MapPane) -> None:
    buttons = pane.findChildren(QToolButton)
    assert {button.accessibleName() for button in buttons} == {
        "Show the table",
        "Histogram",
        "Fit",
        "Export map",
        "Compute again",
    }
    assert all(button.toolTip() for button in buttons)


def test_a_new_shape_before_its_result_keeps_the_pane_whole(pane: MapPane) -> None:
    document = lines_document()
    show(pane, document)
    pane.show_document(sequence_document(), ViewState(position=(5,)))
    pane.show_view(sequence_document(), ViewState(position=(5,), pinned=Cell(Pane.INPUT, (3,))))
    assert not pane.grab().isNull()


def test_levels_never_come_from_values_that_are_not_finite(pane: MapPane) -> None:
    show(pane, document_of(np.reshape([np.inf, 2, -1, np.nan], (2, 2, 1)), np.ones((1, 1, 1, 1))))
    assert pane._levels == Levels(-2.0, 2.0, signed=True)


def test_a_cancelled_computation_is_told_and_can_be_asked_for_again(pane: MapPane, qtbot: QtBot) -> None:
    document = lines_document()
    view = show(pane, document)
    pane.show_result(document, view, LayerResult.cancelled(document.layers[0]))
    assert pane.problem_label.text().startswith("The computation was cancelled. Press Compute")
    with qtbot.waitSignal(pane.again_asked):
        pane.again_button.click()


def test_compute_again_is_offered_only_after_a_cancel(pane: MapPane) -> None:
    document = lines_document()
    view = show(pane, document)
    pane.show_result(document, view, LayerResult.cancelled(document.layers[0]))
    assert pane.again_button.isVisible()
    show(pane, document)
    assert not pane.again_button.isVisible()


def pixels_of(pane: MapPane) -> np.ndarray:
    """The colours that the picture paints, one for each cell, or for each pixel where cells are smaller."""
    pane.picture.grab()
    return pane.picture.pixels


def show_edit(
    pane: MapPane,
    value: float,
    filters: int = 2,
    view: ViewState = ViewState(),  # noqa: B008  # it is frozen
) -> tuple[Forward, list[int]]:
    """Show a large map, then the one after one cell was set; return its run and the sizes of what was coloured."""
    values = np.random.default_rng(3).uniform(-1, 1, (300, 300, 1))
    document = document_of(values, np.ones((3, 3, 1, filters)))
    first = forward(document)
    pane.show_document(document, view)
    pane.show_result(document, view, first.layers[0])
    edited = input_cells.set_input_values(document, (150, 150), np.full((1, 1), value), 0)
    second = forward(edited, first)
    pixels_of(pane)
    with patch.object(thumbnails, "colours", wraps=display.colours) as colours:
        pane.show_document(edited, view)
        pane.show_result(edited, view, second.layers[0])
        pixels_of(pane)
        sizes = [call.args[0].size for call in colours.call_args_list]
    return second, sizes


@pytest.mark.parametrize("filters", [1, 2])
def test_an_edit_of_a_large_map_colours_only_what_changed(pane: MapPane, filters: int) -> None:
    _, sizes = show_edit(pane, 0.5, filters)
    assert 0 < sum(sizes) <= 128 * 128 * 4 < 298 * 298


@pytest.mark.parametrize("value", [0.5, 99.0, float("nan")])
def test_a_large_map_that_was_edited_looks_as_one_shown_anew(pane: MapPane, value: float) -> None:
    result, _ = show_edit(pane, value)
    maps = result.layers[0].maps
    assert maps is not None
    np.testing.assert_array_equal(pane.picture._values, maps[..., 0])
    edited = pixels_of(pane)
    pane.picture.show_map(np.zeros((9, 9), np.float32), pane._levels, is_sequence=False)
    pane.picture.show_map(maps[..., 0], pane._levels, is_sequence=False)
    np.testing.assert_array_equal(edited, pixels_of(pane))
    assert pane.readout.statistics_label.text() == statistics_line(display.statistics(maps[..., 0]))


def test_a_value_beyond_the_others_gives_a_large_map_new_levels(pane: MapPane) -> None:
    show_edit(pane, 99.0, view=ViewState().scaled(cuts=False))
    assert pane._levels.high > 90


def test_showing_an_edited_map_leaves_the_result_before_it_alone(pane: MapPane) -> None:
    result, _ = show_edit(pane, 0.5)
    maps = result.layers[0].maps
    assert maps is not None
    assert not maps.flags.writeable
    assert not np.shares_memory(pane.picture._values, maps)


# --- predictions -------------------------------------------------------------------------------------------------


def classifier() -> Document:
    """Three classes, with the shares 0.09, 0.67 and 0.24."""
    layers = (Flatten(), Activation(activation="softmax"))
    return Document(Sample.of("three values", [[0.0], [2.0], [1.0]]), Network(layers))


def show_layer(pane: MapPane, document: Document, layer: int, position: int = 1) -> ViewState:
    view = ViewState(layer=layer, position=(position,))
    pane.show_document(document, view)
    pane.show_result(document, view, forward(document).layers[layer])
    return view


def test_a_prediction_is_shown_as_a_bar_chart(pane: MapPane) -> None:
    show_layer(pane, classifier(), 1)
    assert pane.chart.isVisible()
    assert not pane.picture.isVisible()
    assert pane.chart.accessibleDescription().startswith("The network predicts 1 (67\xa0%).")


def test_another_vector_is_shown_as_a_row_of_cells(pane: MapPane) -> None:
    show_layer(pane, classifier(), 1)
    show_layer(pane, classifier(), 0)
    assert (pane.chart.isVisible(), pane.picture.isVisible(), pane.bar.isVisible()) == (False, True, True)


def test_the_table_of_a_prediction_is_found_under_the_chart_and_can_be_raised(pane: MapPane) -> None:
    show_layer(pane, classifier(), 1)
    assert pane.table.isVisible()
    pane.tools.table_button.setChecked(True)
    assert not pane.chart.isVisible()
    assert [float(text) for text in table_texts(pane)[0]] == pytest.approx([0.09, 0.665, 0.245], abs=0.01)


def test_bars_have_no_colours_to_choose_but_their_table_has(pane: MapPane) -> None:
    show_layer(pane, classifier(), 1)
    assert not pane.tools.colours_choice.isEnabled()
    pane.tools.table_button.setChecked(True)
    assert pane.tools.colours_choice.isEnabled()


def test_the_value_of_a_prediction_names_its_class(pane: MapPane) -> None:
    show_layer(pane, classifier(), 1, position=2)
    assert pane.readout.value_label.text().startswith("class 2, value 3 = 0.24")


def test_a_click_on_a_bar_pins_its_output(qtbot: QtBot, pane: MapPane) -> None:
    document = classifier()
    view = show_layer(pane, document, 1)
    asked = asked_moves(pane)
    area = pane.chart.class_area(2).center().toPoint()
    qtbot.mouseClick(pane.chart, Qt.MouseButton.LeftButton, pos=area)
    assert asked[-1](document, view).position == (2,)


@pytest.mark.parametrize("size", [(200, 180), (263, 240), (420, 340), (800, 700)])
def test_every_thin_line_and_dot_of_a_map_is_seen_however_small_it_is(pane: MapPane, size: tuple[int, int]) -> None:
    values = np.zeros((1200, 1200, 1))
    values[:600, 50::100] = 1
    values[900, 50::100] = 1
    show(pane, document_of(values, np.ones((1, 1, 1, 1))))
    pane.tools.levels_choice.chosen.emit(0)
    pane.picture.resize(*size)
    ground = pixels_of(pane)[-1, -1].astype(int)
    marked = np.abs(pixels_of(pane).astype(int) - ground).sum(axis=-1) > 30
    counts = np.count_nonzero(np.diff(marked.astype(int), axis=1, prepend=0) == 1, axis=1)
    rows = len(counts)
    assert set(counts[: int(0.45 * rows)]) == {12}
    assert counts[int(0.6 * rows) :].max() == 12


def choose_colours(pane: MapPane, name: str) -> None:
    pane.tools.colours_choice.chosen.emit(COLOUR_MAP_NAMES.index(name))


@pytest.mark.parametrize("name", ["viridis", "magma", "CET-L1", "CET-D4"])
def test_the_picture_has_the_colours_of_the_chosen_map(pane: MapPane, name: str) -> None:
    show(pane, lines_document())
    choose_colours(pane, name)
    table = load_colour_map(name).table
    assert pixels_of(pane)[0, 2].tolist() == table[-1].tolist()


def test_levels_that_were_set_hold_for_another_filter(pane: MapPane) -> None:
    document = document_of(np.ones((4, 4, 1)), np.arange(1.0, 4.0).reshape(1, 1, 1, 3))
    show(pane, document)
    pane.bar.levels_asked.emit(-9.0, 9.0)
    pane.header.map_choice.chosen.emit(2)
    assert pane.bar.numbers == ("9", "0", "-9")


@pytest.mark.parametrize("entry", [0, 1])
def test_a_choice_of_levels_makes_them_automatic_again(pane: MapPane, entry: int) -> None:
    show(pane, lines_document())
    pane.bar.levels_asked.emit(-9.0, 9.0)
    pane.tools.levels_choice.chosen.emit(entry)
    assert pane.bar.numbers == ("3", "0", "-3")


def test_the_menu_makes_levels_automatic_again(pane: MapPane) -> None:
    document = lines_document()
    view = show(pane, document)
    pane.bar.levels_asked.emit(-9.0, 9.0)
    asked = asked_moves(pane)
    pane.tools.automatic_action.trigger()
    assert asked[-1](document, view.scaled(held=(-9.0, 9.0))).scale.held is None


def test_automatic_levels_are_offered_only_where_they_were_set(pane: MapPane) -> None:
    show(pane, lines_document())
    before = pane.tools.automatic_action.isEnabled()
    pane.bar.levels_asked.emit(-9.0, 9.0)
    assert (before, pane.tools.automatic_action.isEnabled()) == (False, True)


def test_levels_that_were_set_are_named_by_the_choice(pane: MapPane) -> None:
    show(pane, lines_document())
    pane.bar.levels_asked.emit(-9.0, 9.0)
    assert pane.tools.levels_choice.currentText() == "set"
