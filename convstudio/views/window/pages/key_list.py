"""The list of keys in Help: made from the commands of the menus, the buttons, and what widgets declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QMenu

from convstudio.views.parts.keys import KeyUse, declared_keys

_BUTTONS = "Buttons"


def keys_of(window: QMainWindow) -> tuple[KeyUse, ...]:
    """Return the keys of a window's menus and buttons, then those that the widgets handle by themselves."""
    declared = (use for uses in declared_keys().values() for use in uses)
    return (*_of_menus(window.menuBar().actions(), ""), *_of_buttons(window), *declared)


def _of_menus(actions: Iterable[QAction], where: str) -> Iterator[KeyUse]:
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            title = plain_name(menu.title())
            yield from _of_menus(menu.actions(), f"{where} › {title}" if where else title)
        elif keys := keys_of_action(action):
            yield KeyUse(where, action.objectName() or plain_name(action.text().partition("\t")[0]), keys)


def _of_buttons(window: QMainWindow) -> Iterator[KeyUse]:
    for button in window.findChildren(QAbstractButton):
        if not button.shortcut().isEmpty() and button.window() is window:
            yield KeyUse(_BUTTONS, button.accessibleName(), _written(button.shortcut()))


def keys_of_action(action: QAction) -> str:
    """Return the keys of a command; those of its own widget alone stand after a tab in its text."""
    return ", ".join(map(_written, action.shortcuts())) or action.text().partition("\t")[2]


def _written(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def plain_name(text: str) -> str:
    """Return the name of a command or a menu without the mark of its letter and the dots of its question."""
    return text.replace("&", "").removesuffix("…")
