"""The calculation card: window ⊙ kernel = products, their sum, and the stepper that moves the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from convstudio.model.edits.intent import Intent
from convstudio.model.kinds.convolution import Conv
from convstudio.model.panes import ledger
from convstudio.model.panes.explanation import Explanation, explained, explained_combination
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import LayerInput, reading_of, why_unread
from convstudio.model.trace import stepping
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.learning.watched_phase import Phase
from convstudio.model.values.limits import Limits
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.views.calculation.equation_card import EquationCard
from convstudio.views.calculation.window_levels import WindowLevels
from convstudio.views.parts.later import load

if TYPE_CHECKING:
    from convstudio.model.lenses.attribution import TermShares
    from convstudio.views.calculation.phase_box import PhaseBox

COMPUTING = "Computing the gradients…"


class CalculationPane(EquationCard):
    """Shows every term of the current output, and steps from output to output.

    `speeds` are the steps per second to choose from. `intent_asked` carries moves of the view.
    """

    intent_asked = Signal(object)
    play_asked = Signal()
    speed_asked = Signal(int)
    unfold_asked = Signal()
    phase_box_made = Signal(object)
    """What has the tools of the phases of learning is made when the first of them is chosen."""

    def __init__(self, speeds: Sequence[int], limits: Limits) -> None:
        super().__init__(speeds)
        self._limits = limits
        self._view = ViewState()
        self._result: Forward | None = None
        self._document: Document | None = None
        self._wants_ledger: bool | None = None
        self._is_crowded = False
        self._phase: Phase = "forward"
        self._selection: tuple[str, Layer] | None = None
        self._levels = WindowLevels(limits)
        self._shares: TermShares | None = None
        self._calculated: tuple[Layer, TiledArray, tuple[object, ...]] | None = None
        self.phase_box: PhaseBox | None = None
        self._connect_ledger()
        self._connect_stepper()

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

    def show_playing(self, playing: bool) -> None:
        """Return whether the window moves by itself."""
        self.stepper.show_playing(playing)

    def show_speed(self, steps_per_second: int) -> None:
        """Show the chosen speed."""
        self.stepper.show_speed(steps_per_second)

    def show_term_shares(self, shares: TermShares | None) -> None:
        """Colour the terms by what each carries of a score, as long as the calculation on show is theirs."""
        self._shares = shares
        self._mark_terms()

    def _mark_terms(self) -> None:
        told, shares = self._explanation, self._shares
        found = None if told is None else told.calculation
        if shares is None or found is None or self._view.term is not None or self._view.watch.is_learning:
            self.field.show_marks(())
        elif shares.calculation.tells_the_same_as(found):
            self.field.show_marks(shares.marks(self.field.toPlainText(), self._view.channel))
        else:
            self.field.show_marks(())

    # --- making ------------------------------------------------------------------------------------------------

    def _connect_ledger(self) -> None:
        self.ledger.channel_asked.connect(
            lambda channel: self.intent_asked.emit(Intent(move=partial(_at_line, channel)))
        )
        self.ledger.pairing_asked.connect(
            lambda pairing: self.intent_asked.emit(Intent(move=lambda _document, view: replace(view, pairing=pairing)))
        )

    def _connect_stepper(self) -> None:
        self.stepper.intent_asked.connect(self.intent_asked)
        self.stepper.phase_asked.connect(self._choose_phase)
        self.stepper.play_asked.connect(self.play_asked)
        self.stepper.speed_asked.connect(self.speed_asked)
        self.stepper.unfold_asked.connect(self.unfold_asked)
        self.stepper.ledger_toggled.connect(self._choose_ledger)

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

    def show_phase(self) -> None:
        """Show the phase of learning on show again, as after its gradients were worked out."""
        if self._document is not None and self._view.watch.is_learning:
            self._show_phase(self._document, self._view)

    def _show_phase(self, document: Document, view: ViewState) -> None:
        """Show a phase of learning; what is on show stays while its gradients are worked out."""
        self._calculated = None
        box = self._made_phase_box()
        self._show_below(is_wanted=True)
        told = box.explain(document, view, self._result)
        if isinstance(told, str):
            self._show_problem(told)
        elif told is not None:
            self.ledger.hide()
            self.stepper.show_ledger(is_there=False, is_on=False)
            refit = self._is_news(f"{view.watch.phase} {view.watch.of}", document.layers[view.layer])
            self._show_explanation(told, refit=refit)
        elif self._explanation is None or self._phase != view.watch.phase:
            self._show_problem(COMPUTING)
        self._phase = view.watch.phase
        self._fit()

    def _show_problem(self, sentence: str) -> None:
        self._calculated = None
        super()._show_problem(sentence)

    def _made_phase_box(self) -> PhaseBox:
        if self.phase_box is None:
            made: PhaseBox = load("calculation.phase_box.PhaseBox")(self._limits)
            self._add_below(made)
            made.intent_asked.connect(self.intent_asked)
            made.refused.connect(self.refused)
            self.phase_box = made
            self.phase_box_made.emit(made)
        return self.phase_box

    def _choose_phase(self, phase: Phase) -> None:
        if not self._equation.isVisible():
            self.unfold_asked.emit()
        self.intent_asked.emit(Intent(move=partial(_in_phase, phase)))

    def _show_calculation(self, document: Document, view: ViewState) -> None:
        if view.watch.is_learning:
            self._show_phase(document, view)
            return
        self._phase = view.watch.phase
        self._show_below(is_wanted=False)
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
            found = explained(layer, reading.values, view, self._levels.of(reading, view), reading.names)
        except ValueError as refusal:
            self._show_problem(as_sentence(str(refusal)))
            return
        self._calculated = layer, reading.values, self._facts_of(reading, view)
        is_ledger = self._show_ledger(layer, found, reading, view)
        refit = self._is_news(reading.sample.name, layer)
        self._show_explanation(found, refit=refit, with_grids=not is_ledger)
        self._mark_terms()

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
        return reading.names, reading.sample.name, self._wants_ledger, self._is_crowded, _selection(view)

    def _show_ledger(self, layer: Layer, found: Explanation, reading: LayerInput, view: ViewState) -> bool:
        """Show the ledger where there is one and the user has not put it away; return whether it is shown."""
        wanted = False if self._wants_ledger is None and self._is_crowded else self._wants_ledger
        is_shown = ledger.shows_ledger(layer, found.calculation, wanted)
        self.stepper.show_ledger(is_there=ledger.has_ledger(layer, found.calculation), is_on=is_shown)
        if is_shown and isinstance(layer, Conv) and found.calculation is not None:
            levels = self._levels.of(reading, view)
            self.ledger.show_calculation(layer, found.calculation, reading.names, levels, view)
        if is_shown:
            self._show_grids((), "", refit=False)  # else the window would first grow for both of them at once
        self.ledger.setVisible(is_shown)
        self._fit()
        return is_shown

    def set_crowded(self, on: bool) -> None:
        """Put the ledger away in a low window, where few of its lines are seen, unless the user asked for it."""
        self._is_crowded = on
        if self._wants_ledger is None and self._document is not None:
            self._show_calculation(self._document, self._view)

    def _choose_ledger(self, is_wanted: bool) -> None:
        self._wants_ledger = is_wanted
        if self._document is not None:
            self._show_calculation(self._document, self._view)

    def _is_news(self, sample: str, layer: Layer) -> bool:
        """Return whether other numbers are shown than before: another sample, or another kernel."""
        before, self._selection = self._selection, (sample, layer)
        return before is None or before[0] != sample or before[1] is not layer


def _selection(view: ViewState) -> tuple[object, ...]:
    return (
        *(view.layer, view.channel, view.filter, view.position, view.shown_position),
        *(view.term, view.combined, view.pairing, view.numbers),
        *((view.watch, view.linked) if view.watch.is_learning else (view.watch.phase,)),
    )


def _in_phase(phase: Phase, document: Document, view: ViewState) -> ViewState:
    return stepping.choose_phase(document, view, phase)


def _at_line(channel: int, document: Document, view: ViewState) -> ViewState:
    return ledger.select_line(document, view, channel)
