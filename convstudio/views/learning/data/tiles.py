"""The samples of a data set as small pictures: only those in sight are ever made, however many there are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
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
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen, QPixmap, QPolygon, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from convstudio.model.panes.learning.data.samples import ExaminedData, SampleWords, mistaken_for, sample_words
from convstudio.model.panes.thumbnails import sample_picture
from convstudio.model.values.arrays import TiledArray
from convstudio.views.parts.controls import image_of
from convstudio.views.parts.grids.current_item import CurrentItem
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import px
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import Tokens, small_font, tokens_of

Index = QModelIndex | QPersistentModelIndex

_SIDE, _PAD, _GAP = 56, 5, 2
_CAPTION_PIXELS = 11
_WIDEST = 2
"""A tile becomes at most so many times as wide for a long name of a class; one that is longer yet is cut."""
_ROUND = 4.0
_CORNER = 12
_STRIP = 4
"""The picture of a sequence is a strip, so many times as wide as it is high."""
_MOST_PICTURES = 3000
"""Small pictures that are kept: about 40 MiB."""


class SampleCells(QAbstractTableModel):
    """The samples that are on show, row by row in a grid of so many `columns`.

    A list that wraps would lay out tens of thousands of samples with every change; a table knows where each cell is.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._examined: ExaminedData | None = None
        self._samples: NDArray[np.int64] = np.zeros(0, np.int64)
        self._pictures: dict[int, QPixmap] = {}
        self.columns = 1

    @property
    def count(self) -> int:
        """How many samples are on show."""
        return len(self._samples)

    def show_samples(self, examined: ExaminedData | None, samples: NDArray[np.int64]) -> None:
        """List other samples; pictures stay while the data is the same."""
        is_same_data = (
            self._examined is not None and examined is not None and examined.data.inputs is self._examined.data.inputs
        )
        if not is_same_data:
            self._pictures.clear()
        if is_same_data and np.array_equal(samples, self._samples):
            self._examined = examined
            if self.count:
                self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columns - 1))
            return
        self.beginResetModel()
        self._examined, self._samples = examined, samples
        self.endResetModel()

    def show_columns(self, columns: int) -> None:
        """Lay the samples out in another number of columns."""
        if columns != self.columns:
            self.beginResetModel()
            self.columns = columns
            self.endResetModel()

    def sample(self, index: Index) -> int:
        """Return the number of the sample in a cell, or -1 where it is empty."""
        place = index.row() * self.columns + index.column()
        return int(self._samples[place]) if index.isValid() and place < self.count else -1

    def cell(self, place: int) -> QModelIndex:
        """Return the cell of a place in the order, counted from 0; an invalid one where there is none."""
        return self.index(place // self.columns, place % self.columns) if 0 <= place < self.count else QModelIndex()

    def cell_of(self, sample: int) -> QModelIndex:
        """Return the cell of a sample; an invalid one where it is not on show."""
        found = np.flatnonzero(self._samples == sample)
        return self.cell(int(found[0])) if len(found) else QModelIndex()

    def words_of(self, sample: int) -> SampleWords:
        """Return what is told of a sample."""
        assert self._examined is not None, "there are no samples without data"
        return sample_words(self._examined, sample)

    def picture_of(self, sample: int, side: int) -> QPixmap:
        """Return the small picture of a sample, at most `side` pixels a side; it is made when it is first seen."""
        held = self._pictures.get(sample)
        if held is None or max(held.width(), held.height()) != side:
            held = self._pictures[sample] = self._painted(sample, side)
            if len(self._pictures) > _MOST_PICTURES:
                del self._pictures[next(iter(self._pictures))]
        return held

    def _painted(self, sample: int, side: int) -> QPixmap:
        assert self._examined is not None
        values = self._examined.data.input(sample)
        picture = sample_picture(TiledArray.of(values), side)
        rows, columns = picture.shape[:2]
        size = QSize(columns, rows) if values.ndim > 2 else QSize(_STRIP, 1)
        size.scale(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        is_small = max(rows, columns) < side
        how = Qt.TransformationMode.FastTransformation if is_small else Qt.TransformationMode.SmoothTransformation
        whole = size.expandedTo(QSize(1, 1))
        return QPixmap.fromImage(image_of(picture)).scaled(whole, Qt.AspectRatioMode.IgnoreAspectRatio, how)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else -(-self.count // self.columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.sample(index) >= 0 else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        sample = self.sample(index)
        if sample < 0:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.words_of(sample).caption
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.words_of(sample).facts
        return None


class _TilePainter(QStyledItemDelegate):
    """Paints a picture with its caption; a corner marks what is held out, and another colour what is wrong."""

    def __init__(self, cells: SampleCells, parent: QObject) -> None:
        super().__init__(parent)
        self._cells = cells
        self._names: tuple[str, ...] = ()
        self.take_up_zoom()

    def take_up_zoom(self) -> None:
        """Write captions as large as the zoom in use asks for."""
        self._font = small_font(_CAPTION_PIXELS)
        self._metrics = QFontMetrics(self._font)
        self._measure()

    def take_names(self, names: tuple[str, ...]) -> None:
        """Make room for the names of these classes: for two side by side, or below each other in wider tiles."""
        if names != self._names:
            self._names = names
            self._measure()

    def _measure(self) -> None:
        room = self.least_cell.width() - 2
        names = sorted(map(self._advance, self._names))[-2:]
        together = sum(names) + self._advance(f" {mistaken_for('')}")
        self._lines = 1 if len(names) < 2 or together <= room else 2
        alone = max((self._advance(mistaken_for(name)) for name in self._names), default=0)
        self._room = min(max(room, alone), _WIDEST * room) if self._lines > 1 else room

    def _advance(self, text: str) -> int:
        return self._metrics.horizontalAdvance(text)

    @property
    def least_cell(self) -> QSize:
        """The room of a tile whose caption is one short line."""
        side = px(_SIDE) + 2 * px(_PAD)
        return QSize(side, side + px(_GAP) + self._metrics.height())

    @property
    def cell(self) -> QSize:
        """The room of a tile."""
        return QSize(self._room + 2, self.least_cell.height() + (self._lines - 1) * self._metrics.height())

    def lines(self, words: SampleWords) -> list[str]:
        """Return the lines under a picture; a name that is too long keeps its beginning and its end."""
        lines = [words.caption] if self._lines == 1 else [words.label, words.taken_for]
        return [self._metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, self._room) for line in lines]

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        sample = self._cells.sample(index)
        if sample < 0:
            return
        place, tokens = option.rect, tokens_of(option.palette)
        words, picture = self._cells.words_of(sample), self._cells.picture_of(sample, px(_SIDE))
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            _paint_selection(painter, place, tokens)
        side = px(_SIDE)
        stage = QRect(place.left() + (place.width() - side) // 2, place.top() + px(_PAD), side, side)
        area = QRect(QPoint(), picture.size())
        area.moveCenter(stage.center())
        painter.drawPixmap(area, picture)
        painter.setPen(tokens.line)
        painter.drawRect(area.adjusted(0, 0, -1, -1))
        if words.is_held_out:
            _paint_corner(painter, area, tokens)
        painter.setFont(self._font)
        painter.setPen(tokens.window if words.is_wrong else tokens.secondary)
        room = QRect(place.left() + 1, stage.bottom() + 1 + px(_GAP), place.width() - 2, self._metrics.height())
        for line in self.lines(words):
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, line)
            room.translate(0, room.height())
        painter.restore()


def _paint_selection(painter: QPainter, place: QRect, tokens: Tokens) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(tokens.selection_ground)
    painter.setPen(QPen(tokens.selection, 2))
    painter.drawRoundedRect(QRectF(place).adjusted(1.5, 1.5, -1.5, -1.5), _ROUND, _ROUND)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_corner(painter: QPainter, area: QRect, tokens: Tokens) -> None:
    corner, side = area.topRight(), px(_CORNER)
    painter.setBrush(tokens.selection)
    painter.setPen(tokens.card)
    painter.drawPolygon(QPolygon([corner - QPoint(side, 0), corner, corner + QPoint(0, side)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


@handles_keys("Samples of the data", ("Arrow keys", "Make another sample the input"))
class SampleGrid(QTableView):
    """Shows the samples; `chosen` carries the number of the one that the user went to."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.cells = SampleCells(self)
        self._is_pressed = False
        self._selected = -1
        self._painter = _TilePainter(self.cells, self)
        self.setModel(self.cells)
        self._current = CurrentItem(self)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("All samples")
        self.setToolTip("Click a sample to make it the input, with its target")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setVisible(False)
            header.setMinimumSectionSize(1)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        give_focus_frame(self)
        self.clicked.connect(self._choose)
        self._lay_out()

    def show_samples(self, examined: ExaminedData | None, samples: NDArray[np.int64]) -> None:
        """Show other samples, or the same with other words; nothing is asked for."""
        self._painter.take_names(() if examined is None else examined.data.class_names)
        self._lay_out()
        with QSignalBlocker(self.selectionModel()):
            self.cells.show_samples(examined, samples)
        self.viewport().update()

    def show_selected(self, sample: int) -> None:
        """Select the sample that is the input, or (-1) none."""
        self._selected = sample
        index = self.cells.cell_of(sample)
        with QSignalBlocker(self.selectionModel()):
            if not index.isValid():
                self.clearSelection()
            elif index != self.currentIndex() or not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
                self.scrollTo(index)
                self._current.keep_soon()
        self.viewport().update()

    def lines_under(self, sample: int) -> list[str]:
        """Return what is written under the picture of a sample, line by line."""
        return self._painter.lines(self.cells.words_of(sample))

    def currentIndex(self) -> QModelIndex:
        return self._current.index

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * self._painter.least_cell.width() + px(24), self._painter.cell.height() + px(8))

    def sizeHint(self) -> QSize:
        return QSize(5 * self._painter.least_cell.width() + px(24), 4 * self._painter.cell.height())

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go on in the next row where one ends, as reading does."""
        steps = {QAbstractItemView.CursorAction.MoveRight: 1, QAbstractItemView.CursorAction.MoveLeft: -1}.get(action)
        now = self.currentIndex()
        if steps is None or not now.isValid():
            return super().moveCursor(action, modifiers)
        return self.cells.cell(now.row() * self.cells.columns + now.column() + steps)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        is_by_key = self.hasFocus() and not self._is_pressed
        if current.isValid() and is_by_key and not self.selectionModel().signalsBlocked():
            self._choose(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_pressed = True  # the click that follows asks for the sample, also where it is the current one
        super().mousePressEvent(event)
        self._is_pressed = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_painter"):
            self._painter.take_up_zoom()
            self._lay_out()

    def _lay_out(self) -> None:
        """Make cells as large as a tile, and as many columns as the width holds."""
        cell = self._painter.cell
        if cell.height() != self.verticalHeader().defaultSectionSize():
            self.updateGeometry()
        self.horizontalHeader().setDefaultSectionSize(cell.width())
        self.verticalHeader().setDefaultSectionSize(cell.height())
        self.verticalScrollBar().setSingleStep(max(1, cell.height() // 3))  # a notch of the wheel is three of them
        columns = max(1, self.viewport().width() // cell.width())
        if columns != self.cells.columns:
            with QSignalBlocker(self.selectionModel()):
                self.cells.show_columns(columns)
            self.show_selected(self._selected)

    def _choose(self, index: Index) -> None:
        sample = self.cells.sample(index)
        if sample >= 0:
            self.chosen.emit(sample)
