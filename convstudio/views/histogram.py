"""How often each value occurs in a feature map, as bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convstudio.model.numbers import format_number
from convstudio.views.theme import number_font, tokens_of

_FONT = 11
_FOOT = 18


class Histogram(QWidget):
    """Paints counts as bars over the range of the values, and says the range and the fullest bar in numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self._edges: NDArray[np.float64] = np.zeros(1)
        self.setAccessibleName("Histogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def counts(self) -> NDArray[np.int64]:
        """The heights of the bars, from the smallest value to the largest."""
        return self._counts

    def show_counts(self, counts: NDArray[np.int64], edges: NDArray[np.float64]) -> None:
        """Show other counts `(bins,)` with the `(bins + 1,)` edges between them."""
        self._counts, self._edges = counts, edges
        self.setAccessibleDescription(self._sentence())
        self.setToolTip(self._sentence())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 96)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._counts.any():
            return
        painter = QPainter(self)
        tokens = tokens_of(self.palette())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.secondary)
        for bar in self._bars():
            painter.drawRect(bar)
        painter.setPen(QPen(tokens.line, 1))
        painter.drawLine(0, self.height() - _FOOT, self.width(), self.height() - _FOOT)
        self._paint_numbers(painter)

    def _bars(self) -> list[QRectF]:
        width, height = self.width() / self._counts.size, self.height() - _FOOT - 4
        tallest = int(self._counts.max())
        return [
            QRectF(at * width + 0.5, 4 + height * (1 - count / tallest), max(1.0, width - 1), height * count / tallest)
            for at, count in enumerate(self._counts.tolist())
            if count
        ]

    def _paint_numbers(self, painter: QPainter) -> None:
        painter.setFont(number_font(_FONT))
        painter.setPen(tokens_of(self.palette()).secondary)
        foot = QRectF(0, self.height() - _FOOT + 2, self.width(), _FOOT - 2)
        ends = {Qt.AlignmentFlag.AlignLeft: self._edges[0], Qt.AlignmentFlag.AlignRight: self._edges[-1]}
        for side, edge in ends.items():
            painter.drawText(foot, side | Qt.AlignmentFlag.AlignTop, format_number(float(edge), 3))
        middle = f"fullest bar {int(self._counts.max())} of {int(self._counts.sum())}"
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, middle)

    def _sentence(self) -> str:
        if not self._counts.any():
            return "There is no finite value to count."
        fullest = int(self._counts.argmax())
        low, high, first, last = (format_number(float(edge), 3) for edge in self._edges[[fullest, fullest + 1, 0, -1]])
        return (
            f"Values from {first} to {last} in {self._counts.size} bars: the fullest, from {low} to {high}, "
            f"holds {int(self._counts.max())} of {int(self._counts.sum())}."
        )
