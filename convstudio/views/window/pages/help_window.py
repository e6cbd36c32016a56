"""The list in Help of where each question is answered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from convstudio.model.panes.help_places import COMING, HelpPlace
from convstudio.views.parts.controls import Card, PlainLabel, horizontal_line, row_of
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.keys import ENTERS, handles_keys
from convstudio.views.parts.signs import PrimaryButton
from convstudio.views.parts.sizes import fitting_size, sized
from convstudio.views.parts.theme import RHYTHM

_SIZE = QSize(960, 700)
_ANSWER_LINES = 3
_BUTTON_WIDTH = 96


@handles_keys("Find an answer", ("Enter", "Go to the place that answers the question"))
class HelpWindow(QDialog):
    """Questions, and below them the answer to the chosen one and the way to its picture.

    `place_asked` carries the place that the user wants to be shown.
    """

    place_asked = Signal(object)

    def __init__(self, places: Sequence[HelpPlace], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find an answer – ConvStudio")
        self._places = tuple(places)
        self.table = FactsTable(
            "Questions", "Enter or double-click shows the place", ("Question", "Where the answer is"),
        )  # fmt: skip
        self.question, self.answer = PlainLabel(bold=True), PlainLabel()
        self.note = PlainLabel(small=True)
        self.show_button = PrimaryButton("Show me", "Show me", "Go to the place that answers this question (Enter)")
        self._lay_out()
        self.table.row_chosen.connect(self._tell)
        self.table.doubleClicked.connect(lambda _index: self._ask())
        self.show_button.clicked.connect(lambda _checked=False: self._ask())
        self.table.show_rows([(place.question, place.where) for place in self._places])
        self.table.selectRow(0)

    def choose(self, place: HelpPlace) -> None:
        """Select a question, and tell its answer."""
        self.table.selectRow(self._places.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTERS:
            self._ask()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        for label in (self.question, self.answer, self.note):
            label.setWordWrap(True)
        self.answer.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.answer.setMinimumHeight(_ANSWER_LINES * self.answer.fontMetrics().lineSpacing())
        card, column = Card(), QVBoxLayout(self)
        inside = QVBoxLayout(card)
        sized(inside, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        inside.addWidget(self.table, 1)
        inside.addWidget(horizontal_line())
        inside.addWidget(self.question)
        inside.addWidget(self.answer)
        sized(self.show_button, fixed_width=_BUTTON_WIDTH)
        buttons = row_of(self.show_button, self.note, spacing=12)
        buttons.setStretch(1, 1)
        inside.addLayout(buttons)
        sized(column, contents_margins=(12, 10, 12, 10))
        column.addWidget(card)
        self.resize(fitting_size(self, _SIZE))

    def _tell(self, row: int) -> None:
        if row >= 0:
            self.question.setText(self._places[row].question)
            self.answer.setText(self._places[row].answer)
            self.note.setText(COMING if self._places[row].is_coming else "")
            self.show_button.setEnabled(not self._places[row].is_coming)

    def _ask(self) -> None:
        row = self.table.currentIndex().row()
        if row >= 0 and not self._places[row].is_coming:
            self.place_asked.emit(self._places[row])
