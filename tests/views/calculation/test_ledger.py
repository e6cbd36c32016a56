from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from convstudio.model.colour import display
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.sample import channel_names
from convstudio.model.values.view_state import ViewState
from convstudio.views.calculation.ledger import LedgerPanel
from convstudio.views.calculation.ledger_table import AMOUNT, KERNEL, NAME, RESULT, WINDOW
from convstudio.views.parts.theme import body_font


@pytest.fixture
def panel(qtbot: QtBot) -> LedgerPanel:
    panel = LedgerPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 100)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def show(
    panel: LedgerPanel,
    channels: int = 3,
    channel: int = 0,
    term: int | None = None,
    pairing: str = "standard",
    **settings: object,
) -> None:
    """Show a 3×3 window of ones under kernels that are 1, 2, 3 ... for the channels."""
    weights = np.broadcast_to(np.arange(1.0, channels + 1), (3, 3, channels))[..., np.newaxis]
    layer = replace(Conv.of(weights, [1]), **settings)
    values = TiledArray.of(np.ones((3, 3, channels)))
    levels = display.picture_levels(values.to_array())
    found, names = layer.calculation(values, 0, (0, 0)), channel_names(channels)
    panel.show_calculation(layer, found, names, levels, ViewState(channel=channel, term=term, pairing=pairing))
    QApplication.processEvents()


def texts(panel: LedgerPanel, column: int) -> list[str]:
    table = panel.table.table
    return [table.data(table.index(row, column)) for row in range(table.rowCount())]


def way(panel: LedgerPanel, name: str) -> QRadioButton:
    return next(found for found in panel.findChildren(QRadioButton) if found.accessibleName() == name)


def test_there_is_a_line_per_channel_and_one_for_the_bias(panel: LedgerPanel) -> None:
    show(panel)
    assert texts(panel, NAME) == ["red", "green", "blue", "bias"]
    assert texts(panel, AMOUNT) == ["= 9", "= 18", "= 27", "+ 1"]
    assert texts(panel, RESULT) == ["9", "27", "54", "55"]


def test_pictures_are_told_in_numbers(panel: LedgerPanel) -> None:
    show(panel)
    assert texts(panel, WINDOW)[1] == "1 1 1; 1 1 1; 1 1 1"
    assert texts(panel, KERNEL)[1] == "2 2 2; 2 2 2; 2 2 2"


def test_the_table_has_its_name_and_its_headings(panel: LedgerPanel) -> None:
    assert panel.table.accessibleName() == "Channel ledger"
    headings = [panel.table.table.headerData(column, Qt.Orientation.Horizontal) for column in range(5)]
    assert headings == ["Channel", "Window", "Kernel", "Sum", "Running total, or map"]


def test_the_line_of_the_channel_that_is_looked_at_is_chosen(panel: LedgerPanel) -> None:
    show(panel, channel=2)
    assert panel.table.currentIndex().row() == 2


def test_showing_asks_for_nothing(panel: LedgerPanel) -> None:
    asked: list[int] = []
    panel.channel_asked.connect(asked.append)
    show(panel, channel=2)
    show(panel, channels=64, channel=40)
    assert asked == []


def test_a_click_on_a_line_asks_for_its_channel(qtbot: QtBot, panel: LedgerPanel) -> None:
    show(panel)
    place = panel.table.visualRect(panel.table.table.index(2, WINDOW)).center()
    with qtbot.waitSignal(panel.channel_asked) as asked:
        qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [2]


def test_the_down_key_asks_for_the_next_channel(qtbot: QtBot, panel: LedgerPanel) -> None:
    show(panel)
    with qtbot.waitSignal(panel.channel_asked) as asked:
        qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert asked.args == [1]


def test_the_line_of_the_bias_asks_for_nothing(panel: LedgerPanel) -> None:
    show(panel)
    asked: list[int] = []
    panel.channel_asked.connect(asked.append)
    panel.table.setCurrentIndex(panel.table.table.index(3, NAME))
    assert asked == []


def test_selected_lines_are_copied_as_a_table(qtbot: QtBot, panel: LedgerPanel) -> None:
    show(panel)
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "red\t9\t9\ngreen\t18\t27\nblue\t27\t54\nbias\t1\t55"


def test_three_channels_and_their_closing_lines_fit_without_scrolling(panel: LedgerPanel) -> None:
    show(panel, activation="relu")
    assert panel.table.table.rowCount() == 5
    assert panel.table.verticalScrollBar().maximum() == 0


