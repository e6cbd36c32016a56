"""Small questions about filters: a name, how to begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QPushButton, QVBoxLayout, QWidget

from convstudio.model.edits.initialisers import INITIALISERS, Initialiser
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.limits import LIMITS
from convstudio.views.parts.controls import Choice, NumberField, PlainLabel, WholeField, labelled, widen_for_title
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import RHYTHM


class NameQuestion(QDialog):
    """Asks for the name of a filter; `named` carries it. It waits without blocking."""

    named = Signal(str)

    def __init__(self, layer: Conv, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Rename filter {index + 1}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = TextField(layer.filter_name(index))
        self.field.setAccessibleName("Filter name")
        self.field.setToolTip("Leave empty to use the filter's number as its name")
        self.field.selectAll()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.named.emit(self.field.text()))
        _form(self, [self.field], buttons)


class InitialiserDialog(QDialog):
    """Re-initialises all filters, as often as wished: the seed shown is used, then counts up.

    `used(initialiser, parameter, seed)` carries what is wanted.
    """

    used = Signal(object, float, int)
    refused = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Initialise filters")
        self.initialiser = Choice("Initialiser", [one.name for one in INITIALISERS], "How the first weights are drawn")
        self.parameter = NumberField(
            "Parameter", "How widely the weights are spread, or the number that all of them get"
        )
        self.seed = WholeField("Seed", 0, LIMITS.seed, f"The same seed draws the same weights (0 to {LIMITS.seed})")
        self.button = QPushButton("Initialise filters")
        self.button.setToolTip("Re-initialise all filters, then use the next seed (Enter)")
        self._tells = PlainLabel(small=True)
        self._labels = {field: labelled(field.accessibleName(), field) for field in (self.parameter, self.seed)}
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.button, QDialogButtonBox.ButtonRole.ActionRole)
        self._form = _form(self, [self.initialiser, self.parameter, self.seed], buttons, self._tells)
        self.button.setDefault(True)
        self._connect(buttons)
        self._show_initialiser(0)

    @property
    def chosen(self) -> Initialiser:
        """The initialiser that is chosen."""
        return INITIALISERS[self.initialiser.currentIndex()]

    def show_layer(self, layer: int) -> None:
        """Say which layer is meant: the dialog stays open, and follows the selection."""
        self.setWindowTitle(f"Initialise filters of layer {layer + 1}")

    def _connect(self, buttons: QDialogButtonBox) -> None:
        buttons.rejected.connect(self.reject)
        self.button.clicked.connect(self._use)
        self.initialiser.chosen.connect(self._show_initialiser)
        for field in (self.parameter, self.seed):
            field.edited.connect(field.show_value)
            field.refused.connect(self.refused)

    def _show_initialiser(self, _row: int) -> None:
        """Offer the fields that the initialiser has."""
        one = self.chosen
        self._form.setRowVisible(self.parameter, bool(one.parameter))
        self._form.setRowVisible(self.seed, one.is_drawn)
        label = self._form.labelForField(self.parameter)
        if one.parameter and isinstance(label, PlainLabel):
            label.setText(one.parameter)
            self.parameter.setAccessibleName(one.parameter)
            self.parameter.show_value(one.default)
        self._tells.setText(f"{one.name}: {one.tells}. Sets all filters of this layer; biases become 0.")

    def _use(self) -> None:
        seed = self.seed.value()
        if self.chosen.is_drawn:
            self.seed.show_value(min(seed + 1, LIMITS.seed))
        self.used.emit(self.chosen, self.parameter.value(), seed)


def _form(
    dialog: QDialog, fields: Sequence[QWidget], buttons: QDialogButtonBox, note: PlainLabel | None = None
) -> QFormLayout:
    form = QFormLayout()
    for field in fields:
        form.addRow(labelled(field.accessibleName(), field), field)
    widen_for_title(dialog)
    column = QVBoxLayout(dialog)
    sized(column, spacing=2 * RHYTHM)
    column.addLayout(form)
    if note is not None:
        note.setWordWrap(True)
        sized(note, minimum_width=320)
        column.addWidget(note)
    column.addWidget(buttons)
    return form
