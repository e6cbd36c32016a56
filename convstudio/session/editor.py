"""Applies the edits that panes, menus and files ask for, and asks back where one would lose more than it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from convstudio.model.asked_edit import AskedEdit, Edit
from convstudio.model.side_effects import SideEffect, listed, question, side_effects, step_name, told
from convstudio.model.wording import as_sentence
from convstudio.session.session import Session


class Editor(QObject):
    """Makes every edit one step of a session.

    `refused` carries why nothing was done. `lost` says what a step took along that it was not about, where there was no
    other way, and `told` what is new. `choose` is given a question and its answers, and returns the number of the
    answer, or None.
    """

    refused = Signal(str)
    lost = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        session: Session,
        choose: Callable[[str, Sequence[str]], int | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._choose = choose

    def apply(self, name: str, edit: Edit, gesture: int | None = None) -> None:
        """Make an edit, or say why it is refused; ask first where values would go that could be kept."""
        asked = edit if isinstance(edit, AskedEdit) else AskedEdit(edit)
        document = self._session.document
        try:
            changed = asked(document)
            losses = [effect for effect in side_effects(document, changed, asked.target) if effect.is_loss]
            if losses and asked.instead is not None:
                self._ask(name, asked, losses)
                return
        except ValueError as refusal:
            self.refused.emit(as_sentence(str(refusal)))
            return
        self._session.apply(name, changed, gesture, asked.target)
        if losses:
            self.lost.emit(f"Done: {step_name(name, losses)}.")
        elif asked.news and changed is not document:
            self.told.emit(asked.news)

    def _ask(self, name: str, asked: AskedEdit, losses: Sequence[SideEffect]) -> None:
        """Ask which of two ways is meant. The document may have changed until the answer comes: it is read again."""
        assert asked.instead is not None
        would = listed(told(losses))
        answer = self._choose(question(losses), (asked.instead.text, f"{would[:1].upper()}{would[1:]}"))
        if answer is None:
            return
        step, way = (asked.instead.step, asked.instead.edit) if answer == 0 else (name, asked.edit)
        asked.check(self._session.document)
        self._session.apply(step, way(self._session.document), None, asked.target)
