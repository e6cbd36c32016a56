"""The questions that the window asks: which file, save first, recover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from PySide6 import QtWidgets  # most of its dialogs are set up when they are first named: not at every start
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from convstudio.model.recovered_work import RecoveredWork
from convstudio.views.controls import labelled
from convstudio.views.later import load
from convstudio.views.plain_text import as_title

if TYPE_CHECKING:
    from convstudio.views.recovered_work import RecoveredWorkDialog

_WEIGHT_FORMATS = "Weights (*.npy *.npz *.safetensors);;All files (*)"
_MAP_FORMATS = {
    "this": "NumPy array (*.npy);;Table (*.csv);;Picture (*.png);;Float picture (*.tif)",
    "together": "NumPy array (*.npy);;JSON (*.json)",
    "files": "Picture (*.png);;Table (*.csv);;Float picture (*.tif);;NumPy array (*.npy)",
}
_MOST_LISTED = 10

EXPORTS = {
    "this": "&Export this map…",
    "together": "Export all maps in o&ne file…",
    "files": "Export all maps as &files…",
}
"""What can be exported, and the commands for it."""


def ask_open(window: QWidget, endings: Mapping[str, Iterable[str]]) -> str:
    """Ask which file to open, of kinds with these endings; an empty text where the user changes their mind."""
    every = [ending for kind in endings.values() for ending in kind]
    kinds = {"All that ConvStudio opens": every, **endings, "All files": ("",)}
    formats = [f"{name} ({' '.join(f'*{ending}' for ending in sorted(kind))})" for name, kind in kinds.items()]
    return QtWidgets.QFileDialog.getOpenFileName(window, "Open", "", ";;".join(formats))[0]


def ask_weights(window: QWidget) -> str:
    """Ask which file of weights to open."""
    return QtWidgets.QFileDialog.getOpenFileName(window, "Open weights", "", _WEIGHT_FORMATS)[0]


def ask_which(window: QWidget, title: str, question: str, entries: Sequence[str]) -> int | None:
    """Ask which one of several entries, each of one line or more, is meant; None where the user changes their mind."""
    dialog = _ListQuestion(window, title, question, entries)
    is_answered = dialog.exec() == QDialog.DialogCode.Accepted
    chosen = dialog.chosen
    dialog.deleteLater()
    return chosen if is_answered else None


def ask_save_as(window: QWidget, suggestion: str) -> str:
    """Ask where to save the project."""
    path = _ask_where(window, "Save as", suggestion, "Project (*.convstudio)")
    return path if not path or path.lower().endswith(".convstudio") else f"{path}.convstudio"


def ask_export(window: QWidget, suggestion: str, what: str) -> str:
    """Ask where to write one of `EXPORTS`, and by its ending in which format.

    For a set of files the name is only their beginning: it is not asked here whether it may be replaced.
    """
    title = EXPORTS[what].replace("&", "").removesuffix("…")
    return _ask_where(window, title, suggestion, _MAP_FORMATS[what], is_beginning=what == "files")


def ask_replace(window: QWidget, names: Sequence[str]) -> bool:
    """Ask whether these files, whose names the user did not choose, may be replaced."""
    listed = "\n".join(names[:_MOST_LISTED]) + (
        f"\nand {len(names) - _MOST_LISTED} more" if names[_MOST_LISTED:] else ""
    )
    what = "These files exist" if len(names) > 1 else "This file exists"
    box = _question(window, "Replace files", f"{what} already:\n{listed}\nReplace {'them' if names[1:] else 'it'}?")
    button = QtWidgets.QMessageBox.StandardButton
    box.setStandardButtons(button.Yes | button.No)
    box.setDefaultButton(button.No)
    return button(box.exec()) == button.Yes


def ask_unsaved(window: QWidget, project: str) -> str:
    """Ask what to do with unsaved changes: "save", "discard" or "cancel"."""
    box = _question(window, "Unsaved changes", f"Save the changes to {project} first?")
    button = QtWidgets.QMessageBox.StandardButton
    box.setStandardButtons(button.Save | button.Discard | button.Cancel)
    box.setDefaultButton(button.Save)
    return {button.Save: "save", button.Discard: "discard"}.get(button(box.exec()), "cancel")


def ask_recover(window: QWidget, name: str, when: str) -> bool:
    """Ask whether to bring back work of that name and time, which the program could not save when it last ended."""
    what = f"“{name}”, {when}" if name else when
    box = _question(window, "Recover work", f"ConvStudio ended before this was saved: {what}. Bring it back?")
    button = QtWidgets.QMessageBox.StandardButton
    box.setStandardButtons(button.Yes | button.No)
    return button(box.exec()) == button.Yes


def ask_way(window: QWidget, title: str, text: str, ways: Sequence[str], cancel: str = "Decide later") -> int | None:
    """Ask which of a few ways to go, each a button; None where the user chooses none."""
    box = _question(window, title, text)
    roles = QtWidgets.QMessageBox.ButtonRole
    buttons = [box.addButton(way, roles.AcceptRole) for way in ways]
    box.setEscapeButton(box.addButton(cancel, roles.RejectRole))
    box.setDefaultButton(buttons[0])
    box.exec()
    clicked = box.clickedButton()
    return next((place for place, button in enumerate(buttons) if button is clicked), None)


def ask_taken(window: QWidget, name: str) -> Literal["read-only", "copy", "cancel"]:
    """Ask what to do with a project that another window has open."""
    text = f"“{name}” is open in another window. Open it read-only here, or open a copy?"
    chosen = ask_way(window, "Open", text, ("Open read-only", "Open a copy"), "Cancel")
    return "cancel" if chosen is None else ("read-only", "copy")[chosen]


def ask_delete(window: QWidget, what: str) -> bool:
    """Ask whether to delete something that no undo brings back."""
    return ask_way(window, "Delete", f"Delete {what} for good?", ("Delete",), "Cancel") is not None


def ask_recovered(window: QWidget, bound: str, works: Sequence[RecoveredWork], delete: Callable[[str], object]) -> str:
    """List recovered work, with a way to delete some; return the key of what is to be opened, or an empty text."""
    dialog: RecoveredWorkDialog = load("recovered_work.RecoveredWorkDialog")(window, bound, works, delete)
    key = dialog.chosen if dialog.exec() == QDialog.DialogCode.Accepted else ""
    dialog.deleteLater()
    return key


def tell(window: QWidget, title: str, text: str) -> None:
    """Show a text in a box of its own."""
    box = _question(window, title, text)
    box.setStandardButtons(QtWidgets.QMessageBox.StandardButton.Ok)
    box.exec()


class _ListQuestion(QDialog):
    """A question with a list of lines as answers; Enter or a double click takes one."""

    def __init__(self, window: QWidget, title: str, question: str, entries: Sequence[str]) -> None:
        super().__init__(window)
        self.setWindowTitle(f"{as_title(title)} – ConvStudio")
        self._list = QtWidgets.QListWidget()
        self._list.addItems(list(entries))
        self._list.setCurrentRow(0)
        self._list.setAccessibleName(question)
        self._list.setToolTip("Enter or double-click chooses")
        self._list.setWordWrap(True)
        self._list.setAlternatingRowColors(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self.accept)
        button = QtWidgets.QDialogButtonBox.StandardButton
        buttons = QtWidgets.QDialogButtonBox(button.Ok | button.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(labelled(question, self._list))
        column.addWidget(self._list)
        column.addWidget(buttons)
        self.resize(760, 360)

    @property
    def chosen(self) -> int:
        """The line that is chosen, counted from 0."""
        return self._list.currentRow()


def _ask_where(window: QWidget, title: str, suggestion: str, formats: str, *, is_beginning: bool = False) -> str:
    """Ask for a file to write; a name without an ending gets that of the chosen format before Qt looks for the file."""
    dialog = QtWidgets.QFileDialog(window, title, "", formats)
    dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QtWidgets.QFileDialog.Option.DontConfirmOverwrite, is_beginning)
    dialog.selectFile(suggestion)
    dialog.setDefaultSuffix(_ending(dialog.selectedNameFilter()))
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_ending(chosen)))
    path = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return path


def _ending(chosen: str) -> str:
    return chosen[chosen.find("*.") + 2 : -1]


def _question(window: QWidget, title: str, text: str) -> QtWidgets.QMessageBox:
    box = QtWidgets.QMessageBox(window)
    box.setWindowTitle(f"{as_title(title)} – ConvStudio")
    box.setTextFormat(Qt.TextFormat.PlainText)  # of a box that the system draws
    box.setText(text)
    return box
