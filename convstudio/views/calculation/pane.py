"""The calculation card: window ⊙ kernel = products, their sum, and the stepper that moves the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convstudio.model.colour import display
from convstudio.model.colour.display import Levels
from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes import ledger
from convstudio.model.panes.explanation import Explanation, SmallContent, explained, explained_combination
from convstudio.model.panes.input.input_display import Ranges
from convstudio.model.panes.input.input_levels import span_levels, span_on_show
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import LayerInput, reading_of, why_unread
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.views.calculation.ledger import LedgerPanel
from convstudio.views.calculation.stepper import Stepper
from convstudio.views.calculation.text import CalculationField, ResultLabel
from convstudio.views.parts.controls import Card
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.grids.small_grid import FULL_HEIGHT, SmallGrid
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.room.folding import folding_heights
from convstudio.views.parts.signs import EquationSign
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_GROWTH_STEPS = 2  # in which the calculation doubles its size
_MOST_GROWTH = 2


class CalculationPane(Card):
    """Shows every term of the current output, and steps from output to output.

    `speeds` are the steps per second to choose from. `intent_asked` carries moves of the view.
    """

    intent_asked = Signal(object)
    play_asked = Signal()
    speed_asked = Signal(int)
    refused = Signal(str)
    unfold_asked = Signal()

    def __init__(self, speeds: Sequence[int], limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        self._view = ViewState()
        self._result: Forward | None = None
        self._explanation: Explanation | None = None
        self._document: Document | None = None
        self._wants_ledger: bool | None = None
        self._selection: tuple[str, Layer] | None = None
        self._ranges: tuple[TiledArray, Ranges] | None = None
        self._calculated: tuple[Layer, TiledArray, tuple[object, ...]] | None = None
        self._make_equation()
        self.stepper = Stepper(speeds)
        self._connect_stepper()
        self._lay_out()

    # --- what is shown -----------------------------------------------------------------------------------------

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Work out and show the current output of a document; a layer after the first reads maps of the `result`."""
        self._document, self._view, self._result = document, view, result
        self.stepper.show_document(document, view)
        self._show_calculation(document, view)

    def show_view(self, document: Document, view: ViewState) -> None:
        """Show another output, channel or term; nothing is worked out again where they are the same."""
        before, self._view = self._view, view
        if _selection(view) != _selection(before):
            self.show_document(document, view, self._result)

    @property
    def sentence(self) -> str:
        """What is shown, as one sentence."""
        return self.field.toPlainText() if self._explanation is None else self._explanation.sentence

    def show_playing(self, playing: bool) -> None:
        """Return whether the window moves by itself."""
        self.stepper.show_playing(playing)

    def show_speed(self, steps_per_second: int) -> None:
        """Show the chosen speed."""
        self.stepper.show_speed(steps_per_second)

    def copy_calculation(self) -> None:
        """Put the whole calculation on the clipboard, with every term; where there is none, tell why in `refused`."""
        if self._explanation is None:
            self.refused.emit(self.field.toPlainText())
        else:
            QGuiApplication.clipboard().setText(self._explanation.whole)

    # --- making ------------------------------------------------------------------------------------------------

    def _make_equation(self) -> None:
        self.window_grid, self.kernel_grid, self.products_grid = SmallGrid(), SmallGrid(), SmallGrid()
        self.ledger = LedgerPanel()
        self.ledger.hide()
        self.ledger.channel_asked.connect(
            lambda channel: self.intent_asked.emit(Intent(move=partial(_at_line, channel)))
        )
        self.ledger.pairing_asked.connect(
            lambda pairing: self.intent_asked.emit(Intent(move=lambda _document, view: replace(view, pairing=pairing)))
        )
        self.field = CalculationField()
        self.term_label = ElidedLabel()
        self.term_label.hide()
        self.result_label = ResultLabel()
        self.copy_button = IconButton("copy", "Copy calculation", "Copy the whole calculation as text",
                                      self.copy_calculation)  # fmt: skip

    def _connect_stepper(self) -> None:
        self.stepper.intent_asked.connect(self.intent_asked)
        self.stepper.play_asked.connect(self.play_asked)
        self.stepper.speed_asked.connect(self.speed_asked)
        self.stepper.unfold_asked.connect(self.unfold_asked)
        self.stepper.ledger_toggled.connect(self._choose_ledger)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        sized(column, contents_margins=(12, 8, 12, 8), spacing=4)
        self._equation = QWidget()
        self._equation.setLayout(self._equation_row())
        column.addWidget(self._equation, 1)
        column.addWidget(self.stepper)

    def _equation_row(self) -> QHBoxLayout:
        """Lay out window ⊙ kernel = products Σ text result; the ledger takes the place of the grids."""
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.field, 1)
        words.addWidget(self.term_label)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        sized(row, spacing=12)
        self._operators = [EquationSign(sign) for sign in "⊙=Σ"]
        for grid, operator in zip(self._grids, self._operators, strict=True):
            row.addWidget(grid)
            row.addWidget(operator)
        row.addWidget(self.ledger)
        row.addLayout(words, 1)
        row.addWidget(self.result_label)
        row.addWidget(self.copy_button)
        return row

    # --- folding -------------------------------------------------------------------------------------------------

    def set_folded(self, on: bool) -> None:
        """Keep the stepper alone, where the window is too low for the calculation and all maps."""
        self._equation.setVisible(not on)
        self.stepper.unfold_button.setVisible(on)

    @property
    def least_heights(self) -> tuple[int, int]:
        """The least heights, folded and whole."""
        return folding_heights(self, self._equation)

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the calculation as it is in a narrow window."""
        spare = self.ledger.spare_width if self._has_ledger else sum(grid.spare_width for grid in self._grids)
        larger = self._growth() - 1
        spare += int(self.result_label.minimumWidth() * larger / (larger + 1))
        grown = 0 if self._has_ledger else int(px(FULL_HEIGHT) * larger)
        return super().minimumSizeHint() - QSize(spare, grown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Write numbers as long and as large as there is room for; leave out of the ledger what has no room."""
        growth = self._growth()
        self.field.set_growth(growth)
        self.result_label.set_growth(growth)
        if self._has_ledger:
            others = super().minimumSizeHint().width() - self.ledger.sizeHint().width()
            if self.ledger.fit(self.width() - others):
                self._equation.updateGeometry()
            return
        least = super().minimumSizeHint().width() - sum(grid.sizeHint().width() for grid in self._grids)
        for grid in self._grids:
            if grid.set_room((self.width() - least) // len(self._grids), growth):
                self._equation.updateGeometry()

    def _growth(self) -> float:
        """Return how much larger than on a small screen the calculation is, in steps that are worth it."""
        room = self.height() - self.stepper.sizeHint().height() - 2 * px(RHYTHM)
        steps = int(_GROWTH_STEPS * room / px(FULL_HEIGHT))
        return min(max(steps, _GROWTH_STEPS), _MOST_GROWTH * _GROWTH_STEPS) / _GROWTH_STEPS

    @property
    def _grids(self) -> tuple[SmallGrid, ...]:
        return self.window_grid, self.kernel_grid, self.products_grid

    @property
    def _has_ledger(self) -> bool:
        return not self.ledger.isHidden()

    # --- showing -----------------------------------------------------------------------------------------------

    def _show_combination(self, found: CombinedMap, view: ViewState) -> None:
        """Show where the value of a combination comes from, or why there is none."""
        told = explained_combination(found, view)
        self._show_problem(found.problem)
        if told is not None:
            self._explanation = told
            self.field.show_text(told.text)
            self.result_label.setText(told.result_text)
            self.copy_button.setEnabled(True)

    def _show_calculation(self, document: Document, view: ViewState) -> None:
        if view.combined and document.combination_of(view.layer) is not None:
            if self._result is None or self._result.document is not document:
                return  # its maps are still to come: what is on show stays until then
            if self._result.combined is not None:
                self._show_combination(self._result.combined, view)
                return
        layer, reading = document.layers[view.layer], reading_of(document, view, self._result)
        if reading is None:
            self._show_problem(why_unread(document, view, self._result))
            return
        if self._shows_already(layer, reading, view):
            return
        try:
            found = explained(layer, reading.values, view, self._levels_of(reading), reading.names)
        except ValueError as refusal:
            self._show_problem(as_sentence(str(refusal)))
            return
        self._explanation = found
        self._calculated = layer, reading.values, self._facts_of(reading, view)
        is_ledger = self._show_ledger(layer, found, reading, view)
        self._show_grids(() if is_ledger else found.grids, found.signs, refit=self._is_news(reading.sample.name, layer))
        self.field.show_text(found.text)
        self.result_label.setText(found.result_text)
        self.term_label.setVisible(bool(found.term))
        self.term_label.setText(found.term)
        self.copy_button.setEnabled(True)

    def _shows_already(self, layer: Layer, reading: LayerInput, view: ViewState) -> bool:
        """Return whether the calculation on show is this one, as while the maps that it reads are still to come."""
        held = self._calculated
        return (
            held is not None
            and held[0] is layer
            and held[1] is reading.values
            and held[2] == self._facts_of(reading, view)
        )

    def _facts_of(self, reading: LayerInput, view: ViewState) -> tuple[object, ...]:
        return reading.names, reading.sample.name, self._wants_ledger, _selection(view)

    def _show_grids(self, contents: Sequence[SmallContent], signs: str, *, refit: bool) -> None:
        """Show small grids, each with its sign after it; `refit` fits the cells to these numbers alone."""
        for index, (grid, operator) in enumerate(zip(self._grids, self._operators, strict=True)):
            content = contents[index] if index < len(contents) else None
            grid.show_content(content, refit=refit)
            grid.setVisible(content is not None)
            operator.setVisible(content is not None)
            operator.setText(signs[index] if index < len(signs) else "")

    def _show_ledger(self, layer: Layer, found: Explanation, reading: LayerInput, view: ViewState) -> bool:
        """Show the ledger where there is one and the user has not put it away; return whether it is shown."""
        is_shown = ledger.shows_ledger(layer, found.calculation, self._wants_ledger)
        self.stepper.show_ledger(is_there=ledger.has_ledger(layer, found.calculation), is_on=is_shown)
        if is_shown and isinstance(layer, Conv) and found.calculation is not None:
            levels = self._levels_of(reading)
            self.ledger.show_calculation(layer, found.calculation, reading.names, levels, view)
        if is_shown:
            self._show_grids((), "", refit=False)  # else the window would first grow for both of them at once
        self.ledger.setVisible(is_shown)
        self._fit()
        return is_shown

    def _choose_ledger(self, is_wanted: bool) -> None:
        self._wants_ledger = is_wanted
        if self._document is not None:
            self._show_calculation(self._document, self._view)

    def _is_news(self, sample: str, layer: Layer) -> bool:
        """Return whether other numbers are shown than before: another sample, or another kernel."""
        before, self._selection = self._selection, (sample, layer)
        return before is None or before[0] != sample or before[1] is not layer

    def _show_problem(self, sentence: str) -> None:
        """Say why there is nothing to calculate."""
        self._explanation = self._calculated = None
        self._show_grids((), "", refit=True)
        self.ledger.hide()
        self.stepper.show_ledger(is_there=False, is_on=False)
        self.field.show_text(sentence)
        self.result_label.setText("")
        self.term_label.setVisible(False)
        self.copy_button.setEnabled(False)

    def _levels_of(self, reading: LayerInput) -> Levels:
        """Return the levels of the whole input, so that a window has the colours that it has there."""
        read = reading.values
        if not read.rank:
            return display.picture_levels(read.to_array())
        held = self._ranges
        if held is None or held[0] is not read:
            ranges = Ranges.of(read) if held is None else held[1].after(read, read.changed_boxes(held[0]))
            held = self._ranges = read, ranges
        is_picture = not display.is_grid(read.spatial, self._limits.grid_length)
        span = span_on_show(self._view.input_span, held[1], is_own=reading.is_own, is_picture=is_picture)
        return span_levels(read, held[1], span, is_own=reading.is_own)


def _selection(view: ViewState) -> tuple[object, ...]:
    return (
        *(view.layer, view.channel, view.filter, view.position, view.shown_position),
        *(view.term, view.combined, view.pairing),
    )


def _at_line(channel: int, document: Document, view: ViewState) -> ViewState:
    return ledger.select_line(document, view, channel)
