"""The capacity lab: which grid of networks is trained, how far it is, and what each size reaches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from convstudio.model.panes.learning.capacity.study_form import DATA_NAMES, POOLING_NAMES, TypedStudy
from convstudio.model.panes.learning.capacity.study_graph import SpreadGraph
from convstudio.model.panes.learning.capacity.study_map import StudyMap
from convstudio.model.panes.learning.capacity.study_table import HEADS
from convstudio.model.panes.learning.training_form import OPTIMISER_TITLES
from convstudio.model.values.limits import LIMITS
from convstudio.views.learning.lesson_dock import LabelledField, wrapping_label
from convstudio.views.parts.controls import Card, Choice, NumberField, WholeField, labelled, row_of, tool_button
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.plots.heat_plot import HeatPlot
from convstudio.views.parts.plots.spread_plot import SpreadPlot
from convstudio.views.parts.room.section import Section
from convstudio.views.parts.signs import PrimaryButton, ProgressBar
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import RHYTHM

_LIST, _NUMBER, _TABLE = 64, 54, 92
START, STOP = "Start study", "Stop study"


class CapacityCard(Card):
    """Asks for a study and shows it.

    `start_asked` carries what is typed, `choice_made` the place of the picture that is wanted.
    """

    start_asked = Signal(object)
    stop_asked = Signal()
    choice_made = Signal(int)
    edited = Signal()
    copy_asked = Signal()
    save_asked = Signal()
    refused = Signal(str)

    def __init__(self, first: TypedStudy, choices: Sequence[str]) -> None:
        super().__init__()
        self._is_running = False
        self.data = Choice("Study data", DATA_NAMES, "What the networks learn to tell apart")
        self.pooling = Choice(
            "Maximum of", POOLING_NAMES, "Each map becomes its largest value, or the largest of every 2×2 cells"
        )
        self.filters = _list_field("Try filters", "Numbers of filters to try, with commas between", first.filters)
        self.kernels = _list_field("Try kernels", "Kernel sizes to try: 3 is 3×3", first.kernels)
        self.classes = _list_field(
            "Try classes",
            "Numbers of classes to try: 2, 4 or 8 directions of lines, 2 to 10 digits, or the first ones of your data",
            first.classes,
        )
        self.seeds = WholeField(
            "Try seeds", 1, LIMITS.study_seeds, "How often each size is trained, from other weights"
        )
        self.epochs = WholeField("Study epochs", 1, LIMITS.epochs, "How often every sample is learned from")
        self.optimiser = Choice("Study optimiser", OPTIMISER_TITLES, "How the networks learn")
        self.rate = NumberField("Study rate", "The learning rate of every network")
        self.run = PrimaryButton(START, START, "Train all networks, or stop")
        self.bar = ProgressBar("Progress of the study", "How many of the networks are trained")
        self.line = wrapping_label(small=True)
        self.choice = Choice("Picture", choices, "What the picture of the study shows")
        self.plot = SpreadPlot("Accuracy")
        self.map = HeatPlot("Accuracy by size")
        self.verdict = wrapping_label(bold=True)
        self.table = FactsTable("Results", "What each size of network reaches, and what it takes", HEADS)
        self.copy = tool_button("Copy as table", "Copy as table", "Copy for a spreadsheet", self.copy_asked.emit)
        self.save = tool_button("Save CSV…", "Save CSV…", "Write a line for every network", self.save_asked.emit)
        self._show_first(first)
        self._lay_out()
        self._tell_edits()

    @property
    def typed(self) -> TypedStudy:
        """What is typed now."""
        return TypedStudy(
            self.filters.text(),
            self.kernels.text(),
            self.classes.text(),
            self.seeds.value(),
            self.epochs.value(),
            self.data.currentIndex(),
            self.pooling.currentIndex(),
            self.optimiser.currentIndex(),
            self.rate.value(),
        )

    def show_progress(self, done: int, total: int, line: str, *, is_running: bool) -> None:
        """Show how far the study is."""
        self._is_running = is_running
        self.run.setText(STOP if is_running else START)
        self.run.setAccessibleName(self.run.text())
        self.bar.setMaximum(max(1, total))
        self.bar.show_value(done)
        self.line.setText(line)

    def show_choices(self, titles: Sequence[str], chosen: int) -> None:
        """Offer other pictures."""
        self.choice.show_entries(titles)
        self.choice.show_index(chosen)

    def show_lines(self, graph: SpreadGraph) -> None:
        """Show the picture of what is trained by now as lines."""
        self.plot.show_graph(graph)
        self._pictures.setCurrentWidget(self.plot)

    def show_map(self, shown: StudyMap) -> None:
        """Show the picture of what is trained by now as a heat map."""
        self.map.show_map(shown)
        self._pictures.setCurrentWidget(self.map)

    def show_results(self, verdict: str, rows: Sequence[Sequence[str]]) -> None:
        """Show what is trained by now in words and numbers."""
        self.verdict.setText(verdict)
        self.table.show_rows(rows)
        self._results.setVisible(bool(rows))
        for button in (self.copy, self.save):
            button.setEnabled(bool(rows))

    def _tell_edits(self) -> None:
        for choice in (self.data, self.pooling, self.optimiser):
            choice.chosen.connect(self._tell_edit)
        for number in (self.seeds, self.epochs, self.rate):
            number.edited.connect(self._tell_edit)
        for text in (self.filters, self.kernels, self.classes):
            text.textChanged.connect(self._tell_edit)

    def _tell_edit(self, _value: object) -> None:
        self.edited.emit()

    def _ask_run(self) -> None:
        if self._is_running:
            self.stop_asked.emit()
        else:
            self.start_asked.emit(self.typed)

    def _show_first(self, first: TypedStudy) -> None:
        self.data.show_index(first.data)
        self.pooling.show_index(first.pooling)
        self.optimiser.show_index(first.optimiser)
        self.rate.show_value(first.rate)
        for field, value in ((self.seeds, first.seeds), (self.epochs, first.epochs)):
            field.show_value(value)
            field.edited.connect(field.show_value)
            field.refused.connect(self.refused)
            sized(field, fixed_width=_NUMBER)
        self.rate.edited.connect(self.rate.show_value)
        self.rate.refused.connect(self.refused)
        sized(self.rate, fixed_width=_NUMBER)
        self.run.clicked.connect(self._ask_run)
        self.choice.chosen.connect(self.choice_made)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sized(self.table, minimum_height=_TABLE)

    def _lay_out(self) -> None:
        # two short fields fill a row of the narrowest panel
        fields = _rows_of(self.data, self.filters, self.kernels, self.classes, self.seeds)
        learning = Section("How they learn", folds_itself=True)
        learning.parts.addLayout(_rows_of(self.epochs, self.rate, self.optimiser, self.pooling))
        self._results = QWidget()
        self._results.hide()
        tools = FlowLayout(spacing=RHYTHM)
        for button in (self.copy, self.save):
            tools.addWidget(button)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        column.addLayout(fields)
        column.addWidget(learning)
        column.addLayout(row_of(self.run, self.bar))
        column.addWidget(self.line)
        column.addLayout(row_of(labelled("Picture", self.choice), self.choice))
        self._pictures = QStackedWidget()
        for picture in (self.plot, self.map):
            self._pictures.addWidget(picture)
        column.addWidget(self._pictures, 3)
        column.addWidget(self.verdict)
        results = QVBoxLayout(self._results)
        results.setContentsMargins(0, 0, 0, 0)
        sized(results, spacing=RHYTHM)
        results.addWidget(self.table)
        results.addLayout(tools)
        column.addWidget(self._results, 2)


def _rows_of(*fields: QWidget) -> FlowLayout:
    rows = FlowLayout(spacing=RHYTHM)
    for field in fields:
        rows.addWidget(LabelledField(field.accessibleName(), field))
    return rows


def _list_field(name: str, tip: str, text: str) -> TextField:
    field = TextField(text)
    field.setAccessibleName(name)
    field.setToolTip(tip)
    sized(field, fixed_width=_LIST)
    return field
