"""The curve of an activation: what becomes of every value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QSize

from convstudio.model.kinds.activation import ACTIVATION_NAMES, Activation
from convstudio.model.values.numbers import format_number
from convstudio.ops.padding import Array
from convstudio.views.parts.plots.frame import PlotFrame
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

_REACH = 4.0
_STEPS = 321
_MARGINS = (6, 8, 14, 2)
_ENDS = ((-_REACH, "−4"), (_REACH, "4"))


class Curve(PlotFrame):
    """Shows an activation between −4 and 4; the value under the mouse is read out with what becomes of it."""

    def __init__(self) -> None:
        super().__init__("Curve")
        self._layer = Activation("linear")

    def show_activation(self, layer: Activation) -> None:
        """Show the curve of an activation."""
        self._layer = layer
        sentence = f"{ACTIVATION_NAMES[layer.activation]}: {layer.definition}"
        self.say(sentence, f"{sentence}, from −4 to 4")
        self.draw_again()

    def sizeHint(self) -> QSize:
        return scaled(QSize(260, 200))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(120, 90))

    def _draw(self, canvas: Canvas) -> None:
        tokens = tokens_of(self.palette())
        canvas.show_axes({"left": (_ENDS[0], (0, "0"), _ENDS[1]), "bottom": _ENDS}, [px(side) for side in _MARGINS])
        canvas.show_square(_REACH)
        reach = np.array([-1.0, 1.0]) * _REACH
        canvas.draw_line("zero", reach, np.zeros(2), tokens.line, 1)
        canvas.draw_line("middle", np.zeros(2), reach, tokens.line, 1)
        xs = np.linspace(-_REACH, _REACH, _STEPS)
        canvas.draw_line("curve", xs, self._made_of(xs), tokens.selection, 2)

    def _text_at(self, point: QPointF | None) -> str:
        if point is None or abs(point.x()) > _REACH:
            return ""
        at = round(point.x(), 2)
        becomes = float(self._made_of(np.array([at]))[0])
        return f"{format_number(at, 3)} → {format_number(becomes, 3)}"

    def _made_of(self, xs: Array) -> Array:
        return self._layer.compute(xs)
