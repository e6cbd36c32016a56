"""The table of detectors and presets: what a search and a group leave, one a row; pictures are drawn when seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from convstudio.model.kinds.convolution import Conv
from convstudio.model.library.presets import MY_PRESETS, DamagedPreset, PresetListing
from convstudio.model.panes.detector_card import EVERYTHING, Entry, listed
from convstudio.model.panes.kernel_facts import detector_picture, kernel_sum, why_not
from convstudio.model.values.detectors import Detector
from convstudio.model.values.numbers import format_shape
from convstudio.views.layer.detector_choice import detector_tip, kernel_icon
from convstudio.views.parts.sizes import px, sized

Index = QModelIndex | QPersistentModelIndex

_WIDTHS = (236, 236, 140, 56, 64)
_COLUMNS = ("Detector", "What it detects", "Source", "Size", "Sum")
_ICON_SIDE = 36
_GREYED = QColor("#8f949b")  # readable on both schemes
_STAR = "★ "


class DetectorTable(QAbstractTableModel):
    """The detectors and presets of a group that match a search, one a row; a damaged one with its reason."""

    def __init__(self, detectors: Sequence[Detector], parent: QWidget) -> None:
        super().__init__(parent)
        self._detectors = tuple(detectors)
        self._listing = PresetListing("")
        self._starred: Collection[str] = ()
        self._pictures: dict[Detector, QIcon] = {}
        self._layer: Conv | None = None
        self.found: list[Entry] = list(detectors)

    def take_presets(self, listing: PresetListing, starred: Collection[str]) -> None:
        """List these presets, and the starred ones first, from the next search on."""
        self._listing, self._starred = listing, starred
        self._pictures = {one: icon for one, icon in self._pictures.items() if not one.is_preset}

    def search(self, words: str, group: str = EVERYTHING) -> None:
        """Keep what is in the group and holds every one of the words."""
        self.beginResetModel()
        self.found = listed(self._detectors, self._listing, self._starred, words, group)
        self.endResetModel()

    def show_layer(self, layer: Conv) -> None:
        """List everything again, with what cannot be used on a layer greyed out."""
        self._layer = layer
        self.search("")

    def refusal(self, row: int) -> str:
        """Say why the entry of a row cannot be used; empty where it can."""
        entry = self.found[row]
        if isinstance(entry, DamagedPreset):
            return entry.reason
        return why_not(entry, self._layer) if self._layer is not None else ""

    def row_of(self, detector_id: str) -> int:
        """Return the row of a detector, -1 where it is not listed."""
        return next((row for row, one in enumerate(self.found) if getattr(one, "id", "") == detector_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.found)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        is_title = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return _COLUMNS[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.found[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell(entry, index.column())
            case Qt.ItemDataRole.DecorationRole if index.column() == 0 and isinstance(entry, Detector):
                return self._picture(entry)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                refusal = self.refusal(index.row())
                return refusal or (detector_tip(entry) if isinstance(entry, Detector) else None)
            case Qt.ItemDataRole.ForegroundRole if self.refusal(index.row()):
                return _GREYED
        return None

    def _cell(self, entry: Entry, column: int) -> str:
        if isinstance(entry, DamagedPreset):
            return (entry.file, entry.reason, "Damaged", "", "")[column]
        match column:
            case 0:
                return f"{_STAR}{entry.name}" if entry.id in self._starred else entry.name
            case 1:
                return " ".join([*entry.detects.split(), *(f"#{tag}" for tag in entry.tags)])
            case 2:
                return entry.source or (MY_PRESETS if entry.is_preset else "")
            case 3:
                return format_shape(entry.kernel.shape)
        return kernel_sum(detector_picture(entry))

    def _picture(self, detector: Detector) -> QIcon:
        if detector not in self._pictures:
            self._pictures[detector] = kernel_icon(detector_picture(detector), _ICON_SIDE)
        return self._pictures[detector]


def detector_view(model: DetectorTable) -> QTableView:
    """Make the table on screen."""
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("Detectors")
    table.setToolTip("Enter or double-click uses a detector")
    sized(table, icon_size=QSize(_ICON_SIDE, _ICON_SIDE))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(True)
    table.setTabKeyNavigation(False)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    sized(table.verticalHeader(), default_section_size=_ICON_SIDE + 8)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in enumerate(_WIDTHS):
        table.setColumnWidth(column, px(width))
    table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return table
