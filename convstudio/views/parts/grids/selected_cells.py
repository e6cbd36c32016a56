"""What is done with the selected cells of a grid: copied, pasted over, filled."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    Qt,
)
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QTableView

from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact
from convstudio.views.parts.grids.grid_model import GridModel

Box = tuple[int, int, int, int]
"""The first row and column of some cells, and the row and column after the last."""


class SelectedCells:
    """The selection of a table view on a grid's model; what it asks for are signals of the model."""

    def __init__(self, view: QTableView, model: GridModel) -> None:
        self.view = view
        self._model = model

    @property
    def box(self) -> Box | None:
        """The selected cells of the table, or the current one."""
        indexes = self.view.selectedIndexes() or (
            [self.view.currentIndex()] if self.view.currentIndex().isValid() else []
        )
        if not indexes:
            return None
        rows, columns = [i.row() for i in indexes], [i.column() for i in indexes]
        return min(rows), min(columns), max(rows) + 1, max(columns) + 1

    def copy(self) -> None:
        """Put the selected block on the clipboard, as a spreadsheet does: tabs and lines."""
        box = self.box
        if box is not None:
            rows = ["\t".join(self._exact(r, c) for c in range(box[1], box[3])) for r in range(box[0], box[2])]
            QGuiApplication.clipboard().setText("\n".join(rows))

    def paste(self) -> None:
        """Ask to write the clipboard's numbers from the current cell on; one number fills the selection."""
        from convstudio.model.readings.tables import parse_block  # here, and not above: every start would pay for it

        box = self.box or (0, 0, 1, 1)
        try:
            block = parse_block(QGuiApplication.clipboard().text(), longest=LIMITS.axis_length)
        except ValueError as refusal:
            self._model.refused.emit(f"Nothing was pasted: {refusal}")
            return
        if block.shape == (1, 1):
            block = np.full((box[2] - box[0], box[3] - box[1]), block[0, 0], np.float32)
        self._ask(box[0], box[1], block)

    def fill(self, value: float) -> None:
        """Ask to set every selected cell to one value."""
        box = self.box
        if box is not None:
            self._ask(box[0], box[1], np.full((box[2] - box[0], box[3] - box[1]), value, np.float32))

    def fill_typed(self, text: str) -> None:
        """Ask to set every selected cell to the number that was typed into the current one."""
        number = self._model.typed(self.view.currentIndex(), text)
        if number is not None:
            self.fill(number)

    def values(self, box: Box | None = None) -> Floats | None:
        """Return the numbers of the selected cells, or of a `box` of the table; None where they are not there."""
        box = box or self.box
        if box is None or box[2] > self._model.rowCount() or box[3] > self._model.columnCount():
            return None
        return self._model.content.values[box[0] : box[2], box[1] : box[3]]

    def write(self, box: Box | None, block: Floats) -> None:
        """Ask to write a block into a box of the table."""
        if box is not None:
            self._ask(box[0], box[1], block)

    def rows(self) -> list[int]:
        """Return the rows that the selection meets, counted in the edited array."""
        return sorted({self._model.array_position(index.row(), 0)[0] for index in self.view.selectedIndexes()})

    def columns(self) -> list[int]:
        """Return the columns that the selection meets, counted in the edited array."""
        return sorted({self._model.array_position(0, index.column())[1] for index in self.view.selectedIndexes()})

    def wants(self, key: QKeyEvent) -> bool:
        """Return whether a key is copy, or paste of numbers: the window's own command of that key pastes pictures."""
        if key.matches(QKeySequence.StandardKey.Copy):
            return True
        data = QGuiApplication.clipboard().mimeData()
        is_picture = data is not None and (data.hasImage() or data.hasUrls())
        is_editable = self._model.content.takes_edits
        return key.matches(QKeySequence.StandardKey.Paste) and is_editable and not is_picture

    def take_key(self, event: QKeyEvent) -> bool:
        """Copy, paste or empty cells where a key asks for it; return whether it did."""
        takes_edits = self._model.content.takes_edits
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste) and takes_edits:
            self.paste()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and takes_edits:
            self.fill(0.0)
        else:
            return False
        return True

    def _exact(self, row: int, column: int) -> str:
        if not self._model.is_shown(row, column):
            return ""
        return format_exact(float(self._model.content.values[row, column]))

    def _ask(self, row: int, column: int, block: Floats) -> None:
        at = self._model.array_position(row, column)
        if min(at) < 0 or not self._model.content.takes_edits:
            self._model.refused.emit("Padding cells follow from the input: change the input's own cells instead.")
            return
        self._model.edited.emit(*at, block)
