"""One line above the panes that says what was refused and what to do, or what is new; the next change takes it away."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QSizePolicy

from convstudio.views.controls import Card, PlainLabel, row_of, tool_button
from convstudio.views.theme import RHYTHM


class MessageBar(Card):
    """Shows one sentence, and says it to screen readers. Its accessible name is "Message"."""

    def __init__(self) -> None:
        super().__init__()
        self._text = PlainLabel()
        self._text.setAccessibleName("Message")
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._sign = PlainLabel(bold=True)
        row = row_of(
            self._sign,
            self._text,
            tool_button("✕", "Close message", "Close this message", self.put_away),
            spacing=RHYTHM,
        )
        row.setContentsMargins(12, 6, 6, 6)
        row.setStretch(1, 1)
        self.setLayout(row)
        self.hide()

    @property
    def sentence(self) -> str:
        """The sentence on show, or nothing."""
        return "" if self.isHidden() else self._text.text()

    def say(self, sentence: str) -> None:
        """Show a sentence about something that went wrong, and announce it."""
        self._show_sentence("⚠", sentence)

    def tell(self, sentence: str) -> None:
        """Show a sentence about something that went well, and announce it."""
        self._show_sentence("ℹ", sentence)

    def _show_sentence(self, sign: str, sentence: str) -> None:
        self._sign.setText(sign)
        self._text.setText(sentence)
        self._text.setAccessibleName(sentence)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._text, sentence))

    def put_away(self) -> None:
        """Take the message away."""
        self.hide()
