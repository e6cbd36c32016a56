"""Small questions of the input pane: a shape, a number."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from convstudio.views.controls import NumberField, WholeField, labelled
from convstudio.views.theme import RHYTHM


class Question(QDialog):
    """Asks for the values of a few fields; `accepted` says that they are meant. It waits without blocking."""

    def __init__(self, title: str, fields: Sequence[WholeField | NumberField], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        for field in fields:
            form.addRow(labelled(field.accessibleName(), field), field)
            field.edited.connect(field.show_value)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * RHYTHM)
        layout.addLayout(form)
        layout.addWidget(buttons)
