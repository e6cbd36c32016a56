"""The confusion table: which class is taken for which, and how often; a cell leads to its samples."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from convstudio.model.colour.display import ink_on
from convstudio.model.panes.learning.data.tables import Confusion
from convstudio.views.parts.controls import colour_of, rgb_of
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.keys import ENTERS, handles_keys
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import Tokens, mixed, tokens_of

Index = QModelIndex | QPersistentModelIndex

_ROW = 26
_STRONGEST = 0.75
"""How much of its colour a cell shows that holds all samples of its row."""


class ConfusionModel(QAbstractTableModel):
    """One row for each class, one column for what it is taken for; the colour of a cell is its share of the row."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown: Confusion | None = None

    def show_confusion(self, table: Confusion | None) -> None:
        """Show other counts; the same classes keep what is selected."""
        before, self.shown = self.shown, table
        if table is None or before is None or (table.rows, table.columns) != (before.rows, before.columns):
            self.beginResetModel()
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(len(table.rows) - 1, len(table.columns) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() or self.shown is None else len(self.shown.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() or self.shown is None else len(self.shown.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.shown is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        is_column = orientation == Qt.Orientation.Horizontal
        name = (self.shown.columns if is_column else self.shown.rows)[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        return f"Taken for {name}" if is_column else f"Samples of {name}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.shown is None:
            return None
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return str(self.shown.counts[row, column])
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.shown.words(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Qt.ItemDataRole.BackgroundRole:
                return self._ground(row, column)
            case Qt.ItemDataRole.ForegroundRole:
                return self._ink(row, column)
        return None

    def _ground(self, row: int, column: int) -> QColor:
        assert self.shown is not None
        tokens = tokens_of(QGuiApplication.palette())
        share = _STRONGEST * self.shown.share(row, column)
        return mixed(tokens.card, tokens.selection if row == column else tokens.window, share)

    def _ink(self, row: int, column: int) -> QColor:
        assert self.shown is not None
        tokens: Tokens = tokens_of(QGuiApplication.palette())
        if not self.shown.counts[row, column]:
            return tokens.secondary
        return colour_of(ink_on(rgb_of(self._ground(row, column))))


@handles_keys("Confusion table", ("Enter", "Show the samples of a cell"))
class ConfusionTable(QTableView):
    """Shows the counts; `cell_chosen` carries the class and what it is taken for, of the cell that is meant."""

    cell_chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.counts = ConfusionModel(self)
        self.setModel(self.counts)
        self._current = CurrentItem(self)
        self.setAccessibleName("Confusion table")
        self.setToolTip("A row is a class, a column what the network takes it for. Click a cell to see its samples")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        give_focus_frame(self)
        sized(self.verticalHeader(), default_section_size=_ROW)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.clicked.connect(self._choose)

    def show_confusion(self, table: Confusion | None) -> None:
        """Show other counts."""
        self.counts.show_confusion(table)

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in ENTERS and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(3 * _ROW))

    def _choose(self, index: Index) -> None:
        self.cell_chosen.emit(index.row(), index.column())
