"""How cells of a grid are typed, one after the other as in a spreadsheet, and how what is half typed is dropped."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QAbstractSpinBox,
    QLineEdit,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from convstudio.views.parts.controls import TypedField
from convstudio.views.parts.grids.grid_model import GridModel
from convstudio.views.parts.keys import ENTERS

Index = QModelIndex | QPersistentModelIndex
Key, Modifier = Qt.Key, Qt.KeyboardModifier
_TABS = {Key.Key_Tab: 1, Key.Key_Backtab: -1}
_CELL = QItemSelectionModel.SelectionFlag


class CellDelegate(QStyledItemDelegate):
    """Edits a cell in a line of text, and tells with which key it was left.

    `left` carries Enter (True) or Tab (False), and 1 to go on or -1 to go back; `fill_asked` the text that all selected
    cells are to get. Qt's own delegate closes the editor first and takes the text later, from its event loop.
    """

    left = Signal(bool, int)
    fill_asked = Signal(str)

    def __init__(self, parent: QTableView) -> None:
        super().__init__(parent)
        self._was_taken = False

    def setModelData(self, editor: QObject, model: QObject, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        assert isinstance(model, GridModel)
        self._was_taken = model.take_text(index, editor.text())

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(editor, QLineEdit):
            return super().eventFilter(editor, event)
        pressed = cast(QKeyEvent, event)
        if pressed.key() in _TABS:
            self._leave(editor, is_enter=False, by=_TABS[Key(pressed.key())])
        elif pressed.key() in ENTERS and pressed.modifiers() & Modifier.ControlModifier:
            text = editor.text()
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)
            self.fill_asked.emit(text)
        elif pressed.key() in ENTERS:
            self._leave(editor, is_enter=True, by=direction_of(pressed))
        else:
            return super().eventFilter(editor, event)
        return True

    def _leave(self, editor: QLineEdit, *, is_enter: bool, by: int) -> None:
        """Take the text and go on; where it was refused, the cell stays the current one."""
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        if self._was_taken:
            self.left.emit(is_enter, by)


class CellWalk:
    """Where Enter and Tab lead from the current cell of a grid.

    In a selection of several cells they walk through it, and the selection stays. Else Enter goes down and Tab right;
    after Tabs, Enter goes to the next row below the cell where they began. In a table of one row Enter goes right.
    """

    def __init__(self, view: QTableView, model: GridModel) -> None:
        self._view = view
        self._model = model
        self._begun = 0
        """The column of the edited array where the row of Tabs began that led to the current cell, or its own one."""
        self._tabbed: tuple[int, int] | None = None
        """The cell of the edited array that the last Tab led to."""

    def step(self, *, is_enter: bool, by: int) -> tuple[int, int]:
        """Go on inside a selection and return no step, or return the rows and columns to go."""
        if len(self._view.selectedIndexes()) > 1:
            self._walk_selection(is_down=is_enter, by=by)
            return 0, 0
        at = self._current
        self._begun = self._begun if self._tabbed == at else at[1]
        if self._model.rowCount() == 1 or not is_enter:
            return 0, by
        return by, self._begun - at[1] if by > 0 else 0

    def arrive(self, row: int, column: int, *, is_enter: bool) -> None:
        """Make the cell that a step led to the current one, unless it is outside the table or cannot be edited."""
        index = self._model.index(row, column)
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return
        self._view.selectionModel().setCurrentIndex(index, _CELL.ClearAndSelect)
        self._view.scrollTo(index)
        self._tabbed = None if is_enter else self._current

    @property
    def _current(self) -> tuple[int, int]:
        at = self._view.currentIndex()
        return self._model.array_position(at.row(), at.column())

    def _walk_selection(self, *, is_down: bool, by: int) -> None:
        """Make the next selected cell the current one, down the columns or along the rows; after the last the first."""
        cells = sorted(
            self._view.selectedIndexes(), key=lambda at: (at.column(), at.row()) if is_down else (at.row(), at.column())
        )
        current = self._view.currentIndex()
        place = cells.index(current) if current in cells else -by
        reached = cells[(place + by) % len(cells)]
        self._view.selectionModel().setCurrentIndex(reached, _CELL.NoUpdate)
        self._view.scrollTo(reached)


def direction_of(event: QKeyEvent) -> int:
    """Return 1 for a key that goes on, and -1 with Shift, which goes back."""
    return -1 if event.modifiers() & Modifier.ShiftModifier else 1


def write_numbers_again(window: QWidget) -> None:
    """Write the numbers of fields again, and paint everything: numbers are written in another way now."""
    _drop_typed(window)
    for widget in window.findChildren(QWidget):
        widget.update()


def _drop_typed(window: QWidget) -> None:
    for field in window.findChildren(QAbstractSpinBox):
        if isinstance(field, TypedField):
            field.drop_typed()


def drop_half_typed(window: QWidget) -> None:
    """Forget what is half typed into any field or table of a window, as before another project comes."""
    _drop_typed(window)
    for table in window.findChildren(QAbstractItemView):
        drop_editor(table)


def drop_editor(table: QAbstractItemView) -> None:
    """Forget what is half typed into a cell of a table."""
    for editor in table.viewport().findChildren(QLineEdit):
        table.closeEditor(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)
