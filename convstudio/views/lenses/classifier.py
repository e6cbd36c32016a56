"""The lens on classifying by convolution: two heads with the same weights, side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout

from convstudio.model.colour.display import signed_levels
from convstudio.model.lenses.classifier import (
    HeadComparison,
    class_rows,
    classify,
    classify_verdict,
    drawn_weights,
    maps_of,
)
from convstudio.model.lenses.subject import InputPart, Subject, middle_of
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_number
from convstudio.views.lenses.equation_grid import EquationGrid
from convstudio.views.lenses.lens import Lens
from convstudio.views.parts.controls import WholeField
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.pictures.plate import Plate

_LONGEST = 32


class ClassifierLens(Lens):
    """Feature maps, 1×1 weights, the map of one class, and a table that compares both heads."""

    about = "map"
    wide_from = 520

    def __init__(self) -> None:
        super().__init__()
        self._class = 0
        self.classes = WholeField("Classes", 2, LIMITS.lens_classes, "How many classes there are to tell apart")
        self.seed = WholeField("Seed", 0, LIMITS.seed, "Another number draws other weights for both heads")
        self.classes.show_value(3)
        self.plates = [Plate("Feature map"), Plate("Weights", holds_weights=True), Plate("Map of the class")]
        self.table = FactsTable(
            "Classes", "Choosing a row shows the map of its class",
            ("Class", "1×1 first", "Average first", "Difference", "Softmax"), least_rows=3,
        )  # fmt: skip
        self._lay_out()
        for field in (self.classes, self.seed):
            field.edited.connect(partial(self._take, field))
            field.refused.connect(self.refused)
        self.table.row_chosen.connect(self._choose)

    def _lay_out(self) -> None:
        for field in (self.classes, self.seed):
            self.add_field(field)
        column, self._grid = QVBoxLayout(self.stage), EquationGrid(self.plates, "∗=")
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid, 1)
        column.addWidget(self.table)
        self.arrange(is_wide=False)

    def arrange(self, *, is_wide: bool) -> None:
        self._grid.arrange(len(self.plates) if is_wide else 2)

    def _examine(self, subject: Subject) -> None:
        part = middle_of(subject.read, _LONGEST)
        maps = maps_of(subject.layer, part.values)
        found = classify(maps, drawn_weights(maps.shape[-1], self.classes.value(), self.seed.value()))
        self._class = min(self._class, self.classes.value() - 1)
        self._show_facts(subject, part)
        self._show_plates(subject, found)
        self.table.show_rows(class_rows(found), self._class)
        self.verdict.setText(classify_verdict(found))
        self.tell_details(
            "Averaging and weighing are sums, and sums may change their order. The convolution also tells where each "
            "class is; the dense layer has lost that. Softmax makes shares of the numbers, the same for both."
        )

    def _show_facts(self, subject: Subject, part: InputPart) -> None:
        maps, classes = subject.layer.filters, self.classes.value()
        weights = (
            f"{counted(maps * classes, 'weight')} in both heads: {counted(maps, 'map')} × "
            f"{counted(classes, 'class', 'classes')}"
        )
        told = (subject.layer.name, weights, part.note)
        self.facts.setText(" · ".join(text for text in told if text))

    def _show_plates(self, subject: Subject, found: HeadComparison) -> None:
        one, made = found.maps[..., subject.filter], found.class_maps[..., self._class]
        mean = format_number(float(found.averaged[self._class]))
        facts = (
            f"{subject.filter + 1} of {found.maps.shape[-1]}, after the activation",
            "a row per map, a column per class",
            f"class {self._class + 1}, average {mean}",
        )
        for plate, values, told in zip(self.plates, (one, found.weights, made), facts, strict=True):
            plate.show_values(values, signed_levels(values), told)

    def _take(self, field: WholeField, value: int) -> None:
        field.show_value(value)
        self.update_figures()

    def _choose(self, row: int) -> None:
        if row >= 0:
            self._class = row
            self.update_figures()
