"""What a cell takes when it is left, and where the keys lead; whole stories are in tests/e2e."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent


@pytest.fixture
def grid(qtbot: QtBot) -> GridView:
    grid = GridView("Grid", "A tip")
    qtbot.addWidget(grid)
    grid.show_content(GridContent(np.zeros((3, 3), np.float32), np.zeros((3, 3, 3), np.uint8), (0, 0), (2, 3)))
    grid.show()
    grid.setFocus()
    return grid


def press(grid: GridView, key: Qt.Key) -> tuple[int, int]:
    QTest.keyClick(QApplication.focusWidget() or grid, key)
    return grid.currentIndex().row(), grid.currentIndex().column()


def test_enter_stays_above_padding(grid: GridView) -> None:
    grid.setCurrentIndex(grid.grid.index(1, 0))
    assert press(grid, Qt.Key.Key_Return) == (1, 0)


def test_a_text_left_as_it_was_asks_for_no_edit_and_goes_on(grid: GridView, qtbot: QtBot) -> None:
    grid.setCurrentIndex(grid.grid.index(0, 0))
    grid.edit(grid.currentIndex())
    with qtbot.assertNotEmitted(grid.grid.edited):
        reached = press(grid, Qt.Key.Key_Return)
    assert reached == (1, 0)


def test_escape_takes_nothing(grid: GridView, qtbot: QtBot) -> None:
    grid.setCurrentIndex(grid.grid.index(0, 0))
    grid.edit(grid.currentIndex())
    QTest.keyClicks(QApplication.focusWidget(), "7")
    with qtbot.assertNotEmitted(grid.grid.edited):
        assert press(grid, Qt.Key.Key_Escape) == (0, 0)


def test_a_selection_is_one_block(grid: GridView) -> None:
    for column, modifier in ((0, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        place = grid.visualRect(grid.grid.index(0, column)).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    columns = sorted(index.column() for index in grid.selectedIndexes())
    assert columns == list(range(min(columns), max(columns) + 1))
