"""The padlocks in the corners of weights that training leaves as they are."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from convstudio.model.colour.display import ink_on
from convstudio.views.parts.controls import colour_of
from convstudio.views.parts.grids.cells import CellPlaces
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.icons import paint_icon
from convstudio.views.parts.sizes import px

ICON = "lock"
_SIDES = (8, 14)
_INSET = 2


def draw_padlocks(painter: QPainter, content: GridContent, places: CellPlaces) -> None:
    """Draw a padlock into the upper right corner of each locked cell, in the ink that reads on it."""
    assert content.padlocks is not None
    side, inset = min(max(px(_SIDES[0]), places.side // 4), px(_SIDES[1])), px(_INSET)
    for row, column, left, top in places.cells():
        if content.padlocks[row, column]:
            place = QRect(left + places.side - side - inset, top + inset, side, side)
            paint_icon(painter, ICON, place, colour_of(ink_on(content.colours[row, column].tolist())))
