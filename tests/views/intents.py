"""What a widget asks for, sorted into edits and moves of the view."""

from collections.abc import Callable
from typing import Any

from convstudio.model.edits.intent import Intent


def on_edit(widget: Any, take: Callable[[str, Any, int | None], object]) -> None:
    """Call `take` with the step, the edit and the gesture of every edit that a widget asks for."""

    def hear(intent: Intent) -> None:
        if intent.edit is not None:
            take(intent.step, intent.edited, intent.gesture)

    widget.intent_asked.connect(hear)


def on_change(widget: Any, take: Callable[[str, Any, Any], object]) -> None:
    """Call `take` with the step, the edit and the move of every edit that leads the view to what it made."""

    def hear(intent: Intent) -> None:
        if intent.edit is not None:
            take(intent.step, intent.edited, intent.move)

    widget.intent_asked.connect(hear)


def on_move(widget: Any, take: Callable[[Any], object]) -> None:
    """Call `take` with every move of the view that a widget asks for without an edit."""

    def hear(intent: Intent) -> None:
        if intent.edit is None:
            take(intent.move)

    widget.intent_asked.connect(hear)
