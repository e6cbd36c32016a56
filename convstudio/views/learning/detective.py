"""The kernel detective: the kernel that makes the target, another one if there is one, and the proof."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.panes.learning.teaching.detective_view import DetectiveView
from convstudio.views.learning.lesson_dock import wrapping_label
from convstudio.views.learning.plate_row import PlateRow
from convstudio.views.parts.controls import Card, horizontal_line, tool_button
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

KERNELS = ("Found", "Other", "Change")
MAPS = ("Target", "Map of found", "Error", "Map of other", "Difference")


class DetectiveCard(Card):
    """Shows a solution, or in its place why there is none; `use_asked` carries whether the other kernel is wanted."""

    use_asked = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.facts = wrapping_label(small=True)
        self.kernels = PlateRow(KERNELS, hold_weights=True)
        self.maps = PlateRow(MAPS[:3])
        self.proof = PlateRow(MAPS[3:])
        self.stage = QWidget()
        self.problem = wrapping_label()
        self.verdict = wrapping_label(bold=True)
        self.details = wrapping_label(small=True)
        self.use = tool_button(
            "Use found kernel", "Use found kernel", "Put the found kernel and bias into the filter", self._ask_found
        )
        self.use_other = tool_button(
            "Use other kernel",
            "Use other kernel",
            "Put the other kernel into the filter: the map stays the same",
            self._ask_other,
        )
        self._lay_out()
        self.show_problem("")

    def show_solution(self, shown: DetectiveView) -> None:
        """Show another solution."""
        self.facts.setText(shown.facts)
        self.kernels.show_tables(shown.kernels)
        self.maps.show_tables(shown.maps)
        self.proof.show_tables(shown.maps)
        self.use_other.setVisible("Other" in shown.kernels)
        self.verdict.setText(shown.verdict)
        self.details.setText(shown.details)
        self._show_stage(is_there=True)

    def show_problem(self, sentence: str) -> None:
        """Say why there is nothing to solve."""
        self.facts.setText("")
        self.problem.setText(sentence)
        self.verdict.setText("")
        self.details.setText("")
        self._show_stage(is_there=False)

    def _show_stage(self, *, is_there: bool) -> None:
        """Show the solution or the problem: what goes is hidden before the other comes."""
        parts = (self.stage, self.facts, self.verdict, self.details)
        for part in (self.problem,) if is_there else parts:
            part.hide()
        for part in parts if is_there else (self.problem,):
            part.show()

    def _ask_found(self) -> None:
        self.use_asked.emit(False)

    def _ask_other(self) -> None:
        self.use_asked.emit(True)

    def _lay_out(self) -> None:
        tools = FlowLayout(spacing=RHYTHM)
        tools.addWidget(self.use)
        tools.addWidget(self.use_other)
        stage = QVBoxLayout(self.stage)
        stage.setContentsMargins(0, 0, 0, 0)
        sized(stage, spacing=RHYTHM)
        stage.addWidget(self.kernels, 2)
        stage.addWidget(self.maps, 3)
        stage.addWidget(self.proof, 3)
        stage.addLayout(tools)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        column.addWidget(self.facts)
        column.addWidget(self.stage, 1)
        column.addWidget(self.problem, 1)
        column.addWidget(horizontal_line())
        column.addWidget(self.verdict)
        column.addWidget(self.details)
