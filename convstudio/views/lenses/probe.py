"""The selectivity probe: a kernel on a fixed set of patterns, as bars, around a circle, in a table and in words."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from convstudio.model.colour.display import signed_levels
from convstudio.model.lenses.linear import linear_of
from convstudio.model.lenses.probe import Probe, probe
from convstudio.model.lenses.subject import Subject
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import ViewState
from convstudio.views.lenses.lens import Lens
from convstudio.views.lenses.probe_charts import PolarPlot, ResponseBars
from convstudio.views.parts.controls import Choice, PlainLabel
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.pictures.plate import Plate
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_DIRECTED = ("1-pixel line", "2-pixel line", "edge")
_COLUMNS = ("Pattern", "Highest", "Lowest", "Mean size")


class ProbeLens(Lens):
    """The selected filter on flat areas, ramps, lines, edges, a dot, a checkerboard and noise."""

    wide_from = 480

    def __init__(self) -> None:
        super().__init__()
        self._found: Probe | None = None
        self.group = Choice("Directions of", [f"{name}s" for name in _DIRECTED], "Which patterns the charts show")
        self.kernel = Plate("Kernel", holds_weights=True)
        self.bars, self.circle = ResponseBars(), PolarPlot()
        self.table = FactsTable("Answers", "What the kernel answers to each pattern", _COLUMNS)
        self.add_field(self.group)
        self.group.chosen.connect(lambda _row: self._show_charts())
        for entry in ("blue: strongest", "orange: mean", "line: flat area"):
            self.tools.addWidget(PlainLabel(entry, small=True))
        self._charts = QGridLayout()
        sized(self._charts, spacing=RHYTHM)
        column = QVBoxLayout(self.stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._charts, 3)
        column.addWidget(self.table, 2)
        self.arrange(is_wide=False)

    def arrange(self, *, is_wide: bool) -> None:
        """Put the bars between the kernel and the circle, or below both."""
        self._charts.addWidget(self.kernel, 0, 0)
        self._charts.addWidget(self.circle, 0, 2 if is_wide else 1)
        self._charts.addWidget(self.bars, *((0, 1) if is_wide else (1, 0, 1, 2)))
        for column, share in enumerate((2, 3, 3) if is_wide else (1, 1, 0)):
            self._charts.setColumnStretch(column, share)
        for row in range(2):
            self._charts.setRowStretch(row, int(row == 0 or not is_wide))

    def depends_on(self, document: Document, view: ViewState, reading: LayerInput | None) -> tuple[object, ...]:
        return id(document.layers[view.layer]), view.layer, view.filter, reading is None

    def _examine(self, subject: Subject) -> None:
        weights = linear_of(subject.layer, subject.filter).weights[..., 0]
        found = self._found = probe(weights)
        told = [subject.layer.name, f"filter {subject.filter + 1}", "without bias, padding, stride and activation"]
        if weights.shape[-1] > 1:
            told.append(f"each pattern on all {counted(weights.shape[-1], 'channel')} alike, as grey")
        self.facts.setText(" · ".join(told))
        self.kernel.show_values(weights.sum(axis=-1), signed_levels(weights.sum(axis=-1)))
        self.table.show_rows(
            [
                (
                    one.group if one.angle is None else f"{one.group} {one.angle}°",
                    format_number(one.highest),
                    format_number(one.lowest),
                    format_number(one.mean),
                )
                for one in found.responses
            ]
        )
        is_picture = subject.layer.rank > 1
        self.show_field(self.group, on=is_picture)
        self.circle.setVisible(is_picture)
        self._show_charts()
        self.verdict.setText(found.selectivity.sentence)
        self.tell_details(
            "Every pattern has values from 0 to 1, and ramps rise by 1/8 a cell. Lines at 0° are horizontal, edges at "
            "0° get brighter to the right; angles go on clockwise."
            if is_picture
            else "Every pattern has values from 0 to 1, and the ramp rises by 1/8 a step."
        )

    def _show_charts(self) -> None:
        if self._found is None:
            return
        directed = self._found.of(_DIRECTED[max(0, self.group.currentIndex())])
        others = [one for one in self._found.responses if one.group != "ramp"]
        self.bars.show_responses(directed or others, abs(self._found.of("flat")[0].strongest))
        self.circle.show_responses(directed)
