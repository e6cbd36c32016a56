"""The lens on leading axes: a batch of any shape is the same as a loop."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.colour.display import picture_levels, signed_levels
from convstudio.model.lenses.leading import (
    FRAMEWORKS,
    FoldedBatch,
    fold,
    fold_verdict,
    place_in,
    place_sentence,
    shape_rows,
)
from convstudio.model.lenses.linear import linear_of
from convstudio.model.lenses.subject import InputPart, Subject, left_out, middle_of
from convstudio.model.values.limits import LIMITS
from convstudio.views.lenses.equation_grid import EquationGrid
from convstudio.views.lenses.lens import Lens, wrapping_label
from convstudio.views.parts.controls import WholeField, labelled, row_of, tool_button
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.room.section import Section
from convstudio.views.parts.sizes import sized

_LONGEST_SIDE = 12
_FIELD_WIDTH = 45  # three of them and a button are in a row of the narrowest panel
_LOW_PLATE = 60
_FIRST = 5


class LeadingLens(Lens):
    """A batch with three leading axes: folded, convolved, unfolded, and beside it the loop."""

    about = "input"
    wide_from = 560

    def __init__(self) -> None:
        super().__init__()
        self._found: FoldedBatch | None = None
        self.lengths = [
            WholeField(f"Axis {axis}", 1, LIMITS.leading_axis, f"How long leading axis {axis} is") for axis in (1, 2, 3)
        ]
        self.places = [
            WholeField(
                f"Place {axis}", 0, LIMITS.leading_axis - 1, f"Which input to show along axis {axis}, counted from 0"
            )
            for axis in (1, 2, 3)
        ]
        self.copy = tool_button("Copy code", "Copy code", "Copy the lines that fold and unfold", self._copy)
        self.steps = FactsTable("Steps", "The shape after each step", ("Step", "Shape", "Line of code"), least_rows=4)
        self.frameworks = FactsTable(
            "Frameworks", "What others do with leading axes", ("Where", "Leading axes"), least_rows=len(FRAMEWORKS)
        )
        self.plates = [Plate(name) for name in ("One input", "By folding", "By the loop", "Difference")]
        for plate in self.plates:
            sized(plate, minimum_height=_LOW_PLATE)
        self.told = wrapping_label()
        self.frameworks.show_rows(FRAMEWORKS)
        self._lay_out()
        for field in (*self.lengths, *self.places):
            field.edited.connect(partial(self._take, field))
            field.refused.connect(self.refused)
        for field in self.lengths:
            field.show_value(_FIRST)
        self.places[-1].show_value(1)

    def _lay_out(self) -> None:
        for title, fields in (("Axes", self.lengths), ("Place", self.places)):
            held = QWidget()
            held.setLayout(row_of(labelled(title, fields[0]), *fields, spacing=4))
            for field in fields:
                sized(field, fixed_width=_FIELD_WIDTH)
            self.tools.addWidget(held)
        self.tools.addWidget(self.copy)
        stage, self._grid = QVBoxLayout(self.stage), EquationGrid(self.plates, "→−=")
        stage.setContentsMargins(0, 0, 0, 0)
        stage.addWidget(self.steps)
        stage.addWidget(self.told)
        stage.addLayout(self._grid, 1)
        others = Section("What others do with leading axes")
        others.parts.addWidget(self.frameworks)
        self.below.addWidget(others)
        self.arrange(is_wide=False)

    def arrange(self, *, is_wide: bool) -> None:
        self._grid.arrange(len(self.plates) if is_wide else 2)

    @property
    def _leading(self) -> tuple[int, ...]:
        return tuple(field.value() for field in self.lengths)

    def _examine(self, subject: Subject) -> None:
        part = middle_of(subject.read, _LONGEST_SIDE)
        kernel = linear_of(subject.layer, subject.filter)
        self._found = fold(kernel, part.values, self._leading)
        self._show_facts(subject, part)
        self.steps.show_rows(shape_rows(self._found))
        self._show_one(self._found, subject.channel)
        self.verdict.setText(fold_verdict(self._found))
        self.tell_details(
            "The inputs of the batch are the one of the layer, moved by 0, 1, 2, … cells. An axis in front of them "
            "is never summed over: every leading index is a separate input, so the number of filters, weights and "
            "channels stays the same."
        )

    def _show_facts(self, subject: Subject, part: InputPart) -> None:
        told = (
            subject.layer.name,
            f"filter {subject.filter + 1}",
            left_out(subject.layer),
            part.note,
        )
        self.facts.setText(" · ".join(text for text in told if text))

    def _show_one(self, found: FoldedBatch, channel: int) -> None:
        at = tuple(field.value() for field in self.places)
        for place, length, field in zip(at, self._leading, self.places, strict=True):
            if place >= length:
                raise ValueError(
                    f"{field.accessibleName()} is {place}, and its axis has {length} inputs, 0 to {length - 1}: "
                    "choose another place."
                )
        levels = signed_levels(found.unfolded)
        one, by_fold, by_loop = found.batch[at], found.maps[place_in(self._leading, at)], found.looped[at]
        self.plates[0].show_values(one[..., channel], picture_levels(found.batch))
        self.plates[1].show_values(by_fold[..., 0], levels)
        self.plates[2].show_values(by_loop[..., 0], levels)
        self.plates[3].show_values((by_fold - by_loop)[..., 0], levels)
        self.told.setText(f"The input shown: {place_sentence(self._leading, at)}.")

    def _take(self, field: WholeField, value: int) -> None:
        field.show_value(value)
        self.update_figures()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(row[-1] for row in self.steps.rows))
