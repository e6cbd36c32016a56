"""A combo box for a long list: it opens with headings, pictures and a search field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QApplication

from convstudio.views.parts.controls import Choice
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.later import load

if TYPE_CHECKING:
    from convstudio.views.parts.choices.popup import ChoicePopup


@handles_keys("Lists with a search field", ("Up, Down, Home, End, a letter", "Open the list"))
class SearchChoice(Choice):
    """A combo box whose list is searched by typing; the list is made when it is first opened.

    A subclass tells under which heading an entry stands (`heading_of`; without one it is not listed), by which other
    words it is found (`words_of`), and how it is pictured (`picture_of`, called only for entries that are seen).
    Qt's own list stays, hidden, for screen readers.
    """

    picture_side = 22

    def __init__(self, name: str, entries: Sequence[str], tip: str) -> None:
        self._popup: ChoicePopup | None = None
        super().__init__(name, entries, tip)

    @property
    def popup(self) -> ChoicePopup:
        """The list on screen, made when it is first asked for."""
        if self._popup is None:
            made: ChoicePopup = load("parts.choices.popup.ChoicePopup")(self)
            self._popup = made
        return self._popup

    def heading_of(self, row: int) -> str:
        """Return the heading above an entry, "" for one that is not to be listed."""
        raise NotImplementedError

    def words_of(self, row: int) -> str:
        """Return more words by which an entry is found."""
        raise NotImplementedError

    def picture_of(self, row: int) -> QIcon:
        """Draw the picture of an entry."""
        raise NotImplementedError

    def showPopup(self) -> None:
        if not self.popup.was_just_left:
            self.popup.open_below()

    def hidePopup(self) -> None:
        if self._popup is not None:
            self._popup.reject()
        super().hidePopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on what comes before the open list has the keyboard."""
        if self._popup is not None and self._popup.isVisible():
            QApplication.sendEvent(self._popup.field, event)
        else:
            super().keyPressEvent(event)

    def _open_for(self, event: QKeyEvent) -> None:
        self.showPopup()
        if event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down):  # which open the list at the current entry
            QApplication.sendEvent(self.popup.field, event)
