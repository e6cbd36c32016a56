"""The list of tiles: one painted view over a list model, so that keyboard, selection and screen readers come free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem

from convstudio.model.panes.gallery import COMBINATION, Mark
from convstudio.views.parts.dragging.reordering import Reordering
from convstudio.views.parts.dragging.rows import WrappedRow
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.grids.menu_place import menu_place
from convstudio.views.parts.keys import ZOOMS, handles_keys
from convstudio.views.parts.pictures.tiles import PAD, Tiles, TileStyle
from convstudio.views.parts.sizes import px
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import Tokens, tokens_of

Index = QModelIndex | QPersistentModelIndex
_ROUND = 4.0
_GREYED = 0.25
_NOTCH = 120
_TIP = "Click a map to select it. Ctrl or Shift selects several, plus and minus zoom"
_MOVING_TIP = ". Drag a map to move its filter"


class MapList(QAbstractListModel):
    """The maps in the order of their tiles; `title` and `facts` tell what a map is and holds, `mark_of` its mark."""

    def __init__(
        self,
        title: Callable[[int], str],
        facts: Callable[[int], str],
        mark_of: Callable[[int], Mark | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._title, self._facts, self.mark_of = title, facts, mark_of
        self.maps: tuple[int, ...] = ()

    def show_maps(self, maps: Sequence[int]) -> None:
        """List other maps, or the same in another order."""
        self.beginResetModel()
        self.maps = tuple(maps)
        self.endResetModel()

    def tell_changes(self) -> None:
        """Tell that all maps may hold something else."""
        if self.maps:
            self.dataChanged.emit(self.index(0), self.index(len(self.maps) - 1))

    def at(self, map_index: int) -> QModelIndex:
        """Return the place of a map, an invalid one where it is not listed."""
        return self.index(self.maps.index(map_index)) if map_index in self.maps else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.maps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = self.maps[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._title(shown)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._facts(shown)
            case Qt.ItemDataRole.AccessibleTextRole:
                mark = self.mark_of(shown)
                return self._title(shown) if mark is None else f"{self._title(shown)}, {mark.words}"
        return None


class _Cells(QStyledItemDelegate):
    """Tells how large the cells are; the list paints them itself, all in one go, which is ten times as fast."""

    def __init__(self, tiles: Tiles, parent: QObject) -> None:
        super().__init__(parent)
        self._tiles = tiles

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._tiles.cell


@handles_keys(
    "All maps",
    ("Arrow keys", "Go from map to map"),
    ("Ctrl or Shift with arrow keys", "Select several maps"),
    ("+, −", "Zoom in or out"),
)
class TileList(QListView):
    """Shows the tiles; `looked` carries the row that became the current one, `chosen` the maps that are selected.

    `moved` carries a map that was dragged and its new place among the others, where maps can be moved (`let_move`).
    `zoomed` carries how many steps the tiles are to grow, `resized` the side of which one row fills the height.
    """

    looked = Signal(int)
    chosen = Signal(tuple)
    moved = Signal(int, int)
    zoomed = Signal(int)
    resized = Signal(int)
    recoloured = Signal()
    menu_asked = Signal(object)

    def __init__(self, maps: MapList, tiles: Tiles) -> None:
        super().__init__()
        self._maps, self._tiles = maps, tiles
        self._chosen: tuple[int, ...] = ()
        self._turned = 0
        self._anchor: QPoint | None = None
        self._alone: int | None = None
        self._can_move = False
        self.setModel(maps)
        self._current = CurrentItem(self)
        self.setItemDelegate(_Cells(tiles, self))
        self.setAccessibleName("All maps")
        self.setToolTip(_TIP)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        give_focus_frame(self)
        tiles.changed.connect(self._repaint)
        self._dragging = Reordering(self.viewport(), WrappedRow(self, self._count_fixed))
        self._dragging.watch(self.viewport())
        self._dragging.moved.connect(self.moved)

    def let_move(self, on: bool) -> None:
        """Let the mouse drag the maps to other places, or leave them where they are."""
        self._can_move = on
        self.setToolTip(_TIP + (_MOVING_TIP if on else ""))

    @property
    def chosen_maps(self) -> tuple[int, ...]:
        """The selected maps, in the order in which they were selected."""
        return self._chosen

    def show_style(self, style: TileStyle) -> None:
        """Paint the tiles otherwise; the one under the mouse, else the current one, stays where it is."""
        index = self.currentIndex() if self._anchor is None else self.indexAt(self._anchor)
        before = self.visualRect(index).top()
        self._tiles.show_style(style)
        self._set_steps()
        self.doItemsLayout()
        if index.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).top() - before)

    def show_selection(self, map_index: int) -> None:
        """Make a map the current one, and select it alone unless it is selected already; nothing is asked for.

        The combination leaves what is selected, which is mostly what it combines.
        """
        index = self._maps.at(map_index)
        if not index.isValid() or index == self.currentIndex():
            return  # without a current tile the list would choose one itself as soon as it has the keyboard
        with QSignalBlocker(self):
            flags = QItemSelectionModel.SelectionFlag
            is_chosen = map_index == COMBINATION or self.selectionModel().isSelected(index)
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate if is_chosen else flags.ClearAndSelect)

    def show_alone(self, map_index: int | None) -> None:
        """Grey every map but one, or (None) none."""
        if map_index != self._alone:
            self._alone = map_index
            self.viewport().update()

    def show_maps(self, maps: Sequence[int], selected: int) -> None:
        """List other maps, or the same in another order; what was selected stays so as far as it is still there."""
        if tuple(maps) == self._maps.maps:
            self._maps.tell_changes()
            self.show_selection(selected)
            return
        chosen = [index for index in self._chosen if index in maps]
        with QSignalBlocker(self):
            self._maps.show_maps(maps)
            self._select(chosen)
            self.show_selection(selected)
            self._chosen = tuple(chosen) or self._selected()
            self.scrollTo(self.currentIndex())

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def sizeHint(self) -> QSize:
        return QSize(px(600), self._tiles.heights[1]) + QSize(2, 2) * self.frameWidth()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), self._tiles.heights[0]) + QSize(2, 2) * self.frameWidth()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.isValid():
            self.looked.emit(current.row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        now = self._selected()
        kept = tuple(index for index in self._chosen if index in now)
        self._chosen = kept + tuple(index for index in now if index not in kept)
        self.chosen.emit(self._chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = ZOOMS.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self.zoomed.emit(steps)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(menu_place(self, event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._turned += event.angleDelta().y()
        steps, self._turned = int(self._turned / _NOTCH), self._turned - int(self._turned / _NOTCH) * _NOTCH
        if steps:
            self._anchor = event.position().toPoint()
            self.zoomed.emit(steps)
            self._anchor = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_steps()
        self.resized.emit(self._tiles.side_for(self.viewport().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles that the event touches, and ask for those on show, then for those a screen further on."""
        painter = QPainter(self.viewport())
        top, screen = self.verticalOffset(), self.viewport().height()
        self._paint_selected(painter, tokens_of(self.palette()))
        self._paint_tiles(painter, self._rows(top + event.rect().top(), top + event.rect().bottom()))
        shown, around = self._rows(top, top + screen), self._rows(top - screen, top + 2 * screen)
        self._tiles.want(dict.fromkeys(self._maps.maps[row] for row in (*shown, *reversed(around))))

    def _paint_tiles(self, painter: QPainter, rows: range) -> None:
        """Draw tiles; one that was made for another size stands in until its own is there."""
        size, top, columns = self._tiles.cell, self.verticalOffset(), self._columns()
        hatch = tokens_of(self.palette()).hatch
        for row in rows:
            x, y = row % columns * size.width(), row // columns * size.height() - top
            tile = self._tiles.tile(self._maps.maps[row])
            painter.setOpacity(1.0 if self._alone in (None, self._maps.maps[row]) else _GREYED)
            if tile is None:
                pad = px(PAD)
                painter.fillRect(x + pad, y + pad, size.width() - 2 * pad, size.width() - 2 * pad, hatch)
            elif tile.deviceIndependentSize().toSize() == size:
                painter.drawPixmap(x, y, tile)
            else:
                painter.drawPixmap(x, y, size.width(), size.height(), tile)
        painter.setOpacity(1.0)

    def _paint_selected(self, painter: QPainter, tokens: Tokens) -> None:
        """Draw what is under the tiles: a ground for the selected ones, and a stronger frame for the current one."""
        current = self.currentIndex().row()
        for row in {*(index.row() for index in self.selectedIndexes()), current} - {-1}:
            place = self.visualRect(self._maps.index(row))
            if place.intersects(self.viewport().rect()):
                self._paint_selection(painter, place, tokens, is_current=row == current)

    def _paint_selection(self, painter: QPainter, cell: QRect, tokens: Tokens, *, is_current: bool) -> None:
        width = (3 if self.hasFocus() else 2) if is_current else 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(tokens.selection_ground)
        painter.setPen(QPen(tokens.selection, width))
        painter.drawRoundedRect(QRectF(cell).adjusted(1.5, 1.5, -1.5, -1.5), _ROUND, _ROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _columns(self) -> int:
        """Return how many tiles stand in a row."""
        return max(1, self.viewport().width() // self._tiles.cell.width())

    def _rows(self, top: int, bottom: int) -> range:
        """Return the model's rows whose tiles are between two heights of the whole list."""
        columns, height = self._columns(), self._tiles.cell.height()
        first, last = max(0, top // height), max(-1, bottom // height)
        return range(first * columns, min((last + 1) * columns, len(self._maps.maps)))

    def _repaint(self, maps: Sequence[int]) -> None:
        for index in maps:
            self.viewport().update(self.visualRect(self._maps.at(index)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._tiles.take_up_zoom()
            self.doItemsLayout()
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.recoloured.emit()

    def _set_steps(self) -> None:
        """Let one notch of the wheel go by one row of tiles, or by the height that there is."""
        row = min(self._tiles.cell.height(), max(3, self.viewport().height()))
        self.verticalScrollBar().setSingleStep(max(1, row // 3))

    def _count_fixed(self) -> int:
        """Return how many of the first tiles cannot be dragged: the combination, or each of them."""
        maps = self._maps.maps
        return int(COMBINATION in maps) if self._can_move else len(maps)

    def _selected(self) -> tuple[int, ...]:
        return tuple(self._maps.maps[index.row()] for index in self.selectedIndexes() if index.isValid())

    def _select(self, maps: Sequence[int]) -> None:
        chosen = QItemSelection()
        for index in maps:
            chosen.append(QItemSelectionRange(self._maps.at(index)))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
