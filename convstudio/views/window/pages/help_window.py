"""The list in Help of where each question is answered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from convstudio.model.panes.help_places import HelpPlace
from convstudio.model.words.fuzzy import fuzzy_choice
from convstudio.views.parts.controls import Card, PlainLabel, horizontal_line, row_of
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.keys import ENTERS, handles_keys
from convstudio.views.parts.signs import PrimaryButton
from convstudio.views.parts.sizes import fitting_size, sized
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import RHYTHM

_SIZE = QSize(960, 700)
_ANSWER_LINES = 3
_BUTTON_WIDTH = 96
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_NOTHING = "No question matches. Type another word of it."


@handles_keys(
    "Find an answer",
    ("Up, Down, Page Up, Page Down", "Go through the questions"),
    ("Enter", "Go to the place that answers the question"),
)
class HelpWindow(QDialog):
    """Questions, found by a part of them, and below them the answer to the chosen one and the way to its picture.

    `place_asked` carries the place that the user wants to be shown.
    """

    place_asked = Signal(object)

    def __init__(self, places: Sequence[HelpPlace], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find an answer – ConvStudio")
        self._places = tuple(places)
        self._questions = [place.question for place in places]
        self._answers = [f"{place.answer} {place.where}" for place in places]
        self._found: list[int] = []
        self.field = TextField()
        self.field.setAccessibleName("Find a question")
        self.field.setPlaceholderText("part of a question or of its answer")
        self.field.setClearButtonEnabled(True)
        self.field.installEventFilter(self)
        self.table = FactsTable(
            "Questions", "Enter or double-click shows the place", ("Question", "Where the answer is"),
        )  # fmt: skip
        self.question, self.answer = PlainLabel(bold=True), PlainLabel()
        self.show_button = PrimaryButton("Show me", "Show me", "Go to the place that answers this question (Enter)")
        self._lay_out()
        self.field.textChanged.connect(self._find)
        self.table.row_chosen.connect(self._tell)
        self.table.doubleClicked.connect(lambda _index: self._ask())
        self.show_button.clicked.connect(lambda _checked=False: self._ask())
        self._find("")

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        """Let the arrow keys go through the questions while the field keeps the keyboard."""
        is_press = event.type() == QEvent.Type.KeyPress
        if thing is self.field and is_press and isinstance(event, QKeyEvent) and event.key() in _MOVES:
            QApplication.sendEvent(self.table, event)
            return True
        return super().eventFilter(thing, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the field whenever the list comes back: “Show me” had the keyboard, and a space presses it."""
        super().showEvent(event)
        if not event.spontaneous():
            self.field.setFocus()
            self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTERS:
            self._ask()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        for label in (self.question, self.answer):
            label.setWordWrap(True)
        self.answer.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.answer.setMinimumHeight(_ANSWER_LINES * self.answer.fontMetrics().lineSpacing())
        card, column = Card(), QVBoxLayout(self)
        inside = QVBoxLayout(card)
        sized(inside, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        inside.addWidget(self.field)
        inside.addWidget(self.table, 1)
        inside.addWidget(horizontal_line())
        inside.addWidget(self.question)
        inside.addWidget(self.answer)
        sized(self.show_button, fixed_width=_BUTTON_WIDTH)
        buttons = row_of(self.show_button, spacing=12)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        sized(column, contents_margins=(12, 10, 12, 10))
        column.addWidget(card)
        self.resize(fitting_size(self, _SIZE))

    @property
    def _chosen(self) -> HelpPlace | None:
        row = self.table.currentIndex().row()
        return self._places[self._found[row]] if 0 <= row < len(self._found) else None

    def _find(self, typed: str) -> None:
        self._found = fuzzy_choice(typed, self._questions, self._answers)
        places = [self._places[found] for found in self._found]
        self.table.show_rows([(place.question, place.where) for place in places], 0 if places else None)
        if places:
            self.table.scrollToTop()
        self._tell()

    def _tell(self, _row: int = 0) -> None:
        place = self._chosen
        self.question.setText("" if place is None else place.question)
        self.answer.setText(_NOTHING if place is None else place.answer)
        self.show_button.setEnabled(place is not None)

    def _ask(self) -> None:
        place = self._chosen
        if place is not None:
            self.place_asked.emit(place)
