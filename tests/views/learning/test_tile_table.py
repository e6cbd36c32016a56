"""Tiles of two networks stand under each other, and tell their range."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes.learning.comparison import Comparison, compared_filters
from convstudio.views.learning.tile_table import TileTable


def comparison(value: float) -> Comparison:
    return compared_filters(Conv.of(np.zeros((3, 3, 1, 2))), Conv.of(np.full((3, 3, 1, 2), value)), 0, 1, ("A", "B"))


@pytest.fixture
def table(qtbot: QtBot) -> TileTable:
    made = TileTable("Comparison", "tip")
    qtbot.addWidget(made)
    made.show_comparison(comparison(2))
    made.resize(300, 260)
    made.show()
    return made


def test_a_tile_is_a_picture_of_its_values(table: TileTable) -> None:
    model = table.model()
    assert (model.rowCount(), model.columnCount()) == (3, 2)
    image = model.index(1, 0).data(Qt.ItemDataRole.DecorationRole)
    zeros = model.index(0, 0).data(Qt.ItemDataRole.DecorationRole)
    assert image.pixelColor(5, 5) != zeros.pixelColor(5, 5)
    assert image.pixelColor(5, 5) == image.pixelColor(40, 40)
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "filter 1, B: 2 to 2"


def test_other_values_keep_the_place_of_the_table(table: TileTable) -> None:
    table.setCurrentIndex(table.model().index(2, 1))
    table.show_comparison(comparison(3))
    assert table.currentIndex() == table.model().index(2, 1)


def test_nothing_to_compare_is_an_empty_table(table: TileTable) -> None:
    table.show_comparison(None)
    assert table.model().rowCount() == 0