def test_sixty_four_channels_scroll_to_the_one_that_is_looked_at(panel: LedgerPanel) -> None:
    show(panel, channels=64, channel=60)
    place = panel.table.visualRect(panel.table.table.index(60, NAME))
    assert panel.table.verticalScrollBar().maximum() > 0
    assert panel.table.viewport().rect().contains(place)


def test_the_line_that_is_looked_at_stays_in_sight_in_a_lower_card(panel: LedgerPanel) -> None:
    show(panel, channels=64, channel=60)
    panel.resize(900, 70)
    QApplication.processEvents()
    place = panel.table.visualRect(panel.table.table.index(60, NAME))
    assert panel.table.viewport().rect().contains(place)


def test_stepping_keeps_the_widths_of_the_columns(panel: LedgerPanel) -> None:
    show(panel)
    before = panel.table.sizeHint()
    show(panel, bias=np.float32([-0.001234]))
    assert panel.table.sizeHint() == before


def test_the_switch_compares_maps_and_parameters(panel: LedgerPanel) -> None:
    show(panel, channels=64)
    told = [way(panel, name).accessibleDescription() for name in ("standard", "depthwise", "every pair")]
    assert [text.split(".")[0] for text in told] == [
        "1 map, 577 parameters", "64 maps, 640 parameters", "64 maps, 640 parameters",
    ]  # fmt: skip


def test_the_switch_asks_for_another_way(qtbot: QtBot, panel: LedgerPanel) -> None:
    show(panel)
    with qtbot.waitSignal(panel.pairing_asked) as asked:
        way(panel, "depthwise").click()
    assert asked.args == ["depthwise"]


def test_another_way_shows_lines_that_are_maps(panel: LedgerPanel) -> None:
    show(panel, pairing="every pair")
    assert panel.switch.name == "every pair"
    assert texts(panel, RESULT) == ["1 of 3", "2 of 3", "3 of 3"]


def test_showing_a_way_asks_for_nothing(qtbot: QtBot, panel: LedgerPanel) -> None:
    with qtbot.assertNotEmitted(panel.pairing_asked):
        show(panel, pairing="depthwise")


def test_going_term_by_term_no_number_is_shown_before_its_terms_are_added(panel: LedgerPanel) -> None:
    show(panel, term=12)
    assert texts(panel, AMOUNT) == ["= 9", "= …", "= …", "+ 1"]
    assert texts(panel, RESULT) == ["9", "…", "…", "…"]


def test_with_the_last_term_every_number_is_shown(panel: LedgerPanel) -> None:
    show(panel, term=26)
    assert texts(panel, RESULT) == ["9", "27", "54", "55"]


@pytest.mark.parametrize("size", [1, 31])
def test_pictures_of_any_kernel_are_drawn(panel: LedgerPanel, size: int) -> None:
    layer = Conv.of(np.random.default_rng(1).normal(size=(size, size, 2, 1)))
    values = TiledArray.of(np.ones((40, 40, 2)))
    levels = display.picture_levels(values.to_array())
    panel.show_calculation(layer, layer.calculation(values, 0, (0, 0)), ("one", "two"), levels, ViewState(term=0))
    assert not panel.grab().isNull()


def test_no_name_is_shortened_that_could_have_room(panel: LedgerPanel) -> None:
    names = [f"map {number}" for number in range(1, 9)]
    weights = np.ones((1, 1, 8, 1))
    values = TiledArray.of(np.ones((2, 2, 8)))
    found = Conv.of(weights).calculation(values, 0, (0, 0))
    panel.show_calculation(Conv.of(weights), found, names, display.picture_levels(values.to_array()), ViewState())
    room = panel.table.columnWidth(NAME) - 4 - 2 * 8
    letters = QFontMetrics(body_font())
    assert [letters.elidedText(name, Qt.TextElideMode.ElideRight, room) for name in names] == names


def test_a_screen_reader_hears_a_word_for_every_cell(panel: LedgerPanel) -> None:
    show(panel)
    table, spoken = panel.table.table, Qt.ItemDataRole.AccessibleTextRole
    cells = [(row, column) for row in range(table.rowCount()) for column in range(table.columnCount())]
    assert all(table.data(table.index(*cell), spoken) for cell in cells)
