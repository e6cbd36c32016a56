"""The preset library on screen: a combo box that names the current filter, and a dialog that searches all detectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.arrays import Floats
from convstudio.model.detectors import Detector, matching, recognise
from convstudio.model.display import colours, signed_levels
from convstudio.model.kernel_facts import detector_picture, kernel_sum, why_not
from convstudio.model.layers import Conv
from convstudio.model.numbers import format_shape
from convstudio.views.controls import Choice, PlainLabel, image_of, labelled, row_of

CUSTOM = "Custom"
ICON_SIDE = 22
_LIST_ICON_SIDE = 36
_COLUMNS = ("Detector", "What it detects", "Source", "Size", "Sum")
_WIDTHS = (248, 264, 200, 56, 64)
_SHARPNESS = 2  # pixels per point: small weights stay crisp on dense screens
_FRAME = QColor("#8f949b")  # a grey that stands out on both schemes, so that icons need no redrawing

Index = QModelIndex | QPersistentModelIndex


def kernel_icon(weights: Floats, side: int) -> QIcon:
    """Picture a kernel's weights `(rows, columns)` in diverging colours, as large as fits a square of `side` points."""
    rows, columns = weights.shape
    painted = colours(weights, signed_levels(weights))
    pixmap = QPixmap(side * _SHARPNESS, side * _SHARPNESS)
    pixmap.setDevicePixelRatio(_SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    cell = (side - 2) / max(rows, columns, 3)
    area = QRectF((side - cell * columns) / 2, (side - cell * rows) / 2, cell * columns, cell * rows)
    painter = QPainter(pixmap)
    painter.drawImage(area, image_of(painted))
    painter.setPen(QPen(_FRAME, 0.5))
    painter.drawRect(area)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # Qt would tint the weights' colours in a selected row
    return icon


class DetectorChoice(Choice):
    """The combo box **Detector**: names the detector that the current filter is a copy of, else says Custom.

    `detector_chosen` carries the detector that the user wants.
    """

    detector_chosen = Signal(object)

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)
        super().__init__("Detector", [CUSTOM, *(d.name for d in detectors)], "Choose a named kernel for this filter")
        self._fits: tuple[int, int] | None = None
        self.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
        self.setMaxVisibleItems(18)
        self.show_use(0, "This filter's weights are typed: they equal no detector.", is_usable=False)
        self.chosen.connect(self._choose)

    def show_filter(self, layer: Conv, filter_index: int) -> None:
        """Name the filter, and grey out what cannot be used on its layer."""
        self._show_fits(layer)
        found = recognise(self._detectors, layer.weights[..., filter_index])
        row = 0 if found is None else self._detectors.index(found) + 1
        self._picture(row)
        self.show_index(row)
        self.setToolTip(_tip(found) if found else "Choose a named kernel for this filter; this one is your own")

    def showPopup(self) -> None:
        for row in range(1, self.count()):
            self._picture(row)
        super().showPopup()

    def _picture(self, row: int) -> None:
        """Draw an entry's icon when it is first seen: the window opens without waiting for 75 of them."""
        if row > 0 and self.itemIcon(row).isNull():
            self.setItemIcon(row, kernel_icon(detector_picture(self._detectors[row - 1]), ICON_SIDE))

    def _show_fits(self, layer: Conv) -> None:
        fits = (layer.rank, layer.channels_per_group)
        if fits == self._fits:
            return
        self._fits = fits
        for row, detector in enumerate(self._detectors, start=1):
            refusal = why_not(detector, layer)
            self.show_use(row, refusal or _tip(detector), is_usable=not refusal)

    def _choose(self, row: int) -> None:
        if row > 0:
            self.detector_chosen.emit(self._detectors[row - 1])


