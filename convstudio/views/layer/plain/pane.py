"""The settings of a layer without kernels, and what there is to see of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLayoutItem, QSizePolicy, QVBoxLayout

from convstudio.model.colour import display
from convstudio.model.colour.display import ColoursInSight, colours, signed_levels
from convstudio.model.edits.intent import Edit, Intent, Target
from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes import layer_form
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.answers.setting import Setting
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.model.words.data_format import change_line
from convstudio.views.layer.locking.bias_padlock import BiasPadlock
from convstudio.views.layer.locking.unit_commands import UnitLockCommands
from convstudio.views.parts.controls import Card, Choice, NumberField, PlainLabel, WholeField, labelled, row_of
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.grids.grid import GridView
from convstudio.views.parts.grids.grid_model import MOST_COMPARED, GridContent
from convstudio.views.parts.grids.overlay import Overlay
from convstudio.views.parts.plots.curve import Curve
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_FIELD_WIDTH = 120
_WEIGHTS_TIP = "The weights of the selected unit, one for each value that the layer reads"
_FACTORS_TIP = "The factor of each value of this map: 0 where the value is dropped"
_LARGEST_CELL = 44
_COLUMNS = 3
_Row = tuple[Setting, Choice | WholeField | NumberField, BiasPadlock]


class PlainLayerPane(Card):
    """The settings of a layer without kernels, the curve of an activation, the weights of a dense layer's unit."""

    intent_asked = Signal(object)
    refused = Signal(str)

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self._shown: tuple[Document, ViewState] | None = None
        self._kind: object = None
        self._weights_shown: tuple[Floats | None, tuple[object, ...]] = (None, ())
        self._fields: list[_Row] = []
        self._title = PlainLabel(bold=True)
        self._shape = ElidedLabel()
        self._facts = PlainLabel(small=True)
        self._facts.setWordWrap(True)
        self.weights = GridView("Weights", _WEIGHTS_TIP)
        self.factors = GridView("Factors", _FACTORS_TIP)
        self.weights.set_cell_range(_LARGEST_CELL, _LARGEST_CELL)
        for grid in (self.weights, self.factors):
            grid.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.factors.menu_asked.connect(self.factors.actions_on_cells.open_menu)
        self.locks = UnitLockCommands(self.weights)
        self.locks.intent_asked.connect(self.intent_asked)
        self.curve = Curve()
        self._arrange()
        self.weights.grid.edited.connect(self._write_weights)
        self.weights.refused.connect(self.refused)
        self.weights.pointed.connect(self._point)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the selected layer."""
        before, self._shown = self._shown, (document, view)
        layer = document.layers[view.layer]
        self._title.setText(layer.name)
        input_shape, output_shape = document.input_shape(view.layer), document.output_shape(view.layer)
        self._shape.setText(
            ""
            if input_shape is None or output_shape is None
            else change_line(input_shape, output_shape, view.data_format)
        )
        self._facts.setText(layer.facts)
        self._fit_fields(layer)
        selected = layer_form.selected_channel(document, view)
        is_other = before is not None and _subject(*before) != _subject(document, view)
        for setting, field, padlock in self._fields:
            padlock.setVisible(setting.is_locked is not None and setting.is_locked(layer, selected))
            value = setting.read(layer, selected)
            if is_other and not isinstance(field, Choice):
                field.drop_typed()
            if isinstance(field, Choice):
                field.show_index(int(value))
            elif isinstance(field, WholeField):
                field.show_value(int(value))
            else:
                field.show_value(value)
        self._show_picture(document, view, layer)

    def leave(self) -> None:
        """Forget what is half typed, before a convolution is on show."""
        for _, field, _ in self._fields:
            if not isinstance(field, Choice):
                field.drop_typed()
        self.weights.drop_editor()

    # --- showing -----------------------------------------------------------------------------------------------

    def _show_picture(self, document: Document, view: ViewState, layer: Layer) -> None:
        """Show what there is to see: a curve, a unit's weights, or what dropout multiplies with."""
        self._show_curve(layer)
        self.weights.setVisible(isinstance(layer, Dense))
        if isinstance(layer, Dense):
            self._show_weights(document, layer, view)
        factors = layer_form.shown_factors(document, view)
        self.factors.setVisible(factors is not None)
        if factors is not None:
            self._show_table(self.factors, factors, editable=False)

    def _show_curve(self, layer: Layer) -> None:
        has_curve = isinstance(layer, Activation) and layer.handles_each_map_alone
        self.curve.setVisible(has_curve)
        if isinstance(layer, Activation) and has_curve:
            self.curve.show_activation(layer)

    def _show_weights(self, document: Document, layer: Dense, view: ViewState) -> None:
        """Show the weights of a unit; colouring millions that are on show already would stop the window."""
        subject = view.layer, layer_form.unit_of(layer, view)
        shown = (*subject, view.numbers, layer.is_locked, layer.locks)
        self.locks.show_document(document, view)
        weights, of = self._weights_shown
        if weights is not layer.weights or of != shown:
            self._weights_shown = layer.weights, shown
            table, padlocks = layer_form.unit_weights(layer, view), layer_form.unit_padlocks(layer, view)
            self._show_table(self.weights, table, editable=True, subject=subject, padlocks=padlocks)
        self._show_marks(document, view)

    def _show_marks(self, document: Document, view: ViewState) -> None:
        """Outline the weight that is pointed at or pinned, and that of the current term, which comes in sight."""
        term = layer_form.term_weight(document, view)
        linked = view.linked.index[-1] if view.linked is not None and view.linked.pane is Pane.KERNEL else None
        marks = [(at, is_window) for at, is_window in ((linked, False), (term, True)) if at is not None]
        self.weights.show_overlays(
            [Overlay.of((np.array([0]), np.array([at])), is_window=is_window) for at, is_window in marks]
        )
        if term is not None:
            self.weights.scrollTo(self.weights.grid.index(0, term))

    def _show_table(
        self,
        grid: GridView,
        values: Floats,
        *,
        editable: bool,
        subject: object = None,
        padlocks: NDArray[np.bool_] | None = None,
    ) -> None:
        levels = signed_levels(values) if editable else display.grey_levels(values)
        sized(grid, maximum_height=values.shape[0] * _LARGEST_CELL + 20)
        size = (values.shape[0], values.shape[1])
        held = size if editable else None
        axes = layer_form.table_axes(values, is_weights=editable)
        painted = colours(values, levels) if values.size <= MOST_COMPARED else ColoursInSight(values, levels)
        content = GridContent(values, painted, editable=held, write=_short, axes=axes, subject=subject)
        grid.show_content(replace(content, padlocks=padlocks))

    def _fit_fields(self, layer: Layer) -> None:
        """Rebuild the fields for another kind of layer, and keep them for the same kind.

        Where only the last ones change, the first ones stay: one of them may have the keyboard.
        """
        settings = layer.form(self._limits)
        kind = (type(layer), tuple(setting.name for setting in settings))
        if kind == self._kind:
            return
        self._kind = kind
        pairs = zip(self._fields, settings, strict=False)
        kept = len(list(takewhile(lambda pair: pair[0][0] == pair[1], pairs)))
        self._clear(kept)
        others = ((setting, self._field(setting), BiasPadlock()) for setting in settings[kept:])
        self._fields = [*self._fields[:kept], *others]
        for row, (setting, field, padlock) in enumerate(self._fields[kept:], kept):
            for column, part in enumerate((labelled(setting.name, field), field, padlock)):
                self._places.addWidget(part, row, column)

    def _clear(self, kept: int) -> None:
        """Take away the fields with their labels and padlocks, but for the first `kept` ones."""
        while True:
            item: QLayoutItem | None = self._places.takeAt(_COLUMNS * kept)
            if item is None:
                return
            widget = item.widget()
            if widget is not None:
                widget.blockSignals(True)  # hiding a field ends what is half typed, which is meant for another layer
                widget.hide()
                widget.deleteLater()

    def _field(self, setting: Setting) -> Choice | WholeField | NumberField:
        if setting.entries:
            choice = Choice(setting.name, setting.entries, setting.tip)
            choice.chosen.connect(partial(self._set, setting))
            sized(choice, fixed_width=_FIELD_WIDTH)
            return choice
        field: WholeField | NumberField
        if setting.low is not None:
            tip = f"{setting.tip} ({setting.low} to {setting.high})"
            field = WholeField(setting.name, setting.low, setting.high, tip)
        else:
            field = NumberField(setting.name, setting.tip)
        sized(field, fixed_width=_FIELD_WIDTH)
        field.edited.connect(partial(self._set, setting))
        field.refused.connect(self.refused)
        return field

    # --- asking ------------------------------------------------------------------------------------------------

    def _set(self, setting: Setting, value: float) -> None:
        """Ask for the edit, then show what became of it: the value before, where it was refused."""
        if self._shown is None:
            return
        view = self._shown[1]
        self._ask(f"Set {setting.name.lower()}", lambda held: layer_form.set_value(held, view, setting, value))
        self.show_document(*self._shown)

    def _write_weights(self, _row: int, column: int, block: Floats) -> None:
        if self._shown is not None:
            view, step = self._shown[1], one_or_many(block.size, "Set weight", "Set weights")
            self._ask(step, lambda held: layer_form.set_unit_weights(held, view, column, block))

    def _ask(self, step: str, edit: Edit) -> None:
        """Ask for an edit of the layer on show."""
        if self._shown is not None:
            document, view = self._shown
            self.intent_asked.emit(Intent(step, edit, target=Target.of(document, view.layer)))

    def _point(self, at: tuple[int, int] | None) -> None:
        cell = None if at is None else Cell(Pane.KERNEL, (at[1],))
        self.intent_asked.emit(Intent(move=lambda _document, view: view.pointing_at(cell)))

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        sized(column, contents_margins=(12, RHYTHM, 12, RHYTHM), spacing=RHYTHM)
        column.addLayout(row_of(self._title, self._shape, spacing=8))
        column.addWidget(self._facts)
        self._places = QGridLayout()
        sized(self._places, horizontal_spacing=12, vertical_spacing=1)
        self._places.setColumnStretch(_COLUMNS, 1)
        column.addLayout(self._places)
        column.addWidget(self.curve, 3)
        column.addWidget(self.weights, 3)
        column.addWidget(self.factors, 3)
        column.addStretch(1)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)


def _subject(document: Document, view: ViewState) -> tuple[int, int]:
    """Return whose settings are shown: the layer, and the channel or unit."""
    return view.layer, layer_form.selected_channel(document, view)


def _short(value: float) -> str:
    return format_number(value, 3)
