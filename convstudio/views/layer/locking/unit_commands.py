"""The commands that lock weights and the bias of a dense layer's unit against training, and unlock them."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.locking.lock_actions import LockActions
from convstudio.views.parts.grids.grid import GridView


class UnitLockCommands(LockActions):
    """The menu of a unit's weights, with **Lock weights** for the selected cells, and **Lock bias**."""

    def __init__(self, grid: GridView) -> None:
        super().__init__(grid)
        self._grid = grid
        grid.menu_asked.connect(self._open)

    def cells(self, document: Document, view: ViewState) -> list[tuple[int, ...]]:
        (inputs,), box = document.layers[view.layer].kernel_cells, self._grid.selected.box
        return [] if box is None else [(at,) for at in range(box[1], min(box[3], inputs))]

    def _open(self, place: QPoint) -> None:
        """Open the menu, its texts as they are for what is selected now."""
        if self._shown is not None:
            self.show_texts(*self._shown)
            self._grid.actions_on_cells.open_menu(place, (self.weights, self.bias))
