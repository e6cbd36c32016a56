"""Grids of numbers: tables that are edited with mouse, keyboard and clipboard, with linked cells drawn over them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QFrame, QHeaderView, QLineEdit, QStyle, QTableView

from convstudio.model import wording
from convstudio.model.arrays import Floats
from convstudio.model.display import Colours, ColoursInSight
from convstudio.model.numbers import format_exact, format_number, parse_number
from convstudio.model.picture_geometry import runs
from convstudio.model.tables import parse_block
from convstudio.model.trace import Cells
from convstudio.views.cells import CellPainter, Face, Places
from convstudio.views.theme import Tokens, number_font, tokens_of

Index = QModelIndex | QPersistentModelIndex
SMALLEST_CELL = 26
LARGEST_CELL = 52
MOST_COMPARED = 2**16
"""The cells of which all are coloured and compared; of more, only a few are in sight, and drawing those costs less."""
_ANY = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, eq=False)
class GridContent:
    """What a grid shows: `values` and `colours` are `(rows, columns)` and `(rows, columns, 3)`.

    `origin` is the table's first cell counted in the array that the user edits: negative where padding cells are
    drawn around it, positive for a loupe. Cells outside `editable` (rows, columns of that array) are padding:
    dimmed, not editable. `shown` says how many cells, in reading order, are computed (None: all); the rest is hatched.
    A grid that `is_locked` shows its padding, and lets nobody edit the other cells either. `axes` names
    what is counted along a row, and before that along a column where there are several rows. `subject` says whose
    numbers they are: what is half typed into a cell is not meant for another subject.
    """

    values: Floats
    colours: Colours | ColoursInSight
    origin: tuple[int, int] = (0, 0)
    editable: tuple[int, int] | None = None
    shown: int | None = None
    write: Callable[[float], str] = field(default=format_number)
    is_locked: bool = False
    axes: Sequence[str] = wording.AXES[2]
    subject: object = None

    @property
    def takes_edits(self) -> bool:
        """Whether some of the cells can be edited."""
        return self.editable is not None and not self.is_locked


_EMPTY = GridContent(_ANY, np.zeros((0, 0, 3), np.uint8))


class GridModel(QAbstractTableModel):
    """The numbers of a grid as a table. It never changes itself: an edit is an intent, and the answer is new content.

    `edited(row, column, block)` asks to write a block of numbers, its first cell counted in the edited array.
    """

    edited = Signal(int, int, object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.content = _EMPTY

    def show_content(self, content: GridContent) -> None:
        """Show other numbers; only another place or shape resets the table, and only cells that differ are redrawn."""
        if _is_same_table(content, self.content):
            changed = _changed_cells(content, self.content)
            self.content = content
            if changed is not None:
                top, left, bottom, right = changed
                self.dataChanged.emit(self.index(top, left), self.index(bottom, right))
        else:
            self.beginResetModel()
            self.content = content
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.content.values.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.content.values.shape[1]

    def is_padding(self, row: int, column: int) -> bool:
        """Say whether a cell of the table lies outside the edited array."""
        if self.content.editable is None:
            return False
        at = self.array_position(row, column)
        return not all(0 <= p < length for p, length in zip(at, self.content.editable, strict=True))

    def is_shown(self, row: int, column: int) -> bool:
        """Say whether a cell is computed already."""
        shown = self.content.shown
        return shown is None or row * self.columnCount() + column < shown

    def array_position(self, row: int, column: int) -> tuple[int, int]:
        """Return the position of a table cell in the edited array; padding cells lie outside it."""
        return row + self.content.origin[0], column + self.content.origin[1]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        editable = self.content.takes_edits and not self.is_padding(index.row(), index.column())
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.EditRole:
            written = self._text(row, column)
            value = float(self.content.values[row, column])
            return written if _reads_back(written, value) else format_exact(value)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(row, column) or "not computed"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._description(row, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        if str(value) == self.data(index, Qt.ItemDataRole.EditRole):
            return False
        row, column = self.array_position(index.row(), index.column())
        try:
            number = parse_number(str(value))
        except ValueError as refusal:
            self.refused.emit(f"{self._place(row, column).capitalize()}: {refusal}")
            return False
        self.edited.emit(row, column, np.full((1, 1), number, np.float32))
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        axis = 0 if orientation == Qt.Orientation.Vertical else 1
        at = section + self.content.origin[axis]
        is_outside = self.content.editable is not None and not 0 <= at < self.content.editable[axis]
        return "·" if is_outside else str(at + 1)

    def _text(self, row: int, column: int) -> str:
        return self.content.write(float(self.content.values[row, column])) if self.is_shown(row, column) else ""

    def _description(self, row: int, column: int) -> str:
        at = self.array_position(row, column)
        kind = "padding, " if self.is_padding(row, column) else ""
        value = format_exact(float(self.content.values[row, column])) if self.is_shown(row, column) else "not computed"
        return f"{kind}{self._place(*at)}: {value}"

    def _place(self, row: int, column: int) -> str:
        return wording.cell_place(row, column, self.content.axes)


@dataclass(frozen=True, eq=False)
class Overlay:
    """Cells to mark, per axis counted in the edited array: the current window (accent), or linked ones (blue).

    `is_thin` is a thinner line: one term inside the window.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    is_window: bool
    is_thin: bool = False

    @classmethod
    def of(cls, cells: Cells, *, is_window: bool, is_thin: bool = False) -> Overlay:
        """Mark cells given per axis; a sequence's steps are columns of its one row."""
        rows, columns = (np.zeros(1, np.int64), cells[0]) if len(cells) == 1 else (cells[-2], cells[-1])
        return cls(rows, columns, is_window, is_thin)

    def marks_the_same_as(self, other: Overlay) -> bool:
        """Say whether both mark the same cells in the same way."""
        return (
            (self.is_window, self.is_thin) == (other.is_window, other.is_thin)
            and np.array_equal(self.rows, other.rows)
            and np.array_equal(self.columns, other.columns)
        )


