from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.model.edits import filters, kernel_weights, layer_settings
from convstudio.model.edits.learning.locks import lock_filters
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.filter_matrix import FilterMatrix
from tests.views.drags import drag
from tests.views.intents import on_move
from tests.views.kernel_documents import LINE, image_document, sequence_document

RGB = image_document(LINE, channels=3, filters=4)
Rows = QItemSelectionModel.SelectionFlag.Rows
Horizontal, Vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


@pytest.fixture
def matrix(qtbot: QtBot) -> FilterMatrix:
    matrix = FilterMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(260, 240)
    return matrix


def looks(matrix: FilterMatrix) -> list:
    heard: list = []
    on_move(matrix, heard.append)
    return heard


def heads(matrix: FilterMatrix, orientation: Qt.Orientation) -> list[str]:
    count = matrix.matrix.columnCount() if orientation == Horizontal else matrix.matrix.rowCount()
    return [matrix.matrix.headerData(section, orientation) for section in range(count)]


def text(matrix: FilterMatrix, row: int, column: int) -> str:
    return matrix.matrix.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole)


def centre(matrix: FilterMatrix, row: int, column: int) -> QPoint:
    return matrix.visualRect(matrix.matrix.index(row, column)).center()


def pixel(matrix: FilterMatrix, row: int, column: int) -> QColor:
    return matrix.viewport().grab().toImage().pixelColor(centre(matrix, row, column) - QPoint(2, 2))


# --- what is visible -------------------------------------------------------------------------------------------------


def test_rows_are_filters_and_columns_are_channels(matrix: FilterMatrix) -> None:
    matrix.show_document(filters.rename_filter(RGB, 0, 1, "my edge"), ViewState())
    assert heads(matrix, Vertical) == ["filter 1", "my edge", "filter 3", "filter 4"]
    assert heads(matrix, Horizontal) == ["red", "green", "blue"]


def test_numbers_at_the_end_of_names_are_seen_where_there_is_little_room(matrix: FilterMatrix) -> None:
    document = filters.rename_filter(RGB, 0, 1, "orientation of the lines 22.5")
    matrix.show_document(filters.rename_filter(document, 0, 2, "orientation of the lines 45"), ViewState())
    header = matrix.verticalHeader()
    shown = header.viewport().grab().toImage()
    places = [header.sectionViewportPosition(row) for row in (1, 2)]
    one, other = (shown.copy(0, y, shown.width(), header.sectionSize(1)) for y in places)
    assert one != other


def test_channels_are_named_by_the_filters_that_made_them(matrix: FilterMatrix) -> None:
    second = Conv.of(np.ones((1, 1, 4, 2)))
    document = replace(filters.rename_filter(RGB, 0, 0, "ver"), network=RGB.network)
    stacked = replace(document, network=Network((conv_at(filters.rename_filter(RGB, 0, 0, "ver"), 0), second)))
    matrix.show_document(stacked, ViewState(layer=1))
    assert heads(matrix, Horizontal) == ["ver", "2", "3", "4"]


def test_a_screen_reader_hears_the_weights_of_a_kernel(matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState())
    assert text(matrix, 2, 1) == "filter 3, green: 0 1 0; 0 1 0; 0 1 0"


def test_a_screen_reader_hears_that_groups_leave_a_kernel_out(matrix: FilterMatrix) -> None:
    document = layer_settings.set_groups(image_document(LINE, channels=3, filters=3), 0, 3)
    matrix.show_document(document, ViewState())
    assert text(matrix, 0, 2) == "filter 1, blue: no kernel, because this filter reads other channels (3 groups)"


def test_kernels_are_painted_in_diverging_colours_and_left_out_ones_in_grey(matrix: FilterMatrix) -> None:
    document = kernel_weights.negate_kernel(image_document(LINE, channels=2, filters=2), 0, 1)
    matrix.show_document(layer_settings.set_groups(document, 0, 2), ViewState())
    positive, missing, negative = (pixel(matrix, row, column) for row, column in ((0, 0), (0, 1), (1, 1)))
    assert positive.red() > positive.blue()
    assert negative.blue() > negative.red()
    assert abs(missing.red() - missing.blue()) < 12


