"""The strip of channels under an input: a thumbnail and a name for each; the selected one is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QImage, QKeyEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from convstudio.model.colour.display import Levels
from convstudio.model.colour.picture_geometry import table_shape
from convstudio.model.colour.reduction import Reduction
from convstudio.model.panes.input.input_display import Shown
from convstudio.model.panes.thumbnails import renewed, thumbnail
from convstudio.model.values.arrays import Box, TiledArray
from convstudio.model.values.scale import Colours
from convstudio.views.parts.controls import image_of
from convstudio.views.parts.dragging.reordering import Reordering
from convstudio.views.parts.dragging.rows import ListRow
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.grids.menu_place import menu_place
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import Tokens, channel_colour, small_font, tokens_of

Index = QModelIndex | QPersistentModelIndex
ALL = "all"
"""The name of the tile that shows every channel in colour."""
_LOW_PANE = 560
_SIDES = (18, 30, 56)
_NAME = 16
_EDGE = 4
_WIDEST_NAME = 80
_FLATTEST = 10
_NOTCH = 120
_TIP = "The channels of this input: click one, or use the arrow keys, to select it; drag one to move it"


@dataclass(frozen=True, eq=False)
class Channels:
    """What a strip shows: an array `(*spatial, channels)`, a name for each, and how to colour it.

    `reduction` is that of `values`; `together` are the channels that make a picture in colour, or None where there is
    no such picture.
    """

    values: TiledArray
    reduction: Reduction
    names: tuple[str, ...]
    levels: Levels
    together: tuple[int, int, int] | None = None

    @cached_property
    def tiles(self) -> tuple[tuple[str, Shown], ...]:
        """The name of every tile, and what it shows."""
        alone = tuple((name, at) for at, name in enumerate(self.names))
        return alone if self.together is None else ((ALL, self.together), *alone)

    def row_of(self, channel: int | None) -> int:
        """Return the place of a channel's tile; that of all of them (None) is the first."""
        return 0 if channel is None else channel + (self.together is not None)

    def channel_of(self, row: int) -> int | None:
        """Return the channel that a tile stands for, or None for all of them."""
        shown = self.tiles[row][1]
        return shown if isinstance(shown, int) else None


