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
from convstudio.views.parts.sizes import NO_LIMIT, px, sized
from convstudio.views.parts.theme import RHYTHM

_WARNING, _NEWS = "triangle-alert", "info"
_LEAST_WIDTH, _MOST_WIDTH = 160, 620  # more would hide the ribbon beside it
_MOST_OFFERS = 2
_WRAPPING = 1.15
"""How much wider than half its length a sentence must be to fit two lines: words do not end where lines do."""
_LINES = 2
"""How many lines are shown at once: a third one would move the panes."""


class _Sentence(PlainLabel):
    """A sentence that wants the width at which it takes two lines: more of them would move the panes below."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Message")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.room = NO_LIMIT

    @property
    def most_width(self) -> int:
        """How wide the sentence may be."""
        return max(px(_LEAST_WIDTH), min(px(_MOST_WIDTH), self.room))

    def shortened(self, sentence: str) -> str:
        """Return as much of a sentence as fits."""
        most = int(_LINES * self.most_width / _WRAPPING)
        return self.fontMetrics().elidedText(sentence, Qt.TextElideMode.ElideRight, most)

    def sizeHint(self) -> QSize:
        whole = self.fontMetrics().horizontalAdvance(self.text()) + 2
        width = min(whole, max(px(_LEAST_WIDTH), int(whole / _LINES * _WRAPPING)), self.most_width)
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
        self._room = NO_LIMIT
        self._sign = IconLabel()
        self._more = tool_button("More…", "More…", "Show the whole message", self._show_all)
        self._offers: tuple[Offer, ...] = ()
        self._buttons = [tool_button("", "", "", partial(self._take, place)) for place in range(_MOST_OFFERS)]
        self._close = IconButton("x", "Close message", "Close this message", self.put_away)
        self._row = row_of(self._sign, self._text, self._more, *self._buttons, self._close, spacing=RHYTHM)
        sized(self._row, contents_margins=(12, 6, 6, 6))
        self._row.setStretch(1, 1)
        self.setLayout(self._row)
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

    def leave(self, room: int) -> None:
        """Take no more width than that, as far as two lines of a few words and the buttons can do with it."""
        if room != self._room:
            self._room = room
            self._fit()

    def put_away(self) -> None:
        """Take the message away."""
        self.hide()

    @property
    def _offers_on_show(self) -> tuple[Offer, ...]:
        return () if self.isHidden() else self._offers

    def _fit(self) -> None:
        """Shorten the sentence to the room that the buttons leave."""
        for has_more in (False, True):
            self._more.setVisible(has_more)
            self._text.room = self._room - self._width_of_buttons
            shown = self._text.shortened(self._sentence)
            if shown == self._sentence:
                break
        self._text.setText(shown)
        self._text.updateGeometry()

    @property
    def _width_of_buttons(self) -> int:
        margins = self._row.contentsMargins()
        shown = [part for part in (self._sign, self._more, *self._buttons, self._close) if not part.isHidden()]
        return sum(part.sizeHint().width() + self._row.spacing() for part in shown) + margins.left() + margins.right()

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
        self._fit()
        self._text.setAccessibleName(sentence)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._text, sentence))
