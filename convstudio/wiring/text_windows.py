"""A text in a window beside the main one, from which it is copied and saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from convstudio.session.workspace.exports import Exports
from convstudio.views.parts import dialogs
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow

if TYPE_CHECKING:
    from convstudio.model.words.file_kinds import FileKind


@dataclass(frozen=True)
class ShownText:
    """A text with its title, what is said when it was copied, and the name without ending that it is saved under."""

    title: str
    text: str
    copied: str
    name: str
    is_program: bool = False


class TextWindows:
    """Shows texts, and says in the main window what was done with them."""

    def __init__(self, window: MainWindow, exports: Exports) -> None:
        self._window = window
        self._exports = exports

    def show(self, shown: ShownText) -> None:
        """Open a window with a text."""
        made = load("window.pages.text_window.TextWindow")(
            shown.title, shown.text, is_program=shown.is_program, parent=self._window
        )
        made.copied.connect(partial(self._window.messages.tell, shown.copied))
        made.save_asked.connect(partial(self._ask_save, shown))
        made.show()

    def _ask_save(self, shown: ShownText) -> None:
        kinds = _formats_of(shown)
        path = dialogs.ask_place(self._window, f"Save {shown.title}", f"{shown.name}{kinds[0].endings[0]}", kinds)
        if path:
            self._exports.write_text(path, shown.text)


def _formats_of(shown: ShownText) -> Sequence[FileKind]:
    from convstudio.files.code import text_formats  # here, and not above: no start needs it

    return text_formats.PROGRAM_FORMATS if shown.is_program else text_formats.SUMMARY_FORMATS
