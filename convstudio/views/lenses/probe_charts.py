"""The charts of the selectivity probe: bars of the strongest and mean answers, and the answers around a circle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics

from convstudio.model.lenses.probe import Response
from convstudio.model.values.numbers import between_numbers, format_number
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import scaled
from convstudio.views.parts.theme import number_font, tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_SIZE = QSize(300, 220)
_LEAST_BARS, _LEAST_CIRCLE = QSize(100, 84), QSize(100, 124)
_MARGINS = (6, 8, 14, 2)
_ROOM_ABOVE = 1.05
_CIRCLE = np.linspace(0, 2 * np.pi, 73)
_REACH = 1.25
_LABELLED = 45  # degrees


class ResponseBars(PlotFrame):
    """Two bars for each pattern of a group: the size of the strongest answer, and the mean size of all answers.

    A line over all of them is the answer to a flat area, from which each has to differ.
    """

    def __init__(self) -> None:
        super().__init__("Answers by pattern")
        self._responses: Sequence[Response] = ()
        self._flat = 0.0

    def show_responses(self, responses: Sequence[Response], flat: float) -> None:
        """Show the answers to other patterns, and the size of the one to a flat area."""
        self._responses, self._flat = responses, flat
        told = "; ".join(_told(one) for one in responses)
        self.say(told, "The strongest answer (wide bar) and the mean of all (narrow bar), without their signs")
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(_SIZE)

    def minimumSizeHint(self) -> QSize:
        return scaled(_LEAST_BARS)

    def _draw(self, canvas: Canvas) -> None:
        tokens = tokens_of(self.palette())
        strongest = np.array([abs(one.strongest) for one in self._responses])
        mean = np.array([one.mean for one in self._responses])
        top = float(strongest.max(initial=self._flat)) or 1.0
        places = np.arange(len(strongest))
        below = [(place, _short(one)) for place, one in enumerate(self._responses) if _is_labelled(one)]
        canvas.show_axes({"left": ((0.0, "0"), (top, format_number(top, 3))), "bottom": below}, _MARGINS)
        canvas.show_extent((-0.6, len(strongest) - 0.4), (0.0, top * _ROOM_ABOVE))
        canvas.draw_bars("strongest", {"x": places, "height": strongest, "width": 0.8}, tokens.selection)
        canvas.draw_bars("mean", {"x": places, "height": mean, "width": 0.3}, tokens.window)
        canvas.draw_line("flat", np.array([-0.6, len(strongest) - 0.4]), np.full(2, self._flat), tokens.text, 1)

    def _text_at(self, point: QPointF | None) -> str:
        place = -1 if point is None else round(point.x())
        return _told(self._responses[place]) if 0 <= place < len(self._responses) else ""


class PolarPlot(PlotFrame):
    """The size of the strongest answer to lines or edges of every direction, drawn in that direction.

    Angles run clockwise, as rows count downwards. The circle is the strongest answer of all. A line has two ends, so it
    is drawn both ways; of an edge only answers above 0 are drawn, since the opposite edge gives the others.
    """

    def __init__(self) -> None:
        super().__init__("Answers by direction")
        self._responses: Sequence[Response] = ()

    def show_responses(self, responses: Sequence[Response]) -> None:
        """Show the answers to patterns that have directions."""
        self._responses = responses
        told = between_numbers().join(f"{one.angle}° {format_number(abs(one.strongest))}" for one in responses)
        self.say(f"Strongest answer by direction: {told}", "The strongest answer in each direction, without its sign")
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(_SIZE)

    def minimumSizeHint(self) -> QSize:
        return scaled(_LEAST_CIRCLE)

    def points(self) -> tuple[list[float], list[float]]:
        """Return the corners of the curve: directions in degrees, and lengths, 1 for the strongest answer."""
        both_ways = bool(self._responses) and "line" in self._responses[0].group
        lengths = [abs(one.strongest) if both_ways else max(0.0, one.highest) for one in self._responses]
        most = max(lengths, default=0.0) or 1.0
        angles = [float(one.angle or 0) for one in self._responses]
        if both_ways:
            angles, lengths = [*angles, *(angle + 180 for angle in angles)], lengths * 2
        return angles, [length / most for length in lengths]

    def _draw(self, canvas: Canvas) -> None:
        tokens = tokens_of(self.palette())
        canvas.show_axes({}, _MARGINS)
        canvas.show_square(_REACH)
        for name, radius in (("circle", 1.0), ("half", 0.5)):
            canvas.draw_line(name, radius * np.cos(_CIRCLE), radius * np.sin(_CIRCLE), tokens.line, 1)
        for name, x, y in (("across", [-1.0, 1.0], [0.0, 0.0]), ("up", [0.0, 0.0], [-1.0, 1.0])):
            canvas.draw_line(name, np.array(x), np.array(y), tokens.line, 1)
        angles, lengths = self.points()
        turns, radii = np.radians([*angles, *angles[:1]]), np.array([*lengths, *lengths[:1]])
        canvas.draw_line("answers", radii * np.cos(turns), -radii * np.sin(turns), tokens.selection, 2)
        self._label(canvas)

    def _label(self, canvas: Canvas) -> None:
        """Write the directions beside the ends of the cross."""
        canvas.remove_labels()
        tokens, font = tokens_of(self.palette()), number_font(11)
        side, middle = min(self.width(), self.height()) / 2, self.rect().toRectF().center()
        reach = side / _REACH
        for text, x, y in (("0°", 1.0, 0.0), ("90°", 0.0, 1.0), ("180°", -1.0, 0.0), ("270°", 0.0, -1.0)):
            corner = middle + QPointF(x * reach - 18 + 20 * x, y * reach - 8 + 9 * y)
            last = self.width() - QFontMetrics(font).horizontalAdvance(text)  # a narrow plot has the label on its edge
            place = QRectF(min(max(0.0, corner.x()), last), corner.y(), 36, 16)
            canvas.add_label(text, place, Qt.AlignmentFlag.AlignLeft, font, tokens.text)

    def _text_at(self, point: QPointF | None) -> str:
        if point is None or not self._responses:
            return ""
        angle = np.degrees(np.arctan2(-point.y(), point.x())) % 360
        return _told(min(self._responses, key=lambda one: _turn_between(angle, one)))


def _told(one: Response) -> str:
    where = one.group if one.angle is None else f"{one.group} {one.angle}°"
    return f"{where}: strongest {format_number(one.strongest)}, mean {format_number(one.mean)}"


def _short(one: Response) -> str:
    return one.group if one.angle is None else f"{one.angle}°"


def _is_labelled(one: Response) -> bool:
    return one.angle is None or one.angle % _LABELLED == 0


def _turn_between(angle: float, one: Response) -> float:
    turn = 180 if "line" in one.group else 360
    apart = (angle - (one.angle or 0)) % turn
    return float(min(apart, turn - apart))
