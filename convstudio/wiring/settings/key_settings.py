"""The keys of commands: as they came, with what the user changed; shown and changed on the page of keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from convstudio import views
from convstudio.views.parts.keys import declared_keys
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.settings.preferences import Preferences

if TYPE_CHECKING:
    from convstudio.views.window.pages.key_list import Command
    from convstudio.views.window.pages.keys_window import KeyRow, KeysWindow


class KeySettings(QObject):
    """Gives commands the keys that the user chose for them, at the start and at each change."""

    def __init__(self, window: MainWindow, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._usual: dict[str, tuple[str, ...]] = {}
        self._page: KeysWindow | None = None
        window.menus.keys_asked.connect(self.show)

    def start(self) -> str:
        """Give commands the keys of last time; return what was settled where these could not be kept as they are."""
        return self._apply() if self._preferences.settings.keys else ""

    def show(self) -> None:
        """Show the page of keys in front of the window."""
        for module in walk_packages(views.__path__, f"{views.__name__}."):
            import_module(module.name)  # what a widget declares is known once its module is imported
        if self._page is None:
            self._page = load("window.pages.keys_window.KeysWindow")(self._window)
            self._page.keys_asked.connect(self._change)
            self._page.reset_asked.connect(self._reset)
        self._show_rows()
        self._page.show()
        self._page.raise_()
        self._page.activateWindow()

    def reset_all(self) -> None:
        """Give every command the keys it came with."""
        self._reset("")

    def _commands(self) -> dict[str, Command]:
        """Return the commands by their paths, and remember the keys they came with when first asked."""
        commands = {command.path: command for command in load("window.pages.key_list.commands_of")(self._window)}
        for path, command in commands.items():
            self._usual.setdefault(path, command.keys)
        return commands

    def _changed(self) -> dict[str, tuple[str, ...]]:
        kept = self._preferences.settings.keys
        return {path: tuple(_valid(keys)) for path, keys in kept.items() if path in self._usual}

    def _apply(self) -> str:
        from convstudio.model.words.shortcuts import resolved_keys  # here, and not above: few starts need it

        commands = self._commands()
        usual = {path: self._usual[path] for path, command in commands.items() if not command.is_fixed}
        keys, told = resolved_keys(usual, self._changed())
        for path, held in keys.items():
            if commands[path].keys != held:
                commands[path].use_keys(held)
        if self._page is not None:
            self._show_rows()
        return " ".join(told)

    def _change(self, path: str, keys: tuple[str, ...]) -> None:
        from convstudio.model.words.shortcuts import changed_with  # here, and not above: no start needs it

        self._commands()
        self._keep(changed_with(self._changed(), self._usual, path, keys))

    def _reset(self, path: str) -> None:
        self._commands()
        self._keep({other: keys for other, keys in self._changed().items() if path and other != path})

    def _keep(self, keys: dict[str, tuple[str, ...]]) -> None:
        self._preferences.keep(keys=keys)
        told = self._apply()
        if told:
            self._window.messages.say(told)

    def _show_rows(self) -> None:
        assert self._page is not None
        commands = self._commands()
        self._page.show_rows(list(_rows(commands)), {path: command.keys for path, command in commands.items()})


def _rows(commands: dict[str, Command]) -> Iterator[KeyRow]:
    row: type[KeyRow] = load("window.pages.keys_window.KeyRow")
    write = load("window.pages.key_list.written_keys")
    for path, command in commands.items():
        yield row(command.where, command.name, write(command), "" if command.is_fixed else path)
    for uses in declared_keys().values():
        yield from (row(use.where, use.does, use.keys) for use in uses)


def _valid(keys: Iterable[str]) -> Iterator[str]:
    """Yield the keys that this system knows, written the same way; a file may hold anything."""
    for key in keys:
        written = QKeySequence(key).toString()
        if written and written.isprintable():  # what Qt cannot read has no letters
            yield written
