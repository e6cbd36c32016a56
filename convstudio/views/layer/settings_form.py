"""How a layer slides its window: stride, padding, dilation, operation and activation, as a compact table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from convstudio.model.edits import layer_settings
from convstudio.model.edits.intent import Intent, Target
from convstudio.model.kinds.activation import ACTIVATION_NAMES
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.panes import kernel_settings
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.ops import ACTIVATIONS, PADDING_MODES
from convstudio.views.parts.controls import Choice, PlainLabel, WholeField, labelled
from convstudio.views.parts.sizes import sized

OPERATIONS = ("cross-correlation", "true convolution")
ROWS, COLUMNS = -2, -1
FIELD_WIDTH = 66
_NOT_TRANSPOSED = ("Padding mode", "Operation")
_TITLE, _FIRST, _SECOND = range(3)
_REST = 4  # after the padlock of the bias
_SIDE_TITLES = ("top, bottom", "left, right", "before, after")


@dataclass(frozen=True)
class NumberSetting:
    """One number field: its name, bounds and tip, the undo step, and how it reads and writes a document's layer."""

    name: str
    low: int
    high: int
    tip: str
    step: str
    axis: int | None
    read: Callable[[Document, int], int]
    write: Callable[[Document, int, int], Document]


@dataclass(frozen=True)
class ChoiceSetting:
    """One combo box: its name and tip, the undo step, its values with their labels, and how it reads and writes."""

    name: str
    tip: str
    step: str
    values: tuple[str, ...]
    labels: tuple[str, ...]
    read: Callable[[Conv], str]
    write: Callable[[Document, int, str], Document]


class SettingsForm(QWidget):
    """A table of fields, each of which reads and writes one number of the selected layer.

    A line has a title and one field, or one field for the rows and one for the columns; a sequence has steps alone.
    `intent_asked` carries an edit; `refused` tells why a number was not taken.
    """

    intent_asked = Signal(object)
    refused = Signal(str)

    def __init__(self, settings: Sequence[NumberSetting]) -> None:
        super().__init__()
        self._shown: tuple[Document, ViewState] | None = None
        self._rank = 0
        self._fields = {setting.name: self._field(setting) for setting in settings}
        self._titles: dict[QWidget, PlainLabel] = {}
        self._lines: dict[QWidget, int] = {}
        self._pairs: list[tuple[NumberSetting, NumberSetting]] = []
        self._places = QGridLayout(self)
        self._places.setContentsMargins(0, 0, 0, 0)
        sized(self._places, horizontal_spacing=6, vertical_spacing=1)
        self._places.setColumnStretch(_REST, 1)  # else a wide table would take the fields away from their titles

    @property
    def title_width(self) -> int:
        """The width of the widest title, so that the fields of two tables can stand in line."""
        return max(title.sizeHint().width() for title in self._titles.values())

    def set_title_width(self, width: int) -> None:
        """Leave the titles a width, so that the fields begin after it."""
        self._places.setColumnMinimumWidth(_TITLE, width)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the numbers of the selected layer."""
        before, self._shown = self._shown, (document, view)
        if before is not None and (before[1].layer, before[1].filter) != (view.layer, view.filter):
            self.drop_typed()
        rank = conv_at(document, view.layer).rank
        if rank != self._rank:
            self._rank = rank
            self._name_fields(rank)

    def drop_typed(self) -> None:
        """Forget what is half typed for another layer or filter."""
        for field in self._fields.values():
            field.drop_typed()

    def _add(self, title: str, field: QWidget, *, wide: bool = False) -> None:
        """Add a line with one field, as wide as two where it needs that."""
        line = self._places.rowCount()
        self._titles[field], self._lines[field] = labelled(title, field), line
        self._places.addWidget(self._titles[field], line, _TITLE)
        self._places.addWidget(field, line, _FIRST, 1, 2 if wide else 1)

    def _add_pair(self, title: str, settings: tuple[NumberSetting, NumberSetting]) -> None:
        """Add a line with two fields."""
        self._add(title, self._fields[settings[0].name])
        self._places.addWidget(self._fields[settings[1].name], self._places.rowCount() - 1, _SECOND)
        self._pairs.append(settings)

    def _name_fields(self, rank: int) -> None:
        """Name the fields as an input of a rank has them; of a sequence, the steps stand in the place of the rows."""
        for pair in self._pairs:
            first, second = (self._fields[setting.name] for setting in pair)
            for setting, field in zip(pair, (first, second), strict=True):
                field.show_name(kernel_settings.field_name(setting.name, rank))
            if pair[0].axis == ROWS and pair[1].axis == COLUMNS:
                self._places.addWidget(second, self._lines[first], _FIRST if rank == 1 else _SECOND)
                self._titles[first].setBuddy(second if rank == 1 else first)

    def _show_number(self, setting: NumberSetting, document: Document, layer: int, *, wanted: bool = True) -> None:
        """Show a number, or hide it where it is not wanted or the layer's rank does not have it."""
        field = self._fields[setting.name]
        is_there = wanted and (self._rank > 1 or setting.axis != ROWS)
        field.setVisible(is_there)
        if is_there:
            field.show_value(setting.read(document, layer))

    def _ask(self, step: str, edit: Callable[[Document, int], Document], news: str = "") -> None:
        """Ask for an edit, then show what became of it: the number before, where it was refused."""
        if self._shown is not None:
            layer = self._shown[1].layer
            target = Target.of(self._shown[0], layer)
            self.intent_asked.emit(Intent(step, lambda document: edit(document, layer), target=target, news=news))
            self.show_document(*self._shown)

    def _set_number(self, setting: NumberSetting, value: int) -> None:
        """Ask for another number."""
        self._ask(setting.step, lambda document, layer: setting.write(document, layer, value))

    def _field(self, setting: NumberSetting) -> WholeField:
        field = WholeField(setting.name, setting.low, setting.high, f"{setting.tip} ({setting.low} to {setting.high})")
        sized(field, fixed_width=FIELD_WIDTH)
        field.refused.connect(self.refused)
        field.edited.connect(lambda value: self._set_number(setting, value))
        return field


