"""The page of keys in Help: every command with its keys, which can be changed here, and the keys of widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QKeySequenceEdit, QLineEdit, QVBoxLayout, QWidget

from convstudio.model.words.fuzzy import fuzzy_order
from convstudio.model.words.shortcuts import holder_of, why_no_key
from convstudio.views.parts.controls import PlainLabel, labelled, row_of
from convstudio.views.parts.facts_table import FactsTable
from convstudio.views.parts.signs import push_button
from convstudio.views.parts.sizes import fitting_size
from convstudio.views.parts.text_field import TextField

_SIZE = QSize(1000, 640)
_FIXED = "The keys of a list or a table belong to it and cannot be changed."
_CHOOSE = "Select a command to change its keys."


@dataclass(frozen=True)
class KeyRow:
    """A line of the page; `path` names a command whose keys can be changed, and is "" for keys that are fixed."""

    where: str
    name: str
    keys: str
    path: str = ""


class KeysWindow(QDialog):
    """Lists keys, finds them by typing, and asks for other ones: each change is made and kept at once.

    `keys_asked` carries a command's path and all its keys from now on, `reset_asked` the path alone, or "" for all.
    """

    keys_asked = Signal(str, tuple)
    reset_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys – ConvStudio")
        self._rows: Sequence[KeyRow] = ()
        self._found: list[KeyRow] = []
        self._keys: Mapping[str, tuple[str, ...]] = {}
        self.field = TextField()
        self.field.setAccessibleName("Find a key")
        self.field.setToolTip("Type words from a command or a menu, or a key such as Ctrl+E")
        self.field.setPlaceholderText("part of a command, a menu or a key")
        self.field.setClearButtonEnabled(True)
        self.table = FactsTable("Keys", "Select a command to change its keys", ("Where", "What it does", "Keys"))
        self.table.show_in_full()
        self.table.give_the_rest_to(1)
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        for part in (self.edit, *self.edit.findChildren(QLineEdit)):  # the line in it has the keyboard
            part.setAccessibleName("New key")
            part.setToolTip("Press the new key here, with Ctrl, Alt or Shift held")
        self.note = PlainLabel(small=True)
        self.note.setWordWrap(True)
        self._make_buttons()
        self._lay_out()
        self.field.textChanged.connect(self._find)
        self.table.row_chosen.connect(self._choose)
        self.edit.keySequenceChanged.connect(self._consider)
        self.resize(fitting_size(self, _SIZE))

    def show_rows(self, rows: Sequence[KeyRow], keys: Mapping[str, tuple[str, ...]]) -> None:
        """Show every key; `keys` are those of commands, by their paths."""
        chosen = self._chosen
        self._rows, self._keys = rows, keys
        self._find(self.field.text())
        if chosen is not None:
            places = [
                place for place, row in enumerate(self._found) if (row.path, row.name) == (chosen.path, chosen.name)
            ]
            if places:
                self.table.selectRow(places[0])
        self._choose()

    def _make_buttons(self) -> None:
        self.set_button = push_button("&Set key", "Make it the only key of the selected command", self._set)
        self.add_button = push_button("&Add key", "Give the selected command this key too", self._add)
        self.remove_button = push_button("&Remove keys", "Leave the selected command without a key", self._remove)
        self.reset_button = push_button("&Usual keys", "Give the selected command the keys it came with", self._reset)
        self.reset_all_button = push_button(
            "All usual keys", "Give every command the keys it came with", self._reset_all
        )
        self._close = push_button("&Close", "Every change was made at once, and is kept", self.accept)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.table, 1)
        buttons = (self.set_button, self.add_button, self.remove_button, self.reset_button)
        column.addLayout(row_of(labelled("New key", self.edit), self.edit, *buttons, 1))
        column.addWidget(self.note)
        column.addLayout(row_of(self.reset_all_button, 1, self._close))

    @property
    def _chosen(self) -> KeyRow | None:
        row = self.table.currentIndex().row()
        return self._found[row] if 0 <= row < len(self._found) else None

    @property
    def _pressed(self) -> str:
        return self.edit.keySequence().toString()

    def _find(self, typed: str) -> None:
        order = fuzzy_order(typed, [f"{row.name} {row.where} {row.keys}" for row in self._rows])
        self._found = [self._rows[place] for place in order]
        self.table.show_rows([(row.where, row.name, row.keys) for row in self._found], 0 if self._found else None)
        self._choose()

    def _choose(self, _row: int = 0) -> None:
        self.edit.clear()
        self._consider(QKeySequence())

    def _consider(self, _keys: QKeySequence) -> None:
        """Say at once what stands against the key, and offer what can be done."""
        chosen, pressed = self._chosen, self._pressed
        can_change = chosen is not None and bool(chosen.path)
        refusal = (why_no_key(pressed) or self._why_not_taken(pressed)) if pressed else ""
        holder = holder_of(pressed, self._keys, chosen.path) if chosen is not None and pressed else None
        self.edit.setEnabled(can_change)
        for button in (self.set_button, self.add_button):
            button.setEnabled(can_change and bool(pressed) and not refusal)
        self.remove_button.setEnabled(can_change and chosen is not None and bool(chosen.keys))
        self.reset_button.setEnabled(can_change)
        if chosen is None:
            self.note.setText(_CHOOSE)
        elif not can_change:
            self.note.setText(_FIXED)
        elif refusal:
            self.note.setText(refusal)
        elif holder is not None:
            self.note.setText(f"{pressed} is the key of “{holder}”. Set or add it to take it from there.")
        else:
            self.note.setText(f"“{chosen.name}” has {chosen.keys or 'no key'}.")

    def _why_not_taken(self, pressed: str) -> str:
        """Return why a key stays where it is: a list or a table looks for it itself; "" where it can be had."""
        written = QKeySequence(pressed).toString(QKeySequence.SequenceFormat.NativeText)
        holders = (row for row in self._rows if not row.path and written in row.keys.split(", "))
        holder = next(holders, None)
        return "" if holder is None else f"{written} belongs to “{holder.where} › {holder.name}”. Press another key."

    def _ask(self, keys: tuple[str, ...]) -> None:
        if self._chosen is not None:
            self.keys_asked.emit(self._chosen.path, keys)

    def _set(self) -> None:
        self._ask((self._pressed,))

    def _add(self) -> None:
        if self._chosen is not None:
            self._ask((*(key for key in self._keys[self._chosen.path] if key != self._pressed), self._pressed))

    def _remove(self) -> None:
        self._ask(())

    def _reset(self) -> None:
        if self._chosen is not None:
            self.reset_asked.emit(self._chosen.path)

    def _reset_all(self) -> None:
        self.reset_asked.emit("")
