"""The window of a lens: its lesson, its tools, its stage, and what it found out, in words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from convstudio.model.lenses.subject import Subject, subject_of
from convstudio.model.run.layer_input import LayerInput
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import as_sentence
from convstudio.views.parts.controls import Card, Choice, PlainLabel, WholeField, horizontal_line, labelled
from convstudio.views.parts.flow import FlowLayout
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.sizes import fitting_size, sized
from convstudio.views.parts.theme import RHYTHM

_SIZE = QSize(1180, 700)
FIELD_WIDTH = 64


class Lens(Card):
    """The body of a lens's window: facts and tools above, the stage, and a readout below.

    A lens implements `_examine`, which shows a subject on the stage, and may raise a ValueError with a sentence: then
    the sentence stands in the place of the stage. `update_figures` examines the same subject after a tool was used.
    """

    refused = Signal(str)
    intent_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._subject: Subject | None = None
        self.facts = _wrapping(small=True)
        self.tools = FlowLayout(spacing=RHYTHM)
        self.stage = QWidget()
        self.problem = _wrapping()
        self.verdict = _wrapping(bold=True)
        self.details = _wrapping(small=True)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(14, 10, 14, 10), spacing=RHYTHM)
        column.addWidget(self.facts)
        column.addLayout(self.tools)
        column.addWidget(self.stage, 1)
        column.addWidget(self.problem, 1)
        column.addWidget(horizontal_line())
        column.addWidget(self.verdict)
        column.addWidget(self.details)
        self.problem.hide()

    def add_field(self, field: WholeField | Choice) -> PlainLabel:
        """Add a field to the tools, with its label before it, which comes back."""
        if isinstance(field, WholeField):
            sized(field, fixed_width=FIELD_WIDTH)
        label = labelled(field.accessibleName(), field)
        self.tools.addWidget(label)
        self.tools.addWidget(field)
        return label

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
            self.details.setText("")

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

    def _examine(self, subject: Subject) -> None:
        raise NotImplementedError


@handles_keys("Windows of Learn", ("Escape", "Close the window"))
class LensWindow(QDialog):
    """A lens in a separate window beside the main window; Escape closes it."""

    def __init__(self, title: str, lesson: str, lens: Lens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{as_title(title)} – ConvStudio")
        self.lens = lens
        self._shown: tuple[object, ...] = ()
        self._kept: tuple[object, ...] = ()
        self.lesson = _wrapping()
        self.lesson.setText(lesson)
        self.message = _wrapping(small=True)
        self.message.hide()
        lens.refused.connect(self._show_message)
        column = QVBoxLayout(self)
        sized(column, contents_margins=(12, 10, 12, 10), spacing=RHYTHM)
        column.addWidget(self.lesson)
        column.addWidget(lens, 1)
        column.addWidget(self.message)
        self.resize(fitting_size(self, _SIZE))

    def show_document(self, document: Document, view: ViewState, reading: LayerInput | None) -> None:
        """Show another document, or another part of it, where that makes a difference to the lens."""
        before, self._shown = self._shown, self.lens.depends_on(document, view, reading)
        self._kept = document, reading  # the identity of an object that is gone may be given to the next one
        if self._shown != before:
            self._show_message("")
            self.lens.show_document(document, view, reading)

    def _show_message(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.message.setVisible(bool(sentence))


def _wrapping(*, small: bool = False, bold: bool = False) -> PlainLabel:
    label = PlainLabel(small=small, bold=bold)
    label.setWordWrap(True)
    return label
