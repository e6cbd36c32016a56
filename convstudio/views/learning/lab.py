"""A small lab: how to begin it, its curves over each other, and the filters of every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from convstudio.model.colour.display import colours
from convstudio.model.panes.learning.graphs.graph import Graph
from convstudio.model.panes.learning.teaching.lab_view import FilterStrip, LabWords
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_in_full
from convstudio.views.learning.lesson_dock import LabelledField, wrapping_label
from convstudio.views.parts.controls import Card, Choice, PlainLabel, WholeField, rgb_of, tool_button
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.pictures.cell_picture import CellPicture, ColouredCells
from convstudio.views.parts.plots.line_plot import LinePlot
from convstudio.views.parts.signs import PrimaryButton
from convstudio.views.parts.sizes import scaled, sized
from convstudio.views.parts.theme import RHYTHM, tokens_of

_LEAST_FILTERS = 2
_FIELD, _STRIP_HEIGHT = 56, 40


class LabCard(Card):
    """Shows the runs of a lab; `run_asked` carries "run" (begin, pause or go on) or "restart"."""

    run_asked = Signal(str)
    refused = Signal(str)

    def __init__(self, sources: Sequence[str], filters: int) -> None:
        super().__init__()
        self.data = Choice("Lab data", sources, "What the networks learn")
        self.filters = WholeField(
            "Lab filters", _LEAST_FILTERS, LIMITS.lab_filters, "How many filters the small networks have"
        )
        self.seed = WholeField("Lab seed", 0, LIMITS.seed, "Which random numbers are drawn")
        self.run = PrimaryButton("Run", "Run", "Run the lab, or pause it")
        self.run.clicked.connect(self._ask_run)
        self.restart = tool_button("Restart", "Restart", "Begin again with these choices", self._ask_restart)
        self.similarity = LinePlot("Similarity of the filters")
        self.loss = LinePlot("Loss of the runs", has_legend=False)
        self.strips = StripTable()
        self.line = wrapping_label(small=True)
        self.verdict = wrapping_label(bold=True)
        self.details = wrapping_label(small=True)
        self.filters.show_value(filters)
        self.seed.show_value(1)
        for field in (self.filters, self.seed):
            sized(field, fixed_width=_FIELD)
            field.edited.connect(field.show_value)
            field.refused.connect(self.refused)
        self._lay_out()

    def offer_filters(self, *, is_used: bool) -> None:
        """Offer a number of filters, or grey it out where a network learns that has its own."""
        self._filters_field.setEnabled(is_used)

    def show_run(self, similarity: Graph, loss: Graph, strips: Sequence[FilterStrip]) -> None:
        """Show the runs as they are now."""
        self.similarity.show_graph(similarity)
        self.loss.show_graph(loss)
        self.strips.show_strips(strips)

    def show_status(self, line: str, words: LabWords, *, is_running: bool) -> None:
        """Say how far the runs are, and what they show."""
        self.line.setText(line)
        self.verdict.setText(words.verdict)
        self.details.setText(words.details)
        self.run.setText("Pause" if is_running else "Run")
        self.run.setAccessibleName(self.run.text())

    def _ask_run(self) -> None:
        self.run_asked.emit("run")

    def _ask_restart(self) -> None:
        self.run_asked.emit("restart")

    def _lay_out(self) -> None:
        tools = FlowLayout(spacing=RHYTHM)
        self._filters_field = LabelledField("Filters", self.filters)
        for field in (LabelledField("Data", self.data), self._filters_field, LabelledField("Seed", self.seed)):
            tools.addWidget(field)
        tools.addWidget(self.run)
        tools.addWidget(self.restart)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        column.addLayout(tools)
        column.addWidget(self.line)
        column.addWidget(_titled("Similarity of the filters: 1 is the same", self.similarity), 3)
        column.addWidget(_titled("Loss", self.loss), 3)
        column.addWidget(self.strips, 3)
        column.addWidget(self.verdict)
        column.addWidget(self.details)


class StripTable(QWidget):
    """The filters of every run, a row of kernels each, with the name of the run before it."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        sized(self._grid, spacing=4)
        self.rows: list[tuple[PlainLabel, StripPicture]] = []

    def show_strips(self, strips: Sequence[FilterStrip]) -> None:
        """Show other filters; rows are made for runs that were not there before."""
        while len(self.rows) < len(strips):
            row = PlainLabel(small=True), StripPicture()
            for column, part in enumerate(row):
                self._grid.addWidget(part, len(self.rows), column)
            self.rows.append(row)
        for (label, picture), strip in zip(self.rows, strips, strict=False):
            label.setText(strip.name)
            picture.show_strip(strip)


class StripPicture(CellPicture):
    """Kernels side by side as one picture."""

    def __init__(self) -> None:
        super().__init__("Filters", is_centred=False, read_out=self._value_at)
        self._strip: FilterStrip | None = None

    def show_strip(self, strip: FilterStrip) -> None:
        """Show other kernels."""
        self._strip = strip
        painted = np.array(colours(strip.values, strip.levels))
        painted[:, strip.is_gap] = rgb_of(tokens_of(self.palette()).card)
        rows, columns = strip.values.shape
        self.setAccessibleName(f"Filters: {strip.name}")
        self.setAccessibleDescription(strip.sentence)
        self.show_cells(ColouredCells((rows, columns), painted))

    def sizeHint(self) -> QSize:
        return scaled(QSize(160, _STRIP_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return scaled(QSize(80, 3 * _STRIP_HEIGHT // 4))

    def _value_at(self, row: int, column: int) -> str:
        if self._strip is None or self._strip.is_gap[column]:
            return ""
        number = int(self._strip.is_gap[:column].sum()) + 1
        return f"{self._strip.name}, filter {number}: {format_in_full(float(self._strip.values[row, column]))}"


def _titled(title: str, plot: QWidget) -> QWidget:
    """Put a title above a plot."""
    held = QWidget()
    column = QVBoxLayout(held)
    column.setContentsMargins(0, 0, 0, 0)
    sized(column, spacing=2)
    column.addWidget(PlainLabel(title, small=True))
    column.addWidget(plot, 1)
    return held
