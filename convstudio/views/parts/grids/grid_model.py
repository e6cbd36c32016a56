"""The numbers of a grid as a table that Qt asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from convstudio.model.colour.display import ColoursInSight
from convstudio.model.readings.typed_numbers import typed_number
from convstudio.model.values.answers.axis_names import AXES, cell_place
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import NumberFormat, format_in_full, format_number, number_format, parse_number
from convstudio.model.values.scale import Colours

Index = QModelIndex | QPersistentModelIndex
MOST_COMPARED = 2**16
"""Up to so many cells, all are coloured and compared; of more, only the visible ones are, which costs less."""
LOCKED = ", locked: training leaves it"
_ANY = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, eq=False)
class GridContent:
    """What a grid shows: `values` and `colours` are `(rows, columns)` and `(rows, columns, 3)`.

    `origin` is the table's first cell counted in the array that the user edits: negative where padding cells are
    drawn around it, positive for a loupe. Cells outside `editable` (rows, columns of that array) are padding:
    dimmed, not editable. `shown` tells how many cells, in reading order, are computed (None: all); the rest is hatched.
    A grid that `is_locked` shows its padding, and lets nobody edit the other cells either. `axes` names
    what is counted along a row, and before that along a column where there are several rows. `subject` tells whose
    numbers they are: what is half typed into a cell is not meant for another subject. `padlocks` are True, in the shape
    of the values, for weights that training leaves as they are: they can still be edited. `numbers` is how numbers are
    written when the content is made: the same ones in another format are redrawn.
    """

    values: Floats
    colours: Colours | ColoursInSight
    origin: tuple[int, int] = (0, 0)
    editable: tuple[int, int] | None = None
    shown: int | None = None
    write: Callable[[float], str] = field(default=format_number)
    is_locked: bool = False
    axes: Sequence[str] = AXES[2]
    subject: object = None
    padlocks: NDArray[np.bool_] | None = None
    numbers: NumberFormat = field(default_factory=number_format)

    @property
    def takes_edits(self) -> bool:
        """Whether some of the cells can be edited."""
        return self.editable is not None and not self.is_locked


_EMPTY = GridContent(_ANY, np.zeros((0, 0, 3), np.uint8))


class GridModel(QAbstractTableModel):
    """The numbers of a grid as a table. It never changes itself: an edit is an intent, and the answer is new content.

    `edited(row, column, block)` asks to write a block of numbers, its first cell counted in the edited array.
    """

    edited = Signal(int, int, object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.content = _EMPTY

    def show_content(self, content: GridContent) -> None:
        """Show other numbers; only another place or shape resets the table, and only cells that differ are redrawn."""
        if _is_same_table(content, self.content):
            changed = _changed_cells(content, self.content)
            self.content = content
            if changed is not None:
                top, left, bottom, right = changed
                self.dataChanged.emit(self.index(top, left), self.index(bottom, right))
        else:
            self.beginResetModel()
            self.content = content
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.content.values.shape[0]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else self.content.values.shape[1]

    def is_padding(self, row: int, column: int) -> bool:
        """Return whether a cell of the table is outside the edited array."""
        if self.content.editable is None:
            return False
        at = self.array_position(row, column)
        return not all(0 <= p < length for p, length in zip(at, self.content.editable, strict=True))

    def is_shown(self, row: int, column: int) -> bool:
        """Return whether a cell is computed already."""
        shown = self.content.shown
        return shown is None or row * self.columnCount() + column < shown

    def array_position(self, row: int, column: int) -> tuple[int, int]:
        """Return the position of a table cell in the edited array; padding cells are outside it."""
        return row + self.content.origin[0], column + self.content.origin[1]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        editable = self.content.takes_edits and not self.is_padding(index.row(), index.column())
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.EditRole:
            written = self._text(row, column)
            value = float(self.content.values[row, column])
            return written if _reads_back(written, value) else format_in_full(value)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(row, column) or "not computed"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._description(row, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        return role == Qt.ItemDataRole.EditRole and self.take_text(index, str(value))

    def take_text(self, index: Index, text: str) -> bool:
        """Ask to write what was typed into a cell; return whether it was a number. The same text again asks nothing."""
        if text == self.data(index, Qt.ItemDataRole.EditRole):
            return True
        number = self.typed(index, text)
        if number is None:
            return False
        self.edited.emit(*self.array_position(index.row(), index.column()), np.full((1, 1), number, np.float32))
        return True

    def typed(self, index: Index, text: str) -> float | None:
        """Return the number that was typed into a cell; where it is none, say so with the cell's place."""
        try:
            return typed_number(text)
        except ValueError as refusal:
            place = self._place(*self.array_position(index.row(), index.column()))
            self.refused.emit(f"{place.capitalize()}: {refusal}")
            return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        axis = 0 if orientation == Qt.Orientation.Vertical else 1
        at = section + self.content.origin[axis]
        is_outside = self.content.editable is not None and not 0 <= at < self.content.editable[axis]
        return "·" if is_outside else str(at + 1)

    def _text(self, row: int, column: int) -> str:
        return self.content.write(float(self.content.values[row, column])) if self.is_shown(row, column) else ""

    def _description(self, row: int, column: int) -> str:
        at = self.array_position(row, column)
        kind = "padding, " if self.is_padding(row, column) else ""
        value = (
            format_in_full(float(self.content.values[row, column])) if self.is_shown(row, column) else "not computed"
        )
        padlocks = self.content.padlocks
        locked = LOCKED if padlocks is not None and padlocks[row, column] else ""
        return f"{kind}{self._place(*at)}: {value}{locked}"

    def _place(self, row: int, column: int) -> str:
        return cell_place(row, column, self.content.axes)


def _is_same_table(one: GridContent, other: GridContent) -> bool:
    return one.values.shape == other.values.shape and one.origin == other.origin and one.editable == other.editable


def _changed_cells(after: GridContent, before: GridContent) -> tuple[int, int, int, int] | None:
    """Return the first and last row and column of the cells that look different, or None where all look the same."""
    rows, columns = after.values.shape
    if (after.write, after.numbers) != (before.write, before.numbers) or rows * columns > MOST_COMPARED:
        return 0, 0, rows - 1, columns - 1
    is_other = (after.values != before.values) | np.any(after.colours[:] != before.colours[:], axis=-1)
    if not _same_padlocks(after, before):
        is_other[:] = True
    first, last = sorted(rows * columns if one.shown is None else one.shown for one in (after, before))
    is_other.ravel()[first:last] = True
    ys, xs = (np.flatnonzero(is_other.any(axis=axis)) for axis in (1, 0))
    return (int(ys[0]), int(xs[0]), int(ys[-1]), int(xs[-1])) if ys.size else None


def _same_padlocks(one: GridContent, other: GridContent) -> bool:
    if one.padlocks is None or other.padlocks is None:
        return one.padlocks is other.padlocks
    return np.array_equal(one.padlocks, other.padlocks)


def _reads_back(text: str, value: float) -> bool:
    try:
        return bool(np.float32(parse_number(text)) == np.float32(value))
    except ValueError:
        return False
