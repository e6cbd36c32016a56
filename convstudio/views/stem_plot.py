"""A sequence drawn as stems, one under each cell of its grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from convstudio.model.display import NEGATIVE, finite_range
from convstudio.views.controls import colour_of
from convstudio.views.grid import GridView, Overlay
from convstudio.views.theme import Tokens, tokens_of

_MARGIN = 10
_DOT = 3.0


class StemPlot(QWidget):
    """Draws the one row of numbers that a grid shows, each stem in the middle of its column.

    It follows the grid: its numbers, the size of its cells, and where it is scrolled to. Put it under the grid, as
    wide as the grid.
    """

    def __init__(self, grid: GridView) -> None:
        super().__init__()
        self._grid = grid
        self._overlays: tuple[Overlay, ...] = ()
        grid.grid.dataChanged.connect(self._redraw)
        grid.grid.modelReset.connect(self._redraw)
        grid.horizontalScrollBar().valueChanged.connect(self._redraw)
        grid.viewport().installEventFilter(self)

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Mark the same cells as the grid does."""
        self._overlays = tuple(overlays)
        self.update()

    def stem_position(self, column: int) -> float:
        """Return the middle of a column, counted from the plot's left side."""
        left = self._grid.viewport().mapTo(self._grid, QPoint(0, 0)).x() + self._grid.x() - self.x()
        side = self._grid.columnWidth(0)
        return left + self._grid.columnViewportPosition(0) + (column + 0.5) * side

    def sizeHint(self) -> QSize:
        return QSize(160, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 48)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._grid.grid.rowCount():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = tokens_of(self.palette())
        self._draw_stems(painter, tokens)
        for overlay in sorted(self._overlays, key=lambda o: o.is_window):
            self._draw_overlay(painter, overlay, tokens)

    def _draw_stems(self, painter: QPainter, tokens: Tokens) -> None:
        values = self._grid.grid.content.values[0].astype(np.float64)
        *heights, zero = self._heights(np.append(values, 0.0)).tolist()
        painter.setPen(QPen(tokens.line, 1))
        painter.drawLine(QPointF(0, zero), QPointF(self.width(), zero))
        for column in self._visible_columns():
            if self._grid.grid.is_shown(0, column) and np.isfinite(values[column]):
                colour = self._colour(column, tokens)
                tip = QPointF(self.stem_position(column), heights[column])
                painter.setPen(QPen(colour, 2))
                painter.setBrush(colour)
                painter.drawLine(QPointF(tip.x(), zero), tip)
                painter.drawEllipse(tip, _DOT, _DOT)

    def _colour(self, column: int, tokens: Tokens) -> QColor:
        """Return the colour of a stem: blue below zero, as in the grid, and grey for padding."""
        if self._grid.grid.is_padding(0, column):
            return tokens.secondary
        return colour_of(NEGATIVE) if self._grid.grid.content.values[0, column] < 0 else tokens.text

    def _draw_overlay(self, painter: QPainter, overlay: Overlay, tokens: Tokens) -> None:
        painter.setPen(QPen(tokens.window if overlay.is_window else tokens.selection, 1 if overlay.is_thin else 3))
        bottom, side = self.height() - 2, self._grid.columnWidth(0)
        visible = self._visible_columns()
        for column in (overlay.columns - self._grid.grid.content.origin[1]).tolist():
            if column in visible:
                x = self.stem_position(column)
                painter.drawLine(QPointF(x - side / 2, bottom), QPointF(x + side / 2, bottom))

    def _visible_columns(self) -> range:
        side = self._grid.columnWidth(0)
        before = int(max(0.0, -self.stem_position(0) // side))
        return range(min(before, self._columns), min(self._columns, before + self.width() // side + 3))

    @property
    def _columns(self) -> int:
        return self._grid.grid.columnCount()

    def _heights(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far below the plot's top each value is drawn."""
        low, high = finite_range(values)
        room = max(1, self.height() - 2 * _MARGIN)
        shares = (values - low) / (high - low) if high > low else np.zeros_like(values)
        heights: NDArray[np.float64] = _MARGIN + room * (1 - shares)
        return heights

    def _redraw(self) -> None:
        self.update()
