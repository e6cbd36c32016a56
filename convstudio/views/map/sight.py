"""Which cells of a feature map are marked, and how much of its view it takes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize

from convstudio.model.colour import picture_geometry as geometry
from convstudio.views.parts.grids.grid import LARGEST_CELL
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.pictures.sight import Sight

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
    return QRectF(row.left(), row.bottom() + _STEM_GAP, row.width(), _stem_height(sight.size)).adjusted(0, 4, 0, -4)


def fitted_range(shape: tuple[int, int], size: QSize, *, is_sequence: bool) -> QRectF:
    """Return the stretch of columns and rows that shows a whole map; a sequence leaves room for its stems."""
    width, height = size.width() - 2 * MARGIN, size.height() - 2 * MARGIN
    rows, columns = shape
    side = geometry.fitting_side((rows, columns), width, height if not is_sequence else 1e9, LARGEST_CELL)
    across = size.width() / side
    if is_sequence:
        block = _ROW_HEIGHT + _STEM_GAP + _stem_height(size)
        top = (size.height() - block) / 2 / _ROW_HEIGHT
        down, centre = size.height() / _ROW_HEIGHT, size.height() / _ROW_HEIGHT / 2 - top
    else:
        down, centre = size.height() / side, rows / 2
    return QRectF(columns / 2 - across / 2, centre - down / 2, across, down)


def _stem_height(size: QSize) -> float:
    return max(20.0, min(_STEM_HEIGHT, size.height() - _ROW_HEIGHT - _STEM_GAP - 2 * MARGIN))
