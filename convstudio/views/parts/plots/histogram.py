"""How often each value occurs in a feature map, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize
from PySide6.QtWidgets import QSizePolicy

from convstudio.model.values.numbers import format_number
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_MARGINS = (6, 8, 14, 2)
_GAP = 0.08  # a part of a bar's width


class Histogram(PlotFrame):
    """Shows counts as bars over the range of the values; the bar under the mouse is read out, else the fullest one."""

    def __init__(self) -> None:
        super().__init__("Histogram")
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self._edges: NDArray[np.float64] = np.zeros(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def counts(self) -> NDArray[np.int64]:
        """The heights of the bars, from the smallest value to the largest."""
        return self._counts

    def show_counts(self, counts: NDArray[np.int64], edges: NDArray[np.float64]) -> None:
        """Show other counts `(bins,)` with the `(bins + 1,)` edges between them."""
        self._counts, self._edges = counts, edges
        self.say(self._sentence(), self._sentence())
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(QSize(200, 96))

    def _draw(self, canvas: Canvas) -> None:
        bins, tallest = max(1, self._counts.size), max(1, int(self._counts.max(initial=0)))
        has_values = bool(self._counts.any())
        ends = [(at * bins, format_number(float(self._edges[-at]), 3)) for at in (0, 1)] if has_values else []
        heights = [(0, "0"), (tallest, format_number(tallest))] if has_values else []
        canvas.show_axes({"left": heights, "bottom": ends}, [px(side) for side in _MARGINS])
        canvas.show_extent((0, bins), (0, tallest))  # in bars, not values: those may be too far apart to be scaled
        at = np.arange(self._counts.size)
        bars = {"x0": at + _GAP / 2, "width": 1 - _GAP, "height": self._counts}
        canvas.draw_bars("counts", bars, tokens_of(self.palette()).secondary)

    def _text_at(self, point: QPointF | None) -> str:
        if not self._counts.any():
            return ""
        if point is None:
            return f"fullest bar {int(self._counts.max())} of {int(self._counts.sum())}"
        bar = min(max(0, int(point.x())), self._counts.size - 1)
        return f"{self._range(bar)}: {int(self._counts[bar])} of {int(self._counts.sum())}"

    def _range(self, bar: int) -> str:
        low, high = (format_number(float(edge), 3) for edge in self._edges[[bar, bar + 1]])
        return f"{low} to {high}"

    def _sentence(self) -> str:
        if not self._counts.any():
            return "This map has no finite values to count."
        fullest = int(self._counts.argmax())
        first, last = (format_number(float(edge), 3) for edge in self._edges[[0, -1]])
        return (
            f"Values from {first} to {last} in {self._counts.size} bars: the fullest, from {self._range(fullest)}, "
            f"holds {int(self._counts.max())} of {int(self._counts.sum())}."
        )
