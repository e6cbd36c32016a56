"""The stage of the input pane: the picture, if the input is one, and the cells under or beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStyle, QVBoxLayout, QWidget

from convstudio.model.panes.input.input_display import is_loupe_beside
from convstudio.views.input.grid import LEAST_LOUPE, LOUPE_CELL, InputGrid
from convstudio.views.parts.grids.grid import EASY_CELL
from convstudio.views.parts.plots.stem_plot import StemPlot
from convstudio.views.parts.sizes import NO_LIMIT, interface_scale, sized

if TYPE_CHECKING:
    from convstudio.views.input.picture import InputPicture

_SHARES = (3, 2)


class InputStage(QSplitter):
    """Lays out what an input needs: cells alone, a row of cells with stems, or a picture with its loupe."""

    def __init__(self, grid: InputGrid, stems: StemPlot) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._grid, self._stems = grid, stems
        self._picture: InputPicture | None = None
        self._spatial: tuple[int, ...] = (1, 1)
        self._cells = QWidget()
        below = QVBoxLayout(self._cells)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(grid, 3)
        below.addWidget(stems, 2)
        self.setChildrenCollapsible(False)
        self.addWidget(self._cells)

    def show_kind(self, spatial: tuple[int, ...], picture: InputPicture | None) -> None:
        """Make room for an input of a spatial shape, with its picture where it has one."""
        self._spatial = spatial
        self._grid.set_loupe(picture is not None)  # first, because a change of its size asks for its numbers at once
        if picture is not None and self._picture is None:
            self._hold(picture)
        if self._picture is not None:
            self._picture.setVisible(picture is not None)
        self._stems.setVisible(len(spatial) == 1)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        row = EASY_CELL + 2 + bar / interface_scale()
        sized(self._grid, maximum_height=row if len(spatial) == 1 else NO_LIMIT)
        self._turn()

    def _hold(self, picture: InputPicture) -> None:
        """Take in the picture, before the cells and larger than these."""
        self._picture = picture
        self.insertWidget(0, picture)
        for number, share in enumerate(_SHARES):
            self.setStretchFactor(number, share)
        self.setSizes([share * max(self.height(), self.width()) for share in _SHARES])

    def minimumSizeHint(self) -> QSize:
        """Ask for the room that picture and cells need side by side: in a low window they stand so."""
        held = [part.minimumSizeHint() for part in self._parts if not part.isHidden()]
        gaps = self.handleWidth() * (len(held) - 1)
        return QSize(sum(size.width() for size in held) + gaps, max(size.height() for size in held))

    @property
    def _parts(self) -> list[QWidget]:
        return [self._cells] if self._picture is None else [self._picture, self._cells]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Put the loupe where it leaves more room to the picture."""
        stage, least = (self.height(), self.width()), (LEAST_LOUPE[0] * LOUPE_CELL, LEAST_LOUPE[1] * LOUPE_CELL)
        has_picture = self._picture is not None and self._picture.isVisibleTo(self)
        is_beside = has_picture and is_loupe_beside(self._spatial, stage, least)
        wanted = Qt.Orientation.Horizontal if is_beside else Qt.Orientation.Vertical
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            self.setSizes([share * max(stage) for share in _SHARES])
