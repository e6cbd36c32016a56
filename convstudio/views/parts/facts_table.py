"""A table of facts in words, read row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.style import give_focus_frame

Index = QModelIndex | QPersistentModelIndex
_ROW_HEIGHT, _ROW_SPACE = 26, 8


class FactsModel(QAbstractTableModel):
    """Rows of texts under named columns; every cell tells itself in full to whom points at it."""

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self.rows: tuple[tuple[str, ...], ...] = ()

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show other rows; the same number of them keeps the selection."""
        shown = tuple(tuple(row) for row in rows)
        if shown == self.rows:
            return
        if len(shown) == len(self.rows):
            self.rows = shown
            self.dataChanged.emit(self.index(0, 0), self.index(len(shown) - 1, len(self._columns) - 1))
        else:
            self.beginResetModel()
            self.rows = shown
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        is_title = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return self._columns[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._columns[index.column()]}: {self.rows[index.row()][index.column()]}"
        return None


class FactsTable(QTableView):
    """Shows rows of texts; one row is selected at a time, and `row_chosen` carries one that the user chose.

    `least_rows` are in sight wherever there are so many, also in a panel that scrolls.
    """

    row_chosen = Signal(int)

    def __init__(self, name: str, tip: str, columns: Sequence[str], *, least_rows: int = 0) -> None:
        super().__init__()
        self._least_rows = least_rows
        self.facts = FactsModel(columns)
        self.setModel(self.facts)
        self._current = CurrentItem(self)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        give_focus_frame(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().setVisible(False)
        sized(self.verticalHeader(), default_section_size=_ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.horizontalScrollBar().rangeChanged.connect(self.updateGeometry)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.row_chosen.emit(now.row()))

    def give_the_rest_to(self, column: int) -> None:
        """Let one column take the width that the others leave, and shorten its texts, so that all stay in sight."""
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def show_in_full(self) -> None:
        """Wrap long texts, each row as high as it takes, also where the columns become narrower."""
        self.setWordWrap(True)
        sized(self.verticalHeader(), minimum_section_size=_ROW_HEIGHT)
        self._fit = QTimer(self, singleShot=True, interval=0)  # the last column has its width after all events of now
        self._fit.timeout.connect(self.resizeRowsToContents)
        self.horizontalHeader().geometriesChanged.connect(self._fit.start)
        self.horizontalHeader().sectionResized.connect(self._fit.start)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The texts on show."""
        return self.facts.rows

    def show_rows(self, rows: Sequence[Sequence[str]], selected: int | None = None) -> None:
        """Show other rows, and select one of them, without asking for anything."""
        with QSignalBlocker(self):
            self.facts.show_rows(rows)
            if selected is not None and self.currentIndex().row() != selected:
                self.selectRow(selected)
        self.updateGeometry()

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def sizeHintForRow(self, row: int) -> int:
        return super().sizeHintForRow(row) + px(_ROW_SPACE)

    def sizeHint(self) -> QSize:
        return QSize(px(400), self._height_of(len(self.rows)))

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return least.expandedTo(QSize(0, self._height_of(min(self._least_rows, len(self.rows)))))

    def _height_of(self, rows: int) -> int:
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() else 0
        return self.horizontalHeader().height() + px(_ROW_HEIGHT) * rows + below + 4
