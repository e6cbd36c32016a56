"""Tables of numbers beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from convstudio.model.panes.learning.teaching.tables import ShownTable
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.sizes import sized

_GAP = 12


class PlateRow(QWidget):
    """Plates beside each other, by their names; those without a table are not there.

    Before them may stand a `first` plate, twice as wide, which its owner shows.
    """

    def __init__(self, names: Sequence[str], *, first: Plate | None = None, hold_weights: bool = False) -> None:
        super().__init__()
        self.plates = {name: Plate(name, holds_weights=hold_weights) for name in names}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        sized(row, spacing=_GAP)
        if first is not None:
            row.addWidget(first, 2)
        for plate in self.plates.values():
            row.addWidget(plate, 1)
        self._keeps_room = first is not None

    def show_tables(self, tables: Mapping[str, ShownTable]) -> None:
        """Show the tables of these names, and hide the plates of others."""
        there = [name for name in self.plates if name in tables]
        for name, plate in self.plates.items():
            if name not in there:
                plate.hide()
        for name in there:
            table = tables[name]
            self.plates[name].show_values(table.values, table.levels, table.facts)
            self.plates[name].show()
        self.setVisible(bool(there) or self._keeps_room)
