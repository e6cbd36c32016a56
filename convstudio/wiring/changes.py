"""The one place where intents are taken: edits and moves that views, menus and keys ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from convstudio.model.edits.intent import Intent
from convstudio.model.run.memory import most_values
from convstudio.model.trace import stepping
from convstudio.model.values.document import Document
from convstudio.session.editor import Editor
from convstudio.session.jobs import Jobs
from convstudio.session.player import Player
from convstudio.session.session import Session
from convstudio.views.window.message_bar import MessageBar

_MOST_AT_ONCE = 2**19  # values in an array beside which a layer's weights are still drawn in an instant


class Changes:
    """Applies what is asked, and says where it is refused."""

    def __init__(
        self,
        session: Session,
        editor: Editor,
        jobs: Jobs,
        player: Player,
        messages: MessageBar,
        set_speed: Callable[[int], object],
    ) -> None:
        self._session = session
        self._editor = editor
        self._jobs = jobs
        self._player = player
        self._messages = messages
        self._set_speed = set_speed

    def look(self, move: stepping.Move) -> None:
        """Select what a move leads to; where it is refused, say so."""
        try:
            self._session.look(move(self._session.document, self._session.view))
        except ValueError as refusal:
            self._messages.say(str(refusal))

    def step(self, step: str) -> None:
        """Do what a button or a key of the stepper asks for, by its name."""
        if step in ("faster", "slower"):
            self._set_speed(self._player.faster(1 if step == "faster" else -1))
        elif step == "play":
            self._player.toggle()
        else:
            self._player.pause()
            self.look(stepping.MOVES[step])

    def take(self, intent: Intent) -> None:
        """Do what a view asks for; where it is refused, say so, and change and move nothing."""
        if intent.question:
            self._editor.apply(intent)
        elif intent.edit is None:
            assert intent.move is not None, "an intent asks for something"
            self.look(intent.move)
        elif intent.move is None:
            self._editor.apply(intent)
        else:
            self._change_network(intent)

    def _change_network(self, intent: Intent) -> None:
        """Apply an edit of the network, which leads the view to what it made; large arrays are worked out elsewhere."""
        before = self._session.document
        if most_values(before) > _MOST_AT_ONCE:
            self._jobs.read(intent.step, lambda _: intent.edited(before), partial(self._take_changed, before, intent))
            return
        self._apply(intent)

    def _take_changed(self, before: Document, intent: Intent, changed: Document) -> None:
        """Apply an edit of the network that was worked out for large arrays, where it still fits."""
        now = self._session.document
        if now is before:
            self._apply(replace(intent, edit=lambda _: changed))
        elif now.network is before.network:
            self._change_network(intent)
        else:
            raise ValueError(f"“{intent.step}” was not done because the network changed meanwhile. Choose it again.")

    def _apply(self, intent: Intent) -> None:
        """Apply an edit; the view moves only where something changed."""
        before = self._session.document
        self._editor.apply(intent)
        if intent.move is not None and self._session.document is not before:
            self.look(intent.move)
