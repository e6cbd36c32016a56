"""What every lens shows: facts and tools, its stage, and what it found out, in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convstudio.model.lenses.subject import Subject, subject_of
from convstudio.model.run.forward import Forward
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.views.parts.controls import Card, Choice, PlainLabel, WholeField, horizontal_line, labelled, row_of
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.panels.side_panel import LEAST_DOCKED
from convstudio.views.parts.room.section import Section
from convstudio.views.parts.sizes import NO_LIMIT, px, sized
from convstudio.views.parts.theme import RHYTHM

_SIZE = QSize(1180, 700)
_FIELD_WIDTH = 64


class Lens(Card):
    """A lens: facts and tools above, the stage, and a readout below.

    A lens implements `_examine`, which shows a subject on the stage, and may raise a ValueError with a sentence: then
    the sentence stands in the place of the stage. `update_figures` examines the same subject after a tool was used.
    `about` is the pane that the panel of the lens leaves in sight at first: "input", "kernel" or "map". What takes long
    is asked for by `question_asked`, and comes back to `show_answer`. `shares_changed` carries what the terms of the
    current output carry of a score, or None.

    A lens whose stage has two arrangements says in `wide_from` how wide it must be for the wide one, and implements
    `arrange`. The narrow one must be the higher of both: a scroll bar that came with one and went with the other would
    never rest.
    """

    about = "kernel"
    details_title = "How to read it"
    least_width = LEAST_DOCKED
    """How wide a docked panel of the lens must be, in pixels at 100 %."""
    easy_width = 0
    """From which width its docked panel does not scroll on an ordinary screen, in pixels at 100 %; 0: from any."""
    wide_from = 0
    """From which width of its own the lens is arranged for a wide panel, in pixels at 100 %; 0: always the same."""

    refused = Signal(str)
    intent_asked = Signal(object)
    question_asked = Signal(object)
    shares_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._subject: Subject | None = None
        self.result: Forward | None = None
        self._is_wide, self._least = False, NO_LIMIT
        self.facts = wrapping_label(small=True)
        self.tools = FlowLayout(spacing=RHYTHM)
        self.stage = QWidget()
        self.problem = wrapping_label()
        self.verdict = wrapping_label(bold=True)
        self.details = wrapping_label(small=True)
        self._details = Section(self.details_title, folds_itself=True, quiet=True)
        self._details.parts.addWidget(self.details)
        column, self.row, self.below = QVBoxLayout(self), QHBoxLayout(), QVBoxLayout()
        """What else a lens shows goes below what it found out, or beside the stage, into the row."""
        sized(column, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        sized(self.row, spacing=2 * RHYTHM)
        self.row.addWidget(self.stage, 2)
        self.row.addWidget(self.problem, 2)
        column.addWidget(self.facts)
        column.addLayout(self.tools)
        column.addLayout(self.row, 1)
        column.addWidget(horizontal_line())
        column.addWidget(self.verdict)
        column.addLayout(self.below)
        column.addWidget(self._details)
        self.problem.hide()

    def add_field(self, field: WholeField | Choice) -> PlainLabel:
        """Add a field to the tools, with its label before it on the same line, which comes back."""
        both, label = with_label(field)
        self.tools.addWidget(both)
        return label

    def show_field(self, field: QWidget, *, on: bool) -> None:
        """Show or hide a field of the tools with its label."""
        held = field.parentWidget()
        if held is not None:
            held.setVisible(on)

    def depends_on(self, document: Document, view: ViewState, reading: LayerInput | None) -> tuple[object, ...]:
        """Return what the lens depends on: while that stays, there is nothing to examine again."""
        values = None if reading is None else id(reading.values)
        return id(document), view.layer, view.filter, view.channel, values

    def show_document(self, document: Document, view: ViewState, reading: LayerInput | None) -> None:
        """Examine the selected layer; `reading` is what it reads, None while that is not computed."""
        try:
            self.show_subject(subject_of(document, view, reading))
        except ValueError as refusal:
            self._subject = None  # so that no tool brings back what is no longer selected
            self.show_problem(as_sentence(str(refusal)))

    def forget(self) -> None:
        """Let go of what was examined: the panel is closed, and the next one may be of another network."""
        self._subject = self.result = None

    def show_answer(self, answer: object) -> None:
        """Take the answer to a question, where the lens asks some."""

    def show_subject(self, subject: Subject) -> None:
        """Examine another subject."""
        self._subject = subject
        self.update_figures()

    def show_problem(self, sentence: str) -> None:
        """Say why there is nothing to see, in the place of the stage; nothing: there is something."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.stage.setVisible(not sentence)
        if sentence:
            self.verdict.setText("")
            self.tell_details("")

    def tell_details(self, text: str) -> None:
        """Show what else there is to say, below all other things."""
        self.details.setText(text)
        self._details.setVisible(bool(text))

    def update_figures(self) -> None:
        """Examine the same subject with the tools as they are now."""
        if self._subject is None:
            return
        try:
            self._examine(self._subject)
        except ValueError as refusal:
            self.show_problem(as_sentence(str(refusal)))
        else:
            self.show_problem("")

    def arrange(self, *, is_wide: bool) -> None:
        """Arrange the stage for a wide panel, or for a narrow one, as it is at first."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = bool(self.wide_from) and self.width() >= px(self.wide_from)
        if is_wide != self._is_wide:
            self._least = super().minimumSizeHint().width() if is_wide else NO_LIMIT
            self._is_wide = is_wide
            self.arrange(is_wide=is_wide)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the narrow arrangement, also in the wide one: else no panel could be made narrower."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._least), hint.height())

    def _examine(self, subject: Subject) -> None:
        raise NotImplementedError


def with_label(field: WholeField | Choice) -> tuple[QWidget, PlainLabel]:
    """Return a field with its label before it, which stay on one line, and the label."""
    if isinstance(field, WholeField):
        sized(field, fixed_width=_FIELD_WIDTH)
    label, both = labelled(field.accessibleName(), field), QWidget()
    both.setLayout(row_of(label, field))
    return both, label


def wrapping_label(*, small: bool = False, bold: bool = False) -> PlainLabel:
    """Make a label whose text goes on in further lines."""
    label = PlainLabel(small=small, bold=bold)
    label.setWordWrap(True)
    return label
