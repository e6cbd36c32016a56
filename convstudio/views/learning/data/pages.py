"""The pages of the data panel: the samples with their filters, the confusion table, and the counts of the classes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.model.panes.learning.data.samples import (
    EVERY_SAMPLE,
    ORDERS,
    OUTCOMES,
    PARTS,
    ExaminedData,
    Order,
    Part,
    SampleFilter,
    class_name,
    listed,
    shown_facts,
)
from convstudio.model.panes.learning.data.tables import CLASS_COLUMNS, class_rows, confusion
from convstudio.views.learning.data.confusion import ConfusionTable
from convstudio.views.learning.data.fields import with_label, wrapping_label
from convstudio.views.learning.data.tiles import SampleGrid
from convstudio.views.parts.controls import Choice
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.theme import RHYTHM

_PARTS = ("All", "Training", "Held out")
_OUTCOMES = ("All", "Wrong", "Right")
_ORDERS = ("Class", "Loss", "As stored")
_EVERY = "All"
_LEGEND = "A coloured corner marks what is held out."
_NOT_TRIED = "The network was not tried on these samples yet."


class SamplesPage(QWidget):
    """The samples as tiles, filtered and sorted; `chosen` carries the number of the one that becomes the input."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._examined: ExaminedData | None = None
        self._wanted = EVERY_SAMPLE
        self._selected = -1
        self.label = Choice("Class", (_EVERY,), "Show the samples of one class")
        self.predicted = Choice("Taken for", (_EVERY,), "Show the samples that the network takes for one class")
        self.part = Choice("Part", _PARTS, "Show the samples that are trained on, or those that are held out")
        self.outcome = Choice("Answers", _OUTCOMES, "Show the samples that the network gets wrong, or right")
        self.order = Choice("Sort by", _ORDERS, "By class, by loss with the largest first, or as they are stored")
        self.grid = SampleGrid()
        self.facts = wrapping_label(small=True)
        tools = FlowLayout(spacing=RHYTHM)
        for field in (self.label, self.predicted, self.part, self.outcome, self.order):
            tools.addWidget(with_label(field))
            field.chosen.connect(self._filter)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(0, 0, 0, 0), spacing=RHYTHM)
        column.addLayout(tools)
        column.addWidget(self.grid, 1)
        column.addWidget(self.facts)
        self.grid.chosen.connect(self.chosen)

    def show_examined(self, examined: ExaminedData | None) -> None:
        """Show other data, or what the network makes of it now; filters stay while the classes are the same."""
        before, self._examined = self._examined, examined
        names = () if examined is None else examined.data.class_names
        if before is None or before.data.class_names != names:
            self._wanted = EVERY_SAMPLE
            self.label.show_entries((_EVERY, *names))
        count = 0 if examined is None or examined.verdicts is None else examined.verdicts.class_count
        columns = () if examined is None else tuple(class_name(examined.data, n) for n in range(max(count, len(names))))
        self.predicted.show_entries((_EVERY, *columns))
        self._show_filter()
        self._show_samples()

    def show_pair(self, label: int, predicted: int, part: Part) -> None:
        """Show the samples of a class that are taken for another, or the same, one."""
        self._wanted = SampleFilter(label, predicted, part)
        self._show_filter()
        self._show_samples()
        self.grid.scrollToTop()

    def show_selected(self, sample: int) -> None:
        """Mark the sample that is the input, or (-1) none."""
        self._selected = sample
        self.grid.show_selected(sample)

    def _filter(self, _row: int) -> None:
        rows = [field.currentIndex() - 1 for field in (self.label, self.predicted)]
        label, predicted = (None if row < 0 else row for row in rows)
        self._wanted = replace(
            self._wanted,
            label=label,
            predicted=predicted,
            part=PARTS[self.part.currentIndex()],
            outcome=OUTCOMES[self.outcome.currentIndex()],
        )
        self._show_samples()
        self.grid.scrollToTop()  # what is asked for begins there, wherever the selected sample is

    def _show_filter(self) -> None:
        wanted = self._wanted
        self.label.show_index(0 if wanted.label is None else wanted.label + 1)
        self.predicted.show_index(0 if wanted.predicted is None else wanted.predicted + 1)
        self.part.show_index(PARTS.index(wanted.part))
        self.outcome.show_index(OUTCOMES.index(wanted.outcome))
        has_classes = self._examined is not None and self._examined.data.labels is not None
        for field in (self.label, self.predicted, self.outcome):
            field.setEnabled(has_classes)

    def _show_samples(self) -> None:
        examined = self._examined
        if examined is None:
            self.grid.show_samples(None, np.zeros(0, np.int64))
            self.facts.setText("")
            return
        order: Order = ORDERS[self.order.currentIndex()]
        shown = listed(examined, self._wanted, order)
        self.grid.show_samples(examined, shown)
        self.grid.show_selected(self._selected)
        self.facts.setText(f"{shown_facts(examined, shown)} {_LEGEND}")


class ConfusionPage(QWidget):
    """The confusion table of a part of the samples; `pair_chosen` carries class, what it is taken for, and the part."""

    pair_chosen = Signal(int, int, str)

    def __init__(self) -> None:
        super().__init__()
        self._examined: ExaminedData | None = None
        self.part = Choice("Count", _PARTS, "Count the samples that are trained on, or those that are held out")
        self.table = ConfusionTable()
        self.told = wrapping_label(small=True)
        tools = FlowLayout(spacing=RHYTHM)
        tools.addWidget(with_label(self.part))
        column = QVBoxLayout(self)
        sized(column, contents_margins=(0, 0, 0, 0), spacing=RHYTHM)
        column.addLayout(tools)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        self.part.chosen.connect(self._show)
        self.table.cell_chosen.connect(self._choose)

    def show_examined(self, examined: ExaminedData | None) -> None:
        """Show other data, or what the network makes of it now."""
        self._examined = examined
        self._show()

    def _show(self, _row: int = 0) -> None:
        table = None if self._examined is None else confusion(self._examined, self._part)
        self.table.show_confusion(table)
        self.told.setText(
            _NOT_TRIED
            if table is None
            else "A row is a class, a column what the network takes it for. Click a cell to see its samples."
        )

    @property
    def _part(self) -> Part:
        return PARTS[self.part.currentIndex()]

    def _choose(self, row: int, column: int) -> None:
        self.pair_chosen.emit(row, column, self._part)


class ClassesPage(QWidget):
    """How many samples each class has in each part, and how many of them are right."""

    def __init__(self) -> None:
        super().__init__()
        self.table = FactsTable(
            "Classes", "Samples of each class, and the share that the network gets right", CLASS_COLUMNS
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def show_examined(self, examined: ExaminedData | None) -> None:
        """Show other data, or what the network makes of it now."""
        self.table.show_rows([] if examined is None else class_rows(examined))
