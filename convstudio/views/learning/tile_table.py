"""A table of pictures: filters or maps of A, of B, and their differences; a column for each."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from convstudio.model.colour.display import colours
from convstudio.model.panes.gallery import reduced
from convstudio.model.panes.learning.comparison import Comparison
from convstudio.views.parts.controls import image_of
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.style import give_focus_frame

Index = QModelIndex | QPersistentModelIndex
_SIDE, _GAP = 52, 8


class TileModel(QAbstractTableModel):
    """The tiles of a comparison; a cell tells the range of its values."""

    def __init__(self) -> None:
        super().__init__()
        self.comparison: Comparison | None = None

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show other tiles."""
        before, self.comparison = self.comparison, comparison
        is_alike = before is not None and comparison is not None and before.names == comparison.names
        if is_alike:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)
        else:
            self.beginResetModel()
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() or self.comparison is None else len(self.comparison.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() or self.comparison is None else len(self.comparison.names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.comparison is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        is_column = orientation == Qt.Orientation.Horizontal
        return str(section + 1) if is_column else self.comparison.rows[section].name

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.comparison is None:
            return None
        row, place = self.comparison.rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DecorationRole:
                return _tile(colours(reduced(row.tiles[place], px(_SIDE)), row.levels))
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.comparison.names[place]}, {row.told(place)}"
        return None


class TileTable(QTableView):
    """Shows the tiles; the keyboard goes from tile to tile."""

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.tiles = TileModel()
        self.setModel(self.tiles)
        self._current = CurrentItem(self)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        give_focus_frame(self)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        sized(self, icon_size=QSize(_SIDE, _SIDE))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            sized(header, default_section_size=_SIDE + _GAP)
            header.setHighlightSections(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show other tiles; None: there are none."""
        self.tiles.show_comparison(comparison)

    def sizeHint(self) -> QSize:
        return QSize(px(320), self.horizontalHeader().height() + 3 * px(_SIDE + _GAP) + px(2 * _GAP))


def _tile(painted: Any) -> QImage:
    """Make a picture as large as a tile, each of its values a square."""
    image = image_of(painted)
    side = px(_SIDE)
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
