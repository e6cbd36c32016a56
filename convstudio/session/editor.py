"""Applies the edits that panes, menus and files ask for, and asks back where one would lose more than it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from convstudio.model.edits.intent import Alternative, Intent
from convstudio.model.edits.side_effects import SideEffect, question, side_effects, step_name, told
from convstudio.model.values.answers.counted import enumerated
from convstudio.model.words.wording import as_sentence
from convstudio.session.session import Session


class Editor(QObject):
    """Makes every edit one step of a session.

    `refused` carries why nothing was done. `lost` tells what a step took along that it was not about, where there was
    no other way, and `told` what is new. `choose` is given a title, a question and its answers, and returns the number
    of the answer, or None.
    """

    refused = Signal(str)
    lost = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        session: Session,
        choose: Callable[[str, str, Sequence[str]], int | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._choose = choose

    def apply(self, intent: Intent) -> None:
        """Make an edit, or tell why it is refused; ask first where values would go that could be kept."""
        document = self._session.document
        try:
            if intent.question:
                self._ask(intent, intent.step, intent.question, intent.instead)
                return
            changed = intent.edited(document)
            effects = side_effects(document, changed, intent.target)
            losses = [effect for effect in effects if effect.is_loss]
            if losses and intent.instead:
                self._ask_back(intent, losses)
                return
        except ValueError as refusal:
            self.refused.emit(as_sentence(str(refusal)))
            return
        self._session.apply(intent.step, changed, intent.gesture, intent.target, effects)
        if losses:
            self.lost.emit(f"Done: {step_name(intent.step, losses)}.")
        elif intent.news and changed is not document:
            self.told.emit(intent.news)

    def _ask_back(self, intent: Intent, losses: Sequence[SideEffect]) -> None:
        """Ask which way is meant, where one would lose values."""
        would = enumerated(told(losses))
        ways = (*intent.instead, Alternative(f"{would[:1].upper()}{would[1:]}", intent.step, intent.edited))
        self._ask(intent, "More would change", question(losses), ways)

    def _ask(self, intent: Intent, title: str, text: str, ways: Sequence[Alternative]) -> None:
        """Do what is chosen. The document may have changed until the answer comes: it is read again."""
        answer = self._choose(title, text, [way.text for way in ways])
        if answer is None:
            return
        intent.check(self._session.document)
        chosen = ways[answer]
        self._session.apply(chosen.step, chosen.edit(self._session.document), None, intent.target)
        if chosen.move is not None:
            self._session.look(chosen.move(self._session.document, self._session.view))
