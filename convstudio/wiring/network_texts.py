"""The network as texts, its summary and programs of it: copied, or shown in a window that copies and saves them."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QGuiApplication

from convstudio.files.code import TARGETS
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.parts import dialogs
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow

_SUMMARY_COPIED = "The table of layers is on the clipboard."


class NetworkTexts:
    """Answers the commands about the network's texts, and says in the window what was done."""

    def __init__(self, window: MainWindow, session: Session, workspace: Workspace) -> None:
        self._window = window
        self._session = session
        self._workspace = workspace
        menus = window.menus
        menus.offer_libraries(TARGETS)
        menus.copy_summary_asked.connect(self._copy_summary)
        menus.copy_code_asked.connect(self._copy_code)
        menus.summary_asked.connect(self._show_summary)
        menus.code_asked.connect(self._show_code)

    def _copy_summary(self) -> None:
        self._copy(self._summary(), _SUMMARY_COPIED)

    def _copy_code(self, target: str) -> None:
        self._workspace.exports.write_code(target, lambda text: self._copy(text, _copied(target, text)))

    def _show_summary(self) -> None:
        self._show("Network summary", self._summary(), _SUMMARY_COPIED, "summary")

    def _show_code(self, target: str) -> None:
        title, name = f"Network as code: {TARGETS[target]}", f"network-{target}"
        self._workspace.exports.write_code(
            target, lambda text: self._show(title, text, _copied(target, text), name, is_program=True)
        )

    def _summary(self) -> str:
        from convstudio.model.words.summary import summary_text  # here, and not above: no start needs it

        return summary_text(self._session.document, self._session.view.data_format)

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._window.messages.tell(told)

    def _show(self, title: str, text: str, told: str, name: str, *, is_program: bool = False) -> None:
        window = load("window.pages.text_window.TextWindow")(title, text, is_program=is_program, parent=self._window)
        window.copied.connect(partial(self._window.messages.tell, told))
        window.save_asked.connect(partial(self._ask_save, title, text, name, is_program))
        window.show()

    def _ask_save(self, title: str, text: str, name: str, is_program: bool) -> None:
        from convstudio.files.code.text_formats import (  # here, and not above: no start needs it
            PROGRAM_FORMATS,
            SUMMARY_FORMATS,
        )

        kinds = PROGRAM_FORMATS if is_program else SUMMARY_FORMATS
        path = dialogs.ask_place(self._window, f"Save {title}", f"{name}{kinds[0].endings[0]}", kinds)
        if path:
            self._workspace.exports.write_text(path, text)


def _copied(target: str, text: str) -> str:
    return f"The program for {TARGETS[target]} is on the clipboard: {len(text.splitlines())} lines."
