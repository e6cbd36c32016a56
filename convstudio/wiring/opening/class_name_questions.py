"""The names of the classes that a network predicts: typed, or out of a text file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from convstudio.model.edits.intent import Intent
from convstudio.model.values.document import Document
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.views.parts import dialogs
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow

if TYPE_CHECKING:
    from convstudio.views.window.class_names_dialog import ClassNamesDialog


class ClassNameQuestions:
    """Asks for class names in a dialog that waits without blocking, and makes them those of the document."""

    def __init__(self, window: MainWindow, session: Session, editor: Editor, jobs: Jobs) -> None:
        self._window = window
        self._session = session
        self._editor = editor
        self._jobs = jobs
        self._dialog: ClassNamesDialog | None = None
        window.menus.class_names_asked.connect(self._ask)

    def _ask(self) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        dialog: ClassNamesDialog = load("window.class_names_dialog.ClassNamesDialog")(
            self._session.document.class_names, self._window
        )
        self._dialog = dialog
        dialog.named.connect(self._name)
        dialog.open_asked.connect(self._open)
        dialog.finished.connect(self._forget)
        dialog.open()

    def _open(self) -> None:
        """Read a text file into the dialog."""
        from convstudio.files.class_names import (  # here, and not above: no start needs it
            CLASS_NAME_FORMATS,
            read_class_names,
        )

        path = dialogs.ask_open(self._window, CLASS_NAME_FORMATS)
        if path:
            self._jobs.read("Opening class names", lambda _: read_class_names(path), partial(self._show, self._dialog))

    def _show(self, asked: ClassNamesDialog | None, text: str) -> None:
        if asked is not None and asked is self._dialog:  # else it was closed, and perhaps opened again
            asked.show_text(text)

    def _name(self, text: str) -> None:
        from convstudio.model.readings.class_names import class_names_of  # here, and not above: no start needs it

        if self._dialog is None:
            return
        try:
            names = class_names_of(text)
        except ValueError as refusal:
            self._dialog.say(str(refusal))
            return
        self._dialog.accept()
        self._editor.apply(Intent("Name classes", partial(_with_names, names)))

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None


def _with_names(names: tuple[str, ...], document: Document) -> Document:
    return document if names == document.class_names else replace(document, class_names=names)
