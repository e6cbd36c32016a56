"""The heading of the input pane: its title, and the shape and the name of the input."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from convstudio.model.panes.input.shown_input import ShownInput
from convstudio.views.parts.controls import PlainLabel, row_of
from convstudio.views.parts.elided_label import ElidedLabel


class InputHeading(QWidget):
    """One line above the tools."""

    def __init__(self) -> None:
        super().__init__()
        self.shape_label = PlainLabel(small=True)
        self.name_label = ElidedLabel()
        self.name_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(row_of(PlainLabel("Input", bold=True), self.shape_label, self.name_label))

    def show_input(self, shown: ShownInput) -> None:
        """Show the shape and the name of an input."""
        self.shape_label.setText(shown.shape_text)
        self.shape_label.setToolTip(shown.shape_tip)
        self.name_label.setText(shown.name_text)

    def show_nothing(self) -> None:
        """Show the title alone."""
        self.shape_label.setText("")
        self.name_label.setText("")
