"""A sequence drawn as stems, one under each cell of its grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QShowEvent

from convstudio.model.colour.display import finite_range
from convstudio.model.values.numbers import format_number
from convstudio.model.values.scale import NEGATIVE
from convstudio.views.parts.controls import colour_of
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import Tokens, number_font, tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_MARGIN = 10
_FONT = 11


class StemPlot(PlotFrame):
    """Draws the one row of numbers that a grid shows, each stem in the middle of its column.

    It follows the grid: its numbers, the size of its cells, and where it is scrolled to. Put it under the grid, as
    wide as the grid. Its axis, the largest and the smallest value, stands beside the last column if there is room.
    """

    def __init__(self, grid: GridView) -> None:
        super().__init__("Stems")
        self._grid = grid
        self._overlays: tuple[Overlay, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=0)  # the grid places its columns after it was resized
        self._soon.timeout.connect(self.draw_again)
        grid.grid.dataChanged.connect(self._redraw)
        grid.grid.modelReset.connect(self._redraw)
        grid.horizontalScrollBar().valueChanged.connect(self._redraw)
        grid.viewport().installEventFilter(self)

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Mark the same cells as the grid does."""
        self._overlays = tuple(overlays)
        self._redraw()

    def stem_position(self, column: int) -> float:
        """Return the middle of a column, counted from the plot's left side."""
        left = self._grid.viewport().mapTo(self._grid, QPoint(0, 0)).x() + self._grid.x() - self.x()
        side = self._side
        return left + self._grid.columnViewportPosition(0) + (column + 0.5) * side

    def sizeHint(self) -> QSize:
        return scaled(QSize(160, 120))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(60, 48))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._redraw()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    def _draw(self, canvas: Canvas) -> None:
        canvas.show_axes({}, (0, 0, 0, 0))
        canvas.show_extent((0, self.width()), (self.height(), 0))  # in pixels, as the columns of the grid are
        tokens, has_rows = tokens_of(self.palette()), self._grid.grid.rowCount() > 0
        values = self._grid.grid.content.values[0].astype(np.float64) if has_rows else np.zeros(0)
        shown = [
            column
            for column in self._visible_columns()
            if has_rows and self._grid.grid.is_shown(0, column) and np.isfinite(values[column])
        ]
        *heights, zero = self._heights(np.append(values, 0.0)).tolist()
        places, tips = [self.stem_position(column) for column in shown], [heights[column] for column in shown]
        colours = [self._colour(column, tokens) for column in shown]
        canvas.draw_line("zero", np.array([0.0, self.width()]), np.full(2, zero), tokens.line, 1)
        canvas.draw_stems(places, tips, zero, colours)
        self._draw_overlays(canvas, tokens)
        self._label(canvas, values, tokens)

    def _text_at(self, point: QPointF | None) -> str:
        if point is None or not self._grid.grid.rowCount():
            return ""
        column = round((point.x() - self.stem_position(0)) / self._side)
        index = self._grid.grid.index(0, column)
        return str(index.data(Qt.ItemDataRole.ToolTipRole)) if index.isValid() else ""

    def _colour(self, column: int, tokens: Tokens) -> QColor:
        """Return the colour of a stem: blue below zero, as in the grid, and grey for padding."""
        if self._grid.grid.is_padding(0, column):
            return tokens.secondary
        return colour_of(NEGATIVE) if self._grid.grid.content.values[0, column] < 0 else tokens.text

    def _draw_overlays(self, canvas: Canvas, tokens: Tokens) -> None:
        side, visible = self._side, self._visible_columns()
        places, widths, colours = [], [], []
        for overlay in sorted(self._overlays, key=lambda o: o.is_window):
            for column in (overlay.columns - self._grid.grid.content.origin[1]).tolist():
                if column in visible:
                    places.append(self.stem_position(column))
                    widths.append(px(1 if overlay.is_thin else 3))
                    colours.append(tokens.window if overlay.is_window else tokens.selection)
        bars = {"x": places, "width": side, "y1": self.height(), "height": widths}
        canvas.draw_bars("marks", bars, colours)

    def _label(self, canvas: Canvas, values: NDArray[np.float64], tokens: Tokens) -> None:
        canvas.remove_labels()
        if not values.size:
            return
        ends, font = finite_range(np.append(values, 0.0)), number_font(_FONT)
        texts = [format_number(end, 3) for end in ends]
        room = self.width() - self.stem_position(self._columns) + self._side / 2
        if max(QFontMetrics(font).horizontalAdvance(text) for text in texts) > room or ends[0] == ends[1]:
            return
        for text, y in zip(texts, self._heights(np.array(ends)).tolist(), strict=True):
            area = QRectF(0, y - px(_MARGIN), self.width(), 2 * px(_MARGIN))
            canvas.add_label(text, area, Qt.AlignmentFlag.AlignRight, font, tokens.secondary)

    def _visible_columns(self) -> range:
        side = self._side
        before = int(max(0.0, -self.stem_position(0) // side))
        return range(min(before, self._columns), min(self._columns, before + self.width() // side + 3))

    @property
    def _side(self) -> int:
        return max(1, self._grid.columnWidth(0))  # a grid without columns gives them no width

    @property
    def _columns(self) -> int:
        return self._grid.grid.columnCount()

    def _heights(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far below the plot's top each value is drawn."""
        low, high = finite_range(values)
        room = max(1, self.height() - 2 * px(_MARGIN))
        shares = (values - low) / (high - low) if high > low else np.zeros_like(values)
        heights: NDArray[np.float64] = px(_MARGIN) + room * (1 - shares)
        return heights

    def _redraw(self) -> None:
        if self.isVisible():
            self._soon.start()
