"""A prediction as a bar chart: a bar for each class, as long as its share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent

from convstudio.model.run.prediction import Prediction, bar_lengths
from convstudio.model.values.numbers import percent
from convstudio.model.values.scale import POSITIVE
from convstudio.views.parts.controls import colour_of
from convstudio.views.parts.plots.frame import FOOT, PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import number_font, tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_LEAST_ROW, _MOST_ROW = 17, 30
_ROWS_WITH_AXIS = 6
_MARGIN = 6
_GAP = 3
_SAID_AT_MOST = 10
_NAME_SHARE = 0.4
"""Which part of the chart the names of classes take at most."""
_LONGEST_SHARE = "> 99.9\xa0%"
_TICKS = ((0, "0"), (1, "100 %"))


class BarChart(PlotFrame):
    """Shows a prediction; of more classes than there is room for, those with the largest shares.

    `pointed` carries the class under the mouse, None when it leaves; `clicked` the one that was clicked.
    """

    pointed = Signal(object)
    clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__("Prediction")
        self._prediction: Prediction | None = None
        self._current: int | None = None

    def show_prediction(self, prediction: Prediction, current: int | None) -> None:
        """Show other shares; `current` is the class whose calculation is on show."""
        self._prediction, self._current = prediction, current
        told = prediction.in_words(_SAID_AT_MOST)
        self.say(
            f"The network predicts {prediction.line(prediction.best)}. {told}", f"The share of every class: {told}"
        )
        self.draw_again()

    def class_area(self, index: int) -> QRectF:
        """Return the area of a class's row; an empty one for a class without room."""
        classes = self._classes()
        if index not in classes:
            return QRectF()
        side = min(px(_MOST_ROW), self._height() / len(classes))
        top, margin = (self._height() - side * len(classes)) / 2, px(_MARGIN)
        return QRectF(margin, top + side * classes.index(index), self.width() - 2 * margin, side)

    def sizeHint(self) -> QSize:
        return scaled(QSize(320, 260))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(140, 3 * _LEAST_ROW))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.pointed.emit(self._class_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._class_at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(index)

    def _draw(self, canvas: Canvas) -> None:
        if self._prediction is None:
            return
        tokens, left, right = tokens_of(self.palette()), *self._sides(self._prediction)
        rows = {index: self.class_area(index) for index in self._classes()}
        shares = [float(self._prediction.shares[index]) for index in rows]
        width = max(1.0, self.width() - left - right)
        canvas.show_axes({"bottom": _TICKS} if self._has_axis() else {}, (left, 0, right, 0))
        canvas.show_extent((0, 1), (self._height(), 0))  # up and down in pixels, so that rows are where they are said
        places = {"x0": 0, "y0": [row.top() + px(_GAP) for row in rows.values()]}
        heights = {"height": [max(1.0, row.height() - 2 * px(_GAP)) for row in rows.values()]}
        canvas.draw_bars("whole", {**places, **heights, "width": 1}, tokens.hatch)
        lengths = [length / width for length in bar_lengths(shares, width)]
        canvas.draw_bars("shares", {**places, **heights, "width": lengths}, colour_of(POSITIVE))
        canvas.remove_labels()
        for (index, row), share in zip(rows.items(), shares, strict=True):
            is_best = index == self._prediction.best
            font, colour = self._font(bold=is_best), tokens.text if is_best else tokens.secondary
            inner = row.adjusted(px(_MARGIN), 0, -px(_MARGIN), 0)
            canvas.add_label(self._name(index), inner, Qt.AlignmentFlag.AlignLeft, font, colour)
            canvas.add_label(percent(share), inner, Qt.AlignmentFlag.AlignRight, font, colour)
        current = rows.get(-1 if self._current is None else self._current, QRectF())
        canvas.show_outline(current.adjusted(1, 1, -1, -1), tokens.window)

    def _text_at(self, point: QPointF | None) -> str:
        index = None if point is None else self._class_at(QPointF(self.width() / 2, point.y()))
        if index is None or self._prediction is None or not self._has_axis():
            return ""
        return f"class {self._prediction.name(index)}: {percent(float(self._prediction.shares[index]))}"

    def _sides(self, prediction: Prediction) -> tuple[int, int]:
        """Return the room that the longest number of a class and the longest share need, left and right."""
        width = QFontMetrics(self._font(bold=True)).horizontalAdvance
        names = [str(len(prediction.shares) - 1), *(self._name(index) for index in self._classes())]
        return max(map(width, names)) + 3 * px(_MARGIN), width(_LONGEST_SHARE) + 3 * px(_MARGIN)

    def _name(self, index: int) -> str:
        """Return what a class is called, cut where it would take more than a part of the chart."""
        assert self._prediction is not None
        room = int(_NAME_SHARE * self.width())
        return QFontMetrics(self._font(bold=True)).elidedText(
            self._prediction.name(index), Qt.TextElideMode.ElideRight, room
        )

    def _font(self, *, bold: bool) -> QFont:
        font = number_font()
        font.setBold(bold)
        return font

    def _has_axis(self) -> bool:
        return self.height() >= px(_ROWS_WITH_AXIS * _LEAST_ROW + FOOT)

    def _height(self) -> int:
        return self.height() - (px(FOOT) if self._has_axis() else 0)

    def _classes(self) -> list[int]:
        room = max(1, self._height() // px(_LEAST_ROW))
        return [] if self._prediction is None else self._prediction.shown(room)

    def _class_at(self, point: QPointF) -> int | None:
        return next((index for index in self._classes() if self.class_area(index).contains(point)), None)
