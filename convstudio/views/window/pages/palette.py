"""The list of everything that can be done, found by typing a part of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QVBoxLayout
from shiboken6 import isValid

from convstudio.model.words.fuzzy import fuzzy_choice
from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.keys import ENTERS, handles_keys
from convstudio.views.parts.sizes import fitting_size
from convstudio.views.parts.text_field import TextField
from convstudio.views.window.pages.key_list import keys_of_action, plain_name

_SIZE = QSize(760, 480)
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_NOTHING = "Nothing matches. Type another word of its name."


@dataclass(frozen=True, eq=False)
class Entry:
    """Something that can be done: its name, where it stands or what it is, its keys, and the doing.

    `also` are more words by which it is found.
    """

    name: str
    where: str
    keys: str
    run: Callable[[], object]
    also: str = ""


def menu_entries(window: QMainWindow) -> Iterator[Entry]:
    """Yield the commands of the menus that can be chosen now, those of menus that are filled late too."""
    yield from _of_menus(window.menuBar().actions(), "")


def _of_menus(actions: Iterable[QAction], where: str) -> Iterator[Entry]:
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu) and action.isEnabled() and action.isVisible():
            if menu.isEmpty():
                menu.aboutToShow.emit()  # it is filled when it is first opened
            title = plain_name(menu.title())
            yield from _of_menus(menu.actions(), f"{where} › {title}" if where else title)
        elif action.text() and action.isEnabled() and action.isVisible() and not action.isSeparator():
            name, run = plain_name(action.text().partition("\t")[0]), partial(_trigger, action)
            yield Entry(name, where, keys_of_action(action), run, action.toolTip())


def _trigger(action: QAction) -> None:
    """Do a command, unless its menu lists others by now."""
    if isValid(action):
        action.trigger()


@handles_keys(
    "Find a command", ("Up, Down, Page Up, Page Down", "Go through what was found"), ("Enter", "Do what is selected")
)
class Palette(QDialog):
    """A field to type into, and below it what is found; Enter does the selected one when this window is closed."""

    def __init__(self, entries: Sequence[Entry], parent: QMainWindow) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find a command – ConvStudio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries = tuple(entries)
        self._names = [entry.name for entry in self._entries]
        self._others = [f"{entry.where} {entry.also}" for entry in self._entries]
        self._found: list[int] = []
        self.field = TextField()
        self.field.setAccessibleName("Find a command")
        self.field.setPlaceholderText("part of a command, field, sample, detector, example, lens or question")
        self.field.setClearButtonEnabled(True)
        self.table = FactsTable("Found", "Enter or double-click does it", ("Name", "Where", "Keys"))
        self.table.give_the_rest_to(0)
        self.note = PlainLabel(small=True)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._find)
        self.table.doubleClicked.connect(self._run)
        self._find("")
        self.resize(fitting_size(self, _SIZE))

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        """Let the arrow keys go through the list while the field keeps the keyboard."""
        if thing is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                QApplication.sendEvent(self.table, event)
                return True
            if event.key() in ENTERS:
                self._run()
                return True
        return super().eventFilter(thing, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTERS:
            self._run()
        else:
            super().keyPressEvent(event)

    def _find(self, typed: str) -> None:
        self._found = fuzzy_choice(typed, self._names, self._others)
        entries = [self._entries[place] for place in self._found]
        self.table.show_rows([(entry.name, entry.where, entry.keys) for entry in entries])
        self.note.setText("" if entries else _NOTHING)
        if entries:
            self.table.selectRow(0)
            self.table.scrollToTop()

    def _run(self, _index: object = None) -> None:
        row = self.table.currentIndex().row()
        if not 0 <= row < len(self._found):
            return
        entry = self._entries[self._found[row]]
        self.accept()
        entry.run()
