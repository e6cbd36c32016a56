"""The stage of the input pane: the picture, if the input is one, and the cells under or beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStyle, QVBoxLayout, QWidget

from convstudio.model.input_display import is_loupe_beside
from convstudio.views.grid import LARGEST_CELL
from convstudio.views.input_grid import LEAST_LOUPE, LOUPE_CELL, InputGrid
from convstudio.views.input_picture import InputPicture
from convstudio.views.stem_plot import StemPlot

_NO_LIMIT = 16777215


class InputStage(QSplitter):
    """Lays out what an input needs: cells alone, a row of cells with stems, or a picture with its loupe."""

    def __init__(self, grid: InputGrid, picture: InputPicture, stems: StemPlot) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._grid, self._picture, self._stems = grid, picture, stems
        self._spatial: tuple[int, ...] = (1, 1)
        cells = QWidget()
        below = QVBoxLayout(cells)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(grid, 3)
        below.addWidget(stems, 2)
        self.setChildrenCollapsible(False)
        for number, (part, share) in enumerate(((picture, 3), (cells, 2))):
            self.addWidget(part)
            self.setStretchFactor(number, share)

    def show_kind(self, spatial: tuple[int, ...], is_picture: bool) -> None:
        """Make room for an input of a spatial shape, as a picture or as cells."""
        self._spatial = spatial
        self._picture.setVisible(is_picture)
        self._stems.setVisible(len(spatial) == 1)
        self._grid.set_loupe(is_picture)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self._grid.setMaximumHeight(LARGEST_CELL + 2 + bar if len(spatial) == 1 else _NO_LIMIT)
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Put the loupe where it leaves more room to the picture."""
        stage, least = (self.height(), self.width()), (LEAST_LOUPE[0] * LOUPE_CELL, LEAST_LOUPE[1] * LOUPE_CELL)
        is_beside = self._picture.isVisibleTo(self) and is_loupe_beside(self._spatial, stage, least)
        wanted = Qt.Orientation.Horizontal if is_beside else Qt.Orientation.Vertical
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            self.setSizes([3 * max(stage), 2 * max(stage)])
