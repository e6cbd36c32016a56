"""Grids of numbers: tables that are edited with mouse, keyboard and clipboard, with linked cells drawn over them."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHeaderView, QStyle, QTableView

from convstudio.views.parts.grids.cell_editing import CellDelegate, CellWalk, direction_of, drop_editor
from convstudio.views.parts.grids.cells import CellPainter, CellPlaces, CellStyle
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.grids.grid_actions import GridActions
from convstudio.views.parts.grids.grid_model import GridContent, GridModel
from convstudio.views.parts.grids.menu_place import menu_place
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.grids.selected_cells import SelectedCells
from convstudio.views.parts.keys import ENTERS, handles_keys
from convstudio.views.parts.sizes import in_font, px
from convstudio.views.parts.theme import draw_focus_ring, number_font, tokens_of

Index = QModelIndex | QPersistentModelIndex
SMALLEST_CELL = 26
_LOWEST_CELL = 22
LARGEST_CELL = 96  # on a large screen
EASY_CELL = 52
_MOST_PIXELS = 2**24


@handles_keys(
    "Grids of numbers",
    ("Arrow keys", "Go from cell to cell"),
    ("0 to 9", "Change the cell: type a number, a fraction such as 1/9 or a sum such as 2*3"),
    ("Enter, Shift+Enter", "Go on: down or up a column, along a sequence, through the selected cells"),
    ("Tab, Shift+Tab after a number", "Go on: right or left, or through the selected cells row by row"),
    ("Ctrl+Enter after a number", "Give all selected cells this number"),
    ("Ctrl+C", "Copy the selected cells"),
    ("Ctrl+V", "Paste a block of cells"),
    ("Delete, Backspace", "Set the selected cells to 0"),
)
class GridView(QTableView):
    """A grid of square cells that fit the pane, edited in place, by brush, and through the clipboard.

    Positions in signals count in the edited array (a padding cell is outside it). `pointed` carries None when the
    mouse leaves; `menu_asked` the place of the screen where the menu is wanted. `painted` is one point of a brush
    stroke; all points between press and release have one number, which no other stroke on any grid has: strokes with
    the same number become one undo step.
    """

    pointed = Signal(object)
    clicked_cell = Signal(int, int)
    painted = Signal(int, int, object)
    refused = Signal(str)
    menu_asked = Signal(object)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.grid = GridModel(self)
        self.grid.refused.connect(self.refused)
        self.setModel(self.grid)
        self._current = CurrentItem(self)
        self.selected = SelectedCells(self, self.grid)
        self.actions_on_cells = GridActions(name, self.selected, self.grid, self.picture)
        self.walk = CellWalk(self, self.grid)
        self._typing = CellDelegate(self)
        self._typing.left.connect(self.go_on)
        self._typing.fill_asked.connect(self.selected.fill_typed)
        self.setItemDelegate(self._typing)
        self._cells = CellPainter()
        self._face = _face(self.grid.content)
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
        in_font(self, number_font)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.ContiguousSelection)  # what is done to it is done to a block
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
        """Show other numbers; of another subject, without what is half typed into a cell.

        The current cell stays the same cell of the edited array while it is shown.
        """
        current = self.currentIndex()
        held = self.grid.array_position(current.row(), current.column()) if current.isValid() else None
        if content.subject != self.grid.content.subject:
            self.drop_editor()
        self._face = _face(content)
        self.grid.show_content(content)
        self.actions_on_cells.show_content(content)
        if held is not None and not self.currentIndex().isValid():
            self.make_current(held[0] - content.origin[0], held[1] - content.origin[1])
        self._find_current()

    def make_current(self, row: int, column: int) -> None:
        """Make a cell of the table the current one, if there is such a cell."""
        index = self.grid.index(row, column)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def drop_editor(self) -> None:
        """Forget what is half typed into a cell."""
        drop_editor(self)

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

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def event(self, event: QEvent) -> bool:
        """Let the cells take their keys before the window's commands."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self.selected.wants(event):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select a cell where none is selected, so that the keyboard is seen at once."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self._find_current()

    def _find_current(self) -> None:
        if not self.hasFocus() or self.selectionModel().hasSelection():
            return
        current = self.currentIndex()  # Qt's own choice is not selected, so that nothing would show it
        if current.isValid() and not self.grid.is_padding(current.row(), current.column()):
            self.make_current(current.row(), current.column())
        else:
            self.make_current(*(max(0, -first) for first in self.grid.content.origin))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTERS and self.grid.content.takes_edits and self.currentIndex().isValid():
            self.go_on(True, direction_of(event))
        elif not self.selected.take_key(event):
            super().keyPressEvent(event)

    def go_on(self, is_enter: bool, by: int) -> None:
        """Go to the cell that Enter or Tab leads to, `by` 1 to go on and -1 to go back."""
        rows, columns = self.walk.step(is_enter=is_enter, by=by)
        if rows or columns:
            self.step_by(rows, columns, is_enter=is_enter)

    def step_by(self, rows: int, columns: int, *, is_enter: bool) -> None:
        """Make the cell some rows and columns away the current one; at the end of the table it stays."""
        at = self.currentIndex()
        self.walk.arrive(at.row() + rows, at.column() + columns, is_enter=is_enter)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(menu_place(self, event))

    def picture(self) -> QPixmap:
        """Return the whole table as it looks, without marks; cells of a large one are smaller than shown."""
        rows, columns = self._face.values.shape
        side = max(1, min(self.columnWidth(0), math.isqrt(_MOST_PIXELS // max(1, rows * columns))))
        picture = QPixmap(columns * side, rows * side)
        picture.fill(self.palette().base().color())
        painter = QPainter(picture)
        places = CellPlaces(0, 0, side, side, range(rows), range(columns))
        for paint in (self._cells.draw, self._cells.write):
            paint(painter, self._face, places, tokens_of(self.palette()))
        painter.end()
        return picture

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
        return QSize(self.grid.columnCount() * px(40) + 2, self.grid.rowCount() * px(40) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * px(SMALLEST_CELL), 2 * px(SMALLEST_CELL))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        tokens = tokens_of(self.palette())
        if self._face.values.size:
            self._cells.draw(painter, self._face, self._places(event.rect()), tokens)
        if self.grid.content.padlocks is not None:
            from convstudio.views.parts.grids.padlocks import draw_padlocks  # here, and not above: no start needs it

            draw_padlocks(painter, self.grid.content, self._places(event.rect()))
        for block in self._selected_blocks() if self.hasFocus() else []:
            draw_focus_ring(painter, block, tokens)
        for overlay in sorted(self._overlays, key=lambda o: o.is_window):
            overlay.draw(painter, self._rectangles(overlay), tokens)
        if self._face.values.size:
            self._cells.write(painter, self._face, self._places(event.rect()), tokens)

    def _places(self, area: QRect) -> CellPlaces:
        """Return the places of the cells that an area of the viewport needs."""
        left, top, side = self.columnViewportPosition(0), self.rowViewportPosition(0), self.columnWidth(0)
        height = self.rowHeight(0)
        rows, columns = self._face.values.shape
        return CellPlaces(
            left,
            top,
            side,
            height,
            _needed(area.top() - top, area.bottom() - top, height, rows),
            _needed(area.left() - left, area.right() - left, side, columns),
        )

    def _selected_blocks(self) -> list[QRect]:
        blocks = self.selectionModel().selection()
        corners = [(blocks.at(number).topLeft(), blocks.at(number).bottomRight()) for number in range(blocks.count())]
        return [self.visualRect(first).united(self.visualRect(last)) for first, last in corners]

    def _rectangles(self, overlay: Overlay) -> list[QRect]:
        blocks = overlay.blocks(self.grid.content.origin, (self.grid.rowCount(), self.grid.columnCount()))
        return [
            self.visualRect(self.grid.index(down.start, across.start)).united(
                self.visualRect(self.grid.index(down.stop - 1, across.stop - 1))
            )
            for down, across in blocks
        ]

    def _fit_cells(self) -> None:
        """Give all cells the largest square size that fits, between the limits, and centre the table.

        Cells are lower than they are wide where all rows are in sight then, and would not be otherwise.
        """
        rows, columns = self.grid.rowCount(), self.grid.columnCount()
        if not rows or not columns:
            return
        width, height = self.width() - 2, self.height() - 2
        side = min(max(min(width // columns, height // rows), px(self._smallest)), px(self._largest))
        self.horizontalHeader().setDefaultSectionSize(side)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        height -= bar if side * columns > width else 0
        high = min(side, height // rows) if height // rows >= px(_LOWEST_CELL) else side
        self.verticalHeader().setDefaultSectionSize(high)
        width -= bar if high * rows > height else 0
        free_x, free_y = max(0, width - side * columns), max(0, height - high * rows)
        self.setViewportMargins(free_x // 2, free_y // 2, free_x - free_x // 2, free_y - free_y // 2)
        self.updateGeometries()  # else scroll bars of a smaller size, which are not needed any more, may stay

    def _paint_at(self, index: QModelIndex) -> None:
        if index.isValid() and not self.grid.is_padding(index.row(), index.column()):
            self.painted.emit(*self.grid.array_position(index.row(), index.column()), self._stroke)


def _face(content: GridContent) -> CellStyle:
    """Return what the cells of a grid look like."""
    rows, columns = content.values.shape
    is_padding: NDArray[np.bool_] = np.broadcast_to(np.False_, (rows, columns))
    if content.editable is not None and (content.origin, content.editable) != ((0, 0), (rows, columns)):
        at = [np.arange(n) + first for n, first in zip((rows, columns), content.origin, strict=True)]
        outside = [(along < 0) | (along >= n) for along, n in zip(at, content.editable, strict=True)]
        is_padding = outside[0][:, np.newaxis] | outside[1]
    shown = rows * columns if content.shown is None else content.shown
    return CellStyle(content.values, content.colours, is_padding, shown, content.write)


def _needed(first: int, last: int, side: int, length: int) -> range:
    """Return which of `length` cells of a side meet the pixels from `first` to `last`."""
    return range(max(0, first // side), min(length, last // side + 1))
