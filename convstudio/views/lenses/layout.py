"""The layout explorer: the weights as a row of memory cells, in the order of three libraries."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QBrush, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableView, QVBoxLayout

from convstudio.model.colour.display import Levels, colours, ink_on, signed_levels
from convstudio.model.colour.picture_geometry import table_cell
from convstudio.model.lenses.layout import (
    BYTES,
    LAYOUTS,
    MemoryLayout,
    layout_rows,
    memory_sentence,
    offset_sentence,
    weight_name,
)
from convstudio.model.lenses.subject import Subject
from convstudio.model.values.numbers import format_in_full, format_number
from convstudio.views.lenses.lens import Lens
from convstudio.views.parts.controls import Choice, PlainLabel, colour_of, tool_button
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.sizes import in_font, px, sized
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import number_font

_CELL_WIDTH = 58
_CELL_HEIGHT = 26
_ADDRESS_WIDTH = 76

Index = QModelIndex | QPersistentModelIndex


class MemoryModel(QAbstractTableModel):
    """The cells of memory, wrapped into lines; the line's header is the address of its first cell."""

    def __init__(self) -> None:
        super().__init__()
        self.laid: MemoryLayout | None = None
        self.width = 9
        self._colours: dict[float, list[int]] = {}
        self.levels = Levels(-1.0, 1.0, signed=True)

    def show_memory(self, laid: MemoryLayout) -> None:
        """Show other weights, or the same ones in another order; what is on show already stays untouched."""
        if self.laid is not None and self.laid.weights is laid.weights and self.laid.layout is laid.layout:
            return
        self.beginResetModel()
        self.laid, self.levels, self._colours = laid, signed_levels(laid.weights), {}
        self.endResetModel()

    def wrap(self, width: int) -> None:
        """Put that many cells into a line."""
        if width != self.width:
            self.beginResetModel()
            self.width = width
            self.endResetModel()

    @property
    def count(self) -> int:
        """The number of cells."""
        return 0 if self.laid is None else self.laid.weights.size

    def offset(self, index: Index) -> int:
        """Return which cell of memory stands at a place of the table; past the end there is none."""
        return index.row() * self.width + index.column()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else -(-self.count // self.width)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.width

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_cell = self.offset(index) < self.count
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_cell else Qt.ItemFlag.NoItemFlags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return f"+{section}" if orientation == Qt.Orientation.Horizontal else f"{section * self.width * BYTES} B"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        offset = self.offset(index)
        if self.laid is None or offset >= self.count:
            return None
        value = self.laid.value_at(offset)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return format_number(value, 3)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Qt.ItemDataRole.BackgroundRole:
                return QBrush(colour_of(self._colour(value)))
            case Qt.ItemDataRole.ForegroundRole:
                return QBrush(colour_of(ink_on(self._colour(value))))
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return f"offset {offset}: {weight_name(self.laid.index_at(offset))} = {format_in_full(value)}"
        return None

    def _colour(self, value: float) -> list[int]:
        if value not in self._colours:
            self._colours[value] = colours(np.array([value], np.float32), self.levels)[0].tolist()
        return self._colours[value]


class MemoryView(QTableView):
    """A scrolling strip of memory, as many cells in a line as fit."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = MemoryModel()
        self.setModel(self.memory)
        self._current = CurrentItem(self)
        self.setAccessibleName("Memory")
        self.setWhatsThis("The weights one after the other, as they are stored in memory")
        in_font(self, number_font)
        give_focus_frame(self)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for header, size in ((self.horizontalHeader(), _CELL_WIDTH), (self.verticalHeader(), _CELL_HEIGHT)):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            sized(header, default_section_size=size)
            header.setHighlightSections(False)
        sized(self.verticalHeader(), fixed_width=_ADDRESS_WIDTH)

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def sizeHint(self) -> QSize:
        header = self.horizontalHeader().height()
        frame = 2 * self.frameWidth()
        return QSize(10 * px(_CELL_WIDTH) + frame, header + self.memory.rowCount() * px(_CELL_HEIGHT) + frame)

    def go_to(self, offset: int) -> None:
        """Make a cell of memory the current one."""
        self.setCurrentIndex(self.memory.index(*divmod(offset, self.memory.width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = max(1, self.viewport().width() // px(_CELL_WIDTH))
        if wanted != self.memory.width:
            offset = self.memory.offset(self.currentIndex()) if self.currentIndex().isValid() else 0
            with QSignalBlocker(self.selectionModel()):
                self.memory.wrap(wanted)
                self.go_to(offset)
            self.updateGeometry()


class LayoutLens(Lens):
    """Memory cells, the kernel that the chosen one belongs to, and what each library does with the same numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._index: tuple[int, ...] = ()
        self.layout_choice = Choice("Layout", ["HWIO", "OIHW", "OHWI"], "In which order the axes are stored in memory")
        self.copy = tool_button("Copy code", "Copy code", "Copy the line that gets the weights in this layout",
                                self._copy)  # fmt: skip
        self.memory = MemoryView()
        self.kernel = Plate("Kernel", holds_weights=True)
        self.facts_table = FactsTable(
            "Layouts", "The same weights in three orders; choosing a row uses its layout",
            ("Layout", "Used by", "Shape", "Strides in cells", "Strides in bytes", "Line of code"),
        )  # fmt: skip
        self._lay_out()
        self.layout_choice.chosen.connect(self.update_figures)
        self.facts_table.row_chosen.connect(self._use_layout)
        self.memory.selectionModel().currentChanged.connect(self._go_to)
        self.kernel.grid.selectionModel().currentChanged.connect(self._go_to_weight)

    @property
    def laid(self) -> MemoryLayout | None:
        """The weights in the layout on show."""
        return self.memory.memory.laid

    def _lay_out(self) -> None:
        self.add_field(self.layout_choice)
        self.tools.addWidget(self.copy)
        column, row = QVBoxLayout(self.stage), QHBoxLayout()
        sized(row, spacing=16)
        row.addWidget(self.memory, 3, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.kernel, 2)
        sized(self.kernel, minimum_width=140)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(PlainLabel("Memory: one cell after the other, 4 bytes each", small=True))
        column.addLayout(row, 1)
        column.addWidget(self.facts_table)

    def _examine(self, subject: Subject) -> None:
        weights, rank = subject.layer.weights, subject.layer.rank
        self.layout_choice.show_entries([layout.letters(rank) for layout in LAYOUTS])
        chosen = max(0, self.layout_choice.currentIndex())
        if len(self._index) != weights.ndim or any(at >= n for at, n in zip(self._index, weights.shape, strict=True)):
            self._index = (0,) * weights.ndim
        self.facts.setText(f"{subject.layer.name} · {memory_sentence(weights)}")
        with QSignalBlocker(self.memory.selectionModel()):
            self.memory.memory.show_memory(MemoryLayout(weights, LAYOUTS[chosen]))
        self.memory.updateGeometry()
        self.facts_table.show_rows(layout_rows(weights), chosen)
        self.tell_details(
            f"{LAYOUTS[chosen].code}\n"
            "This line reads them in this order. Choose a cell: the kernel at the right shows where it belongs. "
            "Neighbours in memory are neighbours along the last axis of the layout."
        )
        self._show_weight()

    def _show_weight(self) -> None:
        """Show the chosen weight in memory, in its kernel, and in words."""
        laid = self.laid
        if laid is None:
            return
        offset, kernel = laid.offset_of(self._index), laid.weights[..., self._index[-2], self._index[-1]]
        names = weight_name(self._index).split(", ")[-2:]
        self.kernel.show_values(kernel, self.memory.memory.levels, ", ".join(names))
        row, column = table_cell(self._index[:-2])
        self.kernel.show_overlays([Overlay(np.array([row]), np.array([column]), is_window=False)])
        if self.memory.memory.offset(self.memory.currentIndex()) != offset:
            with QSignalBlocker(self.memory.selectionModel()):
                self.memory.go_to(offset)
            self.memory.viewport().update()
        self.verdict.setText(offset_sentence(laid, offset))

    def _go_to(self, index: QModelIndex) -> None:
        offset = self.memory.memory.offset(index)
        if self.laid is not None and index.isValid() and offset < self.laid.weights.size:
            self._index = self.laid.index_at(offset)
            self._show_weight()

    def _go_to_weight(self, index: QModelIndex) -> None:
        if self.laid is not None and index.isValid():
            spatial = self.laid.weights.shape[:-2]
            at = np.unravel_index(index.row() * spatial[-1] + index.column(), spatial)
            self._index = (*(int(place) for place in at), *self._index[-2:])
            self._show_weight()

    def _use_layout(self, row: int) -> None:
        if row >= 0:
            self.layout_choice.show_index(row)
            self.update_figures()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(LAYOUTS[self.layout_choice.currentIndex()].code)