def test_every_filter_has_levels_of_its_own_until_they_are_shared(matrix: FilterMatrix) -> None:
    weak = kernel_weights.set_filter(RGB, 0, 1, conv_at(RGB, 0).weights[..., 1] / 100)
    matrix.show_document(weak, ViewState())
    own = pixel(matrix, 1, 0)
    matrix.share_levels(True)
    assert own == pixel(matrix, 0, 1)
    assert pixel(matrix, 1, 0).saturation() < own.saturation() / 4


def test_looking_at_one_filter_alone_greys_the_others(matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState(filter=1))
    before = pixel(matrix, 2, 0)
    matrix.show_document(RGB, ViewState(filter=1, solo=True))
    assert pixel(matrix, 2, 0).saturation() < before.saturation() / 2


def test_a_sequences_kernels_are_painted_as_one_row(matrix: FilterMatrix) -> None:
    matrix.show_document(filters.duplicate_filters(sequence_document((0, 1, 0)), 0, [0]), ViewState(position=(0,)))
    assert text(matrix, 1, 0) == "filter 2, 1: 0 1 0" or text(matrix, 1, 0) == "filter 2, channel 1: 0 1 0"
    assert not matrix.grab().isNull()


def test_showing_asks_for_nothing(matrix: FilterMatrix) -> None:
    heard = looks(matrix)
    matrix.show_document(RGB, ViewState())
    matrix.show_document(RGB, ViewState(filter=3, channel=2))
    matrix.show_document(layer_settings.set_filters(RGB, 0, 9), ViewState(filter=8))
    assert heard == []


def test_only_filters_on_show_are_drawn_and_only_changed_ones_anew(matrix: FilterMatrix) -> None:
    many = image_document(LINE, channels=3, filters=512)
    matrix.show_document(many, ViewState())
    matrix.viewport().grab()
    drawn = matrix.pictures.drawn
    matrix.show_document(kernel_weights.negate_kernel(many, 0, 2), ViewState())
    assert 4 < len(drawn) < 32
    assert matrix.pictures.drawn == drawn - {2}


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_a_click_on_a_kernel_looks_at_its_filter_and_channel(qtbot: QtBot, matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState())
    heard = looks(matrix)
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=centre(matrix, 2, 1))
    assert [look(RGB, ViewState()) for look in heard] == [ViewState(filter=2, channel=1)]


def test_a_click_on_a_name_looks_at_its_filter(qtbot: QtBot, matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState(channel=2))
    heard = looks(matrix)
    place = QPoint(5, matrix.rowViewportPosition(3) + 5)
    qtbot.mouseClick(matrix.verticalHeader().viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [look(RGB, ViewState(channel=2)) for look in heard] == [ViewState(filter=3, channel=2)]


def test_a_click_on_a_channel_looks_at_it(qtbot: QtBot, matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState())
    heard = looks(matrix)
    place = QPoint(matrix.columnViewportPosition(1) + 5, 5)
    qtbot.mouseClick(matrix.horizontalHeader().viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [look(RGB, ViewState()) for look in heard] == [ViewState(channel=1)]


def test_a_channel_that_the_filter_does_not_read_brings_one_that_does(qtbot: QtBot, matrix: FilterMatrix) -> None:
    grouped = layer_settings.set_groups(image_document(LINE, channels=3, filters=6), 0, 3)
    matrix.show_document(grouped, ViewState())
    heard = looks(matrix)
    place = QPoint(matrix.columnViewportPosition(2) + 5, 5)
    qtbot.mouseClick(matrix.horizontalHeader().viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [look(grouped, ViewState()) for look in heard] == [ViewState(filter=4, channel=2)]


def test_a_click_on_a_kernel_that_groups_leave_out_looks_at_the_filters_own(qtbot: QtBot, matrix: FilterMatrix) -> None:
    grouped = layer_settings.set_groups(image_document(LINE, channels=2, filters=2), 0, 2)
    matrix.show_document(grouped, ViewState())
    heard = looks(matrix)
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=centre(matrix, 1, 0))
    assert [look(grouped, ViewState()) for look in heard] == [ViewState(filter=1, channel=1)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Qt.Key.Key_Down, ViewState(filter=1, channel=1)),
        (Qt.Key.Key_Right, ViewState(channel=2)),
        (Qt.Key.Key_Left, ViewState(channel=0)),
        (Qt.Key.Key_PageDown, ViewState(filter=3, channel=1)),
    ],
)
def test_the_arrow_keys_walk_from_kernel_to_kernel(qtbot: QtBot, matrix: FilterMatrix, key, expected) -> None:
    matrix.show_document(RGB, ViewState(channel=1))
    heard = looks(matrix)
    qtbot.keyClick(matrix, key)
    assert [look(RGB, ViewState(channel=1)) for look in heard] == [expected]


