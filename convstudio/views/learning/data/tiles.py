"""The samples of a data set as small pictures: only those in sight are ever made, however many there are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
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
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen, QPixmap, QPolygon
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from convstudio.model.panes.learning.data.samples import ExaminedData, SampleWords, sample_words
from convstudio.model.panes.thumbnails import sample_picture
from convstudio.model.values.arrays import TiledArray
from convstudio.views.parts.controls import image_of
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.sizes import px
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import Tokens, small_font, tokens_of

Index = QModelIndex | QPersistentModelIndex

_SIDE, _PAD, _GAP = 56, 5, 2
_CAPTION_PIXELS = 11
_ROUND = 4.0
_CORNER = 12
_STRIP = 4
"""The picture of a sequence is a strip, so many times as wide as it is high."""
_MOST_PICTURES = 3000
"""Small pictures that are kept: about 40 MiB."""


class SampleRows(QAbstractListModel):
    """The samples that are on show, in their order; `words_of` says what is told of a row."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._examined: ExaminedData | None = None
        self._samples: NDArray[np.int64] = np.zeros(0, np.int64)
        self._pictures: dict[int, QPixmap] = {}

    def show_samples(self, examined: ExaminedData | None, samples: NDArray[np.int64]) -> None:
        """List other samples; pictures stay while the data is the same."""
        is_same_data = (
            self._examined is not None and examined is not None and examined.data.inputs is self._examined.data.inputs
        )
        if not is_same_data:
            self._pictures.clear()
        if is_same_data and np.array_equal(samples, self._samples):
            self._examined = examined
            if len(samples):
                self.dataChanged.emit(self.index(0), self.index(len(samples) - 1))
            return
        self.beginResetModel()
        self._examined, self._samples = examined, samples
        self.endResetModel()

    @property
    def no_samples(self) -> NDArray[np.int64]:
        """What is listed while there is no data."""
        return np.zeros(0, np.int64)

    def sample(self, row: int) -> int:
        """Return the number of the sample in a row."""
        return int(self._samples[row])

    def row_of(self, sample: int) -> int:
        """Return the row of a sample, or -1 where it is not on show."""
        found = np.flatnonzero(self._samples == sample)
        return int(found[0]) if len(found) else -1

    def words_of(self, row: int) -> SampleWords:
        """Return what is told of a row."""
        assert self._examined is not None, "there are no rows without data"
        return sample_words(self._examined, self.sample(row))

    def picture_of(self, row: int, side: int) -> QPixmap:
        """Return the small picture of a row, at most `side` pixels a side; it is made when it is first seen."""
        sample = self.sample(row)
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
        keep = Qt.AspectRatioMode.KeepAspectRatio
        size.scale(side, side, keep)
        is_small = max(rows, columns) < side
        how = Qt.TransformationMode.FastTransformation if is_small else Qt.TransformationMode.SmoothTransformation
        whole = size.expandedTo(QSize(1, 1))
        return QPixmap.fromImage(image_of(picture)).scaled(whole, Qt.AspectRatioMode.IgnoreAspectRatio, how)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._samples)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.words_of(index.row()).caption
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.words_of(index.row()).facts
        return None


class _TilePainter(QStyledItemDelegate):
    """Paints a picture with its caption; a corner marks what is held out, and another colour what is wrong."""

    def __init__(self, rows: SampleRows, parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows
        self.take_up_zoom()

    def take_up_zoom(self) -> None:
        """Write captions as large as the zoom in use asks for."""
        self._font = small_font(_CAPTION_PIXELS)
        self._metrics = QFontMetrics(self._font)

    @property
    def cell(self) -> QSize:
        """The room of a tile."""
        return QSize(px(_SIDE) + 2 * px(_PAD), px(_SIDE) + 2 * px(_PAD) + px(_GAP) + self._metrics.height())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        place, tokens = option.rect, tokens_of(option.palette)
        words, picture = self._rows.words_of(index.row()), self._rows.picture_of(index.row(), px(_SIDE))
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            _paint_selection(painter, place, tokens)
        stage = QRect(place.left() + px(_PAD), place.top() + px(_PAD), px(_SIDE), px(_SIDE))
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
        text = self._metrics.elidedText(words.caption, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
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
class SampleList(QListView):
    """Shows the samples; `chosen` carries the number of the one that the user went to."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows = SampleRows(self)
        self._is_pressed = False
        self._painter = _TilePainter(self.rows, self)
        self.setModel(self.rows)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("All samples")
        self.setToolTip("Click a sample to make it the input, with its target")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        give_focus_frame(self)
        self.clicked.connect(self._choose)
        self._set_steps()

    def show_samples(self, examined: ExaminedData | None, samples: NDArray[np.int64]) -> None:
        """Show other samples, or the same with other words; nothing is asked for."""
        with QSignalBlocker(self.selectionModel()):
            self.rows.show_samples(examined, samples)
        self.viewport().update()

    def show_selected(self, sample: int) -> None:
        """Select the sample that is the input, or (-1) none."""
        index = self.rows.index(self.rows.row_of(sample))
        with QSignalBlocker(self.selectionModel()):
            if not index.isValid():
                self.clearSelection()
            elif index != self.currentIndex() or not self.selectionModel().isSelected(index):
                self.setCurrentIndex(index)
                self.scrollTo(index)
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        cell = self._painter.cell
        return QSize(3 * cell.width() + px(24), cell.height() + px(8))

    def sizeHint(self) -> QSize:
        cell = self._painter.cell
        return QSize(5 * cell.width() + px(24), 4 * cell.height())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        is_by_key = self.hasFocus() and not self._is_pressed
        if current.isValid() and is_by_key and not self.selectionModel().signalsBlocked():
            self._choose(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_pressed = True  # the click that follows asks for the sample, also where it is the current one
        super().mousePressEvent(event)
        self._is_pressed = False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_painter"):
            self._painter.take_up_zoom()
            self._set_steps()
            self.doItemsLayout()

    def _set_steps(self) -> None:
        """Let one notch of the wheel go by one row of tiles."""
        self.verticalScrollBar().setSingleStep(max(1, self._painter.cell.height() // 3))

    def _choose(self, index: Index) -> None:
        self.chosen.emit(self.rows.sample(index.row()))
