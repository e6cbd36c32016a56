"""How a layer slides its window: stride, padding, dilation, operation and activation, as a compact form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

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
from convstudio.views.parts.controls import Choice, WholeField, labelled, row_of, show_name
from convstudio.views.parts.sizes import sized

OPERATIONS = ("cross-correlation", "true convolution")
ROWS, COLUMNS = -2, -1
COMPACT_WIDTH = 56
_NOT_TRANSPOSED = ("Padding mode", "Operation")
_WIDEST_CHOICE = 220


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
    """Number fields with their labels, each of which reads and writes one number of the selected layer.

    `intent_asked` carries an edit; `refused` tells why a number was not taken.
    """

    intent_asked = Signal(object)
    refused = Signal(str)

    def __init__(self, settings: Sequence[NumberSetting]) -> None:
        super().__init__()
        self._shown: tuple[Document, ViewState] | None = None
        self._fields = {setting.name: self._field(setting) for setting in settings}
        self._labels = {name: labelled(name, field) for name, field in self._fields.items()}

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the numbers of the selected layer."""
        before, self._shown = self._shown, (document, view)
        if before is not None and (before[1].layer, before[1].filter) != (view.layer, view.filter):
            self.drop_typed()

    def drop_typed(self) -> None:
        """Forget what is half typed for another layer or filter."""
        for field in self._fields.values():
            field.drop_typed()

    def _show_number(self, setting: NumberSetting, document: Document, layer: int, *, wanted: bool = True) -> None:
        """Show a number, or hide it where it is not wanted or the layer's rank does not have it."""
        label, field, rank = self._labels[setting.name], self._fields[setting.name], conv_at(document, layer).rank
        visible = wanted and (rank > 1 or setting.axis != ROWS)
        label.setVisible(visible)
        field.setVisible(visible)
        if visible:
            show_name(field, label, kernel_settings.field_name(setting.name, rank))
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
        sized(field, fixed_width=COMPACT_WIDTH)
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
        self._choice_labels = {name: labelled(name, choice) for name, choice in self._choices.items()}
        self._rows: list[QBoxLayout] = []
        self._arrange()

    @property
    def label_width(self) -> int:
        """The width of the widest label, so that other fields can stand in line."""
        return max(label.sizeHint().width() for label in self._labels.values())

    def set_compact(self, on: bool) -> None:
        """Put every field into a separate row, or two of them."""
        self._align_labels(in_one_column=on)
        for row in self._rows:
            row.setDirection(QBoxLayout.Direction.TopToBottom if on else QBoxLayout.Direction.LeftToRight)
            sized(row, spacing=3 if on else 6)

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

    def _show_choices(self, layer: Conv) -> None:
        for setting in CHOICES:
            choice = self._choices[setting.name]
            choice.show_index(setting.values.index(setting.read(layer)))
            is_there = setting.name not in _NOT_TRANSPOSED or not isinstance(layer, ConvTranspose)
            choice.setVisible(is_there)
            self._choice_labels[setting.name].setVisible(is_there)
        for row, value in enumerate(kernel_settings.PADDING_CHOICES):
            refusal = kernel_settings.why_not_padding(value, layer)
            self._choices["Padding"].show_use(row, refusal, is_usable=not refusal)

    def _choice(self, setting: ChoiceSetting) -> Choice:
        choice = Choice(setting.name, setting.labels, setting.tip)
        choice.setMinimumContentsLength(3)
        sized(choice, maximum_width=_WIDEST_CHOICE)
        choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        choice.chosen.connect(
            lambda row: self._ask(
                setting.step, lambda document, layer: setting.write(document, layer, setting.values[row])
            )
        )
        return choice

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        sized(column, spacing=3)
        self._align_labels(in_one_column=False)
        self._add_pairs(column, self._steps)
        column.addLayout(self._choice_row("Padding", "Padding mode", (1, 1)))
        self._add_pairs(column, self._sides)
        column.addLayout(self._choice_row("Operation", "Activation", (3, 2)))

    def _align_labels(self, *, in_one_column: bool) -> None:
        """Give the labels of each half, or all of them, one width, so that the fields stand below each other."""
        settings = (*self._steps, *self._sides)
        for group in (settings,) if in_one_column else (settings[0::2], settings[1::2]):
            labels = [self._labels[setting.name] for setting in group]
            widest = max(label.sizeHint().width() for label in labels)
            for label in labels:
                label.setMinimumWidth(widest)

    def _add_pairs(self, column: QVBoxLayout, settings: tuple[NumberSetting, ...]) -> None:
        """Add two fields to a row; what a layer of rank 1 does not have takes no room."""
        for pair in zip(settings[0::2], settings[1::2], strict=True):
            halves = [row_of(self._labels[setting.name], self._fields[setting.name]) for setting in pair]
            for half in halves:
                half.addStretch(1)
            column.addLayout(self._row(halves, (0, 1)))

    def _choice_row(self, first: str, second: str, shares: tuple[int, int]) -> QBoxLayout:
        halves = [row_of(self._choice_labels[name], self._choices[name]) for name in (first, second)]
        return self._row(halves, shares)

    def _row(self, halves: Sequence[QHBoxLayout], shares: tuple[int, int]) -> QBoxLayout:
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        sized(row, spacing=6)
        for half, share in zip(halves, shares, strict=True):
            row.addLayout(half, share)
        self._rows.append(row)
        return row


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
