"""Sentences of the message bar that come with something to do: fit the filters, undo, read a file otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from convstudio.model.edits.intent import Intent
from convstudio.model.edits.misfits import find_misfit, fit_all
from convstudio.session.editor import Editor
from convstudio.session.session import Session
from convstudio.views.window.message_bar import MessageBar, Offer

_UNDO_TIP = "Undo the last step"
_FIT_TIP = "Remove or add weights until their number fits. One step, which you can undo"


class Offers:
    """Says what is new or does not fit, with what can be done about it; what must be said first stays."""

    def __init__(self, messages: MessageBar, session: Session, editor: Editor) -> None:
        self._messages = messages
        self._session = session
        self._editor = editor
        editor.refused.connect(messages.say)
        editor.told.connect(self.tell)
        editor.lost.connect(self.offer_undo)

    def tell(self, news: str) -> None:
        """Say what is new, unless the step led to something that must be said first."""
        if not self._messages.sentence:
            self._messages.tell(news)

    def offer_undo(self, sentence: str) -> None:
        """Say what a step took along, with the way back."""
        if not self._messages.sentence:
            self._messages.offer(sentence, Offer("Undo", _UNDO_TIP, self._session.undo_stack.undo))

    def show_misfit(self, before: str = "", *others: Offer) -> None:
        """Offer to fit filters that do not fit their channels, instead of changing weights unasked.

        `before` is a sentence to show first, and `others` are what it offers.
        """
        found = find_misfit(self._session.document)
        if found is None:
            self._messages.put_away()
            return
        fit = Offer(found.action, _FIT_TIP, partial(self._editor.apply, Intent(found.action, fit_all)))
        self._messages.offer(f"{before} {found.sentence}".strip(), fit, *others)

    def ask(self, sentence: str, offer: Offer) -> None:
        """Say what stands in the way, with what leads on."""
        self._messages.offer(sentence, offer)

    def tell_read(self, told: str, otherwise: Sequence[Offer]) -> None:
        """Say how a file was read, beside the way to read it otherwise; an offer to fit the filters stays with it."""
        if find_misfit(self._session.document) is not None:
            self.show_misfit(told, *otherwise)
        else:
            self._messages.offer(told, *otherwise, is_news=True)
