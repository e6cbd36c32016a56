"""What a plot reads out: one line under the plot where there is room, else several lines over it."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QGraphicsSimpleTextItem

from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import Tokens, number_font

_FONT = 11
_EDGE = 4
_ABOVE_ALL = 100
_PART_END = re.compile(r"(?<=[,:;]) ")
_MORE = " …"


class ReadOut:
    """A text of parts such as “step 3: batches 0.5, held out 0.4”, which is broken between its parts alone."""

    def __init__(self, parent: QGraphicsItem) -> None:
        self._ground = QGraphicsRectItem(parent)
        self._item = QGraphicsSimpleTextItem(parent)
        for item in (self._ground, self._item):
            item.setZValue(_ABOVE_ALL)
        self._ground.hide()
        self._text = ""

    @property
    def text(self) -> str:
        """The text in a line, whole."""
        return self._text

    @property
    def lines(self) -> list[str]:
        """The lines that are written."""
        return self._item.text().splitlines()

    @property
    def area(self) -> QRectF:
        """Where it is written."""
        return self._item.mapRectToParent(self._item.boundingRect())

    def dress(self, tokens: Tokens) -> None:
        """Take other colours, and the size of the text at the zoom in use."""
        self._item.setFont(number_font(_FONT))
        self._item.setBrush(tokens.secondary)
        self._ground.setBrush(tokens.card)
        self._ground.setPen(tokens.line)

    def show(self, text: str, plot: QRectF, foot: QRectF | None, mouse: QPointF | None) -> None:
        """Write a text into the foot of a plot, or where there is no foot or no room for it over the plot.

        It is at the end of the plot where the mouse is not: what is pointed at stays in sight.
        """
        self._text = text
        metrics = QFontMetricsF(self._item.font())
        fits = foot is not None and metrics.horizontalAdvance(text) <= foot.width()
        self._ground.setVisible(bool(text) and foot is not None and not fits)
        if fits or (foot is None and metrics.horizontalAdvance(text) <= plot.width()):
            self._item.setText(text)
            self._place(plot.center().x(), plot.top() if foot is None else foot.top())
            return
        most = max(1, int((plot.height() - 2 * px(_EDGE)) / metrics.lineSpacing()))
        lines = _broken(text, plot.width() - 2 * px(_EDGE), metrics)
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1] + _MORE]
        self._item.setText("\n".join(lines))
        height = self._item.boundingRect().height() + px(_EDGE)
        is_high = mouse is not None and mouse.y() > plot.center().y()
        self._place(plot.center().x(), plot.top() + px(_EDGE) if is_high else plot.bottom() - height)
        self._ground.setRect(self.area.adjusted(-px(_EDGE), 0, px(_EDGE), 0))

    def _place(self, middle: float, top: float) -> None:
        self._item.setPos(middle - self._item.boundingRect().width() / 2, top)


def _broken(text: str, width: float, metrics: QFontMetricsF) -> list[str]:
    """Break a text between its parts into lines of at most some width; a part alone may be wider."""
    first, *parts = _PART_END.split(text)
    lines = [first]
    for part in parts:
        longer = f"{lines[-1]} {part}"
        if metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
