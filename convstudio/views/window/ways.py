"""Going to a named place of a window: an entry of its menus, or a part of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QMenu, QWidget


def entry_at(window: QMainWindow, way: Sequence[str]) -> QAction | None:
    """Return the entry of the menu bar that the names lead to, one menu after the other; None where there is none."""
    actions, found = window.menuBar().actions(), None
    for name in way:
        found = next((action for action in actions if plain_text(action) == name), None)
        if found is None:
            return None
        menu = found.menu()
        actions = menu.actions() if isinstance(menu, QMenu) else []
    return found


def part_named(window: QWidget, name: str) -> QWidget | None:
    """Return the part of a window with an accessible name that can have the keyboard; a visible one first."""
    named = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.accessibleName() == name and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    return min(named, key=lambda widget: not widget.isVisible(), default=None)


def go_along(window: QMainWindow, way: Sequence[str]) -> bool:
    """Choose an entry of the menus, or go to a part of the window and switch it on; return whether it is there now."""
    entry = entry_at(window, way)
    if entry is not None:
        entry.trigger()
        return True
    part = part_named(window, way[-1])
    if part is None or not (part.isVisible() and part.isEnabled()):
        return False
    window.activateWindow()
    part.setFocus(Qt.FocusReason.ShortcutFocusReason)
    switch = switch_at(window, way)
    if switch is not None:
        switch.click()
    return True


def switch_at(window: QMainWindow, way: Sequence[str]) -> QAbstractButton | None:
    """Return the button that `go_along` would switch on; None where it switches nothing."""
    part = None if entry_at(window, way) is not None else part_named(window, way[-1])
    if not isinstance(part, QAbstractButton) or not (part.isVisible() and part.isEnabled()):
        return None
    return part if part.isCheckable() and not part.isChecked() else None


def plain_text(action: QAction) -> str:
    """Return the text of an entry as it is read: without the mark of its key."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