class ChannelTiles(QAbstractListModel):
    """The tiles as a list; thumbnails are made when they are seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.channels: Channels | None = None
        self._pictures: dict[Shown, QImage] = {}
        self._pixels: dict[Shown, Colours] = {}

    def show_channels(self, channels: Channels) -> None:
        """Show other channels, or other values of them; nothing is computed where nothing changed."""
        before, self.channels = self.channels, channels
        is_same_table = before is not None and before.tiles == channels.tiles
        if not is_same_table:
            self.beginResetModel()
        changed = None if before is None or not is_same_table else _changed_boxes(before, channels)
        if changed is None:
            self._forget()
        elif changed:
            self._renew(channels, changed)
        if not is_same_table:
            self.endResetModel()
        elif changed or not self._pictures:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1), [Qt.ItemDataRole.DecorationRole])

    def refresh(self) -> None:
        """Make the thumbnails again: rough ones of a very large array can be made well now."""
        self._forget()
        if self.channels is not None:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1), [Qt.ItemDataRole.DecorationRole])

    def thumbnail(self, row: int) -> QImage:
        """Return the picture of a tile."""
        assert self.channels is not None
        shown = self.channels.tiles[row][1]
        if shown not in self._pictures:
            if shown not in self._pixels:
                self._pixels[shown] = thumbnail(self.channels.reduction, shown, self.channels.levels)
            self._pictures[shown] = image_of(self._pixels[shown])
        return self._pictures[shown]

    def _forget(self) -> None:
        self._pictures.clear()
        self._pixels.clear()

    def _renew(self, channels: Channels, boxes: Sequence[Box]) -> None:
        """Make the pixels again that show what changed; thumbnails that are not seen are made when they are."""
        held = {shown: self._pixels[shown] for shown in self._pictures}
        self._forget()
        self._pixels = renewed(held, boxes, channels.reduction, channels.levels)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() or self.channels is None else len(self.channels.tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.channels is None or not index.isValid():
            return None
        name, shown = self.channels.tiles[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"Show only the channel {name}" if isinstance(shown, int) else "Show all channels in colour"
        return None


def _changed_boxes(before: Channels, channels: Channels) -> Sequence[Box] | None:
    """Return where the thumbnails changed: None where they are to be made as a whole."""
    is_same_place = (before.levels, before.values.spatial) == (channels.levels, channels.values.spatial)
    return channels.reduction.changes_since(before.values) if is_same_place else None


@handles_keys("Channels below the input", ("Left, Right, Home, End", "Go from channel to channel"))
class ChannelStrip(QListView):
    """A row of tiles to select one channel, or all of them in colour.

    `channel_asked` carries the channel, or None for all; `move_asked` a channel that was dragged, and its new place.
    """

    channel_asked = Signal(object)
    move_asked = Signal(int, int)
    menu_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tiles = ChannelTiles(self)
        self._face = _TileDelegate(self)
        self.setModel(self.tiles)
        self._current = CurrentItem(self)
        self.setItemDelegate(self._face)
        self._settle()
        self._can_move = True
        self._dragging = Reordering(self.viewport(), ListRow(self, self._count_fixed))
        self._dragging.watch(self.viewport())
        self._dragging.moved.connect(self.move_asked)
        self.selectionModel().selectionChanged.connect(self._ask)

    def let_move(self, on: bool) -> None:
        """Let the mouse drag the channels, or leave them where they are: those that a layer made."""
        self._can_move = on

    def show_channels(self, channels: Channels, chosen: int | None, numbered: int) -> None:
        """Show the channels of an array; `chosen` is selected (None: all), `numbered` has its numbers shown."""
        before = self.tiles.channels
        with QSignalBlocker(self):
            self.tiles.show_channels(channels)
            self._mark(channels.row_of(chosen), channels.row_of(numbered))
        if before is None or (before.tiles, before.values.spatial) != (channels.tiles, channels.values.spatial):
            self._fit()

    def fit_pane(self, height: int, *, is_lowest: bool = False) -> None:
        """Show small tiles in a low pane, and still smaller ones in the lowest."""
        self._face.side = px(_SIDES[0 if is_lowest else 1 + (height >= px(_LOW_PANE))])
        self._fit()

    @property
    def lowest_height(self) -> int:
        """How high it is in the lowest pane."""
        return self._face.tile_height(px(_SIDES[0]))

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def sizeHint(self) -> QSize:
        return self._wanted

    def minimumSizeHint(self) -> QSize:
        return QSize(self._face.tile.width(), self._wanted.height())

    def row_length(self) -> int:
        """Return how wide all tiles together are."""
        return self._wanted.width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the keys that mean nothing in a row of tiles to the window."""
        keys = Qt.Key
        if event.key() in (keys.Key_Left, keys.Key_Right, keys.Key_Home, keys.Key_End) or event.text().strip():
            super().keyPressEvent(event)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(menu_place(self, event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - round((turned.x() or turned.y()) / _NOTCH * self._face.tile.width()))
        event.accept()

    def _settle(self) -> None:
        self._wanted = QSize()
        self._chosen = 0
        self.setAccessibleName("Channels")
        self.setToolTip(_TIP)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        give_focus_frame(self)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def _fit(self) -> None:
        """Be as large as the tiles, and no wider than there is room for: then arrows scroll them."""
        if self.tiles.channels is None:
            return
        self._face.aspect = table_shape(self.tiles.channels.values.spatial)
        letters = QFontMetrics(small_font(is_bold=True))
        longest = max(letters.horizontalAdvance(name) for name in self.tiles.channels.names)
        self._face.name_width = min(longest, px(_WIDEST_NAME))
        tile, count = self._face.tile, self.tiles.rowCount()
        wanted = QSize(count * tile.width(), tile.height())
        if wanted != self._wanted:
            self._wanted = wanted
            self.setFixedHeight(wanted.height())
            self.setMaximumWidth(wanted.width())
            self.updateGeometry()
            self.scheduleDelayedItemsLayout()

    def _count_fixed(self) -> int:
        """Return how many of the first tiles cannot be dragged: the one of all channels, or each of them."""
        if not self._can_move:
            return self.tiles.rowCount()
        return 0 if self.tiles.channels is None else self.tiles.channels.row_of(0)

    def _mark(self, row: int, numbered: int) -> None:
        index = self.tiles.index(row)
        self._chosen = row
        if self.selectedIndexes() != [index]:
            self.setCurrentIndex(index)
            self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if self._face.numbered != numbered:
            self._face.numbered = numbered
            self.viewport().update()

    def _ask(self) -> None:
        """Ask for the tile that was selected; a screen reader selects it beside the one before, Ctrl can leave none."""
        rows = [index.row() for index in self.selectedIndexes()]
        others = [row for row in rows if row != self._chosen]
        if others and self.tiles.channels is not None:
            self.channel_asked.emit(self.tiles.channels.channel_of(others[0]))
        elif not rows:
            self._mark(self._chosen, self._face.numbered)


class _TileDelegate(QStyledItemDelegate):
    """Paints a tile: the thumbnail in its channel's colour, and the name under it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.side = _SIDES[0]
        self.aspect = (1, 1)
        self.name_width = 0
        self.numbered = 0

    @property
    def tile(self) -> QSize:
        """How large every tile is."""
        size = self.picture_of(self.side)
        return QSize(max(size.width() + 4 * px(_EDGE), self.name_width + 2 * px(_EDGE)), self.tile_height(self.side))

    def tile_height(self, side: int) -> int:
        """Return how high a tile is whose thumbnail has a side."""
        return self.picture_of(side).height() + px(_NAME + 2 * _EDGE)

    def picture_of(self, side: int) -> QSize:
        """Return how large every thumbnail is: wide and flat inputs take less height."""
        rows, columns = self.aspect
        size = QSize(columns, rows).scaled(px(_WIDEST_NAME), side, Qt.AspectRatioMode.KeepAspectRatio)
        return size.expandedTo(scaled(QSize(_FLATTEST, _FLATTEST)))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.tile

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tiles = index.model()
        assert isinstance(tiles, ChannelTiles)
        rect, state = option.rect, option.state
        tokens = tokens_of(option.palette)
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, rect, tokens, is_chosen, bool(state & QStyle.StateFlag.State_HasFocus))
        name = str(index.data())
        self._paint_picture(painter, rect, tiles.thumbnail(index.row()), QPen(channel_colour(tokens, name), 2))
        painter.setFont(small_font(is_bold=is_chosen or index.row() == self.numbered))
        painter.setPen(tokens.text if is_chosen else tokens.secondary)
        edge = px(_EDGE)
        place = QRect(rect.left(), rect.bottom() - px(_NAME) - 1, rect.width(), px(_NAME)).adjusted(edge, 0, -edge, 0)
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_ground(self, painter: QPainter, rect: QRect, tokens: Tokens, is_chosen: bool, has_focus: bool) -> None:
        if is_chosen:
            painter.setPen(QPen(tokens.selection, 1) if has_focus else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.selection_ground)
            painter.drawRoundedRect(rect.adjusted(1, 0, -2, -1), _EDGE, _EDGE)

    def _paint_picture(self, painter: QPainter, rect: QRect, picture: QImage, frame: QPen) -> None:
        size = self.picture_of(self.side)
        place = QRect(
            rect.left() + (rect.width() - size.width()) // 2, rect.top() + px(_EDGE), size.width(), size.height()
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.width() > size.width())
        painter.drawImage(place, picture)
        painter.setPen(frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
