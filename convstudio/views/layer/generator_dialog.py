"""The window that makes kernels from a few numbers, with a preview of the kernel and of what it makes of the input."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.library.generators import Generator, Parameter, RecalledRule, Series, generators_for
from convstudio.model.panes.kernel_facts import kernel_sum
from convstudio.model.panes.kernel_preview import PREVIEW_SIDE, kernel_preview
from convstudio.model.values.answers.counted import counted, enumerated
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.detectors import Detector
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number, format_shape
from convstudio.model.words.wording import as_sentence
from convstudio.views.layer.detector_choice import kernel_icon
from convstudio.views.layer.series_fields import SeriesFields
from convstudio.views.parts.controls import (
    Choice,
    NumberField,
    PlainLabel,
    WholeField,
    image_of,
    labelled,
    row_of,
    widen_for_title,
)
from convstudio.views.parts.plain_text import as_label
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

ParameterField: TypeAlias = NumberField | WholeField | Choice

_PICTURE = 160
_BANK = (8, 2)
_LONGEST_NAME = 22  # letters


class GeneratorDialog(QDialog):
    """Makes kernels for the selected layer, and stays open as long as it is wanted.

    `kernel_wanted` carries a named kernel for the selected filter, `preset_wanted` one that is to be saved, and
    `bank_wanted(name, bank)` filters for the layer.
    """

    kernel_wanted = Signal(object)
    preset_wanted = Signal(object)
    bank_wanted = Signal(str, object)
    preset_changed = Signal(str, object)
    """The id of a preset, and what takes its place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rank = 0
        self._read: TiledArray | None = None
        self._rules: tuple[Generator, ...] = ()
        self.rule = Choice("Rule", [], "What the weights are made by")
        self.rule.setMinimumContentsLength(_LONGEST_NAME)
        self.rows = WholeField("Kernel rows", 1, LIMITS.kernel_length, "Rows of the kernel to make")
        self.columns = WholeField("Kernel columns", 1, LIMITS.kernel_length, "Columns of the kernel to make")
        self.fields: list[ParameterField] = []
        self.kernel_picture, self.map_picture = _picture("Kernel preview"), _picture("Map preview")
        self._caption = PlainLabel(small=True)
        self.facts = PlainLabel(small=True)
        self.use_button = QPushButton("Use for this filter")
        self.use_button.setToolTip("Give the selected filter this kernel on every channel (Enter)")
        self.preset_button = QPushButton("Save as preset…")
        self.preset_button.setAutoDefault(False)
        self.preset_button.setToolTip("Keep this kernel with its rule and numbers in the library")
        self.change_button = QPushButton("Save changes")
        self.change_button.setAutoDefault(False)
        self.change_button.hide()
        self._preset: tuple[Detector, RecalledRule] | None = None
        self.bank_button = QPushButton("Replace all filters")
        self.bank_button.setAutoDefault(False)
        self.series = (
            SeriesFields("A bank over", "Bank", optional=False),
            SeriesFields("and over", "And", optional=True),
        )
        self._form = QFormLayout()
        sized(self._form, vertical_spacing=RHYTHM)
        self._arrange()
        self._connect()

    # --- what is on show ---------------------------------------------------------------------------------------------

    def show_layer(self, layer: int, rank: int, size: tuple[int, ...], read: TiledArray | None) -> None:
        """Follow the selection: the layer's number, its rank and kernel size, and what it reads, None if unknown."""
        self.setWindowTitle(f"Make kernels for layer {layer + 1}")
        self._read = read
        if rank != self._rank:
            self._rank = rank
            self._rules = generators_for(rank)
            self.rule.show_entries([one.name for one in self._rules])
            self._form.setRowVisible(self.rows, rank > 1)
            self.columns.show_value(size[-1])
            self.rows.show_value(size[0])
            self._show_rule(0)
            self.show_preset(None)  # its rule is not among those of this rank
        self._refresh()

    def show_preset(self, preset: Detector | None, rule: RecalledRule | None = None) -> None:
        """Show the rule of a preset of the layer's rank, and its numbers to be changed; None: no preset."""
        self._preset = None if preset is None or rule is None else (preset, rule)
        self.change_button.setVisible(self._preset is not None)
        if preset is None or rule is None:
            return
        self.change_button.setText(f"Save changes to “{as_label(preset.name[:_LONGEST_NAME])}”")
        self.change_button.setToolTip(f"Give the preset “{preset.name}” this kernel and these numbers")
        self.rule.show_index(self._rules.index(rule.generator))
        self._show_rule(self.rule.currentIndex())
        self.columns.show_value(rule.size[-1])
        self.rows.show_value(rule.size[0])
        for field, value in zip(self.fields, rule.values, strict=True):
            if isinstance(field, Choice):
                field.show_index(round(value))
            elif isinstance(field, WholeField):
                field.show_value(round(value))
            else:
                field.show_value(value)
        self._refresh()

    @property
    def generator(self) -> Generator:
        """The rule that is chosen."""
        return self._rules[max(0, self.rule.currentIndex())]

    @property
    def kernel_size(self) -> tuple[int, ...]:
        """The kernel size that is asked for."""
        rows, columns = self.rows.value(), self.columns.value()
        return (columns,) if self._rank == 1 else (rows, columns)

    @property
    def values(self) -> list[float]:
        """The number of each parameter."""
        return [float(one.currentIndex() if isinstance(one, Choice) else one.value()) for one in self.fields]

    def _show_rule(self, _row: int) -> None:
        """Offer the numbers that the rule has."""
        for old in self.fields:
            self._form.removeRow(old)
        self.fields = [self._field(one) for one in self.generator.parameters]
        for one in self.fields:
            self._form.addRow(labelled(one.accessibleName(), one), one)
        is_free = self.generator.only_size is None
        for field in (self.rows, self.columns):
            field.setEnabled(is_free)
        self._show_series()
        self._refresh()

    def _show_series(self) -> None:
        """Offer a bank over the numbers of the rule: over its angle, if it has one."""
        parameters = self.generator.parameters
        turning = [place for place, one in enumerate(parameters) if one.is_turn]
        for fields, place, is_usable in zip(
            self.series, (turning[0] if turning else 0, -1), (bool(parameters), len(parameters) > 1), strict=True
        ):
            fields.show_parameters(parameters, place)
            fields.setVisible(is_usable)
        self.bank_button.setVisible(bool(parameters))

    def _field(self, parameter: Parameter) -> ParameterField:
        name = f"{parameter.name[:1].upper()}{parameter.name[1:]}"
        field: ParameterField
        if parameter.choices:
            field = Choice(name, parameter.choices, parameter.tells)
            field.chosen.connect(self._refresh)
            return field
        if parameter.is_whole:
            field = WholeField(name, int(parameter.least), int(parameter.most), parameter.tells)
            field.show_value(int(parameter.default))
        else:
            field = NumberField(name, parameter.tells)
            field.show_value(parameter.default)
        field.edited.connect(field.show_value)
        field.edited.connect(self._refresh)
        field.refused.connect(self._refuse)
        return field

    def _refresh(self, _value: object = None) -> None:
        """Make the kernel again, and show it; where the rule makes none, say why."""
        try:
            made = self.generator.kernel(self.kernel_size, self.values)
        except ValueError as refusal:
            self._refuse(str(refusal))
            return
        self._allow(True)
        kernel = made.kernel
        self.kernel_picture.setPixmap(kernel_icon(np.atleast_2d(kernel), _PICTURE).pixmap(_PICTURE, _PICTURE))
        self._show_map(kernel)
        size = format_number(float(np.abs(kernel).sum()))
        self.facts.setText(
            f"{format_shape(kernel.shape)} · sum {kernel_sum(kernel)} · Σ|w| {size}\n"
            f"It responds to {made.detects}. Source: {made.source}."
        )

    def _show_map(self, kernel: Floats) -> None:
        if self._read is None or self._read.rank != kernel.ndim:
            self.map_picture.setText("The input is\nnot computed yet")
            self._caption.clear()
            return
        answer = kernel_preview(self._read, kernel)
        is_part = max(self._read.spatial) > PREVIEW_SIDE
        self._caption.setText("map, middle part" if is_part else "map")
        painted = image_of(colours(answer, signed_levels(answer)))
        ways = Qt.AspectRatioMode.IgnoreAspectRatio if len(answer) == 1 else Qt.AspectRatioMode.KeepAspectRatio
        side = QSize(_PICTURE, _PICTURE // 4 if len(answer) == 1 else _PICTURE)
        picture = QPixmap.fromImage(painted)
        self.map_picture.setPixmap(picture.scaled(side, ways, Qt.TransformationMode.FastTransformation))

    def _refuse(self, reason: str) -> None:
        self._allow(False)
        self.facts.setText(as_sentence(reason))

    def _allow(self, is_made: bool) -> None:
        for button in (self.use_button, self.preset_button, self.change_button, self.bank_button):
            button.setEnabled(is_made)

    # --- what is asked for -------------------------------------------------------------------------------------------

    def _use(self) -> None:
        self.kernel_wanted.emit(self.generator.kernel(self.kernel_size, self.values))

    def _save(self) -> None:
        self.preset_wanted.emit(self.generator.kernel(self.kernel_size, self.values))

    def _save_changes(self) -> None:
        if self._preset is not None:
            preset, rule = self._preset
            made = self.generator.kernel(self.kernel_size, self.values)
            self.preset_changed.emit(preset.id, rule.changed(preset, made))
            self.accept()

    def _fill(self) -> None:
        generator, size, values, series = self.generator, self.kernel_size, self.values, self._asked
        over = enumerated([generator.parameters[one.place].name for one in series])
        name = f"{generator.name}, {counted(self._count, 'filter')} over {over}"
        self.bank_wanted.emit(name, lambda: generator.bank(size, values, series))

    @property
    def _asked(self) -> list[Series]:
        return [one for one in (fields.series for fields in self.series) if one is not None]

    @property
    def _count(self) -> int:
        return math.prod(one.count for one in self._asked)

    def _show_count(self) -> None:
        self.bank_button.setText(f"Replace all by {counted(self._count, 'filter')}")
        self.bank_button.setToolTip(f"Fill the layer with {counted(self._count, 'filter')} of this rule")

    # --- the window --------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.rule.chosen.connect(self._show_rule)
        for field in (self.rows, self.columns):
            field.edited.connect(field.show_value)
            field.edited.connect(self._refresh)
            field.refused.connect(self._refuse)
        for fields in self.series:
            fields.edited.connect(self._show_count)
            fields.refused.connect(self._refuse)
        self.use_button.clicked.connect(self._use)
        self.preset_button.clicked.connect(self._save)
        self.change_button.clicked.connect(self._save_changes)
        self.bank_button.clicked.connect(self._fill)

    def _arrange(self) -> None:
        for fields, count in zip(self.series, _BANK, strict=True):
            fields.count.show_value(count)
        for field in (self.rule, self.rows, self.columns):
            self._form.addRow(labelled(field.accessibleName(), field), field)
        self.facts.setWordWrap(True)
        self.facts.setMinimumHeight(4 * self.facts.fontMetrics().height())
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        pictures = QGridLayout()
        sized(pictures, spacing=RHYTHM)
        for place, (picture, caption) in enumerate(
            ((self.kernel_picture, PlainLabel("kernel", small=True)), (self.map_picture, self._caption))
        ):
            pictures.addWidget(picture, 0, place)
            pictures.addWidget(caption, 1, place, Qt.AlignmentFlag.AlignHCenter)
        seen = QVBoxLayout()
        seen.addLayout(pictures)
        seen.addWidget(self.facts)
        seen.addStretch(1)
        numbers = QVBoxLayout()
        numbers.addLayout(self._form)
        numbers.addStretch(1)
        top = QHBoxLayout()
        sized(top, spacing=4 * RHYTHM)
        top.addLayout(numbers)
        top.addLayout(seen)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.use_button, self.change_button, self.preset_button):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        sized(column, spacing=2 * RHYTHM)
        column.addLayout(top, 1)
        for fields in self.series:
            fields.title.setMinimumWidth(max(one.title.sizeHint().width() for one in self.series))
        column.addWidget(self.series[0])
        column.addLayout(row_of(self.series[1], self.bank_button))
        column.addWidget(buttons)
        self.use_button.setDefault(True)
        self.setWindowTitle("Make kernels for layer 1")
        widen_for_title(self)


def _picture(name: str) -> QLabel:
    label = PlainLabel(small=True)
    label.setAccessibleName(name)
    sized(label, fixed_size=(_PICTURE, _PICTURE))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
