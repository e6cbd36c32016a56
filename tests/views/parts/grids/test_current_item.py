"""The current item of a table or list while the keyboard is elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QAccessible, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convstudio.views.parts.grids.current_item import CurrentItem


class Table(QTableView):
    def __init__(self) -> None:
        super().__init__()
        self.setModel(QStandardItemModel(3, 3, self))
        self._current = CurrentItem(self)
        self.told: list[tuple[int, int]] = []
        self.selectionModel().currentChanged.connect(lambda now, _before: self.told.append((now.row(), now.column())))

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def go_to(self, row: int, column: int) -> None:
        index = self.model().index(row, column)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @property
    def place(self) -> tuple[int, int]:
        return self.currentIndex().row(), self.currentIndex().column()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(Table())
    column.addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def table(window: QWidget) -> Table:
    table = window.findChild(Table)
    field_of(table).setFocus()
    return table


def field_of(table: Table) -> QLineEdit:
    return table.window().findChild(QLineEdit)


def focused_cells(table: Table) -> int:
    face = QAccessible.queryAccessibleInterface(table)
    return sum(bool(face.child(place).state().focused) for place in range(face.childCount()))


def test_a_cell_that_becomes_the_current_one_without_the_keyboard_is_not_focused(table: Table) -> None:
    table.go_to(1, 1)
    QApplication.processEvents()
    assert (table.place, focused_cells(table)) == ((1, 1), 0)


def test_the_cell_is_focused_with_the_keyboard_alone(table: Table) -> None:
    table.go_to(1, 1)
    table.setFocus()
    assert (table.place, focused_cells(table)) == ((1, 1), 1)
    field_of(table).setFocus()
    assert (table.place, focused_cells(table)) == ((1, 1), 0)


def test_nobody_is_told_of_the_keyboard_coming_and_going(table: Table) -> None:
    table.go_to(1, 1)
    table.setFocus()
    field_of(table).setFocus()
    assert table.told == [(1, 1)]


def test_the_first_key_goes_on_from_the_cell_that_was_the_current_one(table: Table, qtbot: QtBot) -> None:
    table.go_to(1, 1)
    QApplication.processEvents()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.place == (2, 1)


def test_what_is_selected_stays(table: Table) -> None:
    table.go_to(1, 1)
    table.setFocus()
    field_of(table).setFocus()
    assert [(index.row(), index.column()) for index in table.selectedIndexes()] == [(1, 1)]


def test_a_cell_that_is_edited_stays_the_current_one(table: Table) -> None:
    table.setFocus()
    table.go_to(1, 1)
    table.edit(table.currentIndex())
    assert table.viewport().findChildren(QLineEdit)
    assert table.selectionModel().currentIndex().isValid()


def test_a_cell_that_is_gone_is_no_longer_the_current_one(table: Table) -> None:
    table.go_to(2, 2)
    QApplication.processEvents()
    table.model().setRowCount(1)
    assert not table.currentIndex().isValid()


def test_no_cell_of_a_hidden_table_is_focused(table: Table) -> None:
    table.hide()
    table.go_to(1, 1)
    QApplication.processEvents()
    assert (table.place, focused_cells(table)) == ((1, 1), 0)


def test_a_table_that_appears_scrolls_to_its_current_cell(table: Table) -> None:
    table.model().setRowCount(300)
    table.hide()
    table.go_to(200, 1)
    QApplication.processEvents()
    table.show()
    QApplication.processEvents()
    assert table.viewport().rect().contains(table.visualRect(table.model().index(200, 1)))
    assert (table.place, focused_cells(table)) == ((200, 1), 0)


def test_no_cell_is_focused_while_another_window_has_the_keyboard(table: Table, qtbot: QtBot) -> None:
    table.setFocus()
    table.go_to(1, 1)
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    assert table.window().focusWidget() is table
    assert (table.place, focused_cells(table)) == ((1, 1), 0)
