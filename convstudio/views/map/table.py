"""The numbers of a feature map as a table, for the keyboard and for screen readers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent

from convstudio.model.colour.display import Levels, colours
from convstudio.model.colour.picture_geometry import as_table
from convstudio.model.panes.map_shown import MapShown
from convstudio.model.values.answers.axis_names import axis_names
from convstudio.views.map.picture import MapPicture
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import GridContent, Index
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.keys import handles_keys

_NO_CELLS = GridContent(np.zeros((0, 0), np.float32), np.zeros((0, 0, 3), np.uint8))


@handles_keys("Feature map, as a table", ("+, −", "Zoom the picture in or out"), ("0", "Show the whole map"))
class MapTable(GridView):
    """The table of a feature map, placed under the picture so that keyboard and screen readers find the numbers.

    `moved` carries the (row, column) that became the current cell; `focused` whether the keyboard is here.
    """

    moved = Signal(int, int)
    focused = Signal(bool)

    def __init__(self, picture: MapPicture) -> None:
        super().__init__("Feature map", "Arrow keys move the current output; plus, minus and 0 zoom the picture.")
        self._picture = picture
        self.setToolTip("The feature map in numbers")

    def show_map(self, shown: MapShown, levels: Levels, revealed: int | None) -> None:
        """Show the numbers of a map in the colours of its levels, as many as are `revealed`; none without a map."""
        if shown.values is None:
            self.show_content(_NO_CELLS)
            return
        table = as_table(shown.values)
        axes, _ = axis_names(min(2, shown.values.ndim), is_vector=shown.is_vector)
        with QSignalBlocker(self):  # the cell that stays the current one was not moved to
            self.show_content(GridContent(table, colours(table, levels), shown=revealed, axes=axes))

    def show_marks(self, current: tuple[int, int], linked: Overlay | None) -> None:
        """Mark the cell that is looked into, and those that belong to another pane's."""
        here = Overlay(np.array([current[0]]), np.array([current[1]]), is_window=True)
        self.show_overlays([here] if linked is None else [linked, here])

    def show_current(self, row: int, column: int) -> None:
        """Make a cell the current one without asking for anything; one that is keeps what is selected around it."""
        index = self.grid.index(row, column)
        if not index.isValid() or self.currentIndex() == index:
            return
        only = QItemSelectionModel.SelectionFlag.ClearAndSelect  # with Ctrl held, as for a step, Qt would add the cell
        with QSignalBlocker(self):
            self.selectionModel().setCurrentIndex(index, only)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.moved.emit(current.row(), current.column())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._picture.take_zoom_key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)
