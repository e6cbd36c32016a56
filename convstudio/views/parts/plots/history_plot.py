"""A histogram over the steps of a training, as a picture with axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtWidgets import QSizePolicy

from convstudio.model.panes.learning.weight_history import WeightHistory
from convstudio.model.values.numbers import apart, format_number
from convstudio.views.parts.controls import rgb_of
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import small_font, tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_MARGINS = (6, 24, 30, 2)
_HEAD = 24
_SIZE, _LEAST = QSize(320, 130), QSize(180, 84)


class HistoryPlot(PlotFrame):
    """Shows how weights are spread at each step: steps from left to right, values from bottom to top."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._title = name
        self.history: WeightHistory | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_history(self, title: str, history: WeightHistory | None) -> None:
        """Show other counts; None: there are none."""
        self._title, self.history = title, history
        if history is None:
            self.say(f"{title}: nothing to show yet.", title)
        else:
            ends = f"from {format_number(history.low, 3)} to {format_number(history.high, 3)}"
            self.say(
                f"{title}: {ends}, at {len(history.steps)} steps.",
                f"{title}. The stronger the colour, the more weights of that value",
            )
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(_SIZE)

    def minimumSizeHint(self) -> QSize:
        return scaled(_LEAST)

    def _draw(self, canvas: Canvas) -> None:
        tokens, history = tokens_of(self.palette()), self.history
        canvas.remove_labels()
        inner = QRectF(px(_MARGINS[0]), 0, self.width() - px(_MARGINS[0] + _MARGINS[2]), px(_HEAD))
        canvas.add_label(self._title, inner, Qt.AlignmentFlag.AlignLeft, small_font(is_bold=True), tokens.text)
        if history is None:
            canvas.remove_drawn(("counts",))
            return
        last = max(1, history.steps[-1])
        left = ((history.low, format_number(history.low, 3)), (history.high, format_number(history.high, 3)))
        canvas.show_axes({"left": left, "bottom": ((0, "0"), (last, apart(last)))}, [px(side) for side in _MARGINS])
        canvas.show_extent((0, last), (history.low, history.high))
        painted = np.empty((*history.counts.shape, 4), np.uint8)
        painted[..., :3] = rgb_of(tokens.selection)
        painted[..., 3] = np.rint(255 * history.strengths)  # so that the ground of the plot is where there are none
        canvas.draw_image("counts", painted, QRectF(0, history.low, last, history.high - history.low))

    def _text_at(self, point: QPointF | None) -> str:
        return "" if point is None or self.history is None else self.history.told_at(point.x(), point.y())
