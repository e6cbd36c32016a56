"""The colours of a window: those that its cells have in the whole input."""

from __future__ import annotations

from convstudio.model.colour import display
from convstudio.model.colour.display import Levels
from convstudio.model.panes.input.input_display import Ranges
from convstudio.model.panes.input.input_levels import span_levels, span_on_show
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState


class WindowLevels:
    """Keeps how far the values of an input reach, so that an edit costs what it changed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ranges: tuple[TiledArray, Ranges] | None = None

    def of(self, reading: LayerInput, view: ViewState) -> Levels:
        """Return the levels of the whole input, so that a window has the colours that it has there."""
        read = reading.values
        if not read.rank:
            return display.picture_levels(read.to_array())
        held = self._ranges
        if held is None or held[0] is not read:
            ranges = Ranges.of(read) if held is None else held[1].after(read, read.changed_boxes(held[0]))
            held = self._ranges = read, ranges
        is_picture = not display.is_grid(read.spatial, self._limits.grid_length)
        span = span_on_show(view.input_span, held[1], is_own=reading.is_own, is_picture=is_picture)
        return span_levels(read, held[1], span, is_own=reading.is_own)
