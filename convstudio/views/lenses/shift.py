"""The lens on moving an input: what moves along, what jumps, what stays."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout

from convstudio.model.colour.display import picture_levels, signed_levels
from convstudio.model.lenses.linear import linear_of
from convstudio.model.lenses.shift import (
    ShiftResult,
    global_line,
    map_moved,
    move_summary,
    move_verdict,
    moved,
    pooled_moved,
)
from convstudio.model.lenses.subject import Doubles, InputPart, Subject, left_out, middle_of
from convstudio.model.values.limits import LIMITS
from convstudio.ops import POOLS
from convstudio.views.lenses.lens import Lens
from convstudio.views.parts.controls import Choice, PlainLabel, WholeField, show_name, tool_button
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.sizes import sized

_STEPS = (2, 3, 4)
_ROWS = ("before", "after the move", "difference")
_MOVES = (("left", (0, -1)), ("right", (0, 1)), ("up", (-1, 0)), ("down", (1, 0)))


@handles_keys("Shift lab", ("Alt with arrow keys", "Move the input one cell"))
class ShiftLens(Lens):
    """An input and its maps before and after a move, and what is left of the difference."""

    about = "input"

    def __init__(self) -> None:
        super().__init__()
        tip = "How far the input moves; zeros fill the cells that it leaves"
        self.rows = WholeField("Rows", -LIMITS.lens_shift, LIMITS.lens_shift, tip)
        self.columns = WholeField("Columns", -LIMITS.lens_shift, LIMITS.lens_shift, tip)
        self.stride = Choice(
            "Stride", [str(step) for step in _STEPS], "Keep every second output only, or every third or fourth"
        )
        self.kind = Choice("Pooling", POOLS, "What is kept of every window of 2 cells a side of the map")
        self.columns.show_value(1)
        self.rows.show_value(0)
        self._plates: list[list[Plate]] = []
        self._told: list[PlainLabel] = []
        self._make_tools()
        self._lay_out()

    @property
    def plates(self) -> dict[str, Plate]:
        """The plates by their names."""
        return {plate.name: plate for column in self._plates for plate in column}

    def _make_tools(self) -> None:
        for field in (self.rows, self.columns):
            field.edited.connect(partial(self._take, field))
            field.refused.connect(self.refused)
            self._columns_label = self.add_field(field)
        for where, by in _MOVES:
            key = where.capitalize()
            tip = f"Move the input one cell {where} (Alt+{key})"
            button = IconButton(f"arrow-{where}", f"Move {where}", tip, partial(self._step, *by))
            button.setShortcut(QKeySequence(f"Alt+{key}"))
            self.tools.addWidget(button)
        self.tools.addWidget(tool_button("Move back", "Move back", "Put the input back", self._put_back))
        for choice in (self.stride, self.kind):
            choice.chosen.connect(self.update_figures)
            self.add_field(choice)

    def _lay_out(self) -> None:
        grid = QGridLayout(self.stage)
        grid.setContentsMargins(0, 0, 0, 0)
        sized(grid, horizontal_spacing=16, vertical_spacing=4)
        for column, name in enumerate(("Input", "Feature map", "Strided map", "Pooled map")):
            rows = _ROWS if column else _ROWS[:2]
            self._plates.append([Plate(f"{name} {row}") for row in rows])
            for row, plate in enumerate(self._plates[-1]):
                grid.addWidget(plate, row, column)
            label = PlainLabel(small=True)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
            self._told.append(label)
            grid.addWidget(label, 2 if column == 0 else 3, column)
            grid.setColumnStretch(column, 1)
        for row in range(3):
            grid.setRowStretch(row, 1)

    def _take(self, field: WholeField, cells: int) -> None:
        field.show_value(cells)
        self.update_figures()

    def _step(self, rows: int, columns: int) -> None:
        if self.rows.isEnabled():
            self.rows.stepBy(rows)
        self.columns.stepBy(columns)

    def _put_back(self) -> None:
        for field in (self.rows, self.columns):
            field.show_value(0)
        self.update_figures()

    def _examine(self, subject: Subject) -> None:
        is_sequence = subject.layer.rank == 1
        self.rows.setEnabled(not is_sequence)
        show_name(self.columns, self._columns_label, "Steps" if is_sequence else "Columns")
        by = (self.columns.value(),) if is_sequence else (self.rows.value(), self.columns.value())
        part = middle_of(subject.read, LIMITS.lens_length)
        kernel, step = linear_of(subject.layer, subject.filter), _STEPS[self.stride.currentIndex()]
        maps = map_moved(kernel, part.values, by, 1)
        found = (maps, map_moved(kernel, part.values, by, step), pooled_moved(maps, self._kind, 2, by))
        self._show_facts(subject, part)
        self._show_input(subject, part.values, moved(part.values, by))
        facts = ("stride 1", f"stride {step}", f"{self._kind} of {'2' if is_sequence else '2×2'}")
        for column, (one, size) in enumerate(zip(found, (1, step, 2), strict=True), start=1):
            self._show_column(column, one, facts[column - 1])
            self._told[column].setText(move_verdict(one, size))
        self._told[0].setText(global_line(maps))
        self.verdict.setText(move_summary(by, maps, found[2]))
        self.details.setText(
            "Equivariance: what comes out moves as what went in. Invariance: it stays as it is. Where only "
            "every second output is kept, a move of one cell may give other numbers: aliasing."
        )

    @property
    def _kind(self) -> str:
        return POOLS[self.kind.currentIndex()]

    def _show_facts(self, subject: Subject, part: InputPart) -> None:
        told = (subject.layer.name, f"filter {subject.filter + 1}", left_out(subject.layer), part.note)
        self.facts.setText(" · ".join(text for text in told if text))

    def _show_input(self, subject: Subject, before: Doubles, after: Doubles) -> None:
        levels = picture_levels(before)
        for plate, values in zip(self._plates[0], (before, after), strict=True):
            plate.show_values(values[..., subject.channel], levels, subject.channel_name)

    def _show_column(self, column: int, found: ShiftResult, facts: str) -> None:
        levels = signed_levels(np.stack([found.before, found.after]))
        of_difference = levels if found.is_same else signed_levels(found.difference)
        shown = ((found.before, levels), (found.after, levels), (found.difference, of_difference))
        for plate, (values, levels_of_it) in zip(self._plates[column], shown, strict=True):
            plate.show_values(values, levels_of_it, facts)
