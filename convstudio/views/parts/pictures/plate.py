"""A plate: a table of values with its name over it, written out in cells while they fit, else shown as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QTableView, QVBoxLayout, QWidget

from convstudio.model.colour.display import ColoursInSight, Levels, statistics
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.colour.plates import CELL_PIXELS, cell_side, fitting_writer
from convstudio.model.values.answers.axis_names import AXES, cell_place
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import Write, format_in_full
from convstudio.model.values.scale import Colours
from convstudio.model.words.wording import statistics_line
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.pictures.cell_picture import CellPicture, ColouredCells
from convstudio.views.parts.sizes import interface_scale, scaled, sized

_LEAST = QSize(72, 84)
_LEAST_CELLS = QSize(72, 65)  # without the caption


class Plate(QWidget):
    """A named table of values: a grid that can be read with the keyboard while its numbers fit, else a picture.

    One that `stays_grid` shows dots in place of the numbers that do not fit, one that `holds_weights` writes them as
    the kernel pane does. The grid of one that `takes_edits` is edited as its content allows it. `title` stands over it
    where its place says the rest of its name.
    """

    def __init__(
        self,
        name: str,
        grid: GridView | None = None,
        *,
        title: str = "",
        stays_grid: bool = False,
        holds_weights: bool = False,
        takes_edits: bool = False,
    ) -> None:
        super().__init__()
        self._stays_grid, self._holds_weights, self._takes_edits = stays_grid, holds_weights, takes_edits
        self._content: GridContent | None = None
        self._drawn: tuple[GridContent, Write | None, tuple[int, int]] | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._choose_page)
        self.name, self._title = name, title or name
        self.caption = ElidedLabel()
        self.caption.setText(self._title)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.grid = grid or GridView(name, f"{name}, cell by cell")
        if not takes_edits:
            self.grid.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.grid.set_cell_range(1, CELL_PIXELS)
        self._picture: CellPicture | None = None
        self._stage = QWidget()
        self._pages = QStackedLayout(self._stage)  # without a parent it would show its first page as a window
        self._pages.addWidget(self.grid)
        self._stage.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        sized(column, spacing=3)
        column.addWidget(self.caption)
        column.addWidget(self._stage, 1)

    @property
    def picture(self) -> CellPicture:
        """The picture, made when it is first needed."""
        if self._picture is None:
            self._picture = self.make_picture()
            self._pages.addWidget(self._picture)
        return self._picture

    def make_picture(self) -> CellPicture:
        """Make the picture that takes the place of a grid whose numbers do not fit."""
        return CellPicture(self.name, read_out=self.value_at)

    def colours_of_picture(self, content: GridContent) -> Colours | ColoursInSight:
        """Return the colours of the picture: those of the cells."""
        return content.colours

    @property
    def values(self) -> Floats:
        """The values on show, `(rows, columns)`."""
        return np.zeros((0, 0), np.float32) if self._content is None else self._content.values

    def show_values(self, values: NDArray[Any], levels: Levels, facts: str = "") -> None:
        """Show other values, `(rows, columns)` or `(steps,)`, in the colours of their levels, with facts beside."""
        table = as_table(values.astype(np.float32))
        self.show_content(GridContent(table, ColoursInSight(table, levels), axes=AXES[min(2, values.ndim)]), facts)

    def show_content(self, content: GridContent, facts: str = "") -> None:
        """Show other cells, with facts beside the name."""
        self._content = content
        self.caption.setText(f"{self._title} · {facts}" if facts else self._title)
        self._choose_page()

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Mark cells of the grid."""
        self.grid.show_overlays(overlays)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the page when all resizing is over.

        Showing the other page lays out every widget around this one at once, which would resize it in its own resizing.
        """
        super().resizeEvent(event)
        if self._content is not None:
            self._settled.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settled.start()

    def sizeHint(self) -> QSize:
        return scaled(QSize(220, 180))

    def minimumSizeHint(self) -> QSize:
        return scaled(_LEAST_CELLS if self.caption.isHidden() else _LEAST)

    def _choose_page(self) -> None:
        self._settled.stop()
        held = self._content
        if held is None:
            return
        writer = self._writer(held)
        if writer is None and not self.isVisible():
            return  # how much room there is will be known when it is shown
        pixels = (0, 0) if writer is not None else self.picture.pixels_of(held.values.shape, self._stage.size())
        before, self._drawn = self._drawn, (held, writer, pixels)
        if before is not None and before[0] is held and before[1:] == (writer, pixels):
            return
        if writer is not None:
            painted = held.colours[:]  # once: each cell of a grid asks for its colour in every paint
            self.grid.show_content(replace(held, colours=painted, write=writer, is_locked=not self._takes_edits))
            self._pages.setCurrentWidget(self.grid)
        else:
            self._show_picture(held, pixels)

    def _show_picture(self, content: GridContent, pixels: tuple[int, int]) -> None:
        rows, columns = content.values.shape
        held = self.colours_of_picture(content)
        painted = held.on_pixels(*pixels) if isinstance(held, ColoursInSight) else held
        self.picture.show_cells(ColouredCells((rows, columns), painted))
        self.picture.setAccessibleDescription(statistics_line(statistics(content.values)))
        had_keyboard = self.grid.hasFocus()
        self._pages.setCurrentWidget(self.picture)
        if had_keyboard:
            self.focusNextChild()  # Qt gave the keyboard to the picture, which has nothing for it and shows no ring

    def value_at(self, row: int, column: int) -> str:
        """Tell the exact value of a cell, with its place."""
        if self._content is None:
            return ""
        where = cell_place(row, column, self._content.axes)
        return f"{where}: {format_in_full(float(self._content.values[row, column]))}"

    def _writer(self, content: GridContent) -> Write | None:
        room = self._stage.size()
        rows, columns = content.values.shape
        scale = interface_scale()
        side = cell_side((rows, columns), int((room.width() - 2) / scale), int((room.height() - 2) / scale))
        writer = fitting_writer(content.values, side, are_weights=self._holds_weights)
        return _dot if writer is None and self._stays_grid else writer


def _dot(_value: float) -> str:
    return "·"
