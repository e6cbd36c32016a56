from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QPainter, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.files.resources import load_detectors
from convstudio.model.edits import kernel_weights, layer_settings
from convstudio.model.panes import gallery
from convstudio.model.panes.gallery import COMBINATION, survey
from convstudio.model.run.forward import Forward, forward
from convstudio.model.values.combination import Combination
from convstudio.model.values.document import Document
from convstudio.model.values.scale import GREY
from convstudio.model.values.view_state import ViewState
from convstudio.views.gallery.pane import GalleryPane
from convstudio.views.parts.pictures import tiles as tiles_module
from convstudio.views.parts.theme import LIGHT
from tests.views.drags import drag
from tests.views.intents import on_edit, on_move
from tests.views.map_documents import document_of

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def bank(count: int, side: int = 8) -> Document:
    """An input with one bright cell, and filters of rising strength: map n is n times the first."""
    image = np.zeros((side, side, 1))
    image[side // 2, side // 2] = 1
    kernels = np.zeros((3, 3, 1, count))
    for index in range(count):
        kernels[index % 3, index // 3 % 3, 0, index] = index + 1
    return document_of(image, kernels)


def lines() -> Document:
    """The tutorial's line with a vertical and a horizontal line detector, a copy of the first, and Sobel x."""
    detectors = {one.id: one.kernel for one in load_detectors()}
    names = ("vertical-line", "horizontal-line", "vertical-line", "sobel-x")
    image = np.zeros((8, 8, 1))
    image[:, 3:5] = 1
    return document_of(image, np.stack([detectors[name][..., np.newaxis] for name in names], axis=-1))


@dataclass
class Bench:
    """A gallery with a document and a view behind it, as the program has."""

    pane: GalleryPane
    document: Document
    view: ViewState = field(default_factory=ViewState)
    result: Forward | None = None
    steps: list[str] = field(default_factory=list)
    looks: int = 0

    def show(self) -> None:
        self.pane.show_document(self.document, self.view)
        self.result = forward(self.document, self.result)
        made = self.result.layers[self.view.layer]
        self.pane.show_result(made, self.result.combined)
        if gallery.can_show(made.output):
            self.pane.show_survey(survey(made.output))
        QApplication.processEvents()

    def edit(self, name: str, edit: Callable[[Document], Document], _gesture: int | None) -> None:
        self.steps.append(name)
        self.document = edit(self.document)
        self.show()

    def look(self, move: Callable[[Document, ViewState], ViewState]) -> None:
        self.looks += 1
        self.view = move(self.document, self.view)
        self.pane.show_view(self.document, self.view)

    def titles(self) -> list[str]:
        return [str(self.index(row).data()) for row in range(self.pane.list.model().rowCount())]

    def index(self, row: int):
        return self.pane.list.model().index(row, 0)

    def click(self, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        place = self.pane.list.visualRect(self.index(row)).center()
        QTest.mouseClick(self.pane.list.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    def choose(self, name: str, entry: str) -> None:
        choice = {
            "Sort": self.pane.sort_choice,
            "Combine": self.pane.combine_choice,
            "Scale": self.pane.scale_choice,
        }[name]
        choice.setCurrentText(entry)
        choice.chosen.emit(choice.currentIndex())
        QApplication.processEvents()

    def wait_for_tiles(self, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: all(self.tiles.tile(shown) is not None for shown in self.pane.list.model().maps))

    @property
    def tiles(self):
        return self.pane._tiles


@pytest.fixture
def open_gallery(qtbot: QtBot) -> Callable[[Document], Bench]:
    def make(document: Document, width: int = 1000, height: int = 160) -> Bench:
        pane = GalleryPane(load_detectors())
        qtbot.addWidget(pane)
        bench = Bench(pane, document)
        on_edit(pane, bench.edit)
        on_move(pane, bench.look)
        bench.show()
        pane.resize(width, height)
        QApplication.processEvents()
        return bench

    return make


Open = Callable[..., Bench]


# --- what is seen ------------------------------------------------------------------------------------------------


def test_one_map_has_no_gallery(open_gallery: Open) -> None:
    assert open_gallery(bank(1)).pane.isHidden()


def test_several_maps_have_one(open_gallery: Open) -> None:
    assert open_gallery(bank(2)).pane.isVisible()


def test_a_filter_that_was_just_added_has_no_map_yet_and_can_be_looked_at(open_gallery: Open) -> None:
    bench = open_gallery(bank(2))
    bench.document = layer_settings.set_filters(bench.document, 0, 3)
    bench.pane.show_document(bench.document, bench.view)
    bench.look(lambda _, view: replace(view, filter=2))
    assert "map 1 from" in bench.pane.facts_label.text()


def test_an_order_by_likeness_to_a_filter_that_is_gone_goes_by_the_last_one(open_gallery: Open) -> None:
    bench = open_gallery(bank(3))
    bench.look(lambda _, view: replace(view, filter=2))
    bench.choose("Sort", "likeness")
    bench.document, bench.view = layer_settings.set_filters(bench.document, 0, 2), ViewState()
    bench.show()
    assert "by likeness to map 2" in bench.pane.facts_label.text()


def test_a_layer_that_cannot_work_for_a_moment_hides_nothing(open_gallery: Open) -> None:
    bench = open_gallery(bank(2))
    bench.edit("", lambda document: kernel_weights.set_kernel_size(document, 0, (9, 9)), None)
    assert bench.pane.isVisible()


def test_a_tile_is_named_by_number_and_detector(open_gallery: Open) -> None:
    titles = open_gallery(lines()).titles()
    assert titles == ["1 vertical-line", "2 horizontal-line", "3 vertical-line", "4 sobel-x"]


def test_dead_maps_and_duplicates_are_said_in_words(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    told = [bench.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (1, 2)]
    assert told == ["2 horizontal-line, dead: every value is 0", "3 vertical-line, duplicate: map 1"]
    assert "duplicate: map 1" in bench.index(2).data(Qt.ItemDataRole.ToolTipRole)
    assert "1 dead · 1 duplicate" in bench.pane.facts_label.text()


def test_a_screen_reader_reads_every_map_of_the_list(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    face = QAccessible.queryAccessibleInterface(bench.pane.list)
    assert face.text(QAccessible.Text.Name) == "All maps"
    names = [face.child(row).text(QAccessible.Text.Name) for row in range(face.childCount())]
    assert names[:2] == ["1 vertical-line", "2 horizontal-line, dead: every value is 0"]


def test_a_tile_shows_its_map(open_gallery: Open, qtbot: QtBot) -> None:
    bench = open_gallery(lines())
    bench.wait_for_tiles(qtbot)
    picture = bench.tiles.tile(0).toImage()
    middle, side = picture.height() // 3, bench.tiles.cell.width()
    left, bright = (picture.pixelColor(round(at * side), middle) for at in (0.25, 0.5))
    assert (left.blue() > left.red(), bright.red() > bright.blue()) == (True, True)


def test_painted_tiles_stand_where_the_list_says_they_are(open_gallery: Open, qtbot: QtBot) -> None:
    bench = open_gallery(bank(40), width=700, height=400)
    bench.wait_for_tiles(qtbot)
    shot = bench.pane.list.viewport().grab().toImage()
    for row in (1, 9, 15, 17):
        expected = QPixmap(bench.tiles.cell)
        expected.fill(LIGHT.card)
        painter = QPainter(expected)
        painter.drawPixmap(0, 0, bench.tiles.tile(row))
        painter.end()
        assert shot.copy(bench.pane.list.visualRect(bench.index(row))) == expected.toImage().convertToFormat(
            shot.format()
        )


def test_looking_at_one_filter_alone_greys_the_other_maps(open_gallery: Open, qtbot: QtBot) -> None:
    bench = open_gallery(bank(3))
    bench.wait_for_tiles(qtbot)
    tiles = [bench.pane.list.visualRect(bench.index(row)) for row in (0, 2)]
    before = [bench.pane.list.viewport().grab(tile).toImage() for tile in tiles]
    bench.look(lambda _, view: replace(view, solo=True))
    after = [bench.pane.list.viewport().grab(tile).toImage() for tile in tiles]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]


def test_with_levels_of_its_own_every_map_reaches_the_full_colour(open_gallery: Open) -> None:
    bench = open_gallery(bank(3))
    assert [bench.tiles.levels_of(index).high for index in range(3)] == [1, 2, 3]


def test_shared_levels_hold_all_maps_and_are_said(open_gallery: Open) -> None:
    bench = open_gallery(bank(3))
    bench.choose("Scale", "shared")
    assert {bench.tiles.levels_of(index).high for index in range(3)} == {3}
    assert "all maps from -3 to 3 (shared scale)" in bench.pane.facts_label.text()


def test_grey_levels_start_at_the_least_value(open_gallery: Open) -> None:
    bench = open_gallery(bank(3))
    bench.look(lambda _document, view: view.scaled(colours=GREY))
    assert bench.tiles.levels_of(2).low == 0


def test_showing_a_document_asks_for_nothing(open_gallery: Open) -> None:
    bench = open_gallery(bank(3))
    bench.show()
    assert (bench.looks, bench.steps) == (0, [])


def test_a_sequence_has_tiles_too(open_gallery: Open, qtbot: QtBot) -> None:
    bench = open_gallery(document_of(np.arange(12).reshape(12, 1), np.ones((3, 1, 2))))
    bench.wait_for_tiles(qtbot)
    assert bench.pane.isVisible()


# --- tiles are made once -------------------------------------------------------------------------------------------


@pytest.fixture
def reductions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    made: list[int] = []

    def count(values: np.ndarray, side: int) -> np.ndarray:
        made.append(side)
        return gallery_reduced(values, side)

    gallery_reduced = gallery.reduced
    monkeypatch.setattr(gallery, "reduced", count)
    return made


def test_an_edit_of_one_filter_makes_one_tile_anew(open_gallery: Open, qtbot: QtBot, reductions: list[int]) -> None:
    bench = open_gallery(bank(9))
    bench.wait_for_tiles(qtbot)
    reductions.clear()
    bench.edit("", lambda document: kernel_weights.set_weights_block(document, 0, 4, 0, (0, 0), [[7]]), None)
    qtbot.waitUntil(lambda: bool(reductions))
    QTest.qWait(30)
    assert len(reductions) == 1


def test_scrolling_back_makes_no_tile_anew(open_gallery: Open, qtbot: QtBot, reductions: list[int]) -> None:
    bench = open_gallery(bank(40), width=500)
    bar = bench.pane.list.verticalScrollBar()
    for place in range(0, bar.maximum(), 40):
        bar.setValue(place)
        QTest.qWait(5)
    bench.wait_for_tiles(qtbot)
    reductions.clear()
    bar.setValue(0)
    QTest.qWait(30)
    assert reductions == []


def test_the_window_may_answer_between_tiles(
    open_gallery: Open, monkeypatch: pytest.MonkeyPatch, reductions: list[int]
) -> None:
    monkeypatch.setattr(tiles_module, "_SECONDS_A_TURN", 0.0)
    bench = open_gallery(bank(20))
    bench.tiles.forget()
    bench.tiles.want(range(20))
    reductions.clear()
    bench.tiles._take_turn()
    assert len(reductions) == 1


def test_tiles_wait_while_an_edit_is_computed(
    open_gallery: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles_module, "_SECONDS_A_TURN", 0.0)
    bench = open_gallery(bank(9))
    bench.tiles.want(range(9))
    bench.pane.show_document(kernel_weights.set_bias(bench.document, 0, 0, 1), bench.view)
    assert not bench.tiles._turns.isActive()
    bench.show()
    bench.wait_for_tiles(qtbot)


def test_only_tiles_that_come_near_are_made(open_gallery: Open, qtbot: QtBot, reductions: list[int]) -> None:
    open_gallery(bank(400, side=6), width=500)
    qtbot.waitUntil(lambda: bool(reductions))
    QTest.qWait(100)
    assert 0 < len(reductions) < 100


def test_another_scheme_paints_the_tiles_anew(open_gallery: Open, qtbot: QtBot) -> None:
    bench = open_gallery(bank(3))
    bench.wait_for_tiles(qtbot)
    before = bench.tiles.tile(0)
    palette = bench.pane.palette()
    palette.setColor(palette.ColorRole.Base, Qt.GlobalColor.black)
    bench.pane.setPalette(palette)
    qtbot.waitUntil(lambda: bench.tiles.tile(0) is not before)


# --- looking -------------------------------------------------------------------------------------------------------


def test_a_click_looks_at_the_map(open_gallery: Open) -> None:
    bench = open_gallery(bank(5))
    bench.click(3)
    assert (bench.view.filter, bench.looks) == (3, 1)


def test_the_arrow_keys_walk_from_map_to_map(open_gallery: Open) -> None:
    bench = open_gallery(bank(5))
    QTest.keyClick(bench.pane.list, Qt.Key.Key_Right)
    assert bench.view.filter == 1


def test_a_map_that_is_looked_at_elsewhere_becomes_the_current_tile(open_gallery: Open) -> None:
    bench = open_gallery(bank(5))
    bench.view = replace(bench.view, filter=2)
    bench.pane.show_view(bench.document, bench.view)
    assert bench.pane.list.currentIndex().row() == 2
    assert bench.pane.list.chosen_maps == (2,)
    assert bench.looks == 0


def test_control_and_shift_select_several(open_gallery: Open) -> None:
    bench = open_gallery(bank(5))
    bench.click(3)
    bench.click(1, CTRL)
    assert bench.pane.list.chosen_maps == (3, 1)
    bench.click(2)
    bench.click(4, SHIFT)
    assert set(bench.pane.list.chosen_maps) == {2, 3, 4}
    assert "3 selected" in bench.pane.facts_label.text()


# --- order and size ------------------------------------------------------------------------------------------------


def test_sorting_puts_the_strongest_map_first_and_keeps_what_is_looked_at(open_gallery: Open) -> None:
    bench = open_gallery(bank(4))
    bench.click(1)
    bench.choose("Sort", "energy")
    assert [title.split()[0] for title in bench.titles()] == ["4", "3", "2", "1"]
    assert bench.pane.list.currentIndex().row() == 2
    assert (bench.view.filter, bench.looks) == (1, 1)


def test_likeness_sorts_by_the_map_that_is_looked_at(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    bench.click(2)
    bench.choose("Sort", "likeness")
    assert bench.titles()[:2] == ["1 vertical-line", "3 vertical-line"]
    assert "by likeness to map 3" in bench.pane.facts_label.text()


def test_sorting_keeps_the_selection(open_gallery: Open) -> None:
    bench = open_gallery(bank(4))
    bench.click(0)
    bench.click(2, CTRL)
    bench.choose("Sort", "maximum")
    assert bench.pane.list.chosen_maps == (0, 2)
    assert {index.row() for index in bench.pane.list.selectedIndexes()} == {3, 1}


def test_one_row_of_tiles_fills_the_height(open_gallery: Open) -> None:
    bench = open_gallery(bank(4), height=150)
    room = bench.pane.list.viewport().height()
    assert 0 <= room - bench.tiles.cell.height() <= 4
    assert bench.pane.list.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize(("key", "grows"), [(Qt.Key.Key_Plus, True), (Qt.Key.Key_Minus, False)])
def test_plus_and_minus_change_the_size_of_the_tiles(open_gallery: Open, key: Qt.Key, grows: bool) -> None:
    bench = open_gallery(bank(4))
    before = bench.tiles.cell.width()
    QTest.keyClick(bench.pane.list, key)
    assert (bench.tiles.cell.width() > before) is grows
    assert bench.looks == 0


def turn_wheel(bench: Bench, at: QPoint, notches: int) -> None:
    pane = bench.pane.list
    event = QWheelEvent(
        QPointF(at), QPointF(pane.viewport().mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pane.viewport(), event)


def test_the_wheel_with_control_zooms_and_keeps_the_tile_under_the_mouse_in_its_line(open_gallery: Open) -> None:
    bench = open_gallery(bank(200), width=500, height=400)
    view = bench.pane.list
    view.verticalScrollBar().setValue(600)
    at = QPoint(60, 150)
    under, before = view.indexAt(at), view.visualRect(view.indexAt(at)).top()
    turn_wheel(bench, at, 1)
    assert view.visualRect(under).top() == before


# --- combining -----------------------------------------------------------------------------------------------------


def test_the_selected_maps_are_combined_in_one_step(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    bench.click(0)
    bench.click(3, CTRL)
    bench.choose("Combine", "norm")
    assert bench.document.combination == Combination(0, "norm", (0, 3))
    assert bench.steps == ["Combine maps"]
    assert bench.titles()[0] == "norm of maps 1 and 4"


def test_a_combination_is_looked_at_as_soon_as_it_is_chosen(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    bench.choose("Combine", "sum")
    assert bench.view.combined
    assert bench.pane.list.currentIndex().row() == 0


def test_another_way_to_combine_keeps_the_chosen_maps(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    bench.click(3)
    bench.click(0, CTRL)
    bench.choose("Combine", "sum")
    assert bench.pane.list.chosen_maps == (3, 0)
    bench.choose("Combine", "difference")
    assert bench.document.combination == Combination(0, "difference", (3, 0))


def test_clicking_a_map_goes_back_to_it_from_the_combination(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    bench.choose("Combine", "sum")
    bench.click(2)
    assert (bench.view.combined, bench.view.filter) == (False, 1)


def test_no_combination_takes_its_tile_away(open_gallery: Open) -> None:
    bench = open_gallery(lines())
    bench.choose("Combine", "sum")
    bench.choose("Combine", "none")
    assert len(bench.titles()) == 4
    assert bench.document.combination is None


def test_a_combination_that_is_undone_goes_while_its_tile_is_still_wanted(open_gallery: Open, qtbot: QtBot) -> None:
    bench = open_gallery(lines())
    before = bench.document
    bench.choose("Combine", "sum")
    bench.tiles.forget()
    bench.tiles.want([COMBINATION])
    bench.tiles.show_maps(survey(bench.result.layers[0].output), None)
    bench.tiles._take_turn()
    bench.edit("", lambda _document: before, None)
    bench.wait_for_tiles(qtbot)
    assert len(bench.titles()) == 4
    assert bench.pane.combine_choice.currentText() == "none"


def test_a_combination_of_a_map_that_is_gone_says_what_to_do(open_gallery: Open) -> None:
    bench = open_gallery(replace(bank(4), combination=Combination(0, "sum", (0, 8))))
    assert bench.pane.facts_label.text() == "The sum reads map 9, and this layer makes 4: combine other maps."


def test_selecting_with_the_keyboard_moves_nothing_else(open_gallery: Open) -> None:
    bench = open_gallery(bank(4))
    QTest.keyClick(bench.pane.list, Qt.Key.Key_A, CTRL)
    assert len(bench.pane.list.chosen_maps) == 4
    assert bench.looks == 0


def test_selected_maps_that_an_edit_removes_are_selected_no_more(open_gallery: Open) -> None:
    bench = open_gallery(bank(4))
    model = bench.pane.list.selectionModel()
    model.select(bench.index(3), QItemSelectionModel.SelectionFlag.Select)
    bench.edit("", lambda document: layer_settings.set_filters(document, 0, 3), None)
    assert bench.pane.list.chosen_maps == (0,)


def test_a_layer_that_cannot_work_leaves_no_tiles_and_no_numbers_behind(open_gallery):
    bench = open_gallery(bank(4))
    bench.document = kernel_weights.set_kernel_size(bench.document, 0, (9, 9))
    bench.show()
    assert (bench.pane.list.model().rowCount(), bench.pane.facts_label.text()) == (0, "")


# --- dragged maps ------------------------------------------------------------------------------------------------


def drag_tile(bench: Bench, row: int, onto: int) -> None:
    tiles = bench.pane.list
    end = tiles.visualRect(bench.index(onto))
    drag(tiles.viewport(), tiles.visualRect(bench.index(row)).center(), QPoint(end.right() - 2, end.center().y()))


def test_a_dragged_map_moves_its_filter_and_is_looked_at(open_gallery: Open) -> None:
    bench = open_gallery(bank(4))
    before = bench.document.layers[0].weights
    drag_tile(bench, 0, 2)
    assert bench.steps == ["Move filter 1 to place 3"]
    np.testing.assert_array_equal(bench.document.layers[0].weights, before[..., [1, 2, 0, 3]])
    assert bench.view.filter == 2


def test_a_map_is_dragged_to_another_line_of_tiles(open_gallery: Open) -> None:
    bench = open_gallery(bank(6), width=240, height=400)
    lines = {bench.pane.list.visualRect(bench.index(row)).top() for row in range(6)}
    assert len(lines) > 1
    drag_tile(bench, 0, 5)
    assert bench.steps == ["Move filter 1 to place 6"]


def test_sorted_maps_cannot_be_dragged(open_gallery: Open) -> None:
    bench = open_gallery(bank(4))
    bench.choose("Sort", "energy")
    drag_tile(bench, 0, 2)
    assert bench.steps == []


def test_the_combination_stays_first(open_gallery: Open) -> None:
    bench = open_gallery(bank(4))
    bench.choose("Combine", "sum")
    bench.steps.clear()
    drag_tile(bench, 0, 2)
    assert bench.steps == []
    drag_tile(bench, 1, 2)
    assert bench.steps == ["Move filter 1 to place 2"]


def test_a_folded_gallery_takes_no_room_and_offers_its_way_back(open_gallery: Open) -> None:
    pane = open_gallery(bank(4)).pane
    least = pane.minimumSizeHint().height()
    assert pane.least_heights == (0, least)
    pane.set_folded(True)
    assert (pane.maximumHeight(), pane.unfold_button.isHidden()) == (0, False)
    assert pane.least_heights == (0, least)
    pane.set_folded(False)
    assert (pane.minimumSizeHint().height(), pane.unfold_button.isHidden()) == (least, True)
    assert pane.maximumHeight() > 1000
