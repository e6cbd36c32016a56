"""Small questions of the input pane: a shape, a number, a name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from convstudio.views.parts.controls import NumberField, WholeField, labelled, widen_for_title
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import RHYTHM


class NameField(TextField):
    """A field for a name."""

    edited = Signal(str)

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.textEdited.connect(self.edited)

    def show_value(self, text: str) -> None:
        """Show a name without asking for anything."""
        if text != self.text():
            self.setText(text)
            self.selectAll()


class Question(QDialog):
    """Asks for the values of a few fields; `accepted` means that they are meant. It waits without blocking."""

    def __init__(self, title: str, fields: Sequence[WholeField | NumberField | NameField], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        widen_for_title(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        for field in fields:
            form.addRow(labelled(field.accessibleName(), field), field)
            field.edited.connect(field.show_value)
        layout = QVBoxLayout(self)
        sized(layout, spacing=2 * RHYTHM)
        layout.addLayout(form)
        layout.addWidget(buttons)
