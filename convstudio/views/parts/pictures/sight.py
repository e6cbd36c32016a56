"""Where the cells of a table are on the view of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QTransform

from convstudio.model.colour import picture_geometry as geometry


@dataclass(frozen=True)
class Sight:
    """A table of cells of `shape` on a view of `size` pixels: `seen` is the stretch of columns and rows on it."""

    shape: tuple[int, int] = (0, 0)
    size: QSize = field(default_factory=lambda: QSize(1, 1))
    seen: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, top, width and height, in cells."""

    @property
    def place(self) -> QTransform:
        """Where cells are, in pixels of the view."""
        left, top, width, height = self.seen
        across, down = self.size.width() / width, self.size.height() / height
        return QTransform(across, 0, 0, down, -left * across, -top * down)

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a cell is, in pixels."""
        return self.place.mapRect(QRectF(column, row, 1, 1))

    def cells(self, rows: slice, columns: slice) -> QRectF:
        """Return where a block of cells is, in pixels."""
        return self.place.mapRect(
            QRectF(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        )

    def whole(self) -> QRectF:
        """Return where the whole table is, in pixels."""
        return self.cells(slice(0, self.shape[0]), slice(0, self.shape[1]))

    def visible(self) -> tuple[slice, slice]:
        """Return the rows and columns of which a part is seen."""
        left, top, width, height = self.seen
        return geometry.visible_cells(left, top, left + width, top + height, self.shape)

    def point_at(self, place: QPointF) -> QPointF:
        """Return which point, measured in cells, is at a place of the view."""
        return self.place.inverted()[0].map(place)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the row and column at a place of the view; None outside the table."""
        point = self.point_at(place)
        return geometry.cell_under(point.x(), point.y(), self.shape)
