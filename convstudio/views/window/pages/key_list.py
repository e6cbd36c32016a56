"""The keys of the window: those of its commands, which can be changed, and those that widgets handle by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QMenu

from convstudio.views.parts.plain_text import without_mark
from convstudio.views.window.menus import LISTED

_BUTTONS = "Buttons"


@dataclass(frozen=True, eq=False)
class Command:
    """Something in the window that a key can do: where it stands, its name, and what has the key.

    `path` is the name by which its keys are kept, which stays when menus and commands change what they are called.
    """

    where: str
    name: str
    holder: QAction | QAbstractButton
    path: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys, written the same on every system."""
        if self.is_fixed:
            return (QKeySequence(self.holder.text().partition("\t")[2]).toString(),)
        held = self.holder.shortcuts() if isinstance(self.holder, QAction) else [self.holder.shortcut()]
        return tuple(keys.toString() for keys in held if not keys.isEmpty())

    @property
    def is_fixed(self) -> bool:
        """Whether its keys belong to a widget, which looks for them itself."""
        return "\t" in self.holder.text()

    def use_keys(self, keys: Sequence[str]) -> None:
        """Take other keys; a tooltip that names them follows."""
        sequences = [QKeySequence(key) for key in keys]
        if isinstance(self.holder, QAction):
            self.holder.setShortcuts(sequences)
            return
        before = self.holder.shortcut()
        self.holder.setShortcut(sequences[0] if sequences else QKeySequence())
        tip = self.holder.toolTip().removesuffix(f" ({_written(before)})")
        self.holder.setToolTip(f"{tip} ({_written(sequences[0])})" if sequences else tip)


def commands_of(window: QMainWindow) -> tuple[Command, ...]:
    """Return what can be given a key: every command of the menus, and the buttons that have one."""
    return (*_of_menus(window.menuBar().actions(), (), ()), *_of_buttons(window))


def _of_menus(actions: Iterable[QAction], where: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Command]:
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            if menu.objectName() != LISTED:
                title = plain_name(menu.title())
                yield from _of_menus(menu.actions(), (*where, title), (*path, menu.objectName() or title))
        elif action.text() and not action.isSeparator():
            name = action.objectName() or plain_name(action.text().partition("\t")[0])
            yield Command(" › ".join(where), name, action, " › ".join((*path, name)))


def _of_buttons(window: QMainWindow) -> Iterator[Command]:
    for button in window.findChildren(QAbstractButton):
        if not button.shortcut().isEmpty() and button.window() is window:
            yield Command(_BUTTONS, button.accessibleName(), button, f"{_BUTTONS} › {button.accessibleName()}")


def written_keys(command: Command) -> str:
    """Return the keys of a command as this system writes them."""
    if isinstance(command.holder, QAction):
        return keys_of_action(command.holder)
    return _written(command.holder.shortcut())


def keys_of_action(action: QAction | QAbstractButton) -> str:
    """Return the keys of a command; those of its own widget alone stand after a tab in its text."""
    held = action.shortcuts() if isinstance(action, QAction) else [action.shortcut()]
    return ", ".join(map(_written, held)) or action.text().partition("\t")[2]


def _written(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def plain_name(text: str) -> str:
    """Return the name of a command or a menu without the mark of its letter and the dots of its question."""
    return without_mark(text).removesuffix("…")
