"""The controls of a run: train, pause, steps forward and back, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QSlider, QStackedWidget, QVBoxLayout, QWidget

from convstudio.model.values.numbers import format_number
from convstudio.views.parts.controls import PlainLabel, row_of
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.icons import IconButton, IconLabel
from convstudio.views.parts.signs import PrimaryButton, ProgressBar, push_button
from convstudio.views.parts.sizes import sized

_PARTS = 1000
_BAR = 8


@dataclass(frozen=True)
class RunFacts:
    """What the controls show of a run: the main button, the three lines, how far it is, and what can be done."""

    button: str = "Train"
    progress: str = ""
    batch: str = ""
    held_out: str = ""
    step: int = 0
    steps: int = 0
    is_running: bool = False
    can_go_back: bool = False
    can_stop: bool = False


class RunBar(QWidget):
    """Buttons, a bar, and two lines. While a run rests, the bar is a slider that goes through its kept states."""

    train_asked = Signal()
    stop_asked = Signal()
    step_asked = Signal()
    back_asked = Signal()
    restart_asked = Signal()
    place_asked = Signal(int)
    slower_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.train_button = PrimaryButton("Train", "Train", "Train the network on the data; again: pause")
        self.train_button.clicked.connect(self._ask_train)
        self.step_button = IconButton("step-forward", "One step", "Make one step of the training", self.step_asked.emit)
        self.back_button = IconButton(
            "step-back", "One step back", "Take back the last step that is kept", self.back_asked.emit
        )
        self.restart_button = IconButton(
            "rotate-ccw", "Restart", "Go back to the weights that the run began with", self.restart_asked.emit
        )
        self.stop_button = IconButton(
            "square", "Stop", "End the run and keep its curves to compare; the weights stay", self.stop_asked.emit
        )
        self._make_lines()
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.train_button, self.step_button, self.back_button, self.restart_button, self.stop_button):
            flow.addWidget(button)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(0, 0, 0, 0), spacing=4)
        column.addWidget(buttons)
        column.addWidget(self._places)
        column.addWidget(self.progress)
        column.addWidget(self.batch)
        column.addWidget(self.held_out)
        column.addWidget(self.trouble)

    def show_facts(self, facts: RunFacts) -> None:
        """Show how far the run is, and what can be done."""
        if self.train_button.text() != facts.button:
            self.train_button.setText(facts.button)
            self.train_button.setAccessibleName(facts.button)
        self.progress.setText(facts.progress)
        self.batch.setText(facts.batch)
        self.held_out.setText(facts.held_out)
        self._bar.show_value(round(_PARTS * facts.step / max(1, facts.steps)))
        self._places.setCurrentWidget(self._bar if facts.is_running or not facts.can_go_back else self.slider)
        if not facts.is_running:
            with QSignalBlocker(self.slider):
                self.slider.setRange(0, facts.steps)
                self.slider.setValue(facts.step)
        self.step_button.setEnabled(not facts.is_running)
        for button in (self.back_button, self.restart_button):
            button.setEnabled(facts.can_go_back and facts.step > 0)
        self.stop_button.setEnabled(facts.can_stop)

    def show_trouble(self, sentence: str, *, slower: float | None = None) -> None:
        """Say what went wrong, and offer to begin again with a smaller rate where one helps; nothing: all is well."""
        self._sentence.setText(sentence)
        self.slower_button.setVisible(slower is not None)
        if slower is not None:
            self.slower_button.setText(f"Begin again with rate {format_number(slower)}")
            self.slower_button.setAccessibleName(self.slower_button.text())
        self.trouble.setVisible(bool(sentence))

    @property
    def sentence(self) -> str:
        """What is said to have gone wrong."""
        return self._sentence.text()

    def _make_lines(self) -> None:
        self._bar = ProgressBar("Progress of the training", "How much of the training is done")
        self._bar.setRange(0, _PARTS)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Step of the run")
        self.slider.setToolTip("Go to an earlier step of the run, or to the last one that is kept before it")
        self.slider.valueChanged.connect(self.place_asked)
        self._places = QStackedWidget()
        for page in (self._bar, self.slider):
            self._places.addWidget(page)
        sized(self._places, fixed_height=2 * _BAR)
        self.progress, self.batch, self.held_out = ElidedLabel(), ElidedLabel(), ElidedLabel()
        self._sentence = PlainLabel()
        self._sentence.setWordWrap(True)
        self.slower_button = push_button(
            "Begin again", "Go back to the first weights of the run, and use this learning rate", self.slower_asked.emit
        )
        self.trouble = QWidget()
        trouble = QVBoxLayout(self.trouble)
        sized(trouble, contents_margins=(0, 0, 0, 0), spacing=4)
        icon = IconLabel("triangle-alert")
        row = row_of(icon, self._sentence)
        row.setStretch(1, 1)
        trouble.addLayout(row)
        trouble.addLayout(row_of(self.slower_button, 1))
        self.trouble.hide()

    def _ask_train(self) -> None:
        self.train_asked.emit()
