"""A page of Help that is a table of facts: the keys, and the formats of files."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from convstudio.views.parts.controls import Card
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.sizes import fitting_size

_SIZE = QSize(1000, 640)


class FactsWindow(QDialog):
    """Shows rows of texts under named columns, in a window that Escape closes."""

    def __init__(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{title} – ConvStudio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = FactsTable(title, "The arrow keys go from row to row", columns)
        self.table.show_rows(rows, 0)
        self.table.show_in_full()
        card, column = Card(), QVBoxLayout(self)
        inside = QVBoxLayout(card)
        inside.addWidget(self.table)
        column.addWidget(card)
        self.resize(fitting_size(self, _SIZE))
