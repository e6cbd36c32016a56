"""The commands on the cells of an input: write, paint, fill, insert, delete, and the questions before them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from convstudio.model.edits import input_cells
from convstudio.model.edits.intent import Edit, Intent, Target
from convstudio.model.edits.strokes import paint_stroke, stroke_cells
from convstudio.model.panes.cells.pasting import written_into_input
from convstudio.model.panes.input.input_display import shape_problem
from convstudio.model.panes.input.shown_input import ShownInput
from convstudio.model.values.answers.axis_names import AXES, PLURALS
from convstudio.model.values.arrays import Floats
from convstudio.model.values.document import Document
from convstudio.model.values.limits import Limits
from convstudio.views.input.dialogs import Question
from convstudio.views.input.tools import Brush
from convstudio.views.parts.controls import NumberField, WholeField
from convstudio.views.parts.open_question import OpenQuestion


class CellCommands(QObject):
    """Asks for edits of the cells, as a pane does; `selection_filled` asks to fill the selected cells with a number.

    A `channel` is the one that the edit writes into, or None for all of them. An `axis` is 0 for the rows of the table,
    and 1 for its columns: the steps of a sequence are columns of its one row.
    """

    intent_asked = Signal(object)
    selection_filled = Signal(float)
    refused = Signal(str)

    def __init__(self, limits: Limits, pane: QWidget) -> None:
        super().__init__(pane)
        self._limits = limits
        self._pane = pane
        self._question = OpenQuestion()

    def follow(self, document: Document) -> None:
        """Close a question about an input that is not there any more, so that its answer never changes another one."""
        self._question.follow(document, None)

    def write(self, shown: ShownInput, row: int, column: int, block: Floats, channel: int | None) -> None:
        """Write a block of numbers into the cells from a row and column on."""
        try:
            self.intent_asked.emit(written_into_input(shown.document, row, column, block, channel, self._limits))
        except ValueError as refusal:
            self.refused.emit(str(refusal))

    def paint(
        self, before: tuple[int, ...] | None, place: tuple[int, ...], stroke: int, brush: Brush, channel: int | None
    ) -> None:
        """Paint from the place before (None: the stroke begins) to the place now; a stroke is one undo step."""
        places = stroke_cells(before, place, brush.size)
        edit = partial(paint_stroke, places=places, size=brush.size, value=brush.value, channel=channel)
        self._ask("Paint input", edit, stroke)

    def insert(self, shown: ShownInput, axis: int, *, after: bool, selected: Sequence[int]) -> None:
        """Insert a row or column before or after the selected ones."""
        positions, input_axis = shown.places(axis, selected), _input_axis(shown, axis)
        at = (positions[-1] + 1) if after else positions[0]
        spatial = list(shown.sample.spatial)
        spatial[input_axis] += 1
        if not self._is_refused(shown, spatial):
            edit = partial(input_cells.insert_input, axis=input_axis, at=at)
            self._ask(f"Insert {AXES[shown.sample.rank][input_axis]}", edit)

    def delete(self, shown: ShownInput, axis: int, selected: Sequence[int]) -> None:
        """Delete the selected rows or columns."""
        positions, input_axis = shown.places(axis, selected), _input_axis(shown, axis)
        edit = partial(input_cells.delete_input, axis=input_axis, positions=positions)
        self._ask(f"Delete {PLURALS[shown.sample.rank][input_axis]}", edit)

    def ask_shape(self, shown: ShownInput) -> None:
        """Ask for another shape."""
        fields = [self._length_field(f"Input {name}") for name in PLURALS[shown.sample.rank]]
        for field, length in zip(fields, shown.sample.spatial, strict=True):
            field.show_value(length)
        question = Question("Shape of the input", fields, self._pane)
        question.accepted.connect(lambda: self._set_shape(shown, [field.value() for field in fields]))
        self._question.open(question, Target.of_input(shown.document))

    def ask_fill(self, shown: ShownInput, value: float, channel: int | None) -> None:
        """Ask for the number that every cell gets; `value` stands there already."""
        is_whole = channel is None or shown.sample.channels == 1
        title = "Fill the whole input" if is_whole else f"Fill the channel {shown.sample.channel_names[channel or 0]}"
        question, field = self._fill_question(title, value)
        question.accepted.connect(
            lambda: self._ask("Fill input", partial(input_cells.fill_input, value=field.value(), channel=channel))
        )
        self._question.open(question, Target.of_input(shown.document))

    def ask_fill_selection(self, shown: ShownInput, value: float) -> None:
        """Ask for the number that every selected cell gets; `value` stands there already."""
        question, field = self._fill_question("Fill the selected cells", value)
        question.accepted.connect(lambda: self.selection_filled.emit(field.value()))
        self._question.open(question, Target.of_input(shown.document))

    def _fill_question(self, title: str, value: float) -> tuple[Question, NumberField]:
        field = NumberField("Fill value", "The number that every cell gets")
        field.show_value(value)
        field.refused.connect(self.refused)
        return Question(title, [field], self._pane), field

    def _length_field(self, name: str) -> WholeField:
        field = WholeField(name, 1, self._limits.axis_length, "The input is cut, or extended with zeros, at its end")
        field.refused.connect(self.refused)
        return field

    def _set_shape(self, shown: ShownInput, spatial: list[int]) -> None:
        if not self._is_refused(shown, spatial):
            self._ask("Set input shape", partial(input_cells.set_input_shape, spatial=spatial))

    def _ask(self, step: str, edit: Edit, gesture: int | None = None) -> None:
        self.intent_asked.emit(Intent(step, edit, gesture=gesture))

    def _is_refused(self, shown: ShownInput, spatial: Sequence[int]) -> bool:
        problem = shape_problem(spatial, shown.sample.channels, self._limits)
        if problem:
            self.refused.emit(problem)
        return problem is not None


def _input_axis(shown: ShownInput, axis: int) -> int:
    return 0 if shown.sample.rank == 1 else axis
