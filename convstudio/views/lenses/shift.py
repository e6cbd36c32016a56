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
from convstudio.views.lenses.lens import Lens, wrapping_label
from convstudio.views.parts.controls import Choice, PlainLabel, WholeField, show_name, tool_button
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.sizes import sized

_STEPS = (2, 3, 4)
_STATES = ("before", "after the move", "difference")
_READ = ("Input", "Feature map", "Strided map", "Pooled map")
_SIDES = {True: Qt.AlignmentFlag.AlignHCenter, False: Qt.AlignmentFlag.AlignLeft}
_MOVES = (("left", (0, -1)), ("right", (0, 1)), ("up", (-1, 0)), ("down", (1, 0)))


@handles_keys("Shift lab", ("Alt with arrow keys", "Move the input one cell"))
class ShiftLens(Lens):
    """An input and its maps before and after a move, and what is left of the difference."""

    about = "input"
    wide_from = 560
    easy_width = 600

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
        self._heads: list[PlainLabel] = []
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
        self._grid = QGridLayout(self.stage)
        self._grid.setContentsMargins(0, 0, 0, 0)
        sized(self._grid, horizontal_spacing=16, vertical_spacing=4)
        for name in _READ:
            states = _STATES[:2] if name == _READ[0] else _STATES
            self._plates.append([Plate(f"{name} {state}", title=state) for state in states])
            self._heads.append(wrapping_label(bold=True))
            self._told.append(wrapping_label(small=True))
        self.arrange(is_wide=False)

    def arrange(self, *, is_wide: bool) -> None:
        """Put what belongs to one input or map into a column of its own, or into rows, and what is said of it below."""
        below, across = len(_STATES) + 2, len(_STATES)
        for place, (head, plates, told) in enumerate(zip(self._heads, self._plates, self._told, strict=True)):
            top, left = (0, place) if is_wide else (3 * place, 0)
            self._grid.addWidget(head, top, left, 1, 1 if is_wide else across)
            for step, plate in enumerate(plates):
                self._grid.addWidget(plate, *((top + 1 + step, left) if is_wide else (top + 1, step)))
                if place:  # the captions of the first row stand for all
                    plate.caption.setVisible(is_wide)
            is_short = len(plates) < len(_STATES)  # then the sentence stands where another has its difference
            row = below - 2 if is_short else below - 1
            self._grid.addWidget(told, *((row, left) if is_wide else (top + 2, 0, 1, across)))
            for label in (head, told):
                label.setAlignment(Qt.AlignmentFlag.AlignTop | _SIDES[is_wide])
        for row in range(3 * len(_READ)):
            has_plates = 1 <= row <= len(_STATES) if is_wide else row % 3 == 1
            self._grid.setRowStretch(row, int(has_plates))
        for column in range(len(_READ)):
            self._grid.setColumnStretch(column, int(is_wide or column < across))

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
        self.tell_details(
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
        self._show_head(0, subject.channel_name)
        for plate, values in zip(self._plates[0], (before, after), strict=True):
            plate.show_values(values[..., subject.channel], levels)

    def _show_head(self, place: int, facts: str) -> None:
        self._heads[place].setText(" · ".join(filter(None, (_READ[place], facts))))

    def _show_column(self, column: int, found: ShiftResult, facts: str) -> None:
        self._show_head(column, facts)
        levels = signed_levels(np.stack([found.before, found.after]))
        of_difference = levels if found.is_same else signed_levels(found.difference)
        shown = ((found.before, levels), (found.after, levels), (found.difference, of_difference))
        for plate, (values, levels_of_it) in zip(self._plates[column], shown, strict=True):
            plate.show_values(values, levels_of_it)
