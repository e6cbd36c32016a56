"""The pyqtgraph plot inside a frame: our colours and fonts, few ticks, a read-out; the frame gets the mouse."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTransform
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsLineItem,
    QGraphicsRectItem,
    QGraphicsSimpleTextItem,
    QWidget,
)

from convstudio.model.values.scale import Colours
from convstudio.views.parts.plots.frame import FOOT
from convstudio.views.parts.plots.read_out import ReadOut
from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import Tokens, number_font

_FONT = 11
_TICK = 3
_DOT = 6
_STEM = 2
_OVERHANG = 40  # how far a label may reach past the end of its axis


class Canvas(pg.PlotWidget):
    """A plot without menu, buttons, zoom or drag. Each `draw` method replaces what the same name drew before.

    It is painted after `show_read_out`, which comes last.
    """

    def __init__(self, parent: QWidget, tokens: Tokens) -> None:
        super().__init__(parent, background=None, enableMenu=False)  # type: ignore[no-untyped-call]
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # Else the scene has the window painted by itself, once more for what pyqtgraph moves before it paints.
        self.setViewportUpdateMode(pg.PlotWidget.ViewportUpdateMode.NoViewportUpdate)
        self.setAccessibleName("Plot")
        self.viewport().setAccessibleName("Plot")
        self._item: Any = self.getPlotItem()  # type: ignore[no-untyped-call]
        self._frame: Any = self._item.getViewBox()
        self._item.hideButtons()
        self._item.setMouseEnabled(False, False)
        self._frame.disableAutoRange()
        self._drawn: dict[str, Any] = {}
        self._axes: tuple[dict[str, tuple[tuple[float, str], ...]], tuple[int, ...]] | None = None
        self._labels: list[QGraphicsItem] = []
        self._outline = QGraphicsRectItem(self._item)
        self._outline.hide()
        self._read_out = ReadOut(self._item)
        self.dress(tokens)

    def dress(self, tokens: Tokens) -> None:
        """Take other colours for the ground, the axes and the read-out, and the sizes at the zoom in use."""
        self._axes = None
        self._item.getAxis("bottom").setHeight(px(FOOT))
        self.setBackgroundBrush(tokens.card)
        self._read_out.dress(tokens)
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setPen(tokens.line)
            axis.setTextPen(tokens.secondary)
            axis.setStyle(tickFont=number_font(_FONT), tickLength=-px(_TICK), hideOverlappingLabels=px(_OVERHANG))

    def show_axes(self, ticks: Mapping[str, Sequence[tuple[float, str]]], margins: Sequence[int]) -> None:
        """Show ticks, (place, text) by the side they stand on; a side without ticks has no axis. Margins in pixels."""
        shown = {side: tuple(ticks[side]) for side in ticks}, tuple(margins)
        if shown == self._axes:  # an axis is laid out again for the same ticks, too
            return
        self._axes = shown
        for side in ("left", "bottom"):
            self._item.showAxis(side, side in ticks)
            self._item.getAxis(side).setTicks([list(ticks.get(side, ()))])
        self._item.layout.setContentsMargins(*margins)
        self._item.layout.activate()  # now: what is laid out after the canvas was painted is not painted again

    def half_of(self, text: str) -> int:
        """Return how far a label of an axis reaches past its tick, in pixels."""
        return math.ceil(QFontMetricsF(number_font(_FONT)).horizontalAdvance(text) / 2) + px(_TICK)

    def show_extent(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly these ranges, from left to right and from bottom to top."""
        self._frame.invertY(y[0] > y[1])  # pyqtgraph puts the ends of a range in order
        self._frame.setRange(xRange=x, yRange=y, padding=0)

    def show_square(self, reach: float) -> None:
        """Show −reach to reach both ways, units across as long as units up; a longer side shows more."""
        self._frame.setAspectLocked(True)
        self.show_extent((-reach, reach), (-reach, reach))

    def draw_line(
        self,
        name: str,
        x: NDArray[np.floating[Any]],
        y: NDArray[np.floating[Any]],
        colour: QColor,
        width: int,
        stroke: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        """Draw a line through points `(n,)`, `width` pixels wide at 100 %; one that is drawn already is moved there."""
        pen, drawn = pg.mkPen(colour, width=px(width), style=stroke), self._drawn.get(name)
        if isinstance(drawn, pg.PlotCurveItem):
            drawn.setData(x, y, pen=pen)
        else:
            self._put(name, pg.PlotCurveItem(x, y, pen=pen, antialias=True))

    def remove_drawn(self, names: Iterable[str]) -> None:
        """Remove what was drawn under these names."""
        for name in [name for name in names if name in self._drawn]:
            self._frame.removeItem(self._drawn.pop(name))

    def draw_image(self, name: str, painted: Colours, area: QRectF) -> None:
        """Draw `(rows, columns, 4)` bytes into an area of the plot, the first row at its lower end."""
        item = pg.ImageItem(painted, axisOrder="row-major", autoLevels=False, levels=(0, 255))  # bytes are colours
        item.setRect(area)
        self._put(name, item)

    def draw_text(self, name: str, text: str, place: tuple[float, float], colour: QColor) -> None:
        """Write a text with its middle at a place of the plot."""
        item = QGraphicsSimpleTextItem(text)
        item.setFont(number_font(_FONT))
        item.setBrush(colour)
        item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)  # else it would be as large as a cell
        middle = item.boundingRect().center()
        item.setTransform(QTransform.fromTranslate(-middle.x(), -middle.y()))
        item.setPos(*place)
        self._put(name, item)

    def draw_bars(self, name: str, bars: Mapping[str, Any], colour: QColor | Sequence[QColor]) -> None:
        """Draw bars, placed as `pyqtgraph.BarGraphItem` has it, in one colour or each in its own."""
        key = "brush" if isinstance(colour, QColor) else "brushes"
        self._put(name, pg.BarGraphItem(**bars, **{key: colour}, pen=pg.mkPen(None)))

    def draw_dots(
        self, name: str, x: Sequence[float], y: Sequence[float], size: float, colours: Sequence[QColor]
    ) -> None:
        """Draw dots `size` pixels across at 100 %, each in its colour; those of one colour are moved."""
        is_one = len(set(map(QColor.rgba, colours))) == 1  # which is drawn many times as fast
        brush, drawn = colours[0] if is_one else list(colours), self._drawn.get(name)
        if is_one and isinstance(drawn, pg.ScatterPlotItem):
            drawn.setData(x, y, size=px(size), brush=brush, pen=None)
        else:
            self._put(name, pg.ScatterPlotItem(x, y, size=px(size), brush=brush, pen=None, antialias=True))

    def draw_spreads(
        self,
        name: str,
        x: NDArray[np.floating[Any]],
        low: NDArray[np.floating[Any]],
        high: NDArray[np.floating[Any]],
        beam: float,
        colour: QColor,
    ) -> None:
        """Draw an upright bar from `low` to `high` at each `x`, its ends as wide as `beam`, in units of the plot."""
        pen, middle = pg.mkPen(colour, width=px(1)), (low + high) / 2
        item = pg.ErrorBarItem(x=x, y=middle, top=high - middle, bottom=middle - low, beam=beam, pen=pen)
        self._put(name, item)

    def draw_stems(
        self, places: Sequence[float], tips: Sequence[float], zero: float, colours: Sequence[QColor]
    ) -> None:
        """Draw a stem with a dot from the zero line to each tip, each in its colour."""
        self.draw_bars("stems", {"x": places, "width": px(_STEM), "y0": zero, "y1": tips}, colours)
        self.draw_dots("tips", places, tips, _DOT, colours)

    def draw_envelope(
        self, places: Sequence[float], lows: Sequence[float], highs: Sequence[float], colour: QColor
    ) -> None:
        """Draw stems that stand too close to be told apart, one for each pixel."""
        self.draw_bars("stems", {"x": places, "width": 1, "y0": lows, "y1": highs}, colour)
        self.draw_dots("tips", (), (), _DOT, ())

    def remove_labels(self) -> None:
        """Remove what `add_label` wrote, and the keys beside it."""
        while self._labels:
            self.scene().removeItem(self._labels.pop())

    def add_label(self, text: str, area: QRectF, side: Qt.AlignmentFlag, font: QFont, colour: QColor) -> None:
        """Write a text at the left or right side of an area of this widget, in the middle of its height."""
        label = QGraphicsSimpleTextItem(text, self._item)
        label.setFont(font)
        label.setBrush(colour)
        size = label.boundingRect()
        left = area.left() if side == Qt.AlignmentFlag.AlignLeft else area.right() - size.width()
        label.setPos(left, area.center().y() - size.height() / 2)
        self._labels.append(label)

    def add_key(self, corner: QPointF, size: QSize, colour: QColor, stroke: Qt.PenStyle) -> None:
        """Draw a short line, as beside a name in a legend; `remove_labels` removes it."""
        middle = corner.y() + size.height() / 2
        key = QGraphicsLineItem(corner.x(), middle, corner.x() + size.width(), middle, self._item)
        key.setPen(pg.mkPen(colour, width=px(2), style=stroke))
        self._labels.append(key)

    def show_outline(self, area: QRectF, colour: QColor) -> None:
        """Outline an area of this widget; none where it is empty."""
        self._outline.setRect(area)
        self._outline.setPen(pg.mkPen(colour, width=2))
        self._outline.setVisible(area.isValid())

    def show_read_out(self, text: str, mouse: QPointF | None = None) -> None:
        """Write a text under the plot between the ends of its axis, or over it where the mouse is not; paint all."""
        plot = QRectF(self._frame.geometry())
        self._read_out.show(text, plot, self._foot(plot), mouse)
        self.viewport().update()

    @property
    def read_out(self) -> str:
        """The text that is read out."""
        return self._read_out.text

    @property
    def read_out_lines(self) -> list[str]:
        """The lines in which it is written."""
        return self._read_out.lines

    @property
    def read_out_area(self) -> QRectF:
        """Where it is written."""
        return self._read_out.area

    def _foot(self, plot: QRectF) -> QRectF | None:
        """Return where a line has room between the two ends of the lower axis; None where there is no axis."""
        if not self._item.getAxis("bottom").isVisible():
            return None
        ticks = self._axes[0].get("bottom", ()) if self._axes is not None else ()
        if len(ticks) > 2:  # the labels between the ends leave no room for a line
            return QRectF(plot.center().x(), plot.bottom() + px(_TICK), 0, px(FOOT))
        metrics = QFontMetricsF(number_font(_FONT))
        end = max((metrics.horizontalAdvance(text) for _, text in ticks), default=0.0)
        return QRectF(plot.left(), plot.bottom() + px(_TICK), plot.width(), px(FOOT)).adjusted(end, 0, -end, 0)

    def plot_point(self, place: QPointF) -> QPointF | None:
        """Return the point of the plot under a place of this widget, None beside the axes."""
        scene = self.mapToScene(place.toPoint())
        if not QRectF(self._frame.sceneBoundingRect()).contains(QPointF(scene)):
            return None
        found: QPointF = self._frame.mapSceneToView(QPointF(scene))
        return found

    def _put(self, name: str, item: Any) -> None:
        if name in self._drawn:
            self._frame.removeItem(self._drawn.pop(name))
        self._drawn[name] = item
        self._frame.addItem(item)
