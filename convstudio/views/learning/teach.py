"""Teach by example: draw what the map should be, and watch the kernel learn it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.panes.learning.graphs.graph import Graph
from convstudio.model.panes.learning.teaching.tables import ShownTable
from convstudio.model.panes.learning.teaching.teach_view import TaughtMaps
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.views.learning.lesson_dock import LabelledField, wrapping_label
from convstudio.views.learning.plate_row import PlateRow
from convstudio.views.learning.target_pad import TargetPad
from convstudio.views.parts.controls import (
    Card,
    Choice,
    NumberField,
    WholeField,
    tool_button,
)
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.plots.line_plot import LinePlot
from convstudio.views.parts.signs import PrimaryButton
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

KERNELS = ("Kernel before", "Kernel now", "Change")
_FIELD, _RATE, _STEPS = 50, 60, 70


class TeachCard(Card):
    """Shows the target beside the map, the kernel before and now, and the loss; asks for targets and for runs.

    `target_asked` carries "blank", "map" or "hidden"; `run_asked` "teach", "step" or "random". `guessed` carries the
    number of the detector that was guessed.
    """

    target_asked = Signal(str)
    run_asked = Signal(str)
    guessed = Signal(int)
    reveal_asked = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[TaughtMaps, Floats | None] = TaughtMaps(), None
        self.pad = TargetPad("Target")
        self.maps = PlateRow(("Map now", "Error"), first=self.pad)
        self.kernels = PlateRow(KERNELS, hold_weights=True)
        self.loss = LinePlot("Loss by step")
        self.problem = wrapping_label()
        self.line = ElidedLabel()  # it says something else in every frame, and lays nothing out again for that
        self.verdict = wrapping_label(bold=True)
        self.brush = tool_button("Draw", "Draw", "Paint the target with the mouse", toggles=True)
        self.over = tool_button(
            "Over the input", "Over the input", "Show the input in grey under a target to trace on it", toggles=True
        )
        self.brush_value = NumberField("Draw value", "The number that the brush paints")
        self.brush_size = WholeField("Draw size", 1, LIMITS.brush, "The side of the painted square, in cells")
        self.rate = NumberField("Rate", "How far each step goes: the rate of Adam (beta 2 is 99/100), falling to 0")
        self.steps = WholeField("Steps", 1, LIMITS.epochs, "How many steps a run makes")
        self.seed = WholeField("Seed", 0, LIMITS.seed, "Which random kernel comes next")
        self.teach = PrimaryButton("Teach", "Teach", "Learn the target, or pause")
        self.teach.clicked.connect(self._ask_teach)
        self.guess = Choice("Guess", (), "Which detector made the target")
        self._guess_row = QWidget()
        self._begin()
        self._lay_out()
        self._connect()

    def show_maps(self, maps: TaughtMaps, under: Floats | None = None) -> None:
        """Show another target and what the network makes now; `under` is the input to trace on, in grey."""
        self._shown = maps, under
        parts = {"Map now": maps.made, "Error": maps.error}
        tables = {name: table for name, table in parts.items() if table is not None}
        if maps.target is not None:
            self.pad.show_target(maps.target, under if self.over.isChecked() else None)
        self._show_stage(maps.problem)
        self.maps.show_tables(tables)

    def show_kernels(self, kernels: Mapping[str, ShownTable]) -> None:
        """Show the kernel before the run and now."""
        self.kernels.show_tables(kernels)

    def show_run(self, line: str, graph: Graph | None, *, is_running: bool) -> None:
        """Say how the run goes; without a graph there was none."""
        self.line.setText(line)
        self.teach.setText("Pause" if is_running else "Teach")
        self.teach.setAccessibleName(self.teach.text())
        if graph is not None:
            self.loss.show_graph(graph)
            self.loss.show()

    def show_guesses(self, names: Sequence[str]) -> None:
        """Offer detectors to guess from; none: nothing is hidden."""
        self.guess.show_entries(names)
        self.guess.show_index(-1)
        self._guess_row.setVisible(bool(names))

    def _show_stage(self, problem: str) -> None:
        self.problem.setText(problem)
        if problem:
            self.pad.hide()
            self.problem.show()
        else:
            self.problem.hide()
            self.pad.show()

    def _show_again(self) -> None:
        self.show_maps(*self._shown)

    def _ask_teach(self) -> None:
        self.run_asked.emit("teach")

    def _ask_step(self) -> None:
        self.run_asked.emit("step")

    def _ask_random(self) -> None:
        self.run_asked.emit("random")

    def _ask_blank(self) -> None:
        self.target_asked.emit("blank")

    def _ask_map(self) -> None:
        self.target_asked.emit("map")

    def _ask_hidden(self) -> None:
        self.target_asked.emit("hidden")

    def _begin(self) -> None:
        self.brush_value.show_value(1.0)
        self.rate.show_value(0.1)
        self.steps.show_value(1000)
        self.seed.show_value(1)
        for field, width in (
            (self.brush_value, _FIELD),
            (self.brush_size, _FIELD),
            (self.rate, _RATE),
            (self.steps, _STEPS),
        ):
            sized(field, fixed_width=width)
        sized(self.seed, fixed_width=_RATE)
        self.guess.setMinimumContentsLength(14)

    def _connect(self) -> None:
        self.brush.toggled.connect(self.pad.set_brush)
        self.brush.setChecked(True)
        self.over.setChecked(True)
        self.over.toggled.connect(self._show_again)
        self.pad.refused.connect(self.refused)
        self.guess.chosen.connect(self.guessed)
        for field in (self.brush_value, self.brush_size, self.rate, self.steps, self.seed):
            field.edited.connect(field.show_value)
            field.refused.connect(self.refused)

    def _lay_out(self) -> None:
        targets = FlowLayout(spacing=RHYTHM)
        for text, tip, ask in (
            ("Blank target", "Begin with zeros, and draw what the map should be", self._ask_blank),
            ("Map as it is", "Make the map as it is now the target, then change the kernel", self._ask_map),
            ("Hide a detector", "Let a detector that you do not see make the target, and guess it", self._ask_hidden),
        ):
            targets.addWidget(tool_button(text, text, tip, ask))
        targets.addWidget(tool_button("Paste", "Paste", "Write a table of numbers that was copied", self.pad.paste))
        targets.addWidget(self.brush)
        targets.addWidget(self.over)
        for text, field in (("Value", self.brush_value), ("Size", self.brush_size)):
            targets.addWidget(LabelledField(text, field))
        runs = FlowLayout(spacing=RHYTHM)
        runs.addWidget(self.teach)
        runs.addWidget(tool_button("One step", "One step", "Make one step", self._ask_step))
        runs.addWidget(
            tool_button("Begin at random", "Begin at random", "Draw the kernels at random again", self._ask_random)
        )
        for one in (self.seed, self.rate, self.steps):
            runs.addWidget(LabelledField(one.accessibleName(), one))
        guesses = FlowLayout(self._guess_row, spacing=RHYTHM)
        guesses.addWidget(LabelledField("Guess", self.guess))
        guesses.addWidget(tool_button("Tell me", "Tell me", "Say which detector is hidden", self.reveal_asked.emit))
        self._guess_row.hide()
        self.loss.hide()  # until there is a step to show
        column = QVBoxLayout(self)
        sized(column, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        column.addLayout(targets)
        column.addLayout(runs)  # above all that comes and goes: a button stays under the mouse that presses it
        column.addWidget(self.line)
        column.addWidget(self.problem)
        column.addWidget(self.maps, 5)
        column.addWidget(self.kernels, 3)
        column.addWidget(self.loss, 3)
        column.addWidget(self._guess_row)
        column.addWidget(self.verdict)