class GridView(QTableView):
    """A grid of square cells that fit the pane, edited in place, by brush, and through the clipboard.

    Positions in signals count in the edited array (a padding cell lies outside it). `pointed` carries None when the
    mouse leaves. `painted` is one point of a brush stroke; all points between press and release have one number,
    which no other stroke on any grid has: strokes with the same number become one undo step.
    """

    pointed = Signal(object)
    clicked_cell = Signal(int, int)
    painted = Signal(int, int, object)
    refused = Signal(str)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.grid = GridModel(self)
        self.grid.refused.connect(self.refused)
        self.setModel(self.grid)
        self._cells = CellPainter()
        self._face = _face(_EMPTY)
        self.setAccessibleName(name)
        self.setWhatsThis(tip)
        self._dress()
        self.grid.modelReset.connect(self._fit_cells)
        self.selectionModel().selectionChanged.connect(lambda _new, _old: self.viewport().update())
        self._overlays: tuple[Overlay, ...] = ()
        self._brush_on = False
        self._stroke = 0
        self._painting = False
        self._smallest = SMALLEST_CELL
        self._largest = LARGEST_CELL
        self.setViewportMargins(0, 0, 0, 0)

    def _dress(self) -> None:
        """Take off what a table has and a grid has not: lines, headers, frame."""
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setFont(number_font())
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(
            QTableView.EditTrigger.DoubleClicked
            | QTableView.EditTrigger.EditKeyPressed
            | QTableView.EditTrigger.AnyKeyPressed
        )
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(1)
            header.setVisible(False)

    def show_content(self, content: GridContent) -> None:
        """Show other numbers; of another subject, without what is half typed into a cell."""
        if content.subject != self.grid.content.subject:
            self.drop_editor()
        self._face = _face(content)
        self.grid.show_content(content)

    def drop_editor(self) -> None:
        """Forget what is half typed into a cell."""
        for editor in self.viewport().findChildren(QLineEdit):
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.RevertModelCache)

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Mark other cells; nothing is drawn again where they are the same."""
        before, self._overlays = self._overlays, tuple(overlays)
        if len(before) == len(overlays) and all(map(Overlay.marks_the_same_as, before, overlays)):
            return
        for overlay in (*before, *self._overlays):
            for rectangle in self._rectangles(overlay):
                self.viewport().update(rectangle.adjusted(-2, -2, 2, 2))

    def set_brush(self, on: bool) -> None:
        """Paint with the mouse, or select with it."""
        self._brush_on = on
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def set_cell_range(self, smallest: int, largest: int) -> None:
        """Bound the sides of the cells, in pixels."""
        if (smallest, largest) != (self._smallest, self._largest):
            self._smallest, self._largest = smallest, largest
            self._fit_cells()

    def copy_selection(self) -> None:
        """Put the selected block on the clipboard, as a spreadsheet does: tabs and lines."""
        box = self._selected_box()
        if box is not None:
            rows = ["\t".join(self._exact(r, c) for c in range(box[1], box[3])) for r in range(box[0], box[2])]
            QGuiApplication.clipboard().setText("\n".join(rows))

    def paste(self) -> None:
        """Ask to write the clipboard's numbers from the current cell on; one number fills the selection."""
        box = self._selected_box() or (0, 0, 1, 1)
        try:
            block = parse_block(QGuiApplication.clipboard().text())
        except ValueError as refusal:
            self.refused.emit(f"Nothing was pasted: {refusal}")
            return
        if block.shape == (1, 1):
            block = np.full((box[2] - box[0], box[3] - box[1]), block[0, 0], np.float32)
        self._ask(box[0], box[1], block)

    def fill_selection(self, value: float) -> None:
        """Ask to set every selected cell to one value."""
        box = self._selected_box()
        if box is not None:
            self._ask(box[0], box[1], np.full((box[2] - box[0], box[3] - box[1]), value, np.float32))

    def selected_rows(self) -> list[int]:
        """Return the rows that the selection meets, counted in the edited array."""
        return sorted({self.grid.array_position(index.row(), 0)[0] for index in self.selectedIndexes()})

    def selected_columns(self) -> list[int]:
        """Return the columns that the selection meets, counted in the edited array."""
        return sorted({self.grid.array_position(0, index.column())[1] for index in self.selectedIndexes()})

    def event(self, event: QEvent) -> bool:
        """Keep copying, and pasting of numbers, for the cells: the window's own command of that key pastes pictures."""
        if event.type() == QEvent.Type.ShortcutOverride and self._wants(cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        elif event.matches(QKeySequence.StandardKey.Paste) and self.grid.content.takes_edits:
            self.paste()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.grid.content.takes_edits:
            self.fill_selection(0.0)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self._brush_on and event.button() == Qt.MouseButton.LeftButton:
            self._stroke = time.monotonic_ns()
            self._painting = True
            self._paint_at(index)
            return
        super().mousePressEvent(event)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.clicked_cell.emit(*self.grid.array_position(index.row(), index.column()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self.pointed.emit(self.grid.array_position(index.row(), index.column()) if index.isValid() else None)
        if self._painting:
            self._paint_at(index)
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._painting:
            self._painting = False
            return
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_cells()

    def sizeHint(self) -> QSize:
        return QSize(self.grid.columnCount() * 40 + 2, self.grid.rowCount() * 40 + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * SMALLEST_CELL, 2 * SMALLEST_CELL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        tokens = tokens_of(self.palette())
        if self._face.values.size:
            self._cells.draw(painter, self._face, self._places(event.rect()), tokens)
        painter.setPen(QPen(tokens.selection, 2))
        for block in self._selected_blocks() if self.hasFocus() else []:
            painter.drawRect(block.adjusted(1, 1, -2, -2))
        for overlay in sorted(self._overlays, key=lambda o: o.is_window):
            self._draw_overlay(painter, overlay, tokens)

    def _draw_overlay(self, painter: QPainter, overlay: Overlay, tokens: Tokens) -> None:
        colour = tokens.window if overlay.is_window else tokens.selection
        painter.setPen(QPen(colour, 3 if overlay.is_window and not overlay.is_thin else 2))
        inset = 4 if overlay.is_thin else 1
        for rectangle in self._rectangles(overlay):
            painter.drawRect(rectangle.adjusted(inset, inset, -1 - inset, -1 - inset))

    def _places(self, area: QRect) -> Places:
        """Return where the cells lie that an area of the viewport needs."""
        left, top, side = self.columnViewportPosition(0), self.rowViewportPosition(0), self.columnWidth(0)
        rows, columns = self._face.values.shape
        return Places(
            left,
            top,
            side,
            _needed(area.top() - top, area.bottom() - top, side, rows),
            _needed(area.left() - left, area.right() - left, side, columns),
        )

    def _selected_blocks(self) -> list[QRect]:
        blocks = self.selectionModel().selection()
        corners = [(blocks.at(number).topLeft(), blocks.at(number).bottomRight()) for number in range(blocks.count())]
        return [self.visualRect(first).united(self.visualRect(last)) for first, last in corners]

    def _rectangles(self, overlay: Overlay) -> list[QRect]:
        """Return one rectangle per block of touching cells, cut to the table."""
        top, left = self.grid.content.origin
        rows = runs(overlay.rows - top, self.grid.rowCount())
        columns = runs(overlay.columns - left, self.grid.columnCount())
        return [
            self.visualRect(self.grid.index(down.start, across.start)).united(
                self.visualRect(self.grid.index(down.stop - 1, across.stop - 1))
            )
            for down in rows
            for across in columns
        ]

    def _fit_cells(self) -> None:
        """Give all cells the largest square size that fits, between the limits, and centre the table."""
        rows, columns = self.grid.rowCount(), self.grid.columnCount()
        if not rows or not columns:
            return
        width, height = self.width() - 2, self.height() - 2
        side = min(max(min(width // columns, height // rows), self._smallest), self._largest)
        self.horizontalHeader().setDefaultSectionSize(side)
        self.verticalHeader().setDefaultSectionSize(side)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        height -= bar if side * columns > width else 0
        width -= bar if side * rows > height else 0
        free_x, free_y = max(0, width - side * columns), max(0, height - side * rows)
        self.setViewportMargins(free_x // 2, free_y // 2, free_x - free_x // 2, free_y - free_y // 2)
        self.updateGeometries()  # else scroll bars of a smaller size, which are needed no more, may stay

    def _paint_at(self, index: QModelIndex) -> None:
        if index.isValid() and not self.grid.is_padding(index.row(), index.column()):
            self.painted.emit(*self.grid.array_position(index.row(), index.column()), self._stroke)

    def _selected_box(self) -> tuple[int, int, int, int] | None:
        indexes = self.selectedIndexes() or ([self.currentIndex()] if self.currentIndex().isValid() else [])
        if not indexes:
            return None
        rows, columns = [i.row() for i in indexes], [i.column() for i in indexes]
        return min(rows), min(columns), max(rows) + 1, max(columns) + 1

    def _exact(self, row: int, column: int) -> str:
        if not self.grid.is_shown(row, column):
            return ""
        return format_exact(float(self.grid.content.values[row, column]))

    def _wants(self, key: QKeyEvent) -> bool:
        if key.matches(QKeySequence.StandardKey.Copy):
            return True
        data = QGuiApplication.clipboard().mimeData()
        is_picture = data is not None and (data.hasImage() or data.hasUrls())
        is_editable = self.grid.content.takes_edits
        return key.matches(QKeySequence.StandardKey.Paste) and is_editable and not is_picture

    def _ask(self, row: int, column: int, block: Floats) -> None:
        at = self.grid.array_position(row, column)
        if min(at) < 0 or not self.grid.content.takes_edits:
            self.refused.emit("Padding cells follow from the input: change the input's own cells instead.")
            return
        self.grid.edited.emit(*at, block)


def _face(content: GridContent) -> Face:
    """Return what the cells of a grid look like."""
    rows, columns = content.values.shape
    is_padding: NDArray[np.bool_] = np.broadcast_to(np.False_, (rows, columns))
    if content.editable is not None and (content.origin, content.editable) != ((0, 0), (rows, columns)):
        at = [np.arange(n) + first for n, first in zip((rows, columns), content.origin, strict=True)]
        outside = [(along < 0) | (along >= n) for along, n in zip(at, content.editable, strict=True)]
        is_padding = outside[0][:, np.newaxis] | outside[1]
    shown = rows * columns if content.shown is None else content.shown
    return Face(content.values, content.colours, is_padding, shown, content.write)


def _needed(first: int, last: int, side: int, length: int) -> range:
    """Return which of `length` cells of a side meet the pixels from `first` to `last`."""
    return range(max(0, first // side), min(length, last // side + 1))


def _is_same_table(one: GridContent, other: GridContent) -> bool:
    return one.values.shape == other.values.shape and one.origin == other.origin and one.editable == other.editable


def _changed_cells(after: GridContent, before: GridContent) -> tuple[int, int, int, int] | None:
    """Return the first and last row and column of the cells that look different, or None where all look the same."""
    rows, columns = after.values.shape
    if after.write != before.write or rows * columns > MOST_COMPARED:
        return 0, 0, rows - 1, columns - 1
    is_other = (after.values != before.values) | np.any(after.colours[:] != before.colours[:], axis=-1)
    first, last = sorted(rows * columns if one.shown is None else one.shown for one in (after, before))
    is_other.ravel()[first:last] = True
    ys, xs = (np.flatnonzero(is_other.any(axis=axis)) for axis in (1, 0))
    return (int(ys[0]), int(xs[0]), int(ys[-1]), int(xs[-1])) if ys.size else None


def _reads_back(text: str, value: float) -> bool:
    try:
        return bool(np.float32(parse_number(text)) == np.float32(value))
    except ValueError:
        return False
