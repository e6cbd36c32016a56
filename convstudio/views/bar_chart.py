"""A prediction as a bar chart: a bar for each class, as long as its share."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from convstudio.model.display import POSITIVE
from convstudio.model.numbers import percent
from convstudio.model.prediction import Prediction, bar_lengths
from convstudio.views.controls import colour_of
from convstudio.views.theme import BODY_PIXELS, number_font, tokens_of

_LEAST_ROW, _MOST_ROW = 17, 30
_MARGIN = 6
_SAID_AT_MOST = 10
_LONGEST_SHARE = "> 99.9 %"


class BarChart(QWidget):
    """Shows a prediction; of more classes than there is room for, those with the largest shares.

    `pointed` carries the class under the mouse, None when it leaves; `clicked` the one that was clicked.
    """

    pointed = Signal(object)
    clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._prediction: Prediction | None = None
        self._current: int | None = None
        self.setAccessibleName("Prediction")
        self.setMouseTracking(True)
        self.setFont(number_font())

    def show_prediction(self, prediction: Prediction, current: int | None) -> None:
        """Show other shares; `current` is the class whose calculation is on show."""
        self._prediction, self._current = prediction, current
        told = prediction.in_words(_SAID_AT_MOST)
        self.setAccessibleDescription(f"The network {prediction.sentence}. {told}")
        self.setToolTip(f"The share of every class: {told}")
        self.update()

    def class_area(self, index: int) -> QRectF:
        """Return the area of a class's row; an empty one for a class that there is no room for."""
        classes = self._classes()
        if index not in classes:
            return QRectF()
        side = self._row_height(len(classes))
        top = (self.height() - side * len(classes)) / 2
        return QRectF(_MARGIN, top + side * classes.index(index), self.width() - 2 * _MARGIN, side)

    def sizeHint(self) -> QSize:
        return QSize(320, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 3 * _LEAST_ROW)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self._class_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._class_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._prediction is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens_of(self.palette()).card)  # the table for screen readers lies below
        for index in self._classes():
            self._draw_class(painter, self._prediction, index)

    def _draw_class(self, painter: QPainter, prediction: Prediction, index: int) -> None:
        tokens, area = tokens_of(self.palette()), self.class_area(index)
        font = number_font(BODY_PIXELS)
        font.setBold(index == prediction.best)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        left = metrics.horizontalAdvance(str(len(prediction.shares) - 1)) + 2 * _MARGIN
        right = metrics.horizontalAdvance(_LONGEST_SHARE) + 2 * _MARGIN
        track = area.adjusted(left, 3, -right, -3)
        (length,) = bar_lengths([float(prediction.shares[index])], track.width())
        painter.fillRect(track, tokens.hatch)
        painter.fillRect(QRectF(track.topLeft(), track.bottomLeft() + QPointF(length, 0)), colour_of(POSITIVE))
        painter.setPen(tokens.text if index == prediction.best else tokens.secondary)
        inner, middle = area.adjusted(_MARGIN, 0, -_MARGIN, 0), Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | middle, str(index))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | middle, percent(float(prediction.shares[index])))
        if index == self._current:
            painter.setPen(QPen(tokens.window, 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def _classes(self) -> list[int]:
        room = max(1, self.height() // _LEAST_ROW)
        return [] if self._prediction is None else self._prediction.shown(room)

    def _row_height(self, rows: int) -> float:
        return min(_MOST_ROW, self.height() / max(1, rows))

    def _class_at(self, point: QPointF) -> int | None:
        return next((index for index in self._classes() if self.class_area(index).contains(point)), None)
