"""The stepper of the calculation: it moves the window from output to output, and plays by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSlider

from convstudio.model.edits.intent import Intent
from convstudio.model.panes import readout
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.calculation.phase_switch import PhaseSwitch
from convstudio.views.parts.controls import Choice, PlainLabel, labelled, tool_button
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.room.folding import unfold_button
from convstudio.views.parts.room.tool_row import ToolRow
from convstudio.views.parts.signs import PrimaryButton
from convstudio.views.parts.sizes import in_font, interface_scale, sized
from convstudio.views.parts.theme import number_font

_EASY_SLIDER = 56  # in a shorter one the handle hardly moves


class Stepper(ToolRow):
    """Buttons, speed and slider in one row. `intent_asked` carries moves of the view.

    `unfold_asked` tells that the calculation is wanted, where the stepper is all that is left of its pane.
    """

    intent_asked = Signal(object)
    phase_asked = Signal(str)
    play_asked = Signal()
    speed_asked = Signal(int)
    ledger_toggled = Signal(bool)
    unfold_asked = Signal()

    def __init__(self, speeds: Sequence[int]) -> None:
        super().__init__()
        self._speeds = tuple(speeds)
        self.phases = PhaseSwitch()
        self.phases.chosen.connect(self.phase_asked)
        self._make_buttons()
        self._make_slider()
        self._lay_out()

    def show_playing(self, playing: bool) -> None:
        """Show whether the window moves by itself."""
        self.play_button.setText("Pause" if playing else "Play")

    def show_speed(self, steps_per_second: int) -> None:
        """Show the chosen speed."""
        self.speed_choice.show_index(self._speeds.index(steps_per_second))

    def show_ledger(self, *, is_there: bool, is_on: bool) -> None:
        """Offer the channel ledger where there is one, and show whether it is on show."""
        self.ledger_button.setVisible(is_there)
        with QSignalBlocker(self.ledger_button):
            self.ledger_button.setChecked(is_on)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the current output, and which steps there are."""
        self.phases.show_phase(view.watch.phase)
        count, index = stepping.position_count(document, view), stepping.position_index(document, view)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, count - 1))
            self.slider.setPageStep((stepping.output_spatial(document, view.layer) or (1,))[-1])
            self.slider.setValue(index)
        widest = readout.progress(count - 1, count)
        width = QFontMetrics(self.progress_label.font()).horizontalAdvance(widest)
        sized(self.progress_label, minimum_width=width / interface_scale())
        self.progress_label.setText(readout.progress(index, count))
        with QSignalBlocker(self.terms_button):
            self.terms_button.setChecked(view.term is not None)
        for part in (self.first_button, self.back_button, self.play_button, self.forward_button, self.last_button,
                     self.slider):  # fmt: skip
            part.setEnabled(count > 0)
        self.terms_button.setEnabled(count > 0 and stepping.can_go_term_by_term(document, view))

    def _make_buttons(self) -> None:
        self.first_button = IconButton("skip-back", "First position", "Go to the first output", self._asking("first"))
        self.back_button = IconButton("step-back", "Step back", "Go one step back", self._asking("back"))
        self.play_button = PrimaryButton("Play", "Play", "Move the window by itself, or pause")
        self.forward_button = IconButton("step-forward", "Step forward", "Go one step forward", self._asking("forward"))
        self.last_button = IconButton("skip-forward", "Last position", "Go to the last output", self._asking("last"))
        self.terms_button = tool_button("Term by term", "Term by term", "Step through the terms of one sum",
                                        toggles=True)  # fmt: skip
        self.ledger_button = tool_button("Channel ledger", "Channel ledger", "Show what every channel adds",
                                         toggles=True)  # fmt: skip
        self.ledger_button.hide()
        self.ledger_button.toggled.connect(self.ledger_toggled)
        self.terms_button.toggled.connect(self._asking("terms"))  # not clicked: screen readers toggle
        self.unfold_button = unfold_button(
            "Show calculation", "Show the calculation in place of all maps", self.unfold_asked
        )

    def _make_slider(self) -> None:
        self.speed_choice = Choice("Speed", [f"{speed} / s" for speed in self._speeds], "Steps per second")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Position")
        self.slider.setToolTip("Drag to move the window")
        self.progress_label = PlainLabel()
        in_font(self.progress_label, number_font)
        self.progress_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.play_button.clicked.connect(self.play_asked)
        self.speed_choice.chosen.connect(lambda index: self.speed_asked.emit(self._speeds[index]))
        self.slider.valueChanged.connect(lambda index: self.intent_asked.emit(Intent(move=partial(_at_index, index))))

    def _asking(self, step: str) -> Callable[..., None]:
        return lambda *_: self.intent_asked.emit(Intent(move=stepping.MOVES[step]))

    def _lay_out(self) -> None:
        self.add(self.phases, stays=True)
        for button in (self.first_button, self.back_button, self.play_button, self.forward_button, self.last_button):
            self.add(button, stays=True)
        self.add(self.unfold_button, stays=True)
        self.add(self.terms_button)
        self.add(self.ledger_button)
        self.add(labelled("Speed", self.speed_choice), self.speed_choice)
        self.add(self.slider, stays=True, room=_EASY_SLIDER)
        self.add(self.progress_label, stays=True)


def _at_index(index: int, document: Document, view: ViewState) -> ViewState:
    return stepping.go_to(document, view, index)
