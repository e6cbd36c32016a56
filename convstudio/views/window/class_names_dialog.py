"""A text with one class name in each line, typed or out of a file."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from convstudio.views.parts.controls import PlainLabel, labelled, widen_for_title
from convstudio.views.parts.sizes import fitting_size

_ABOUT = "One name in each line, in the order of the network's outputs. A class without a name is shown by its number."


class ClassNamesDialog(QDialog):
    """Asks for the names of the classes; `named` carries the text, and `open_asked` that a file is to be read into it.

    It waits without blocking, and stays open until its text is taken.
    """

    named = Signal(str)
    open_asked = Signal()

    def __init__(self, names: tuple[str, ...], window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle("Class names – ConvStudio")
        self.field = QPlainTextEdit("\n".join(names))
        self.field.setAccessibleName("Class names")
        self.field.setToolTip("The first line is the name of the first output")
        self.field.setTabChangesFocus(True)
        self._problem = PlainLabel()
        self._problem.setWordWrap(True)
        self._problem.hide()
        about = PlainLabel(_ABOUT)
        about.setWordWrap(True)
        button = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(button.Ok | button.Cancel)
        buttons.button(button.Ok).setText("&Name classes")
        opening = buttons.addButton("Open a &text file…", QDialogButtonBox.ButtonRole.ActionRole)
        opening.setToolTip("Put the lines of a text file here")
        opening.clicked.connect(self.open_asked)
        buttons.accepted.connect(lambda: self.named.emit(self.field.toPlainText()))
        buttons.rejected.connect(self.reject)
        widen_for_title(self)
        column = QVBoxLayout(self)
        column.addWidget(about)
        column.addWidget(labelled("Class names", self.field))
        column.addWidget(self.field, 1)
        column.addWidget(self._problem)
        column.addWidget(buttons)
        self.resize(fitting_size(self, QSize(480, 440)))

    def show_text(self, text: str) -> None:
        """Show the lines of a file."""
        self.field.setPlainText(text)
        self._problem.hide()

    def say(self, sentence: str) -> None:
        """Say why the names are not taken."""
        self._problem.setText(sentence)
        self._problem.show()
