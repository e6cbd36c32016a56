"""The heading of the input pane: its title, and the shape and the name of the input."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from convstudio.model.panes.input.shown_input import ShownInput
from convstudio.views.parts.controls import PlainLabel, row_of
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.sizes import px

_LEAST_SHAPE = 150


class _ShapeLabel(ElidedLabel):
    """The shape, which comes before the name where both have no room; in a narrow pane its end gives way, too."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint().boundedTo(QSize(px(_LEAST_SHAPE), self.sizeHint().height()))


class InputHeading(QWidget):
    """One line above the tools."""

    def __init__(self) -> None:
        super().__init__()
        self.shape_label = _ShapeLabel()
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
