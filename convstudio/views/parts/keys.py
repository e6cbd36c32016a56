"""Keys that widgets handle by themselves: what each means, and, for the page of keys, where and what for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton

from convstudio.views.parts.plain_text import without_mark

ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
"""Rows and columns to go."""

PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
"""Pages to go down."""

ZOOMS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
"""Steps to zoom in."""

ZOOM_STEP = 1.25
"""How much larger one step makes a picture."""

ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""The keys that take what is chosen."""

_EDITING_KEYS = (Qt.Key.Key_D, Qt.Key.Key_E, Qt.Key.Key_K, Qt.Key.Key_U)
"""With Ctrl, Qt edits a line with them on X11, as shells do: Ctrl+E goes to its end."""


def is_command_elsewhere(event: QEvent) -> bool:
    """Return whether a field is asked if it takes for itself a key that is a command's on other systems than X11.

    A field that leaves it still edits with it, where there is no command of that key.
    """
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        and event.key() in _EDITING_KEYS
    )


@dataclass(frozen=True)
class KeyUse:
    """A line of the page of keys: where the keys work, what they do, and how they are written."""

    where: str
    does: str
    keys: str


Widget = TypeVar("Widget", bound=type[QObject])
_DECLARED: dict[type[QObject], tuple[KeyUse, ...]] = {}


def handles_keys(where: str, *uses: tuple[str, str]) -> Callable[[Widget], Widget]:
    """Declare, on the class of a widget or of what watches one, which keys it handles besides the menus' commands.

    Each use is the keys and what they do. A key of a menu's command is not declared: the page finds it in the menu.
    """

    def declare(widget: Widget) -> Widget:
        _DECLARED[widget] = tuple(KeyUse(where, does, keys) for keys, does in uses)
        return widget

    return declare


def key_of_command(button: QAbstractButton) -> str:
    """Return the key of the menus' command that has the name of a button, as this system writes it; or nothing."""
    for action in button.window().findChildren(QAction):
        if without_mark(action.text()).partition("\t")[0] == button.accessibleName():
            return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return ""


def declared_keys() -> dict[type[QObject], tuple[KeyUse, ...]]:
    """Return what every widget that was imported so far has declared."""
    return dict(_DECLARED)
