"""One line above the panes that says what was refused, or what is new; it steps aside with the next change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QSizePolicy

from convstudio.views.controls import Card, PlainLabel, row_of, tool_button
from convstudio.views.theme import RHYTHM

_WARNING, _NEWS = "⚠", "ℹ"
_LEAST_WIDTH, _MOST_WIDTH = 160, 620  # more would hide the ribbon beside it
_WRAPPING = 1.15
"""How much wider than half its length a sentence must be to fit two lines: words do not end where lines do."""


class _Sentence(PlainLabel):
    """A sentence that wants the width at which it takes two lines: more of them would move the panes below."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Message")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        whole = self.fontMetrics().horizontalAdvance(self.text()) + 2
        width = min(whole, max(_LEAST_WIDTH, int(whole / 2 * _WRAPPING)), _MOST_WIDTH)
        return QSize(width, self.heightForWidth(width))


class MessageBar(Card):
    """Shows one sentence, perhaps with a button that mends it, and says it to screen readers.

    Its accessible name is "Message".
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = _Sentence()
        self._sign = PlainLabel(bold=True)
        self._mend: Callable[[], object] | None = None
        self._button = tool_button("", "", "", self._take_offer)
        close = tool_button("✕", "Close message", "Close this message", self.put_away)
        row = row_of(self._sign, self._text, self._button, close, spacing=RHYTHM)
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
        self._show_sentence(_WARNING, sentence, None)

    def tell(self, sentence: str) -> None:
        """Show a sentence about something that went well, and announce it."""
        self._show_sentence(_NEWS, sentence, None)

    def offer(self, sentence: str, action: str, tip: str, mend: Callable[[], object], *, is_news: bool = False) -> None:
        """Show a sentence with a button named `action`, which calls `mend`; as a warning, or as news."""
        self._button.setText(action)
        self._button.setAccessibleName(action)
        self._button.setToolTip(tip)
        self._show_sentence(_NEWS if is_news else _WARNING, sentence, mend)

    def put_away(self) -> None:
        """Take the message away."""
        self.hide()

    def _take_offer(self) -> None:
        if self._mend is not None:
            self._mend()

    def _show_sentence(self, sign: str, sentence: str, mend: Callable[[], object] | None) -> None:
        self._sign.setText(sign)
        self._mend = mend
        self._button.setVisible(mend is not None)
        self._text.setText(sentence)
        self._text.setAccessibleName(sentence)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._text, sentence))
