"""Curves over each other, told apart by colour, by their strokes and by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics

from convstudio.model.panes.learning.teaching.graphs import Graph
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import DARK, Tokens, small_font, tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_LIGHT_COLOURS = ("#1c6dd0", "#c5410e", "#2b8a3e", "#9c36b5", "#8a6100", "#62686f")
_DARK_COLOURS = ("#63a4f4", "#ff8a4c", "#69db7c", "#da77f2", "#fcc419", "#adb5bd")
_STROKES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
)
_MARGINS = (6, 8, 30, 2)
_LEGEND_ROW = 16
_KEY, _KEY_GAP, _ENTRY_GAP = 22, 4, 14
_TEXT = 12


class LinePlot(PlotFrame):
    """Shows the lines of a graph, with a legend above them where there are several; values are read out by step.

    One without a legend stands below one that has it.
    """

    def __init__(self, name: str, *, has_legend: bool = True) -> None:
        super().__init__(name)
        self._has_legend = has_legend
        self._graph: Graph | None = None
        self._drawn: list[str] = []

    def show_graph(self, graph: Graph) -> None:
        """Show other lines."""
        self._graph = graph
        self.say(graph.sentence, graph.sentence)
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(QSize(300, 150))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(160, 84))

    def _draw(self, canvas: Canvas) -> None:
        graph = self._graph
        if graph is None:
            return
        tokens, entries = tokens_of(self.palette()), self.legend(graph)
        rows = entries[-1][1] + 1 if entries else 0
        left, top, right, bottom = (px(side) for side in _MARGINS)
        canvas.show_axes(graph.ticks, (left, top + rows * px(_LEGEND_ROW), right, bottom))
        canvas.show_extent((0.0, graph.last_step), graph.extent)
        names = [f"line {place}" for place in range(len(graph.lines))]
        canvas.remove_drawn(name for name in self._drawn if name not in names)
        self._drawn = names
        for place, line in enumerate(graph.lines):
            colour, stroke = line_looks(tokens, place)
            x, y = graph.drawn(line)
            canvas.draw_line(names[place], x, y, colour, 2, stroke)
        self._draw_legend(canvas, graph, entries, tokens)

    @property
    def graph(self) -> Graph | None:
        """The lines on show."""
        return self._graph

    @property
    def names_drawn(self) -> tuple[str, ...]:
        """The names under which lines are drawn now."""
        return tuple(self._drawn)

    def text_at(self, point: QPointF) -> str:
        """Return what is read out at a point of the plot."""
        return self._text_at(point)

    def legend(self, graph: Graph) -> list[tuple[float, int]]:
        """Return where each name stands, its left side and its row; one line alone needs no legend."""
        if len(graph.lines) < 2 or not self._has_legend:
            return []
        metrics, places, left, row = QFontMetrics(small_font(_TEXT)), [], float(px(_MARGINS[0])), 0
        for line in graph.lines:
            width = px(_KEY + _KEY_GAP) + metrics.horizontalAdvance(line.name)
            if left + width > self.width() and left > px(_MARGINS[0]):
                left, row = float(px(_MARGINS[0])), row + 1
            places.append((left, row))
            left += width + px(_ENTRY_GAP)
        return places

    def _draw_legend(self, canvas: Canvas, graph: Graph, entries: Sequence[tuple[float, int]], tokens: Tokens) -> None:
        canvas.remove_labels()
        for place, (line, (left, row)) in enumerate(zip(graph.lines, entries, strict=False)):
            colour, stroke = line_looks(tokens, place)
            area = QRectF(left, px(4) + row * px(_LEGEND_ROW), self.width(), px(_LEGEND_ROW))
            canvas.add_key(area.topLeft(), QSize(px(_KEY), px(_LEGEND_ROW)), colour, stroke)
            beside = area.adjusted(px(_KEY + _KEY_GAP), 0, 0, 0)
            canvas.add_label(line.name, beside, Qt.AlignmentFlag.AlignLeft, small_font(_TEXT), tokens.text)

    def _text_at(self, point: QPointF | None) -> str:
        return "" if point is None or self._graph is None else self._graph.values_at(point.x())


def line_looks(tokens: Tokens, place: int) -> tuple[QColor, Qt.PenStyle]:
    """Return the colour and the stroke of a line by its place; those of six differ in both together."""
    colours = _DARK_COLOURS if tokens is DARK else _LIGHT_COLOURS
    return QColor(colours[place % len(colours)]), _STROKES[place % len(_STROKES)]
