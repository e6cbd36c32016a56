"""Curves over each other, told apart by colour, by their strokes and by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QSizePolicy

from convstudio.model.panes.learning.graphs.graph import PALE, Graph, GraphLine, Points
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import DARK, Tokens, mixed, small_font, tokens_of

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
_LIVE_KEY, _LIVE_GAP = 14, 8
_TEXT, _DOT = 12, 6
_ABOVE, _BESIDE = 0.04, 0.01
"""The room above the highest value and after the last step, as shares: lines and dots there are drawn whole."""


class LineLook(NamedTuple):
    """How a line is drawn."""

    colour: QColor
    stroke: Qt.PenStyle


class LinePlot(PlotFrame):
    """Shows the lines of a graph, with a legend above them where there are several; values are read out by step.

    One that `is_live` follows a run in every frame: its name and as much of its legend as there is room for are one row
    above it, and its lines are thin. One without a legend stands below one that has it.
    """

    def __init__(self, name: str, *, has_legend: bool = True, is_live: bool = False) -> None:
        super().__init__(name)
        self._has_legend, self._is_live = has_legend, is_live
        self.graph: Graph | None = None
        self._drawn: set[str] = set()
        self._dots: dict[str, object] = {}
        self._written: object = None
        self._rows = int(is_live)
        self._key, self._gap = (_LIVE_KEY, _LIVE_GAP) if is_live else (_KEY, _ENTRY_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_graph(self, graph: Graph) -> None:
        """Show other lines."""
        self.graph = graph
        self.say(graph.sentence, self._tip(graph))
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(QSize(300, 150))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(160, 68 + self._rows * _LEGEND_ROW))

    def _tip(self, graph: Graph) -> str:
        """Return the tool tip of a graph."""
        return graph.sentence

    def _draw(self, canvas: Canvas) -> None:
        left, top, right, bottom = (px(side) for side in _MARGINS)
        graph = self.graph
        if graph is None:
            canvas.show_axes({}, (left, top, right, bottom))
            return
        tokens, entries = tokens_of(self.palette()), self.legend(graph)
        rows = 1 if self._is_live else max((row + 1 for _, row in entries), default=0)
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()
        low, high = graph.extent
        right = max(right, canvas.half_of(graph.ticks["bottom"][-1][1]))
        canvas.show_axes(graph.ticks, (left, top + rows * px(_LEGEND_ROW), right, bottom))
        canvas.show_extent((0.0, graph.last_step * (1 + _BESIDE)), (low, high + _ABOVE * (high - low)))
        names = {name for place, line in enumerate(graph.lines) for name in self._draw_line(canvas, place, line)}
        canvas.remove_drawn(self._drawn - names)
        self._drawn = names
        written = (graph.name, [line.name for line in graph.lines], entries, tokens, px(_LEGEND_ROW))
        if written != self._written:
            self._written = written
            self._write_legend(canvas, graph, entries, tokens)

    @property
    def names_drawn(self) -> tuple[str, ...]:
        """The names under which lines and their dots are drawn now."""
        return tuple(sorted(self._drawn))

    def text_at(self, point: QPointF) -> str:
        """Return what is read out at a point of the plot."""
        return self._text_at(point)

    def legend(self, graph: Graph) -> list[tuple[float, int]]:
        """Return where each name stands, its left side and its row; one line alone needs no legend.

        In the one row of a live plot the first names are left out where there is no room for all: they are those of
        runs before.
        """
        if len(graph.lines) < 2 or not self._has_legend:
            return []
        metrics = QFontMetrics(small_font(_TEXT))
        widths = [px(self._key + _KEY_GAP) + metrics.horizontalAdvance(line.name) for line in graph.lines]
        begin, right, gap = float(px(_MARGINS[0])), float(self.width() - px(_MARGINS[0])), px(self._gap)
        places: list[tuple[float, int]] = []
        if self._is_live:
            begin += QFontMetrics(small_font(is_bold=True)).horizontalAdvance(graph.name) + gap
            for width in reversed(widths):
                if right - width < begin:
                    break
                places.insert(0, (right - width, 0))
                right -= width + gap
            return places
        left, row = begin, 0
        for width in widths:
            if left + width > self.width() and left > begin:
                left, row = begin, row + 1
            places.append((left, row))
            left += width + gap
        return places

    def look(self, place: int) -> LineLook:
        """Return how one of the lines is drawn: those of runs before are grey, and the others differ."""
        assert self.graph is not None, "the lines are those of a graph"
        tokens, lines = tokens_of(self.palette()), self.graph.lines
        if lines[place].is_before:
            return LineLook(tokens.edge, Qt.PenStyle.SolidLine)
        return line_looks(tokens, sum(not line.is_before for line in lines[:place]))

    def _draw_line(self, canvas: Canvas, place: int, line: GraphLine) -> list[str]:
        """Draw a line and its dots, and return under which names; what comes after the step on show is paler.

        Dots come with an epoch, not with every frame.
        """
        assert self.graph is not None, "the lines are those of a graph"
        (colour, stroke), names, shown = self.look(place), [], 0
        pale = mixed(tokens_of(self.palette()).card, colour, PALE)
        width = 1 if self._is_live and not line.has_dots else 2
        for part, (x, y), ink in (("", self.graph.drawn(line), colour), (" later", self.graph.drawn_later(line), pale)):
            if not len(x):
                continue
            names.append(f"line {place}{part}")
            canvas.draw_line(names[-1], x, y, ink, width, stroke)
            if line.has_dots or len(x) == 1:  # one point makes no line
                names.append(f"dots {place}{part}")
                self._draw_dots(canvas, names[-1], x[shown:], y[shown:], ink)
            shown = 1  # where the later part begins, too
        return names

    def _draw_dots(self, canvas: Canvas, name: str, x: Points, y: Points, colour: QColor) -> None:
        """Draw dots where they are not those that are drawn already."""
        dots = (x.tobytes(), y.tobytes(), colour, px(_DOT))
        if name not in self._drawn or self._dots.get(name) != dots:
            canvas.draw_dots(name, x.tolist(), y.tolist(), _DOT, [colour] * len(x))
            self._dots[name] = dots

    def _write_legend(self, canvas: Canvas, graph: Graph, entries: list[tuple[float, int]], tokens: Tokens) -> None:
        canvas.remove_labels()
        row_height, font, side = px(_LEGEND_ROW), small_font(_TEXT), Qt.AlignmentFlag.AlignLeft
        if self._is_live:
            title = QRectF(px(_MARGINS[0]), px(4), self.width(), row_height)
            canvas.add_label(graph.name, title, side, small_font(is_bold=True), tokens.text)
        first = len(graph.lines) - len(entries)
        for place, (left, row) in enumerate(entries, first):
            colour, stroke = self.look(place)
            area = QRectF(left, px(4) + row * row_height, self.width(), row_height)
            canvas.add_key(area.topLeft(), QSize(px(self._key), row_height), colour, stroke)
            beside = area.adjusted(px(self._key + _KEY_GAP), 0, 0, 0)
            canvas.add_label(graph.lines[place].name, beside, side, font, tokens.text)

    def _text_at(self, point: QPointF | None) -> str:
        return "" if point is None or self.graph is None else self.graph.values_at(point.x())


def line_looks(tokens: Tokens, place: int) -> LineLook:
    """Return the colour and the stroke of a line by its place; those of six differ in both together."""
    colours = _DARK_COLOURS if tokens is DARK else _LIGHT_COLOURS
    return LineLook(QColor(colours[place % len(colours)]), _STROKES[place % len(_STROKES)])
