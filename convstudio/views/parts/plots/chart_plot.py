"""Lines over the steps of a training, with their names above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QSizePolicy

from convstudio.model.panes.learning.charts import Chart, ChartLine
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import Tokens, number_font, small_font, tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_MARGINS = (6, 24, 30, 2)
_HEAD = 24
_FONT = 11
_DOT = 6
_GAP = 12
_ABOVE = 1.04
_SIZE, _LEAST = QSize(320, 150), QSize(180, 84)


class ChartPlot(PlotFrame):
    """Shows a chart: its name and those of its lines above, the values under the mouse below."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.chart: Chart | None = None
        self._written: object = None
        self._dots: dict[str, object] = {}
        self._drawn: set[str] = set()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_chart(self, chart: Chart) -> None:
        """Show other lines."""
        self.chart = chart
        self.say(chart.sentence, chart.sentence)
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(_SIZE)

    def minimumSizeHint(self) -> QSize:
        return scaled(_LEAST)

    def _draw(self, canvas: Canvas) -> None:
        if self.chart is None:
            return
        chart, tokens = self.chart, tokens_of(self.palette())
        canvas.show_axes(chart.ticks, [px(side) for side in _MARGINS])
        canvas.show_extent((0, chart.last_step), (0, chart.top * _ABOVE))
        colours = self._colours(tokens)
        for line, colour in zip(chart.lines, colours, strict=True):
            canvas.draw_line(line.name, line.x, line.y, colour, 2 if line.has_dots else 1)
            if line.has_dots and self._has_other_dots(line, colour):
                canvas.draw_dots(f"{line.name} dots", line.x.tolist(), line.y.tolist(), _DOT, [colour] * len(line.x))
        dots = {f"{line.name} dots" for line in chart.lines if line.has_dots}
        names = {line.name for line in chart.lines} | dots
        canvas.remove_drawn(self._drawn - names)
        self._drawn = names
        self._dots = {name: held for name, held in self._dots.items() if f"{name} dots" in dots}
        self._write_names(canvas, chart.lines, colours, tokens)

    def _has_other_dots(self, line: ChartLine, colour: QColor) -> bool:
        """Return whether the dots of a line are others than those drawn: one comes with an epoch, not with a frame."""
        dots = (line.x.tobytes(), line.y.tobytes(), colour, px(_DOT))
        is_other = self._dots.get(line.name) != dots
        self._dots[line.name] = dots
        return is_other

    def _colours(self, tokens: Tokens) -> list[QColor]:
        """Return the colour of each line: those of runs before are grey."""
        assert self.chart is not None, "the names are those of a chart"
        cycle = (tokens.selection, tokens.window, tokens.green, tokens.red, tokens.text, tokens.blue)
        now = iter(cycle * (len(self.chart.lines) // len(cycle) + 1))
        return [tokens.edge if line.is_before else next(now) for line in self.chart.lines]

    def _write_names(self, canvas: Canvas, lines: tuple[ChartLine, ...], colours: list[QColor], tokens: Tokens) -> None:
        """Write the name of the chart at the left, and those of the lines at the right, as far as there is room."""
        assert self.chart is not None, "the names are those of a chart"
        written = (self.chart.name, tuple(line.name for line in lines), self.width(), tokens, px(_HEAD))
        if written == self._written:
            return
        self._written = written
        canvas.remove_labels()
        title, font = small_font(is_bold=True), number_font(_FONT)
        inner = QRectF(px(_MARGINS[0]), 0, self.width() - px(_MARGINS[0] + _MARGINS[2]), px(_HEAD))
        canvas.add_label(self.chart.name, inner, Qt.AlignmentFlag.AlignLeft, title, tokens.text)
        left = inner.left() + QFontMetrics(title).horizontalAdvance(self.chart.name) + px(_GAP)
        right = inner.right()
        for line, colour in reversed([*zip(lines, colours, strict=True)]):
            width = QFontMetrics(font).horizontalAdvance(line.name)
            if right - width < left:
                break
            canvas.add_label(
                line.name, QRectF(right - width, 0, width, px(_HEAD)), Qt.AlignmentFlag.AlignLeft, font, colour
            )
            right -= width + px(_GAP)

    def _text_at(self, point: QPointF | None) -> str:
        return "" if point is None or self.chart is None else self.chart.values_at(point.x())