def test_the_arrow_keys_follow_the_kernels_of_a_depthwise_layer(qtbot: QtBot, matrix: FilterMatrix) -> None:
    grouped = layer_settings.set_groups(image_document(LINE, channels=3, filters=3), 0, 3)
    matrix.show_document(grouped, ViewState())
    heard = looks(matrix)
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    assert [look(grouped, ViewState()) for look in heard] == [ViewState(filter=1, channel=1)]


@pytest.mark.parametrize(
    ("key", "modifier", "command"),
    [
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "remove"),
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier, "duplicate"),
        (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, "copy"),
        (Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, "paste"),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, "up"),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, "down"),
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, "rename"),
    ],
)
def test_the_keys_ask_for_commands(qtbot: QtBot, matrix: FilterMatrix, key, modifier, command: str) -> None:
    matrix.show_document(RGB, ViewState())
    asked: list[str] = []
    matrix.asked.connect(asked.append)
    qtbot.keyClick(matrix, key, modifier)
    assert asked == [command]


def test_filters_selected_together_are_edited_together(qtbot: QtBot, matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState())
    names = matrix.verticalHeader().viewport()
    for row, modifier in ((1, Qt.KeyboardModifier.NoModifier), (3, Qt.KeyboardModifier.ShiftModifier)):
        qtbot.mouseClick(names, Qt.MouseButton.LeftButton, modifier, pos=QPoint(5, matrix.rowViewportPosition(row) + 5))
        matrix.show_document(RGB, ViewState(filter=row))
    assert matrix.chosen == [1, 2, 3]


def test_a_name_too_long_for_its_room_is_shortened_and_told_whole(matrix: FilterMatrix) -> None:
    matrix.show_document(filters.rename_filter(RGB, 0, 0, "a name that is much too long for this"), ViewState())
    tip = matrix.matrix.headerData(0, Vertical, Qt.ItemDataRole.ToolTipRole)
    assert tip == "a name that is much too long for this, filter 1 of 4: show its map"
    assert matrix.verticalHeader().width() <= 136


def test_all_columns_of_a_picture_fit_the_least_width(matrix: FilterMatrix) -> None:
    matrix.show_document(filters.rename_filter(RGB, 0, 0, "a name that is much too long for this"), ViewState())
    matrix.resize(260, 80)
    matrix.show()
    matrix.resize(matrix.minimumSizeHint().width(), 80)
    assert matrix.horizontalScrollBar().maximum() == 0


def scrolled(matrix: FilterMatrix) -> tuple[bool, bool]:
    """Return whether there are columns, and rows, to scroll to."""
    bars = matrix.horizontalScrollBar(), matrix.verticalScrollBar()
    return bars[0].maximum() > 0, bars[1].maximum() > 0


def cell(matrix: FilterMatrix) -> tuple[int, int]:
    place = matrix.visualRect(matrix.matrix.index(0, 0))
    return place.width(), place.height()


