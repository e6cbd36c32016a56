"""The colour bar as pyqtgraph draws it, with handles for the levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from convstudio.model.colour.display import Levels
from convstudio.model.colour.map_levels import held_ends
from convstudio.views.parts.pictures.colour_bar import BAR, MARGIN
from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import Tokens, draw_focus_ring, number_font, tokens_of

_FONT = 11
_FINEST = 1000
_OVERHANG = 40


class ColourBarView(pg.GraphicsView):
    """Shows levels and their colours; `levels_asked` carries the levels that the handles were dragged to."""

    levels_asked = Signal(float, float)

    def __init__(self, parent: QWidget, *, is_adjustable: bool) -> None:
        super().__init__(parent, background=None)  # type: ignore[no-untyped-call]
        self._place = parent
        self._levels: Levels | None = None
        self._start: Levels | None = None
        self.setAccessibleName("Colour bar")
        self.viewport().setAccessibleName("Colours")
        for surface in (self, self.viewport()):
            surface.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar: Any = pg.ColorBarItem(
            values=(0.0, 1.0), width=BAR, interactive=is_adjustable, colorMapMenu=False, pen="w", hoverPen="w"
        )
        for side in ("left", "top", "bottom"):
            self._bar.hideAxis(side)
        self.setCentralItem(self._bar)  # type: ignore[no-untyped-call]
        if not is_adjustable:
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        else:
            self._bar.sigLevelsChanged.connect(self._drag)
            self._bar.sigLevelsChangeFinished.connect(self._end_drag)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # type: ignore[no-untyped-call]
        if self._place.hasFocus():
            painter = QPainter(self.viewport())
            draw_focus_ring(painter, self.viewport().rect(), tokens_of(self.palette()))

    def dress(self, tokens: Tokens) -> None:
        """Take other colours for the ground, the numbers and the handles, and the sizes at the zoom in use."""
        self._bar.layout.setContentsMargins(0, px(MARGIN), 0, px(MARGIN))
        self._bar.layout.setColumnFixedWidth(1, px(BAR))
        self._bar.axis.setWidth(max(1, self._place.sizeHint().width() - px(BAR)))
        self._bar.axis.setStyle(tickFont=number_font(_FONT), tickLength=-2, hideOverlappingLabels=px(_OVERHANG))
        self.setBackgroundBrush(tokens.card)
        self._bar.getViewBox().setBorder(pg.mkPen(tokens.edge))
        self._bar.axis.setPen(tokens.line)
        self._bar.axis.setTextPen(tokens.secondary)
        if self._bar.region is not None:
            for line in self._bar.region.lines:
                line.setPen(tokens.text)
                line.setHoverPen(tokens.selection)
            self._bar.region.setHoverBrush(pg.mkBrush(None))

    def show_levels(self, levels: Levels, numbers: Sequence[str]) -> None:
        """Show other levels, with their numbers from the top down."""
        if self._levels is None or levels.colour_map != self._levels.colour_map:
            self._bar.setColorMap(pg.ColorMap(None, levels.colour_map.table))
        self._levels = levels
        if self._start is None:  # else a drag goes on, which is measured from where it began
            self._take_levels(levels)
        self._bar.axis.setRange(levels.low, levels.high)
        ends = (levels.high, *((0.0,) if levels.signed else ()), levels.low)
        self._bar.axis.setTicks([list(zip(ends, numbers, strict=True))])

    def _drag(self) -> None:
        if self._levels is not None:
            self._start = self._start or self._levels
            self.levels_asked.emit(*held_ends(self._start, *self._bar.levels()))

    def _end_drag(self) -> None:
        self._start = None
        if self._levels is not None:
            self._take_levels(self._levels)

    def _take_levels(self, levels: Levels) -> None:
        self._bar.rounding = (levels.high - levels.low) / _FINEST
        self._bar.setLevels((levels.low, levels.high))
