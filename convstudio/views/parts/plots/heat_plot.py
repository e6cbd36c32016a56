"""A heat map with axes and its numbers in the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy

from convstudio.model.panes.learning.capacity.study_map import StudyMap
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import small_font, tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_MARGINS = (6, 24, 30, 2)
_HEAD = 24
_SIZE, _LEAST = QSize(360, 220), QSize(220, 170)
_OPAQUE = 255


class HeatPlot(PlotFrame):
    """Shows a number for every pair of two counts as a colour, from black for 0 to white for 1, and as text."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.shown: StudyMap | None = None
        self._texts: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_map(self, shown: StudyMap) -> None:
        """Show other numbers."""
        self.shown = shown
        self.say(shown.sentence, shown.name)
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(_SIZE)

    def minimumSizeHint(self) -> QSize:
        return scaled(_LEAST)

    def _draw(self, canvas: Canvas) -> None:
        shown = self.shown
        if shown is None:
            return
        tokens = tokens_of(self.palette())
        canvas.remove_labels()
        inner = QRectF(px(_MARGINS[0]), 0, self.width() - px(_MARGINS[0] + _MARGINS[2]), px(_HEAD))
        canvas.add_label(
            self.accessibleName(), inner, Qt.AlignmentFlag.AlignLeft, small_font(is_bold=True), tokens.text
        )
        rows, columns = shown.shares.shape
        canvas.show_axes(shown.ticks, [px(side) for side in _MARGINS])
        canvas.show_extent((0, columns), (0, rows))
        painted = np.empty((rows, columns, 4), np.uint8)
        painted[..., :3] = shown.colours
        painted[..., 3] = np.where(np.isfinite(shown.shares), _OPAQUE, 0)
        canvas.draw_image("cells", painted, QRectF(0, 0, columns, rows))
        canvas.remove_drawn(self._texts)
        self._texts = []
        for row, column, text, ink in shown.cells:
            self._texts.append(f"cell {row} {column}")
            canvas.draw_text(self._texts[-1], text, (column + 0.5, row + 0.5), QColor(*ink))

    def _text_at(self, point: QPointF | None) -> str:
        return "" if point is None or self.shown is None else self.shown.told_at(point.x(), point.y())