class DetectorTable(QAbstractTableModel):
    """The detectors that match a search, one a row."""

    def __init__(self, detectors: Sequence[Detector], parent: QWidget) -> None:
        super().__init__(parent)
        self._all = tuple(detectors)
        self._pictures = {d.id: kernel_icon(detector_picture(d), _LIST_ICON_SIDE) for d in detectors}
        self._layer: Conv | None = None
        self.found = list(detectors)

    def search(self, words: str) -> None:
        """Keep the detectors that hold every one of the words."""
        self.beginResetModel()
        self.found = matching(self._all, words)
        self.endResetModel()

    def show_layer(self, layer: Conv) -> None:
        """Grey out what cannot be used on a layer."""
        self._layer = layer
        self.search("")

    def refusal(self, row: int) -> str:
        """Say why the detector of a row cannot be used; empty where it can."""
        return why_not(self.found[row], self._layer) if self._layer is not None else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.found)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        is_title = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return _COLUMNS[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        detector = self.found[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _cells(detector)[index.column()]
            case Qt.ItemDataRole.DecorationRole if index.column() == 0:
                return self._pictures[detector.id]
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return self.refusal(index.row()) or _tip(detector)
            case Qt.ItemDataRole.ForegroundRole if self.refusal(index.row()):
                return _FRAME
        return None


class DetectorList(QDialog):
    """All detectors with a search field; Enter or a double click uses the current one.

    `used` carries the detector; one that cannot be used on the layer stays listed, with the reason below the list.
    """

    used = Signal(object)

    def __init__(self, detectors: Sequence[Detector], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Detectors")
        self.table_model = DetectorTable(detectors, self)
        self.search_field = _search_field()
        self.table = _table(self.table_model)
        self.note = PlainLabel(small=True)
        self.note.setWordWrap(True)
        self._use_button = QPushButton("Use detector")
        self._arrange()
        self.search_field.textChanged.connect(self._search)
        self.table.doubleClicked.connect(self._use)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.table_model.modelReset.connect(self._select_first)

    def open_for(self, layer: Conv) -> None:
        """Open the list for a filter of a layer, with the search field empty and focused."""
        self.table_model.show_layer(layer)
        self.search_field.clear()
        self.search_field.setFocus()
        self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._use()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search_field.hasFocus():
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._use_button, QDialogButtonBox.ButtonRole.ActionRole)
        self._use_button.setToolTip("Make the current filter a copy of this detector (Enter)")
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Close the list (Escape)")
        buttons.rejected.connect(self.reject)
        self._use_button.clicked.connect(self._use)
        column = QVBoxLayout(self)
        column.addLayout(row_of(labelled("Search", self.search_field), self.search_field))
        column.addWidget(self.table)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self._use_button.setDefault(True)  # only a button inside its dialog can become the default
        self.resize(sum(_WIDTHS) + 64, 560)

    def _search(self, words: str) -> None:
        self.table_model.search(words)

    def _step(self, rows: int) -> None:
        row = min(max(self.table.currentIndex().row() + rows, 0), self.table_model.rowCount() - 1)
        self.table.selectRow(row)

    def _select_first(self) -> None:
        self.table.selectRow(0)
        self._tell()

    def _tell(self) -> None:
        row = self.table.currentIndex().row()
        refusal = self.table_model.refusal(row) if row >= 0 else "No detector holds these words: search for fewer."
        self._use_button.setEnabled(not refusal)
        self.note.setText(refusal or _tip(self.table_model.found[row]))

    def _use(self) -> None:
        row = self.table.currentIndex().row()
        if row >= 0 and not self.table_model.refusal(row):
            self.accept()
            self.used.emit(self.table_model.found[row])


def _search_field() -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName("Search")
    field.setToolTip("Words from a name, a purpose or a source, such as: edge sobel")
    field.setPlaceholderText("name, purpose or source")
    field.setClearButtonEnabled(True)
    return field


def _table(model: DetectorTable) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName("Detectors")
    table.setToolTip("Enter or a double click uses a detector")
    table.setIconSize(QSize(_LIST_ICON_SIDE, _LIST_ICON_SIDE))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(True)
    table.setTabKeyNavigation(False)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(_LIST_ICON_SIDE + 8)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in enumerate(_WIDTHS):
        table.setColumnWidth(column, width)
    table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return table


def _cells(detector: Detector) -> tuple[str, ...]:
    size, total = format_shape(detector.kernel.shape), kernel_sum(detector_picture(detector))
    return detector.name, detector.detects, detector.source, size, total


def _tip(detector: Detector) -> str:
    return f"{detector.detects} · {detector.source}"
