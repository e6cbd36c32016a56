"""The list of tiles: one painted view over a list model, so that keyboard, selection and screen readers come free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
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
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from convstudio.model.gallery import Mark
from convstudio.views.keys import ZOOMS
from convstudio.views.theme import Tokens, tokens_of
from convstudio.views.tiles import Tiles

Index = QModelIndex | QPersistentModelIndex
_PAD = 5
_GAP = 2
_CAPTION_PIXELS = 11
_ROUND = 4.0
_NOTCH = 120
_WISHED_SIDE = 92
_LEAST_TITLED = 60
_LEAST_SIDE = 44


class MapList(QAbstractListModel):
    """The maps in the order of their tiles; `title` and `facts` say what a map is and holds, `mark_of` its mark."""

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


class TileDelegate(QStyledItemDelegate):
    """Paints one tile: its picture, its title, what is wrong with it, and whether it is selected or looked at."""

    def __init__(self, tiles: Tiles, parent: QListView) -> None:
        super().__init__(parent)
        self._tiles, self._list = tiles, parent
        self.side = 0
        self._font = QFont(parent.font())
        self._font.setPixelSize(_CAPTION_PIXELS)
        self._metrics = QFontMetrics(self._font)
        self._captions: dict[tuple[str, int], str] = {}

    def cell_size(self) -> QSize:
        """Return the room that a tile takes with its title."""
        return QSize(self.side + 2 * _PAD, self.cell_height(self.side))

    def cell_height(self, side: int) -> int:
        """Return the height that a tile of `side` pixels takes with its title."""
        return side + 2 * _PAD + (_GAP + self._metrics.height() if side >= _LEAST_TITLED else 0)

    def side_for(self, height: int) -> int:
        """Return the side of the tiles of which one row fills a height, within what looks well."""
        titled = height - self.cell_height(_LEAST_TITLED) + _LEAST_TITLED
        side = titled if titled >= _LEAST_TITLED else min(height - 2 * _PAD, _LEAST_TITLED - 1)
        return min(max(side, _LEAST_SIDE), _WISHED_SIDE)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        maps = index.model()
        assert isinstance(maps, MapList)
        shown, cell = maps.maps[index.row()], option.rect
        tokens = tokens_of(self._list.palette())
        is_current = self._list.currentIndex().row() == index.row()
        if option.state & QStyle.StateFlag.State_Selected or is_current:
            self._paint_selection(painter, cell, tokens, is_current=is_current)
        stage = QRect(cell.left() + _PAD, cell.top() + _PAD, self.side, self.side)
        self._paint_picture(painter, stage, shown, tokens)
        mark = maps.mark_of(shown)
        if mark is not None:
            self._paint_sign(painter, stage, mark.sign, tokens, at_top=True)
        if self.side >= _LEAST_TITLED:
            self._paint_title(painter, stage, index.data(), tokens.text if is_current else tokens.secondary)
        else:
            self._paint_sign(painter, stage, index.data().split(" ", 1)[0], tokens, at_top=False)

    def _paint_selection(self, painter: QPainter, cell: QRect, tokens: Tokens, *, is_current: bool) -> None:
        width = (3 if self._list.hasFocus() else 2) if is_current else 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(tokens.selection_ground)
        painter.setPen(QPen(tokens.selection, width))
        painter.drawRoundedRect(QRectF(cell).adjusted(1.5, 1.5, -1.5, -1.5), _ROUND, _ROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_picture(self, painter: QPainter, stage: QRect, shown: int, tokens: Tokens) -> None:
        picture = self._tiles.picture(shown)
        if picture is None:
            painter.fillRect(stage, tokens.hatch)
            return
        longest = max(picture.width(), picture.height())
        size = picture.size() * (self.side / longest)
        area = QRect(QPoint(), size)
        area.moveCenter(stage.center())
        painter.drawPixmap(area, picture)
        painter.setPen(tokens.line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _paint_sign(self, painter: QPainter, stage: QRect, sign: str, tokens: Tokens, *, at_top: bool) -> None:
        """Write a word on a tile: its mark at the top right, or, where it has no title, its number at the bottom."""
        painter.setFont(self._font)
        area = QRect(0, 0, self._metrics.horizontalAdvance(sign) + 6, self._metrics.height())
        if at_top:
            area.moveTopRight(stage.topRight() + QPoint(-2, 2))
        else:
            area.moveBottomLeft(stage.bottomLeft() + QPoint(1, -2))
        painter.setPen(tokens.line)
        painter.setBrush(tokens.card)
        painter.drawRect(area)
        painter.setPen(tokens.text)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, sign)

    def _paint_title(self, painter: QPainter, stage: QRect, title: str, ink: Any) -> None:
        key = title, self.side
        if key not in self._captions:
            self._captions[key] = self._metrics.elidedText(title, Qt.TextElideMode.ElideRight, self.side + _PAD)
        painter.setFont(self._font)
        painter.setPen(ink)
        painter.drawText(stage.left(), stage.bottom() + _GAP + 1 + self._metrics.ascent(), self._captions[key])


class TileList(QListView):
    """Shows the tiles; `looked` carries the row that became the current one, `chosen` the maps that are selected.

    `zoomed` carries how many steps the tiles are to grow, `resized` the side of which one row fills the height.
    """

    looked = Signal(int)
    chosen = Signal(tuple)
    zoomed = Signal(int)
    resized = Signal(int)

    def __init__(self, maps: MapList, tiles: Tiles) -> None:
        super().__init__()
        self._maps = maps
        self._chosen: tuple[int, ...] = ()
        self._turned = 0
        self._anchor: QPoint | None = None
        self.setModel(maps)
        self.tile_delegate = TileDelegate(tiles, self)
        self.setItemDelegate(self.tile_delegate)
        self.setAccessibleName("All maps")
        self.setToolTip("Click a map to look at it; Ctrl or Shift selects several; plus and minus zoom")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        tiles.changed.connect(self.viewport().update)

    @property
    def chosen_maps(self) -> tuple[int, ...]:
        """The selected maps, in the order in which they were selected."""
        return self._chosen

    def show_side(self, side: int) -> None:
        """Show larger or smaller tiles; the one under the mouse, else the current one, stays where it is."""
        index = self.currentIndex() if self._anchor is None else self.indexAt(self._anchor)
        before = self.visualRect(index).top()
        self.tile_delegate.side = side
        self._set_steps()
        self.doItemsLayout()
        if index.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).top() - before)

    def show_look(self, map_index: int) -> None:
        """Make a map the current one, and select it alone unless it is selected already; nothing is asked for."""
        index = self._maps.at(map_index)
        if index == self.currentIndex():
            return
        with QSignalBlocker(self):
            flags = QItemSelectionModel.SelectionFlag
            is_chosen = self.selectionModel().isSelected(index)
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate if is_chosen else flags.ClearAndSelect)

    def show_maps(self, maps: Sequence[int], looked_at: int) -> None:
        """List other maps, or the same in another order; what was selected stays so as far as it is still there."""
        if tuple(maps) == self._maps.maps:
            self._maps.tell_changes()
            self.show_look(looked_at)
            return
        chosen = [index for index in self._chosen if index in maps]
        with QSignalBlocker(self):
            self._maps.show_maps(maps)
            self._select(chosen)
            self.show_look(looked_at)
            self._chosen = tuple(chosen) or self._selected()
            self.scrollTo(self.currentIndex())

    def sizeHint(self) -> QSize:
        return QSize(600, self.tile_delegate.cell_height(_WISHED_SIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.tile_delegate.cell_height(_LEAST_SIDE))

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
        self.resized.emit(self.tile_delegate.side_for(self.height()))

    def _set_steps(self) -> None:
        """Let one notch of the wheel go by one row of tiles, or by the height that there is."""
        row = min(self.tile_delegate.cell_size().height(), max(3, self.viewport().height()))
        self.verticalScrollBar().setSingleStep(max(1, row // 3))

    def _selected(self) -> tuple[int, ...]:
        return tuple(self._maps.maps[index.row()] for index in self.selectedIndexes() if index.isValid())

    def _select(self, maps: Sequence[int]) -> None:
        chosen = QItemSelection()
        for index in maps:
            chosen.append(QItemSelectionRange(self._maps.at(index)))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