class LayerSettings(SettingsForm):
    """The settings of one layer; fields that its rank or its padding does not have are hidden."""

    def __init__(self, limits: Limits) -> None:
        self._steps = _step_settings(limits)
        self._sides = _side_settings(limits)
        super().__init__((*self._steps, *self._sides))
        self._choices = {setting.name: self._choice(setting) for setting in CHOICES}
        self._arrange()

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the settings of the selected layer."""
        super().show_document(document, view)
        layer = conv_at(document, view.layer)
        self._show_choices(layer)
        is_explicit = kernel_settings.padding_choice(layer) == kernel_settings.EXPLICIT
        for setting in self._steps:
            self._show_number(setting, document, view.layer)
        for setting in self._sides:
            self._show_number(setting, document, view.layer, wanted=is_explicit)
        above, beside = (self._titles[self._fields[setting.name]] for setting in self._sides[::2])
        above.setVisible(is_explicit and layer.rank > 1)
        beside.setVisible(is_explicit)

    def _name_fields(self, rank: int) -> None:
        super()._name_fields(rank)
        title = self._titles[self._fields[self._sides[2].name]]
        title.setText(_SIDE_TITLES[1 if rank > 1 else 2])

    def _show_choices(self, layer: Conv) -> None:
        for setting in CHOICES:
            choice = self._choices[setting.name]
            choice.show_index(setting.values.index(setting.read(layer)))
            is_there = setting.name not in _NOT_TRANSPOSED or not isinstance(layer, ConvTranspose)
            choice.setVisible(is_there)
            self._titles[choice].setVisible(is_there)
        for row, value in enumerate(kernel_settings.PADDING_CHOICES):
            refusal = kernel_settings.why_not_padding(value, layer)
            self._choices["Padding"].show_use(row, refusal, is_usable=not refusal)

    def _choice(self, setting: ChoiceSetting) -> Choice:
        choice = Choice(setting.name, setting.labels, setting.tip)
        choice.setMinimumContentsLength(3)
        choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        choice.chosen.connect(
            lambda row: self._ask(
                setting.step, lambda document, layer: setting.write(document, layer, setting.values[row])
            )
        )
        return choice

    def _arrange(self) -> None:
        for title, first in (("Stride", 0), ("Dilation", 2)):
            self._add_pair(title, (self._steps[first], self._steps[first + 1]))
        for name in ("Padding", "Padding mode"):
            self._add(name, self._choices[name], wide=True)
        for title, first in zip(_SIDE_TITLES, (0, 2), strict=False):
            self._add_pair(title, (self._sides[first], self._sides[first + 1]))
        for name in ("Operation", "Activation"):
            self._add(name, self._choices[name], wide=True)
        second = QWidget(self)  # the choices of a sequence, which has no field there, are as wide as an image's
        sized(second, fixed_width=FIELD_WIDTH)
        self._places.addWidget(second, 0, _SECOND)


def _step_settings(limits: Limits) -> tuple[NumberSetting, ...]:
    stride, dilation = "Cells that the window moves by", "Cells from one weight to the next; 1 is a dense kernel"
    set_stride, set_dilation = kernel_settings.set_axis_stride, kernel_settings.set_axis_dilation
    return (
        _step("Stride rows", limits.stride, stride, ROWS, lambda conv: conv.stride, set_stride),
        _step("Stride columns", limits.stride, stride, COLUMNS, lambda conv: conv.stride, set_stride),
        _step("Dilation rows", limits.dilation, dilation, ROWS, lambda conv: conv.dilation, set_dilation),
        _step("Dilation columns", limits.dilation, dilation, COLUMNS, lambda conv: conv.dilation, set_dilation),
    )


def _step(
    name: str,
    high: int,
    tip: str,
    axis: int,
    read: Callable[[Conv], tuple[int, ...]],
    write: Callable[[Document, int, int, int], Document],
) -> NumberSetting:
    return NumberSetting(
        name,
        1,
        high,
        tip,
        f"Set {name.split()[0].lower()}",
        axis,
        lambda document, layer: read(conv_at(document, layer))[axis],
        lambda document, layer, value: write(document, layer, axis, value),
    )


def _side_settings(limits: Limits) -> tuple[NumberSetting, ...]:
    return (
        _side("Padding top", limits.padding, ROWS, 0),
        _side("Padding bottom", limits.padding, ROWS, 1),
        _side("Padding left", limits.padding, COLUMNS, 0),
        _side("Padding right", limits.padding, COLUMNS, 1),
    )


def _side(name: str, high: int, axis: int, side: int) -> NumberSetting:
    return NumberSetting(
        name,
        0,
        high,
        "Cells added around the input on this side",
        "Set padding",
        axis,
        lambda document, layer: kernel_settings.padding_amounts(document, layer)[axis][side],
        lambda document, layer, cells: kernel_settings.set_padding_side(document, layer, axis, side, cells),
    )


CHOICES = (
    ChoiceSetting(
        "Padding",
        "Cells added around the input; valid adds none, same keeps the shape at stride 1",
        "Set padding",
        kernel_settings.PADDING_CHOICES,
        tuple(f"{p}…" if p == kernel_settings.EXPLICIT else p for p in kernel_settings.PADDING_CHOICES),
        kernel_settings.padding_choice,
        kernel_settings.choose_padding,
    ),
    ChoiceSetting(
        "Padding mode",
        "What the added cells hold: zeros, or values of the input",
        "Set padding mode",
        PADDING_MODES,
        PADDING_MODES,
        lambda conv: conv.padding_mode,
        layer_settings.set_padding_mode,
    ),
    ChoiceSetting(
        "Operation",
        "A true convolution flips the kernel before it slides; deep learning does not",
        "Set operation",
        OPERATIONS,
        OPERATIONS,
        lambda conv: OPERATIONS[conv.flip],
        lambda document, layer, value: layer_settings.set_flip(document, layer, value == OPERATIONS[True]),
    ),
    ChoiceSetting(
        "Activation",
        "The function that every sum goes through last",
        "Set activation",
        ACTIVATIONS,
        tuple(ACTIVATION_NAMES[name] for name in ACTIVATIONS),
        lambda conv: conv.activation,
        layer_settings.set_activation,
    ),
)
