"""Lines of means with the spread around each of their points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from convstudio.model.panes.learning.capacity.study_graph import SpreadLine
from convstudio.views.parts.plots.line_plot import LinePlot, line_looks
from convstudio.views.parts.sizes import scaled
from convstudio.views.parts.theme import tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_DOT = 7
_BEAM = 0.03
"""How wide the ends of a bar are, where one is the way from one number of filters to the next."""


class SpreadPlot(LinePlot):
    """Shows lines with a dot at each point, and a bar from the worst to the best of what it is the mean of."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._points: list[str] = []

    @property
    def spreads_drawn(self) -> tuple[str, ...]:
        """The names under which dots and bars are drawn now."""
        return tuple(self._points)

    def sizeHint(self) -> QSize:
        return scaled(QSize(360, 220))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(220, 170))

    def _draw(self, canvas: Canvas) -> None:
        super()._draw(canvas)
        graph = self.graph
        if graph is None:
            return
        tokens = tokens_of(self.palette())
        canvas.remove_drawn(self._points)
        self._points = []
        for place, line in enumerate(graph.lines):
            if not isinstance(line, SpreadLine):
                continue
            colour, _ = line_looks(tokens, place)
            dots, bars = f"dots {place}", f"spread {place}"
            canvas.draw_spreads(bars, line.x, line.lows, line.highs, _BEAM, colour)
            canvas.draw_dots(dots, line.x.tolist(), line.y.tolist(), _DOT, [colour] * len(line.x))
            self._points += [dots, bars]
