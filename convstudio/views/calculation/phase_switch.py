"""The switch between the phases of learning."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from convstudio.model.values.learning.watched_phase import PHASES
from convstudio.views.parts.controls import row_of, tool_button

_TIPS = {
    "forward": "How the current output is computed",
    "loss": "How far the output is from the target",
    "backward": "How the loss changes with each weight, term by term",
    "update": "What a step of learning makes of each weight",
}


class PhaseSwitch(QWidget):
    """One button for each phase; `chosen` carries the phase."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Phase of learning")
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for place, phase in enumerate(PHASES):
            button = tool_button(phase.capitalize(), phase.capitalize(), _TIPS[phase], toggles=True)
            self._group.addButton(button, place)
            self.buttons[phase] = button
        self._group.idToggled.connect(self._ask)  # not clicked: arrow keys and screen readers toggle
        self.setLayout(row_of(*self.buttons.values(), spacing=0))
        self.show_phase("forward")

    def show_phase(self, phase: str) -> None:
        """Show which phase is on show."""
        button = self.buttons[phase]
        if not button.isChecked():
            with QSignalBlocker(self._group):
                button.setChecked(True)

    def _ask(self, place: int, is_on: bool) -> None:
        if is_on:
            self.chosen.emit(PHASES[place])