@pytest.mark.parametrize(
    ("kernels", "size", "small"),
    [
        ((16, 8), (154, 200), (True, True)),
        ((16, 3), (154, 200), (False, True)),
        ((4, 8), (154, 200), (True, False)),
        ((4, 3), (154, 200), (False, False)),
    ],
)
def test_pictures_are_smaller_where_all_of_them_then_fit(
    matrix: FilterMatrix, kernels: tuple[int, int], size: tuple[int, int], small: tuple[bool, bool]
) -> None:
    matrix.show_document(image_document(LINE, channels=3, filters=4), ViewState())
    easy = cell(matrix)
    matrix.show_document(image_document(LINE, channels=kernels[1], filters=kernels[0]), ViewState())
    matrix.resize(*size)
    matrix.show()
    assert scrolled(matrix) == (False, False)
    assert tuple(now < usual for now, usual in zip(cell(matrix), easy, strict=True)) == small
    matrix.resize(600, 600)
    assert cell(matrix) == easy


def test_pictures_too_small_to_be_seen_are_scrolled_to_in_the_usual_size(matrix: FilterMatrix) -> None:
    matrix.show_document(image_document(LINE, channels=40, filters=40), ViewState())
    matrix.resize(154, 200)
    matrix.show()
    assert scrolled(matrix) == (True, True)
    assert cell(matrix) == (30, 30)


@pytest.mark.parametrize("side", [1, 2, 5, 9, 10, 15, 31])
def test_kernels_of_every_size_are_painted_small_and_large(matrix: FilterMatrix, side: int) -> None:
    weights = np.linspace(-1, 1, side * side * 6, dtype=np.float32).reshape(side, side, 2, 3)
    document = Document(Sample.of("zeros", np.zeros((40, 40, 2))), Network((Conv.of(frozen(weights)),)))
    matrix.show_document(document, ViewState())
    for height in range(60, 180, 7):
        matrix.resize(110, height)
        assert not matrix.grab().isNull()


def test_weights_that_are_no_numbers_are_painted_too(matrix: FilterMatrix) -> None:
    weights = np.full((3, 3, 1, 2), np.nan, np.float32)
    document = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((Conv.of(frozen(weights)),)))
    matrix.show_document(document, ViewState())
    assert not matrix.grab().isNull()


@pytest.mark.parametrize(("item", "over", "asked"), [(0, 2, (0, 2)), (3, 0, (3, 0))])
def test_a_dragged_name_asks_to_move_its_filter(
    matrix: FilterMatrix, item: int, over: int, asked: tuple[int, int]
) -> None:
    matrix.show_document(RGB, ViewState())
    matrix.show()
    heard: list[tuple[int, int]] = []
    matrix.move_asked.connect(lambda index, place: heard.append((index, place)))
    names = matrix.verticalHeader()
    edge = names.sectionViewportPosition(over) + (names.sectionSize(over) - 2 if over > item else 2)
    begin = names.sectionViewportPosition(item) + names.sectionSize(item) // 2
    drag(names.viewport(), QPoint(9, begin), QPoint(9, edge))
    assert heard == [asked]


# --- locks -----------------------------------------------------------------------------------------------------------


def test_a_locked_filter_has_a_padlock_beside_its_name_and_says_so(matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState())
    before, width = matrix.verticalHeader().grab().toImage(), matrix.verticalHeader().width()
    matrix.show_document(lock_filters(RGB, 0, [1]), ViewState())
    assert matrix.verticalHeader().width() > width
    assert matrix.verticalHeader().grab().toImage() != before
    assert text(matrix, 1, 0).endswith(", locked: training leaves it")
    assert not text(matrix, 0, 0).endswith("leaves it")
    assert matrix.matrix.headerData(1, Vertical, Qt.ItemDataRole.ToolTipRole).endswith("locked: training leaves it")


def test_a_right_click_on_a_name_asks_for_the_menu_there(matrix: FilterMatrix) -> None:
    matrix.show_document(RGB, ViewState())
    asked: list[QPoint] = []
    matrix.menu_asked.connect(asked.append)
    head, at = matrix.verticalHeader().viewport(), QPoint(5, 5)
    QApplication.sendEvent(head, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, head.mapToGlobal(at)))
    assert asked == [head.mapToGlobal(at)]
