"""The questions that the window asks: which file, save first, recover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from PySide6 import QtWidgets  # most of its dialogs are set up when they are first named: not at every start
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.words.file_kinds import FileKind, ending_of, endings_of, kind_of
from convstudio.views.parts.controls import labelled, title_width
from convstudio.views.parts.later import load
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.sizes import fitting_size

if TYPE_CHECKING:
    from convstudio.model.panes.exports.choice import ExportChoice, ExportOffer, ExportPreview

_ALL_FILES = "All files (*)"
_MOST_LISTED = 10

EXPORTS = {
    "this": "&Export…",
    "files": "Export all maps as &files…",
    "sheet": "Export all maps as one &picture…",
    "again": "Export a&gain",
}
"""The commands of exports of maps: the first three open the same dialog, which is filled in for what they name."""

PAGE_EXPORTS = {
    "everything": "Export ever&ything…",
    "report": "Export &report…",
    "figure": "Export fig&ure…",
    "network": "Export net&work as picture…",
    "weights": "Export weig&hts…",
    "curves": "Export &curves of the training…",
    "filters": "Export fi&lters in training…",
    "animation": "Export an&imation…",
}
"""The commands that open it for more than maps."""


def ask_open(window: QWidget, kinds: Sequence[FileKind]) -> str:
    """Ask which file of these kinds to open; an empty text where the user changes their mind."""
    return _ask_which_file(window, "Open", "All supported files", kinds)


def ask_weights(window: QWidget, kinds: Sequence[FileKind]) -> str:
    """Ask which file of weights to open."""
    return _ask_which_file(window, "Open weights", "Weights", kinds)


def ask_kernel(window: QWidget, kinds: Sequence[FileKind]) -> str:
    """Ask which file of a kernel to open."""
    return _ask_which_file(window, "Open kernel", "Kernels", kinds)


def ask_export_kernel(window: QWidget, suggestion: str, kinds: Sequence[FileKind]) -> str:
    """Ask where to write a kernel, and in which of these formats; the chosen one adds its ending to a name without."""
    return _ask_where(window, "Export kernel", suggestion, kinds)


def name_filters(kinds: Sequence[FileKind]) -> list[str]:
    """Return for each kind what a file dialog offers.

    >>> name_filters([FileKind("Table", (".csv", ".tsv"), "numbers")])
    ['Table (*.csv *.tsv)']
    """
    return [_name_filter(kind.name, kind.endings) for kind in kinds]


def ask_which(window: QWidget, title: str, question: str, entries: Sequence[str]) -> int | None:
    """Ask which one of several entries, each of one line or more, is meant; None where the user changes their mind."""
    dialog = _ListQuestion(window, title, question, entries)
    is_answered = dialog.exec() == QDialog.DialogCode.Accepted
    chosen = dialog.chosen
    dialog.deleteLater()
    return chosen if is_answered else None


def ask_save_as(window: QWidget, suggestion: str, kinds: Sequence[FileKind], title: str = "Save as") -> str:
    """Ask where to save the project, or a copy of it."""
    (ending,) = endings_of(kinds)
    path = _ask_where(window, title, suggestion, kinds)
    return path if not path or ending_of(path) == ending else f"{path}{ending}"


def ask_export(
    window: QWidget,
    offer: ExportOffer,
    first: ExportChoice,
    preview_of: Callable[[ExportChoice], ExportPreview],
) -> ExportChoice | None:
    """Ask what to export, in which format and where; None where the user changes their mind.

    `first` is what is filled in, and `preview_of` says what would be written. It is not asked here whether files may be
    replaced.
    """
    dialog = load("parts.export_dialog.ExportDialog")(window, offer, first, preview_of)
    is_answered = dialog.exec() == QDialog.DialogCode.Accepted
    choice: ExportChoice = dialog.choice
    dialog.deleteLater()
    return choice if is_answered else None


def ask_place(window: QWidget, title: str, suggestion: str, kinds: Sequence[FileKind]) -> str:
    """Ask where to write a file, and by its ending in which format; an empty text where the user changes their mind."""
    return _ask_where(window, title, suggestion, kinds)


def ask_presets(window: QWidget, kinds: Sequence[FileKind]) -> list[str]:
    """Ask which files of presets to import; an empty list where the user changes their mind."""
    filters = [_name_filter("Kernels and archives", endings_of(kinds)), *name_filters(kinds), _ALL_FILES]
    return QtWidgets.QFileDialog.getOpenFileNames(window, "Import presets", "", ";;".join(filters))[0]


def ask_preset_export(window: QWidget, suggestion: str, kinds: Sequence[FileKind]) -> str:
    """Ask where to write a preset, or an archive of several, and by its ending in which of these formats."""
    return _ask_where(window, "Export presets", suggestion, kinds)


def ask_folder(window: QWidget, title: str, start: str) -> str:
    """Ask for a folder; an empty text where the user changes their mind."""
    return QtWidgets.QFileDialog.getExistingDirectory(window, title, start)


def ask_replace(window: QWidget, names: Sequence[str]) -> bool:
    """Ask whether these files, whose names the user did not choose, may be replaced."""
    more = [f"and {len(names) - _MOST_LISTED} more"] if names[_MOST_LISTED:] else []
    listed = "\n".join([*names[:_MOST_LISTED], *more])
    text = one_or_many(
        len(names),
        f"This file exists already:\n{listed}\nReplace it?",
        f"These files exist already:\n{listed}\nReplace them?",
    )
    box = _question(window, "Replace files", text)
    button = QtWidgets.QMessageBox.StandardButton
    box.setStandardButtons(button.Yes | button.No)
    box.setDefaultButton(button.No)
    return button(box.exec()) == button.Yes


def ask_unsaved(window: QWidget, project: str) -> str:
    """Ask what to do with unsaved changes: "save", "discard" or "cancel"."""
    box = _question(window, "Unsaved changes", f"Save the changes to “{project}” first?")
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
    return ask_way(window, "Delete", f"Delete {what} permanently?", ("Delete",), "Cancel") is not None


def tell(window: QWidget, title: str, text: str) -> None:
    """Show a text in a separate box."""
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
        self.resize(fitting_size(self, QSize(760, 360)))

    @property
    def chosen(self) -> int:
        """The line that is chosen, counted from 0."""
        return self._list.currentRow()


def _ask_which_file(window: QWidget, title: str, every: str, kinds: Sequence[FileKind]) -> str:
    filters = [_name_filter(every, endings_of(kinds)), *name_filters(kinds), _ALL_FILES]
    return QtWidgets.QFileDialog.getOpenFileName(window, title, "", ";;".join(filters))[0]


def _name_filter(name: str, endings: Sequence[str]) -> str:
    return f"{name} ({' '.join(f'*{ending}' for ending in endings)})"


def _ask_where(window: QWidget, title: str, suggestion: str, kinds: Sequence[FileKind]) -> str:
    """Ask for a file to write; a name without an ending gets that of the chosen format before Qt looks for the file."""
    dialog = QtWidgets.QFileDialog(window, title, "", ";;".join(name_filters(kinds)))
    suggested = kind_of(kinds, ending_of(suggestion))
    if suggested is not None:
        dialog.selectNameFilter(_name_filter(suggested.name, suggested.endings))
    dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(suggestion)
    dialog.setDefaultSuffix(_ending(dialog.selectedNameFilter()))
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_ending(chosen)))
    path = dialog.selectedFiles()[0] if dialog.exec() else ""
    dialog.deleteLater()
    return path


def _ending(chosen: str) -> str:
    """Return the first ending of a name filter, without its dot."""
    return chosen[chosen.find("*.") + 2 :].rstrip(")").split()[0]


def _question(window: QWidget, title: str, text: str) -> QtWidgets.QMessageBox:
    box = QtWidgets.QMessageBox(window)
    box.setWindowTitle(f"{as_title(title)} – ConvStudio")
    box.setTextFormat(Qt.TextFormat.PlainText)  # of a box that the system draws
    box.setText(text)
    grid = box.layout()
    if isinstance(grid, QtWidgets.QGridLayout):  # the box takes its size from it, and none that it is given
        grid.setColumnMinimumWidth(grid.columnCount() - 1, title_width(box))
    return box
