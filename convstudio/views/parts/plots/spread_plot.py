"""Lines of means with the spread around each of their points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize

from convstudio.model.panes.learning.capacity.study_graph import SpreadLine
from convstudio.model.panes.learning.graphs.graph import Graph, GraphLine
from convstudio.views.parts.plots.line_plot import LinePlot
from convstudio.views.parts.sizes import scaled

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_BEAM = 0.03
"""How wide the ends of a bar are, where one is the way from one number of filters to the next."""


class SpreadPlot(LinePlot):
    """Shows lines with a bar at each point, from the worst to the best of what it is the mean of."""

    def sizeHint(self) -> QSize:
        return scaled(QSize(360, 220))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(220, 156))

    def _tip(self, graph: Graph) -> str:
        return graph.name  # the sentence tells all points: it would cover the plot, and each is read out

    def _draw_line(self, canvas: Canvas, place: int, line: GraphLine) -> list[str]:
        names = super()._draw_line(canvas, place, line)
        if isinstance(line, SpreadLine):
            names.append(f"spread {place}")
            canvas.draw_spreads(names[-1], line.x, line.lows, line.highs, _BEAM, self.look(place).colour)
        return names
