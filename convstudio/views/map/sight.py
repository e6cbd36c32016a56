"""Which cells of a feature map are marked, and how much of its view it takes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize

from convstudio.model.colour import picture_geometry as geometry
from convstudio.views.parts.grids.grid import LARGEST_CELL
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.pictures.sight import Sight
from convstudio.views.parts.sizes import px

MARGIN = 8
_ROW_HEIGHT = 44
_STEM_HEIGHT = 140
_STEM_GAP = 16


@dataclass(frozen=True)
class Marks:
    """What is drawn over a picture: the current output, linked cells, and how many cells are computed (None: all)."""

    current: tuple[int, int] | None = None
    linked: Overlay | None = None
    revealed: int | None = None


def stems_area(sight: Sight) -> QRectF:
    """Return the room for the stems of a sequence, in pixels, below its row of cells."""
    row = sight.whole()
    return QRectF(row.left(), row.bottom() + px(_STEM_GAP), row.width(), _stem_height(sight.size)).adjusted(
        0, px(4), 0, -px(4)
    )


def fitted_range(shape: tuple[int, int], size: QSize, *, is_sequence: bool) -> QRectF:
    """Return the stretch of columns and rows that shows a whole map; a sequence leaves room for its stems."""
    width, height = size.width() - 2 * px(MARGIN), size.height() - 2 * px(MARGIN)
    rows, columns = shape
    side = geometry.fitting_side((rows, columns), width, height if not is_sequence else 1e9, px(LARGEST_CELL))
    across = size.width() / side
    if is_sequence:
        row = px(_ROW_HEIGHT)
        block = row + px(_STEM_GAP) + _stem_height(size)
        top = (size.height() - block) / 2 / row
        down, centre = size.height() / row, size.height() / row / 2 - top
    else:
        down, centre = size.height() / side, rows / 2
    return QRectF(columns / 2 - across / 2, centre - down / 2, across, down)


def _stem_height(size: QSize) -> float:
    return max(px(20), min(px(_STEM_HEIGHT), size.height() - px(_ROW_HEIGHT + _STEM_GAP + 2 * MARGIN)))
