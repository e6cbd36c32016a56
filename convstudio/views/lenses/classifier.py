"""The lens on classifying by convolution: two heads with the same weights, side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from convstudio.model.display import signed_levels
from convstudio.model.lenses.classifier import (
    Classified,
    class_rows,
    classify,
    classify_verdict,
    drawn_weights,
    maps_of,
)
from convstudio.model.lenses.subject import Part, Subject, middle_of
from convstudio.model.numbers import format_number
from convstudio.model.wording import layer_name
from convstudio.views.controls import EquationSign, WholeField
from convstudio.views.lenses.facts_table import FactsTable
from convstudio.views.lenses.lens_window import Lens
from convstudio.views.lenses.plate import Plate

_LONGEST = 32
_MOST_CLASSES = 10
_LARGEST_SEED = 9999


class ClassifierLens(Lens):
    """Feature maps, 1×1 weights, the map of one class, and a table that compares both heads."""

    def __init__(self) -> None:
        super().__init__()
        self._class = 0
        self.classes = WholeField("Classes", 2, _MOST_CLASSES, "How many classes there are to tell apart")
        self.seed = WholeField("Seed", 0, _LARGEST_SEED, "Another number draws other weights for both heads")
        self.classes.show_value(3)
        self.plates = [Plate("Feature map"), Plate("Weights", holds_weights=True), Plate("Map of the class")]
        self.table = FactsTable(
            "Classes", "Choosing a row shows the map of its class",
            ("Class", "1×1 convolution, then global average", "Global average, then dense", "Difference", "Softmax"),
        )  # fmt: skip
        self._lay_out()
        for field in (self.classes, self.seed):
            field.edited.connect(partial(self._take, field))
            field.refused.connect(self.refused)
        self.table.row_chosen.connect(self._choose)

    def _lay_out(self) -> None:
        for field in (self.classes, self.seed):
            self.add_field(field)
        column, row = QVBoxLayout(self.stage), QHBoxLayout()
        for plate, text in zip(self.plates, ("∗", "=", ""), strict=True):
            row.addWidget(plate, 1)
            if text:
                row.addWidget(EquationSign(text))
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row, 1)
        column.addWidget(self.table)

    def _examine(self, subject: Subject) -> None:
        part = middle_of(subject.read, _LONGEST)
        maps = maps_of(subject.layer, part.values)
        found = classify(maps, drawn_weights(maps.shape[-1], self.classes.value(), self.seed.value()))
        self._class = min(self._class, self.classes.value() - 1)
        self._show_facts(subject, part)
        self._show_plates(subject, found)
        self.table.show_rows(class_rows(found), self._class)
        self.verdict.setText(classify_verdict(found))
        self.details.setText(
            "Averaging and weighing are sums, and sums may change their order. The convolution also tells where each "
            "class is; the dense layer has lost that. Softmax makes shares of the numbers, the same for both."
        )

    def _show_facts(self, subject: Subject, part: Part) -> None:
        maps, classes = subject.layer.filters, self.classes.value()
        counted = f"{maps} map{'' if maps == 1 else 's'} × {classes} class{'' if classes == 1 else 'es'}"
        weights = f"{maps * classes} weights in both heads: {counted}"
        told = (layer_name(subject.layer), weights, part.note)
        self.facts.setText(" · ".join(text for text in told if text))

    def _show_plates(self, subject: Subject, found: Classified) -> None:
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
        self.look_again()

    def _choose(self, row: int) -> None:
        if row >= 0:
            self._class = row
            self.look_again()
