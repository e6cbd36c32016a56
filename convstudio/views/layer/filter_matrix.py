"""The table **Filters × channels**: a row for every filter, a column for every channel, a picture for every kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QTableView,
)

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.panes import kernel_facts
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.kernel_pictures import KernelPictures, StripStyle, easy_pitch, fitting_pitch, strip_style
from convstudio.views.layer.matrix_model import MatrixModel
from convstudio.views.parts.dragging.reordering import Reordering
from convstudio.views.parts.dragging.rows import HeaderRow
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.grids.menu_place import menu_place
from convstudio.views.parts.icons import paint_icon
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import in_font, px, sized
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import SMALL_PIXELS, Tokens, small_font, tokens_of

NAME = "Filters × channels"
_TIP = (
    "Every row is a filter, every column a channel it reads: click a kernel to edit it, a name to see the map, "
    "and drag a name to move the filter"
)
_NAME_WIDTHS = (40, 60, 136)
_FEWEST_COLUMNS = 3
_FEWEST_ROWS, _WISHED_ROWS = 2, 4
_HEAD_HEIGHT = 20
_NAME_SPACE = 8
_GREYED = 0.25
_LOCK = 12

Key, Modifier = Qt.Key, Qt.KeyboardModifier
Only = QItemSelectionModel.SelectionFlag
KEYS: Mapping[str, str] = MappingProxyType(
    {
        "remove": "Delete",
        "duplicate": "Ctrl+D",
        "copy": "Ctrl+C",
        "paste": "Ctrl+V",
        "up": "Alt+Up",
        "down": "Alt+Down",
        "rename": "F2",
    }
)
"""The commands of the matrix and the keys that ask for them; its menu shows them."""


@handles_keys("Filters × channels", ("Arrow keys", "Go from kernel to kernel"))
class FilterMatrix(QTableView):
    """Shows every kernel of a layer as a small picture: smaller where not all rows or columns fit otherwise.

    `intent_asked` carries what to select, `asked` the command of a key, `menu_asked` where the menu is wanted, and
    `move_asked` a filter whose name was dragged, and its new place. Rows that are selected together are edited
    together: `chosen`.
    """

    intent_asked = Signal(object)
    asked = Signal(str)
    menu_asked = Signal(object)
    move_asked = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.matrix = MatrixModel(self)
        self.pictures = KernelPictures()
        self._is_showing = False
        self._shares_levels = False
        self._pitch = easy_pitch(self.matrix.layer)
        self._wanted_names = _NAME_WIDTHS[0]
        self.setModel(self.matrix)
        self._current = CurrentItem(self)
        self._names = _KernelHeader(Qt.Orientation.Vertical, self)
        self._channels = _KernelHeader(Qt.Orientation.Horizontal, self)
        self._settle()
        self.selectionModel().currentChanged.connect(self._tell)
        self._dragging = Reordering(self._names.viewport(), HeaderRow(self._names, self))
        self._dragging.watch(self._names.viewport())
        self._dragging.moved.connect(self.move_asked)
        self._names.picked.connect(self._pick_row)
        self._names.opened.connect(lambda: self.asked.emit("rename"))
        self._channels.picked.connect(self._pick_column)

    @property
    def chosen(self) -> list[int]:
        """The filters that are selected, in their order; the current one is always among them."""
        return sorted({index.row() for index in self.selectionModel().selectedRows()} | {self.matrix.view.filter})

    def share_levels(self, on: bool) -> None:
        """Colour all filters with the same levels, so that small weights look pale, or each with its own."""
        self._shares_levels = on
        self.pictures.show_layer(self.matrix.layer, shares_levels=on)
        self.viewport().update()

    def choose(self, rows: Sequence[int]) -> None:
        """Select filters, such as those that an edit has moved, without asking for another view."""
        self._is_showing = True
        model = self.selectionModel()
        model.clearSelection()
        for row in rows:
            model.select(self.matrix.index(row, 0), Only.Select | Only.Rows)
        self._is_showing = False

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the kernels of the selected layer, and which of them is in the editor."""
        layer = conv_at(document, view.layer)
        held, is_same = self.matrix.layer, layer is self.matrix.layer
        self._is_showing = True
        self.matrix.show_layer(layer, kernel_facts.input_names(document, view.layer), view)
        if not is_same:
            self.pictures.show_layer(layer, shares_levels=self._shares_levels)
            if _heads(held) != _heads(layer):
                self._fit_sections(held)
        self._show_current(layer, view)
        self._is_showing = False
        self.viewport().update()

    @property
    def _is_low(self) -> bool:
        """Whether it takes no more height than its rows need."""
        return self.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Maximum

    def take_height(self, on: bool) -> None:
        """Take all the height that there is, or no more than its rows need."""
        vertical = QSizePolicy.Policy.Expanding if on else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Maximum, vertical)

    # --- Qt's own events ---------------------------------------------------------------------------------------------

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def sizeHint(self) -> QSize:
        wanted = (
            self._wanted_names + self.matrix.layer.channels * easy_pitch(self.matrix.layer).width() + self._bar_width()
        )
        is_wider = self._length > self.width() - self._names.width() - 2 * self.frameWidth()
        bar = self.horizontalScrollBar().sizeHint().height() if is_wider and self._is_low else 0
        return QSize(wanted, self._height_of(_WISHED_ROWS) + bar) + QSize(2, 2) * self.frameWidth()

    def minimumSizeHint(self) -> QSize:
        names = min(self._wanted_names, _least_width_of_names(self.matrix.layer)) + self._bar_width()
        columns = min(_FEWEST_COLUMNS, self.matrix.layer.channels) * easy_pitch(self.matrix.layer).width()
        least = QSize(names + columns, self._height_of(_FEWEST_ROWS))
        return least + QSize(2, 2) * self.frameWidth()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _command_of(event):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_corner = isinstance(watched, QAbstractButton)
        return (is_corner and event.type() == QEvent.Type.Paint) or super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = _command_of(event)
        if command:
            self.asked.emit(command)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(menu_place(self, event))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_pictures()
        self._fit_names()
        self.updateGeometry()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go on to a kernel that exists: with groups a filter reads only some of the channels."""
        wanted = super().moveCursor(action, modifiers)
        if not wanted.isValid() or self.matrix.is_read(wanted.row(), wanted.column()):
            return wanted
        read = self.matrix.layer.channels_read_by(wanted.row())
        return self.matrix.index(wanted.row(), min(max(wanted.column(), read.start), read.stop - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the filters on show, one strip each: a cell at a time would be too slow for wide layers."""
        tokens, painter = tokens_of(self.palette()), QPainter(self.viewport())
        painter.fillRect(event.rect(), tokens.card)
        look = strip_style(self._pitch, self.devicePixelRatioF(), tokens)
        first, last = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        for row in range(max(0, first), (self.matrix.layer.filters - 1 if last < 0 else last) + 1):
            self._paint_row(painter, row, tokens, look)
        painter.setOpacity(1.0)
        if self.currentIndex().isValid():
            painter.setPen(QPen(tokens.selection, 2))
            painter.drawRect(self.visualRect(self.currentIndex()).adjusted(1, 1, -1, -1))

    # --- helpers -----------------------------------------------------------------------------------------------------

    def _paint_row(self, painter: QPainter, row: int, tokens: Tokens, look: StripStyle) -> None:
        left, top = self.columnViewportPosition(0), self.rowViewportPosition(row)
        place = QRect(left, top, self._length, self._pitch.height())
        if self.selectionModel().isRowSelected(row, QModelIndex()):
            painter.fillRect(place, tokens.selection_ground)
        view = self.matrix.view
        painter.setOpacity(_GREYED if view.solo and row != view.filter else 1.0)
        painter.drawImage(place, self.pictures.strip(row, look))

    @property
    def _length(self) -> int:
        """How long the kernels of a filter are beside each other."""
        return self.matrix.layer.channels * self._pitch.width()

    def _bar_width(self) -> int:
        is_longer = self.matrix.layer.filters * self._pitch.height() + px(_HEAD_HEIGHT) > self.height()
        return self.verticalScrollBar().sizeHint().width() if is_longer else 0

    def _height_of(self, rows: int) -> int:
        """Return the height of so many rows; beside the kernel it does not depend on how many filters there are."""
        if self._is_low:
            return px(_HEAD_HEIGHT) + min(rows, self.matrix.layer.filters) * self._pitch.height()
        return px(_HEAD_HEIGHT) + rows * easy_pitch(self.matrix.layer).height()

    def _tell(self, current: QModelIndex) -> None:
        if current.isValid() and not self._is_showing:
            row, column = current.row(), current.column()
            self.intent_asked.emit(
                Intent(move=lambda document, view: kernel_facts.select_kernel(document, view, row, column))
            )

    def _pick_row(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        """Select a filter by its name, as the same click on a kernel would: Ctrl adds, Shift extends."""
        flag = Only.ClearAndSelect
        target = self.matrix.index(row, max(0, self.currentIndex().column()))
        if modifiers & Modifier.ShiftModifier and self.currentIndex().isValid():
            stretch = QItemSelection(*sorted((self.currentIndex(), target), key=lambda index: index.row()))
            self.selectionModel().select(stretch, Only.ClearAndSelect | Only.Rows)
            flag = Only.NoUpdate
        elif modifiers & Modifier.ControlModifier:
            flag = Only.Toggle
        self.selectionModel().setCurrentIndex(target, flag | Only.Rows)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _pick_column(self, channel: int, _modifiers: Qt.KeyboardModifier) -> None:
        self.intent_asked.emit(
            Intent(move=lambda document, view: kernel_facts.select_kernel_channel(document, view, channel))
        )

    def _show_current(self, layer: Conv, view: ViewState) -> None:
        read = layer.channels_read_by(view.filter)
        index = self.matrix.index(view.filter, view.channel if view.channel in read else read.start)
        if self.currentIndex() == index:
            return
        is_chosen = self.selectionModel().isRowSelected(view.filter, QModelIndex())
        flag = Only.NoUpdate if is_chosen else Only.ClearAndSelect | Only.Rows
        self.selectionModel().setCurrentIndex(index, flag)
        self.scrollTo(index)

    def _fit_sections(self, before: Conv) -> None:
        layer = self.matrix.layer
        self._fit_pictures()
        if _heads(before) != _heads(layer):
            self._wanted_names = _width_of_names(layer)
        self._fit_names()
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._wanted_names = _width_of_names(self.matrix.layer)
            self._fit_sections(self.matrix.layer)

    def _fit_pictures(self) -> None:
        """Make the kernels as large as all of them fit; what would be too small to see is scrolled to instead."""
        layer, frame = self.matrix.layer, QSize(2, 2) * self.frameWidth()
        room = self.size() - frame - QSize(_least_width_of_names(layer), px(_HEAD_HEIGHT))
        bar = None if self._is_low else self.verticalScrollBar().sizeHint().width()
        digits = self._channels.fontMetrics().horizontalAdvance(str(layer.channels))
        self._pitch = fitting_pitch(layer, room, digits, bar)
        self._channels.setDefaultSectionSize(self._pitch.width())
        self._names.setDefaultSectionSize(self._pitch.height())

    def _fit_names(self) -> None:
        """Give the names what the pictures leave them, between a readable width and that of the longest."""
        room = self.width() - 2 * self.frameWidth() - self._length - self._bar_width()
        width = min(self._wanted_names, max(room, _least_width_of_names(self.matrix.layer)))
        if width != self._names.width():
            self._names.setFixedWidth(width)
            self.updateGeometries()

    def _settle(self) -> None:
        self.setAccessibleName(NAME)
        self.setToolTip(_TIP)
        give_focus_frame(self)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        for corner in self.findChildren(QAbstractButton):
            corner.installEventFilter(self)  # the style would draw it as a separate box
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.take_height(True)
        self.setVerticalHeader(self._names)
        self.setHorizontalHeader(self._channels)
        sized(self._channels, fixed_height=_HEAD_HEIGHT)
        self._fit_sections(Conv.of(np.zeros((1, 1, 1, 2))))


class _KernelHeader(QHeaderView):
    """Names beside or above the kernels, plain, the current one in bold; `picked` carries a click, `opened` two."""

    picked = Signal(int, object)
    opened = Signal()

    def __init__(self, orientation: Qt.Orientation, table: FilterMatrix) -> None:
        super().__init__(orientation, table)
        self._table = table
        in_font(self, partial(small_font, SMALL_PIXELS - 1))
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)
        self.setSectionsClickable(False)

    @property
    def _is_row(self) -> bool:
        return self.orientation() == Qt.Orientation.Vertical

    def sizeHint(self) -> QSize:
        """Return the size that it is given: measuring hundreds of names would take longer than all else."""
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the names, and the card where there are none."""
        super().paintEvent(event)
        rest, end = self.viewport().rect(), self.length() - self.offset()
        if self.orientation() == Qt.Orientation.Vertical:
            rest.setTop(end)
        else:
            rest.setLeft(end)
        QPainter(self.viewport()).fillRect(rest, tokens_of(self.palette()).card)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        section = self.logicalIndexAt(event.position().toPoint())
        is_chosen = self._is_row and self._table.selectionModel().isRowSelected(section, QModelIndex())
        if section >= 0 and (event.button() == Qt.MouseButton.LeftButton or not is_chosen):
            self.picked.emit(section, event.modifiers())  # with the right button too: the menu is about this one

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._is_row:
            self._table.menu_asked.emit(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.logicalIndexAt(event.position().toPoint()) >= 0:
            self.opened.emit()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        tokens, matrix = tokens_of(self.palette()), self._table.matrix
        is_row = self._is_row
        is_current = section == (matrix.view.filter if is_row else matrix.view.channel)
        painter.save()
        if is_row and self._table.selectionModel().isRowSelected(section, QModelIndex()):
            painter.fillRect(rect, tokens.selection_ground)
        font = self.font()
        font.setBold(is_current)
        painter.setFont(font)
        painter.setPen(tokens.text if is_current else tokens.secondary)
        if is_row and matrix.view.solo and not is_current:
            painter.setOpacity(2 * _GREYED)
        text = str(matrix.headerData(section, self.orientation()))
        room = rect.adjusted(2, 0, -px(_NAME_SPACE), 0) if is_row else rect.adjusted(-2, 0, 2, 0)
        if not is_row and QFontMetrics(font).horizontalAdvance(text) > room.width():
            painter.setFont(self.font())  # “green” in bold is wider than a kernel
        if is_row and kernel_facts.is_filter_locked(matrix.layer, section):
            lock = QRect(0, 0, px(_LOCK), px(_LOCK))
            lock.moveCenter(QPoint(room.right() - px(_LOCK) // 2, room.center().y()))
            paint_icon(painter, "lock", lock, painter.pen().color())
            room.setRight(lock.left() - px(_LOCK) // 4)
        if is_row and text == f"filter {section + 1}" and QFontMetrics(font).horizontalAdvance(text) > room.width():
            text = str(section + 1)
        side = Qt.AlignmentFlag.AlignLeft if is_row else Qt.AlignmentFlag.AlignHCenter
        cut = Qt.TextElideMode.ElideLeft if text[-1:].isdecimal() else Qt.TextElideMode.ElideRight  # “…ion 22.5”
        shown = QFontMetrics(font).elidedText(text, cut, room.width())
        if len(shown) == 1:
            shown = text[:1]  # its first letter tells more than a sign alone
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


def _command_of(event: QKeyEvent) -> str:
    pressed = QKeySequence(event.keyCombination())
    return next((command for command, keys in KEYS.items() if QKeySequence(keys) == pressed), "")


def _width_of_names(layer: Conv) -> int:
    metrics = QFontMetrics(small_font(SMALL_PIXELS - 1, is_bold=True))
    widest = max(metrics.horizontalAdvance(name) for name in {layer.filter_name(at) for at in range(layer.filters)})
    lock = px(_LOCK + _LOCK // 4) if _has_padlocks(layer) else 0
    return min(max(px(_NAME_WIDTHS[0]), widest + px(_NAME_SPACE + 4)), px(_NAME_WIDTHS[2])) + lock


def _least_width_of_names(layer: Conv) -> int:
    """Return how narrow names may be: where no filter has one, its number says all."""
    return px(_NAME_WIDTHS[1 if any(layer.filter_names) else 0])


def _heads(layer: Conv) -> tuple[object, ...]:
    """Return what the names take room for, and the shape of what is beside them."""
    return layer.weights.shape, layer.filter_names, _has_padlocks(layer)


def _has_padlocks(layer: Conv) -> bool:
    """Return whether a padlock is beside some name: all weights and the bias of the filter are locked."""
    if layer.is_locked or layer.locks is None:
        return layer.is_locked
    return any(map(layer.locks.is_filter_locked, range(layer.filters)))
