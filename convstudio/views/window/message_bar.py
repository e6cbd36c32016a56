"""One line above the panes that shows what was refused, or what is new; the next change hides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QSizePolicy

from convstudio.views.parts import dialogs
from convstudio.views.parts.controls import Card, PlainLabel, row_of, tool_button
from convstudio.views.parts.icons import IconButton, IconLabel
from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import RHYTHM

_WARNING, _NEWS = "triangle-alert", "info"
_LEAST_WIDTH, _MOST_WIDTH = 160, 620  # more would hide the ribbon beside it
_MOST_OFFERS = 2
_WRAPPING = 1.15
"""How much wider than half its length a sentence must be to fit two lines: words do not end where lines do."""
_TWO_LINES = int(2 * _MOST_WIDTH / _WRAPPING)
"""The longest that is shown at once, in pixels: a third line would move the panes."""


class _Sentence(PlainLabel):
    """A sentence that wants the width at which it takes two lines: more of them would move the panes below."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Message")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        whole = self.fontMetrics().horizontalAdvance(self.text()) + 2
        width = min(whole, max(px(_LEAST_WIDTH), int(whole / 2 * _WRAPPING)), px(_MOST_WIDTH))
        return QSize(width, self.heightForWidth(width))


@dataclass(frozen=True)
class Offer:
    """A button beside a sentence: its name, its tooltip, and what it does."""

    name: str
    tip: str
    do: Callable[[], object]


class MessageBar(Card):
    """Shows one sentence, perhaps with buttons that lead on from it, and announces it to screen readers.

    Its accessible name is "Message".
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = _Sentence()
        self._sentence = ""
        self._sign = IconLabel()
        self._more = tool_button("More…", "More…", "Show the whole message", self._show_all)
        self._offers: tuple[Offer, ...] = ()
        self._buttons = [tool_button("", "", "", partial(self._take, place)) for place in range(_MOST_OFFERS)]
        close = IconButton("x", "Close message", "Close this message", self.put_away)
        row = row_of(self._sign, self._text, self._more, *self._buttons, close, spacing=RHYTHM)
        sized(row, contents_margins=(12, 6, 6, 6))
        row.setStretch(1, 1)
        self.setLayout(row)
        self.hide()

    @property
    def sentence(self) -> str:
        """The sentence on show, or nothing."""
        return "" if self.isHidden() else self._sentence

    def say(self, sentence: str) -> None:
        """Show a sentence about something that went wrong, and announce it."""
        self._show_sentence(_WARNING, sentence)

    def tell(self, sentence: str) -> None:
        """Show a sentence about something that went well, and announce it."""
        self._show_sentence(_NEWS, sentence)

    def offer(self, sentence: str, *offers: Offer, is_news: bool = False) -> None:
        """Show a sentence with one button or two; as a warning, or as news."""
        self._show_sentence(_NEWS if is_news else _WARNING, sentence, *offers)

    def add(self, warning: str) -> None:
        """Show a warning that no step of the user led to: what is on show stays before it, with its buttons."""
        if warning not in self.sentence:
            self._show_sentence(_WARNING, f"{self.sentence} {warning}".strip(), *self._offers_on_show)

    def put_away(self) -> None:
        """Take the message away."""
        self.hide()

    @property
    def _offers_on_show(self) -> tuple[Offer, ...]:
        return () if self.isHidden() else self._offers

    def _take(self, place: int) -> None:
        if place < len(self._offers):
            self._offers[place].do()

    def _show_all(self) -> None:
        dialogs.tell(self.window(), "Message", self._sentence)

    def _show_sentence(self, sign: str, sentence: str, *offers: Offer) -> None:
        self._sign.show_icon(sign)
        self._offers = offers
        for button in self._buttons[len(offers) :]:
            button.hide()
        for button, offer in zip(self._buttons, offers, strict=False):
            button.setText(offer.name)
            button.setAccessibleName(offer.name)
            button.setToolTip(offer.tip)
            button.show()
        self._sentence = sentence
        shown = self._text.fontMetrics().elidedText(sentence, Qt.TextElideMode.ElideRight, px(_TWO_LINES))
        self._more.setVisible(shown != sentence)
        self._text.setText(shown)
        self._text.setAccessibleName(sentence)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._text, sentence))
