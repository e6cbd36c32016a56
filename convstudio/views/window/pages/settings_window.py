"""The settings: each is in force at once and kept, and the same control takes it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QPushButton, QVBoxLayout, QWidget

from convstudio.model.values.answers.counted import counted
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import DecimalSign, NumberFormat, between_numbers, format_number, written_in
from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.data_format import DATA_FORMATS, axis_order, framework
from convstudio.views.parts.controls import Choice, PlainLabel, labelled, row_of, widen_for_title
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.signs import push_button
from convstudio.views.parts.sizes import ZOOMS, fitting_size, sized
from convstudio.views.parts.theme import RHYTHM, SCHEMES

_SIZE = QSize(660, 440)
_HOW = "Every change is in force at once and is kept. The same control takes it back."
_DIGITS = range(LIMITS.digits[0], LIMITS.digits[1] + 1)
_SIGNS: Mapping[DecimalSign, str] = MappingProxyType({"point": "Decimal point", "comma": "Decimal comma"})
_DIGITS_TIP = "How many significant digits of a number are shown, where there is room; whole numbers are shown in full"
_EXAMPLES = (1 / 3, 12.3456789, -0.0625)
_NUMBERS = "Fields take both signs. What is copied, exported or saved has points and every digit."
_AUTOSAVE = "Always on: unsaved work is written to the recovery folder within a second, and offered after a crash."


@dataclass(frozen=True)
class SettingsShown:
    """What the window of settings shows."""

    scheme: str
    zoom: int
    data_format: DataFormat
    numbers: NumberFormat
    changed_keys: int
    presets_folder: str
    recovery_folder: str


class SettingsWindow(QDialog):
    """Asks for other settings, one signal each; `folder_shown` carries “presets” or “recovery”."""

    scheme_asked = Signal(str)
    zoom_asked = Signal(int)
    data_format_asked = Signal(str)
    numbers_asked = Signal(object)
    keys_asked = Signal()
    folder_shown = Signal(str)
    presets_folder_asked = Signal()
    usual_presets_folder_asked = Signal()
    reset_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings – ConvStudio")
        widen_for_title(self)
        self.colours = Choice("Colours", [scheme.capitalize() for scheme in SCHEMES], "System follows the desktop")
        self.zoom = Choice("Zoom", [f"{percent} %" for percent in ZOOMS], "The size of the whole interface")
        orders = [f"{framework(one)} {axis_order(2, one)}" for one in DATA_FORMATS]
        self.shapes = Choice("Shapes as in", orders, "In which order the axes of a shape are written")
        self.digits = Choice("Digits", [counted(digits, "digit") for digits in _DIGITS], _DIGITS_TIP)
        self.sign = Choice("Decimal sign", list(_SIGNS.values()), "What stands before the decimals of every number")
        self.example = PlainLabel(small=True)
        self.keys = push_button("Keys…", "Change the keys of commands", self.keys_asked.emit)
        self.changed_keys = PlainLabel(small=True)
        self.presets, self.recovery = ElidedLabel(), ElidedLabel()
        self.note = PlainLabel(small=True)
        self.note.setWordWrap(True)
        self._lay_out()
        self.colours.chosen.connect(self._ask_scheme)
        self.zoom.chosen.connect(self._ask_zoom)
        self.shapes.chosen.connect(self._ask_data_format)
        self.digits.chosen.connect(self._ask_numbers)
        self.sign.chosen.connect(self._ask_numbers)
        self.resize(fitting_size(self, _SIZE))

    def show_settings(self, shown: SettingsShown) -> None:
        """Show the settings in use; a zoom between two steps is none of them."""
        self.colours.show_index(SCHEMES.index(shown.scheme))
        self.zoom.show_index(ZOOMS.index(shown.zoom) if shown.zoom in ZOOMS else -1)
        self.shapes.show_index(DATA_FORMATS.index(shown.data_format))
        self.digits.show_index(_DIGITS.index(shown.numbers.digits))
        self.sign.show_index(list(_SIGNS).index(shown.numbers.sign))
        with written_in(shown.numbers):
            self.example.setText(between_numbers().join(map(format_number, _EXAMPLES)))
        changed = counted(shown.changed_keys, "command with keys of your own", "commands with keys of your own")
        self.changed_keys.setText(changed if shown.changed_keys else "Every command has its usual keys")
        for label, folder in ((self.presets, shown.presets_folder), (self.recovery, shown.recovery_folder)):
            label.setText(folder)
            label.setToolTip(folder)

    def say(self, sentence: str) -> None:
        """Say what became of a request."""
        self.note.setText(sentence)

    def _lay_out(self) -> None:
        form = QFormLayout()
        sized(form, vertical_spacing=RHYTHM, horizontal_spacing=2 * RHYTHM)
        for choice in (self.colours, self.zoom, self.shapes):
            form.addRow(labelled(choice.accessibleName(), choice), choice)
        form.addRow(labelled("Digits", self.digits), _row(self.digits, self.example, 1))
        form.addRow(labelled("Decimal sign", self.sign), _row(self.sign, _remark(_NUMBERS), stretched=1))
        form.addRow("Keys", _row(self.keys, self.changed_keys, 1))
        form.addRow("Presets", _row(self.presets, *self._presets_buttons(), stretched=0))
        show = push_button("Show folder", "Open the folder of recovered work in the file manager", self._show_recovery)
        form.addRow("Recovery", _row(self.recovery, show, stretched=0))
        form.addRow("Autosave", _remark(_AUTOSAVE))
        reset = push_button(
            "Reset all", "Take back every setting above; a copy of the settings is kept", self.reset_asked.emit
        )
        close = push_button("&Close", "Every change was made at once, and is kept", self.accept)
        column = QVBoxLayout(self)
        column.addWidget(_remark(_HOW))
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(self.note)
        column.addLayout(row_of(reset, 1, close))

    def _presets_buttons(self) -> Sequence[QPushButton]:
        return (
            push_button("Show presets", "Open the folder of presets in the file manager", self._show_presets),
            push_button("Choose…", "Keep presets in another folder", self.presets_folder_asked.emit),
            push_button("Usual folder", "Keep presets where they usually are", self.usual_presets_folder_asked.emit),
        )

    def _show_presets(self) -> None:
        self.folder_shown.emit("presets")

    def _show_recovery(self) -> None:
        self.folder_shown.emit("recovery")

    def _ask_scheme(self, row: int) -> None:
        self.scheme_asked.emit(SCHEMES[row])

    def _ask_zoom(self, row: int) -> None:
        self.zoom_asked.emit(ZOOMS[row])

    def _ask_numbers(self) -> None:
        sign = list(_SIGNS)[self.sign.currentIndex()]
        self.numbers_asked.emit(NumberFormat(_DIGITS[self.digits.currentIndex()], sign))

    def _ask_data_format(self, row: int) -> None:
        self.data_format_asked.emit(DATA_FORMATS[row])


def _remark(text: str) -> PlainLabel:
    label = PlainLabel(text, small=True)
    label.setWordWrap(True)
    return label


def _row(*things: QWidget | int, stretched: int | None = None) -> QWidget:
    row = row_of(*things)
    if stretched is not None:
        row.setStretch(stretched, 1)
    held = QWidget()
    held.setLayout(row)
    return held
