"""The settings of a training: a row for each choice, and two numbers beside each other where there is room."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from convstudio.model.edits.intent import Intent
from convstudio.model.panes.learning.training_form import FIELDS, TrainingField
from convstudio.model.values.document import Document
from convstudio.views.parts.controls import Choice, NumberField, PlainLabel, WholeField, labelled
from convstudio.views.parts.sizes import px, sized

_FIELD_WIDTH = 64
_COLUMNS = 2
Field = Choice | WholeField | NumberField | QCheckBox


class TrainingForm(QWidget):
    """Shows and edits the settings. `intent_asked` carries an edit, `refused` why a number was not taken."""

    intent_asked = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._document: Document | None = None
        self._is_split = False
        self._fields: list[tuple[TrainingField, Field, PlainLabel]] = []
        self._columns = 0
        self._places = QGridLayout(self)
        sized(self._places, contents_margins=(4, 8, 4, 8), horizontal_spacing=6, vertical_spacing=4)
        for setting in FIELDS:
            field = self._field(setting)
            self._fields.append((setting, field, labelled(setting.name, field)))
        self._arrange(_COLUMNS)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of one column alone."""
        return QSize(self._width(1), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(_COLUMNS if self.width() >= self._width(_COLUMNS) else 1)

    def _width(self, columns: int) -> int:
        """Return the least width of so many columns of fields."""
        label = max(label.sizeHint().width() for _, _, label in self._fields)
        return columns * (label + px(_FIELD_WIDTH) + 2 * self._places.horizontalSpacing())

    def _arrange(self, columns: int) -> None:
        """Lay the fields out in so many columns, below the choices, whose words are long."""
        if columns == self._columns:
            return
        self._columns = columns
        choices = [(field, label) for setting, field, label in self._fields if setting.entries]
        others = [(field, label) for setting, field, label in self._fields if not setting.entries]
        for row, (field, label) in enumerate(choices):
            self._places.addWidget(label, row, 0)
            self._places.addWidget(field, row, 1, 1, 2 * columns - 1)
        count = -(-len(others) // columns)
        for place, (field, label) in enumerate(others):
            row, column = len(choices) + place % count, 2 * (place // count)
            self._places.addWidget(label, row, column)
            self._places.addWidget(field, row, column + 1)
        for column in range(_COLUMNS):
            self._places.setColumnStretch(2 * column + 1, int(column < columns))
        for row in range(len(self._fields) + 1):
            self._places.setRowStretch(row, int(row == len(choices) + count))

    def show_document(self, document: Document, *, is_split: bool) -> None:
        """Show the settings of a document; those that make no difference are grey.

        Where the data `is_split` already, the share that is held out is one of them.
        """
        self._document, self._is_split = document, is_split
        settings = document.training
        for setting, field, label in self._fields:
            value = setting.read(settings)
            with QSignalBlocker(field):
                match field:
                    case Choice():
                        field.show_index(int(value))
                    case WholeField():
                        field.show_value(int(value))
                    case NumberField():
                        field.show_value(value)
                    case QCheckBox():
                        field.setChecked(bool(value))
            matters = setting.matters_for(settings) and not (is_split and setting.key == "held_out")
            field.setEnabled(matters)
            label.setEnabled(matters)

    def _field(self, setting: TrainingField) -> Field:
        if setting.is_switch:
            box = QCheckBox()
            box.setAccessibleName(setting.name)
            box.setToolTip(setting.tip)
            box.toggled.connect(partial(self._ask, setting))
            return box
        if setting.entries:
            choice = Choice(setting.name, setting.entries, setting.tip)
            choice.chosen.connect(partial(self._ask, setting))
            sized(choice, minimum_width=_FIELD_WIDTH)
            choice.setMinimumContentsLength(1)
            return choice
        field = (
            WholeField(setting.name, setting.low, setting.high, f"{setting.tip} ({setting.low} to {setting.high})")
            if setting.is_whole
            else NumberField(setting.name, setting.tip)
        )
        sized(field, minimum_width=_FIELD_WIDTH)
        field.edited.connect(partial(self._ask, setting))
        field.refused.connect(self.refused)
        return field

    def _ask(self, setting: TrainingField, value: float) -> None:
        """Ask for an edit, then show what became of it: the value before, where it was refused."""
        self.intent_asked.emit(Intent(setting.step, lambda document: setting.write(document, value)))
        if self._document is not None:
            self.show_document(self._document, is_split=self._is_split)
