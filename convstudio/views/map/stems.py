"""A sequence drawn a second time below its row of cells: every value as a stem from the zero line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from convstudio.model.colour import picture_geometry as geometry
from convstudio.model.colour.display import finite_range
from convstudio.model.values.arrays import Floats
from convstudio.views.map.sight import Marks, stems_area
from convstudio.views.parts.pictures.sight import Sight
from convstudio.views.parts.plots.canvas import Canvas
from convstudio.views.parts.sizes import interface_scale, px
from convstudio.views.parts.theme import tokens_of

_MARGIN = 4
_NARROWEST_STEM = 4


class MapStems:
    """Keeps a plot on the view of a map, which is there while a sequence is shown; it takes no mouse."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._canvas: Canvas | None = None
        self._drawn: tuple[object, ...] = ()
        self._values: Floats | None = None

    @property
    def canvas(self) -> Canvas:
        """The plot, made when the first sequence is shown."""
        if self._canvas is None:
            self._canvas = Canvas(self._parent, tokens_of(self._parent.palette()))
            self._canvas.show_axes({}, (0, 0, 0, 0))
        return self._canvas

    def hide(self) -> None:
        """Show no stems: the map is not a sequence."""
        if self._canvas is not None:
            self._canvas.hide()
            self._drawn = ()

    def show(self, values: Floats, sight: Sight, marks: Marks) -> None:
        """Draw the values `(columns,)` that are computed, each in the middle of its cell's column."""
        tokens = tokens_of(self._parent.palette())
        drawn = (id(values), sight, marks.current, marks.revealed, (tokens, interface_scale()))
        if drawn == self._drawn:
            return
        if self._drawn[-1:] != drawn[-1:]:
            self.canvas.dress(tokens)
        self._drawn, self._values = drawn, values  # which are held, so that no others get their id
        area, canvas = stems_area(sight).toAlignedRect().adjusted(0, -px(_MARGIN), 0, px(_MARGIN)), self.canvas
        canvas.setGeometry(0, area.top(), sight.size.width(), area.height())
        canvas.show_extent((0, canvas.width()), (canvas.height(), 0))  # in pixels, as the cells are
        columns = sight.visible()[1]
        stop = columns.stop if marks.revealed is None else min(columns.stop, max(columns.start, marks.revealed))
        shown = values[columns.start : stop]
        *heights, zero = self._heights(values, shown, canvas.height()).tolist()
        ends = np.array([sight.whole().left(), sight.whole().right()])
        canvas.draw_line("zero", ends, np.full(2, zero), tokens.line, 1)
        if sight.cell(0, 0).width() >= px(_NARROWEST_STEM) or not shown.size:
            kept = [at for at, value in enumerate(shown.tolist()) if np.isfinite(value)]
            places = [sight.cell(0, columns.start + at).center().x() for at in kept]
            colours = [tokens.window if marks.current == (0, columns.start + at) else tokens.secondary for at in kept]
            canvas.draw_stems(places, [heights[at] for at in kept], zero, colours)
        else:
            self._draw_envelope(shown, sight, columns.start, values)
        canvas.show()
        canvas.viewport().update()

    def _draw_envelope(self, shown: Floats, sight: Sight, start: int, values: Floats) -> None:
        """Draw more stems than pixels as one for each pixel column, from the least value to the largest."""
        left, right = sight.cell(0, start).left(), sight.cell(0, start + shown.size).left()
        lows, highs = geometry.envelope(shown, max(1, round(right - left)))
        places = np.linspace(left, right, lows.size, endpoint=False)
        *low, _ = self._heights(values, np.minimum(lows, 0), self.canvas.height()).tolist()
        *high, _ = self._heights(values, np.maximum(highs, 0), self.canvas.height()).tolist()
        self.canvas.draw_envelope(places.tolist(), low, high, tokens_of(self._parent.palette()).secondary)

    def _heights(self, values: Floats, shown: NDArray[np.floating[Any]], height: int) -> NDArray[np.float64]:
        """Return how far below the top each value, and last the zero line, is drawn."""
        low, high = finite_range(np.append(values, np.float32(0)))
        high = high if high > low else low + 1.0
        shares = (np.append(shown, 0.0) - low) / (high - low)
        heights: NDArray[np.float64] = height - px(_MARGIN) - (height - 2 * px(_MARGIN)) * shares
        return heights
