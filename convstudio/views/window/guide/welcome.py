"""Where to begin, in the free place beside the ribbon of a new project."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from convstudio.views.parts.controls import PlainLabel, row_of, tool_button
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.sizes import px

_GAP, _SIDE = 24, 12
_PLACED = (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)


class Welcome(QWidget):
    """A question with a few buttons, right in a band; hidden wherever the ribbon or a message needs the place.

    It is in no layout, so that it never moves or widens anything. `closed` tells that the user does not want it again.
    """

    tour_asked = Signal()
    answers_asked = Signal()
    closed = Signal()

    def __init__(self, band: QWidget, ribbon: QWidget, messages: QWidget, examples: QMenu, recent: QMenu) -> None:
        super().__init__(band)
        self._band, self._ribbon, self._messages = band, ribbon, messages
        self._is_wanted = False
        self.hide()
        self._recent = tool_button(
            "Recent files", "Recent files", "Open one of the files that were open last", menu=recent
        )
        self._recent_menu = recent
        row = row_of(
            PlainLabel("New here?", small=True),
            tool_button(
                "What is this?", "What is this?", "See what the panes are, one after the other", self.tour_asked.emit
            ),
            tool_button("Examples", "Examples", "Open a network whose weights show something", menu=examples),
            self._recent,
            tool_button(
                "Find an answer…", "Find an answer", "See where a question is answered", self.answers_asked.emit
            ),
            IconButton("x", "Close welcome", "Do not show this again", self._close),
        )
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        for thing in (band, messages):
            thing.installEventFilter(self)

    def show_wanted(self, is_wanted: bool) -> None:
        """Show it where there is room, or not at all."""
        if is_wanted or self._is_wanted:  # else an edit would cost time for nothing
            self._is_wanted = is_wanted
            self._place()

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        """Look for room again where a message comes or goes, or the band changes."""
        if self._is_wanted and event.type() in _PLACED:
            self._place()
        return False

    def _place(self) -> None:
        if not self._is_wanted:
            self.hide()
            return
        self._recent.setVisible(not self._recent_menu.isEmpty())
        size, band = self.sizeHint(), self._band.rect()
        free = band.width() - self._ribbon.sizeHint().width() - px(_GAP + 2 * _SIDE)
        has_room = self._messages.isHidden() and size.width() <= free and size.height() <= band.height()
        if has_room:
            place = band.right() - size.width() - px(_SIDE), (band.height() - size.height()) // 2
            self.setGeometry(*place, size.width(), size.height())
        self.setVisible(has_room)

    def _close(self) -> None:
        self.show_wanted(False)
        self.closed.emit()
