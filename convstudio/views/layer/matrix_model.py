"""The filters and channels of a layer as a table: what the matrix of kernels shows, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes import kernel_facts
from convstudio.model.values.view_state import ViewState
from convstudio.views.parts.grids.grid_model import LOCKED

Index = QModelIndex | QPersistentModelIndex


class MatrixModel(QAbstractTableModel):
    """The filters and channels of one layer as a table; a cell's text is for screen readers and tips."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.layer = Conv.of(np.zeros((1, 1, 1, 1)))
        self.view = ViewState()
        self._channels: tuple[str, ...] = ("",)

    def show_layer(self, layer: Conv, channels: tuple[str, ...], view: ViewState) -> None:
        """Show another layer, or the same one changed; the selection stays while the table keeps its shape."""
        before, headed = self.layer, self._heads()
        is_same_table = (before.filters, before.channels) == (layer.filters, layer.channels)
        if not is_same_table:
            self.beginResetModel()
        self.layer, self._channels, self.view = layer, channels, view
        if not is_same_table:
            self.endResetModel()
        elif headed != self._heads():
            self._tell_heads()

    def _heads(self) -> tuple[object, ...]:
        """Return what is written beside and above the kernels, and how."""
        view = self.view
        locks = self.layer.is_locked, self.layer.locks
        return locks, self.layer.filter_names, self._channels, view.filter, view.channel, view.solo

    def _tell_heads(self) -> None:
        for around, last in (
            (Qt.Orientation.Vertical, self.layer.filters - 1),
            (Qt.Orientation.Horizontal, self.layer.channels - 1),
        ):
            self.headerDataChanged.emit(around, 0, last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.layer.filters

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.layer.channels

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        is_row = orientation == Qt.Orientation.Vertical
        if role == Qt.ItemDataRole.DisplayRole:
            return self.layer.filter_name(section) if is_row else kernel_facts.short_names(self._channels)[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._told(section) if is_row else f"{self._channels[section]}: show this channel's kernels"
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            text = kernel_facts.kernel_text(self.layer, index.row(), index.column(), self._channels[index.column()])
            return f"{text}{self._locked(index.row())}"
        return None

    def is_read(self, row: int, column: int) -> bool:
        """Return whether a filter reads a channel: groups leave some of the kernels out."""
        return column in self.layer.channels_read_by(row)

    def _told(self, row: int) -> str:
        return (
            f"{self.layer.filter_name(row)}, filter {row + 1} of {self.layer.filters}: show its map{self._locked(row)}"
        )

    def _locked(self, row: int) -> str:
        return LOCKED if kernel_facts.is_filter_locked(self.layer, row) else ""
