"""The fields that crop and resize a picture: where the crop begins, its size, and the size that comes out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QWidget

from convstudio.model.readings.pictures.framing import Field, Framing
from convstudio.model.values.limits import LIMITS
from convstudio.views.parts.controls import PlainLabel, WholeField, labelled

_TIPS: dict[Field, str] = {
    "first row": "The first row that is taken, counted from 1",
    "first column": "The first column that is taken, counted from 1",
    "crop rows": "How many rows are taken",
    "crop columns": "How many columns are taken",
    "rows": "How many rows the result has: fewer are weighted means of what they cover",
    "columns": "How many columns the result has: fewer are weighted means of what they cover",
}


class FramingFields(QWidget):
    """Shows a framing and changes it; `changed` tells that it did, `refused` carries the sentence where it cannot."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.framing = Framing((1, 1))
        self._fields: dict[Field, WholeField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self._add_row(grid, 0, "Crop from", ("first row", "first column"))
        self._add_row(grid, 1, "Crop size", ("crop rows", "crop columns"))
        self._add_row(grid, 2, "Resize to", ("rows", "columns"))
        self._keeps = QCheckBox("Keep &proportions")
        self._keeps.setToolTip("Let the other side of the new size follow")
        self._keeps.toggled.connect(self._keep_proportions)
        square = self._button("Centre s&quare", "Take the largest square in the middle", Framing.with_square)
        whole = self._button("&Whole picture", "Neither crop nor resize", Framing.without)
        row = QHBoxLayout()
        for part in (self._keeps, square, whole):
            row.addWidget(part)
        row.addStretch(1)
        grid.addLayout(row, 3, 0, 1, 5)
        grid.setColumnStretch(5, 1)

    def show_framing(self, framing: Framing) -> None:
        """Show another framing without telling of it."""
        self.framing = framing
        for field, widget in self._fields.items():
            widget.show_value(framing.value(field))
        with QSignalBlocker(self._keeps):
            self._keeps.setChecked(framing.keeps_proportions)

    def show_part(self, row: float, column: float, rows: float, columns: float) -> None:
        """Show the part under a rectangle while that is dragged: nothing is read of it yet."""
        with suppress(ValueError):  # said where the rectangle is let go
            self.show_framing(self.framing.with_part(row, column, rows, columns))

    def take_part(self, row: float, column: float, rows: float, columns: float) -> None:
        """Take the part under a rectangle that was dragged."""
        self._try(lambda: self.framing.with_part(row, column, rows, columns))

    def focus_size(self) -> None:
        """Give the keyboard to the new size."""
        self._fields["rows"].setFocus()

    def _take(self, framing: Framing) -> None:
        self.show_framing(framing)
        self.changed.emit()

    def _change(self, field: Field, value: int) -> None:
        self._try(lambda: self.framing.with_value(field, value))

    def _keep_proportions(self, keeps: bool) -> None:
        self._try(lambda: self.framing.with_proportions(keeps))

    def _try(self, change: Callable[[], Framing]) -> None:
        """Take what a change makes, or say why it cannot be."""
        try:
            changed = change()
        except ValueError as refusal:
            self.show_framing(self.framing)
            self.changed.emit()
            self.refused.emit(str(refusal))
            return
        self._take(changed)

    def _add_row(self, grid: QGridLayout, row: int, text: str, fields: tuple[Field, Field]) -> None:
        grid.addWidget(PlainLabel(text), row, 0)
        for column, field in enumerate(fields):
            widget = WholeField(field.capitalize(), 1, LIMITS.axis_length, _TIPS[field])
            widget.edited.connect(partial(self._change, field))
            widget.refused.connect(self.refused)
            self._fields[field] = widget
            grid.addWidget(labelled(field.removeprefix("first ").removeprefix("crop "), widget), row, 1 + 2 * column)
            grid.addWidget(widget, row, 2 + 2 * column)

    def _button(self, text: str, tip: str, change: Callable[[Framing], Framing]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: self._take(change(self.framing)))
        return button
