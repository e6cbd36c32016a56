"""The network as texts, its summary and programs of it: copied, or shown in a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from convstudio.files.code import PROGRAMS
from convstudio.model.values.numbers import USUAL, written_in
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.text_windows import ShownText, TextWindows

if TYPE_CHECKING:
    from convstudio.model.values.learning.dataset import Dataset

_SUMMARY_COPIED = "The table of layers is on the clipboard."


class NetworkTexts:
    """Answers the commands about the network's texts, and says in the window what was done.

    `data` returns what was chosen to train on, for the programs that train.
    """

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        workspace: Workspace,
        windows: TextWindows,
        data: Callable[[], Dataset | None] = lambda: None,
    ) -> None:
        self._window = window
        self._session = session
        self._workspace = workspace
        self._windows = windows
        self._data = data
        menus = window.menus
        menus.offer_libraries(PROGRAMS)
        menus.copy_summary_asked.connect(self._copy_summary)
        menus.copy_code_asked.connect(self._copy_code)
        menus.summary_asked.connect(self._show_summary)
        menus.code_asked.connect(self._show_code)

    def summary(self) -> str:
        """Return the table of layers of the network of now."""
        from convstudio.model.words.summary import summary_text  # here, and not above: no start needs it

        with written_in(USUAL):
            return summary_text(self._session.document, self._session.view.data_format)

    def _copy_summary(self) -> None:
        self._copy(self.summary(), _SUMMARY_COPIED)

    def _copy_code(self, target: str) -> None:
        self._workspace.exports.write_code(target, lambda text: self._copy(text, _copied(target, text)), self._data())

    def _show_summary(self) -> None:
        self._windows.show(ShownText("Network summary", self.summary(), _SUMMARY_COPIED, "summary"))

    def _show_code(self, target: str) -> None:
        title, name = f"Network as code: {PROGRAMS[target]}", f"network-{target.replace(' ', '-')}"

        def show(text: str) -> None:
            self._windows.show(ShownText(title, text, _copied(target, text), name, is_program=True))

        self._workspace.exports.write_code(target, show, self._data())

    def _copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._window.messages.tell(told)


def _copied(target: str, text: str) -> str:
    return f"The program for {PROGRAMS[target]} is on the clipboard: {len(text.splitlines())} lines."
