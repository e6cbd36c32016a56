"""The lens on two convolutions in a row: without an activation between them they are one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout

from convstudio.model.colour.display import Levels, picture_levels, signed_levels
from convstudio.model.lenses.collapse import Collapse, collapse, collapse_counts, collapse_verdict
from convstudio.model.lenses.linear import Linear
from convstudio.model.lenses.pairs import NEXT_LAYER, SAME_AGAIN, THIS_LAYER, first_of, second_of, usable
from convstudio.model.lenses.subject import Doubles, InputPart, Subject, left_out, middle_of
from convstudio.model.values.detectors import Detector
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.views.lenses.lens import Lens
from convstudio.views.parts.controls import Choice, WholeField, tool_button
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.signs import EquationSign
from convstudio.views.parts.sizes import sized

_LONGEST_NAME = 18
_NARROW = (((0, 0), (1, 0), (1, 2), (1, 4)), ((0, 2), (2, 0), (2, 2), (2, 4)))
_WIDE = tuple(tuple((row, column) for column in (0, 2, 4, 6)) for row in range(2))
"""The row and the column of every plate: the equations stand in rows, what they begin with above or before them."""
_SIGNS = (("∗", "="), ("−", "="))


class CollapseLens(Lens):
    """Two kernels, the one that they make, what both ways give, and the difference; a switch puts ReLU between."""

    wide_from = 520

    def __init__(self, detectors: Sequence[Detector]) -> None:
        super().__init__()
        self._all = tuple(detectors)
        self._usable: list[Detector] = []
        self.first = Choice("First", [THIS_LAYER], "The first convolution")
        self.second = Choice("Second", [NEXT_LAYER, SAME_AGAIN], "The second convolution")
        self.second.show_index(1)
        for choice in (self.first, self.second):
            choice.setMinimumContentsLength(_LONGEST_NAME)
        self.filter = WholeField(
            "Filter", 1, LIMITS.filters, "Which filter of the next layer is joined with this layer"
        )
        self.relu = tool_button("ReLU between", "ReLU between", "Set negative values to 0 between both", toggles=True)
        self._plates = [
            [
                Plate("Input"),
                *(
                    Plate(f"{title} kernel", title=title, holds_weights=True)
                    for title in ("First", "Second", "One larger")
                ),
            ],
            [Plate("Between"), Plate("In two steps"), Plate("In one step"), Plate("Difference")],
        ]
        self._lay_out()
        for choice in (self.first, self.second):
            choice.chosen.connect(self.update_figures)
        self.filter.edited.connect(self._take_filter)
        self.filter.refused.connect(self.refused)
        self.relu.toggled.connect(self.update_figures)

    @property
    def plates(self) -> dict[str, Plate]:
        """The plates by their names."""
        return {plate.name: plate for row in self._plates for plate in row}

    def _lay_out(self) -> None:
        for field in (self.first, self.second, self.filter):
            self.add_field(field)
        self.tools.addWidget(self.relu)
        self._signs = [[EquationSign(text) for text in texts] for texts in _SIGNS]
        self._grid = QGridLayout(self.stage)
        self._grid.setContentsMargins(0, 0, 0, 0)
        sized(self._grid, spacing=4)
        self.arrange(is_wide=False)

    def arrange(self, *, is_wide: bool) -> None:
        places = _WIDE if is_wide else _NARROW
        for plates, signs, row in zip(self._plates, self._signs, places, strict=True):
            for plate, place in zip(plates, row, strict=True):
                self._grid.addWidget(plate, *place)
            for sign, (line, column) in zip(signs, row[2:], strict=True):
                self._grid.addWidget(sign, line, column - 1)
        rows, columns = (max(place[axis] for row in places for place in row) for axis in (0, 1))
        for line in range(3):
            self._grid.setRowStretch(line, int(line <= rows))
        for column in (0, 2, 4, 6):
            self._grid.setColumnStretch(column, int(column <= columns))

    def _take_filter(self, number: int) -> None:
        self.filter.show_value(number)
        self.update_figures()

    def _examine(self, subject: Subject) -> None:
        self._offer(subject)
        part = middle_of(subject.read, LIMITS.lens_length)
        first, second = self._pair(subject)
        found = collapse(part.values, first, second, has_relu=self.relu.isChecked())
        self._show_facts(subject, part)
        self._show_kernels(subject, found)
        self._show_maps(subject, part, found)
        self.verdict.setText(collapse_verdict(found))
        self.tell_details(collapse_counts(found))

    def _offer(self, subject: Subject) -> None:
        """Offer what fits the layer: detectors of its rank, and the next layer only where there is one."""
        self._usable = usable(self._all, subject.layer.rank)
        names = [one.name for one in self._usable]
        chosen = self.second.currentIndex()
        self.first.show_entries([THIS_LAYER, *names])
        self.second.show_entries([NEXT_LAYER, SAME_AGAIN, *names])
        has_next = subject.following is not None
        self.second.show_index(chosen if has_next else max(1, chosen))
        tip = "The convolution after this layer" if has_next else "No convolution follows right after this layer"
        self.second.show_use(0, tip, is_usable=has_next)
        self.show_field(self.filter, on=self.second.currentIndex() == 0)

    def _pair(self, subject: Subject) -> tuple[Linear, Linear]:
        has_next = self.second.currentIndex() == 0
        detector = self._usable[self.first.currentIndex() - 1] if self.first.currentIndex() > 0 else None
        first = first_of(subject, detector, all_maps=has_next)
        choices: tuple[Detector | str, ...] = (NEXT_LAYER, SAME_AGAIN, *self._usable)
        return first, second_of(subject, choices[self.second.currentIndex()], self.filter.value() - 1, first)

    def _show_facts(self, subject: Subject, part: InputPart) -> None:
        passed = f"without the {subject.passed} between" if subject.passed and self.second.currentIndex() == 0 else ""
        told = (subject.layer.name, f"filter {subject.filter + 1}", left_out(subject.layer), passed, part.note)
        self.facts.setText(" · ".join(text for text in told if text))

    def _show_kernels(self, subject: Subject, found: Collapse) -> None:
        channel = subject.channel_name
        between = min(subject.filter, found.first.filters - 1)
        for plate, weights, facts in (
            (self._plates[0][1], found.first.weights[..., subject.channel, between], channel),
            (self._plates[0][2], found.second.weights[..., between, 0], ""),
            (self._plates[0][3], found.both.weights[..., subject.channel, 0], channel),
        ):
            size = format_shape(weights.shape)
            self._show(plate, weights, signed_levels(weights), " · ".join(text for text in (size, facts) if text))

    def _show_maps(self, subject: Subject, part: InputPart, found: Collapse) -> None:
        read = part.values[..., subject.channel]
        self._show(self._plates[0][0], read, picture_levels(read), subject.channel_name)
        between = found.between[..., min(subject.filter, found.first.filters - 1)]
        self._show(self._plates[1][0], between, signed_levels(between), "after ReLU" if self.relu.isChecked() else "")
        levels = signed_levels(found.apart)
        self._show(self._plates[1][1], found.apart[..., 0], levels)
        self._show(self._plates[1][2], found.at_once[..., 0], levels)
        self._show(
            self._plates[1][3], found.difference[..., 0], levels if found.is_same else signed_levels(found.difference)
        )

    def _show(self, plate: Plate, values: Doubles, levels: Levels, facts: str = "") -> None:
        plate.show_values(values, levels, facts)
