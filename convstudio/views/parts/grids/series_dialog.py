"""The dialog that asks with which series the selected cells are to be filled."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from convstudio.model.panes.cells.series import CONSTANT, CONTINUED, KINDS, LINEAR, WAYS, NumberSeries
from convstudio.views.parts.controls import Choice, NumberField, labelled, widen_for_title


class SeriesDialog(QDialog):
    """Asks for a `series`; `accepted` means that it is meant. It waits without blocking."""

    def __init__(self, first: NumberSeries, parent: QWidget) -> None:
        super().__init__(parent)
        self._first = first
        self.setWindowTitle("Fill series")
        widen_for_title(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.kind = Choice("Fill with", KINDS, "What the selected cells get")
        self.kind.setMinimumContentsLength(max(map(len, KINDS)))
        self.way = Choice("Order", WAYS, "Which cell comes after which")
        self.number = NumberField("First number", "The number of the first cell")
        self.step = NumberField("Step", "How much larger each number is than the one before")
        self.number.show_value(first.first)
        self.step.show_value(first.step)
        self.way.show_index(WAYS.index(first.way))
        for field in (self.number, self.step):
            field.edited.connect(field.show_value)
        self.kind.chosen.connect(self._show_kind)
        self._lay_out()
        self._show_kind(0)

    @property
    def series(self) -> NumberSeries:
        """What is chosen now."""
        kind, way = KINDS[self.kind.currentIndex()], WAYS[self.way.currentIndex()]
        return replace(self._first, kind=kind, way=way, first=self.number.value(), step=self.step.value())

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        for field in (self.kind, self.way, self.number, self.step):
            form.addRow(labelled(field.accessibleName(), field), field)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)

    def _show_kind(self, _row: int) -> None:
        kind = KINDS[self.kind.currentIndex()]
        self.way.setEnabled(kind != CONSTANT)
        self.number.setEnabled(kind != CONTINUED)
        self.step.setEnabled(kind == LINEAR)
