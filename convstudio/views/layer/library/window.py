"""The window of all detectors and presets: search, groups, facts and a preview, and what can be done with presets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QKeyCombination, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.kinds.convolution import Conv
from convstudio.model.library.presets import PresetListing
from convstudio.model.panes.detector_card import Entry, groups_for
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.detectors import Detector
from convstudio.views.layer.detector_choice import detector_tip
from convstudio.views.layer.library.details import DetectorDetails
from convstudio.views.layer.library.requests import PresetRequests
from convstudio.views.layer.library.table import DetectorTable, detector_view
from convstudio.views.parts.controls import Choice, PlainLabel, labelled, row_of, tool_button
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.keys import ENTERS, handles_keys
from convstudio.views.parts.sizes import px
from convstudio.views.parts.text_field import TextField

_WIDTH, _HEIGHT = 1120, 600
_FRAME = 24  # of a window, beside and above it
_CTRL = Qt.KeyboardModifier.ControlModifier
_LONGEST_GROUP = 16  # letters


@handles_keys(
    "Search for a detector",
    ("Up, Down", "Go from detector to detector, with a preview of each"),
    ("Enter", "Use the detector"),
    ("F2", "Rename or edit the preset"),
    ("Ctrl+D", "Duplicate the preset, or make one of the detector"),
    ("Ctrl+R", "Change the numbers of the rule that made the preset"),
    ("Delete", "Delete the selected presets"),
    ("Ctrl+Z", "Take the last change of the presets back"),
    ("Ctrl+B", "Put a star on it, or take it off"),
)
class DetectorList(QDialog):
    """All detectors and presets with a search field; Enter or a double click uses the current one.

    `used` carries it; one that cannot be used on the layer stays listed, with the reason below the list. What is asked
    of presets goes out by `requests`.
    """

    used = Signal(object)

    def __init__(self, detectors: Sequence[Detector], requests: PresetRequests, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._requests = requests
        self._read: TiledArray | None = None
        self._wanted, self._row, self._is_open = "", 0, False
        self._starred: Collection[str] = ()
        self.setWindowTitle("Detectors and presets")
        self.setAcceptDrops(True)
        self.table_model = DetectorTable(detectors, self)
        self.search_field = _search_field()
        self.group = Choice("Group", groups_for(PresetListing("")), "Which of them to list")
        self.group.setMinimumContentsLength(_LONGEST_GROUP)
        self.table = detector_view(self.table_model)
        self.details = DetectorDetails()
        self.note, self.news = PlainLabel(small=True), PlainLabel()
        self.note.setWordWrap(True)
        self.news.setWordWrap(True)
        self.news.setMinimumHeight(self.news.fontMetrics().lineSpacing())  # so that no button moves when it is told
        self._buttons = self._tool_buttons()
        self._menu_button = self._presets_menu()
        self._use_button = QPushButton("Use detector")
        self._keys: dict[QKeyCombination, Callable[[], object]] = {
            QKeyCombination(Qt.Key.Key_F2): self._edit,
            QKeyCombination(Qt.Key.Key_Delete): self._delete,
            QKeyCombination(_CTRL, Qt.Key.Key_D): self._duplicate,
            QKeyCombination(_CTRL, Qt.Key.Key_R): self._change_numbers,
            QKeyCombination(_CTRL, Qt.Key.Key_B): self._star,
            QKeyCombination(_CTRL, Qt.Key.Key_Z): requests.undo_asked.emit,
        }
        self._arrange()
        self.search_field.textChanged.connect(self._search)
        self.group.chosen.connect(self._search)
        self.table.doubleClicked.connect(self._use)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.table.selectionModel().selectionChanged.connect(self._show_commands)
        self.table_model.modelReset.connect(self._select_again)

    # --- what is on show -------------------------------------------------------------------------------------------

    def open_for(self, layer: Conv, read: TiledArray | None = None) -> None:
        """Open the list for a filter of a layer, with the search field empty and focused; `read` is its input."""
        self._read, self._wanted, self._is_open = read, "", True
        self.show_news("")
        self.group.show_index(0)
        with QSignalBlocker(self.search_field):
            self.search_field.clear()
        self.table_model.show_layer(layer)
        self.search_field.setFocus()
        self.open()

    def show_input(self, read: TiledArray | None) -> None:
        """Preview on this input from now on."""
        self._read = read
        self._show_details()

    def show_presets(self, listing: PresetListing, starred: Collection[str]) -> None:
        """List what the folder of presets holds, and the starred ones first."""
        self._starred = starred
        group = self.group.currentText()
        self.group.show_entries(groups_for(listing))
        self.group.show_index(max(0, self.group.findText(group)))
        self._menu_button.setToolTip(f"What can be done with the folder of presets, {listing.folder}")
        self._wanted, self._row = getattr(self.current, "id", ""), max(0, self.table.currentIndex().row())
        self.table_model.take_presets(listing, starred)
        if self._is_open:  # else it is listed when it is opened
            self._search()
        if listing.problem:
            self.show_news(listing.problem)

    def show_step(self, step: str) -> None:
        """Offer to take this step back; an empty one is none."""
        undo = self._buttons["Undo"]
        undo.setEnabled(bool(step))
        undo.setToolTip(f"Undo: {step} (Ctrl+Z)" if step else "Nothing was changed yet")

    def show_news(self, sentence: str) -> None:
        """Say what was done or went wrong."""
        self.news.setText(sentence)

    @property
    def current(self) -> Entry | None:
        """The entry that is selected."""
        row = self.table.currentIndex().row()
        return self.table_model.found[row] if 0 <= row < len(self.table_model.found) else None

    @property
    def chosen(self) -> list[Detector]:
        """The detectors and presets that are selected, without damaged ones."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [entry for entry in map(self.table_model.found.__getitem__, rows) if isinstance(entry, Detector)]

    # --- keys and drops ----------------------------------------------------------------------------------------------

    def done(self, result: int) -> None:
        self._is_open = False
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        run = self._keys.get(event.keyCombination())
        if run is not None:
            run()
        elif event.key() in ENTERS:
            self._use()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search_field.hasFocus():
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self._requests.import_asked.emit(paths)

    # --- commands ----------------------------------------------------------------------------------------------------

    def _edit(self) -> None:
        if self.chosen and self.chosen[0].is_preset:
            self._requests.edit_asked.emit(self.chosen[0])

    def _change_numbers(self) -> None:
        """Close the list, and ask for the window in which the rule of the preset is changed."""
        if self.chosen and self.chosen[0].is_preset and self.chosen[0].made_by is not None:
            preset = self.chosen[0]
            self.accept()
            self._requests.rule_asked.emit(preset)

    def _duplicate(self) -> None:
        if self.chosen:
            self._requests.duplicate_asked.emit(self.chosen[0])

    def _delete(self) -> None:
        presets = [one for one in self.chosen if one.is_preset]
        if presets:
            self._requests.delete_asked.emit(presets)

    def _star(self) -> None:
        for one in self.chosen:
            self._requests.star_asked.emit(one.id)

    def _export(self) -> None:
        if self.chosen:
            self._requests.export_asked.emit(self.chosen)

    def _use(self) -> None:
        entry = self.current
        if isinstance(entry, Detector) and not self.table_model.refusal(self.table.currentIndex().row()):
            self.accept()
            self.used.emit(entry)

    # --- what is selected --------------------------------------------------------------------------------------------

    def _search(self, _what: object = None) -> None:
        self.table_model.search(self.search_field.text(), self.group.currentText())

    def _step(self, rows: int) -> None:
        row = min(max(self.table.currentIndex().row() + rows, 0), self.table_model.rowCount() - 1)
        self.table.selectRow(row)

    def _select_again(self) -> None:
        """Select what was selected before, where it is gone its neighbour, and after a search the first row."""
        row = self.table_model.row_of(self._wanted) if self._wanted else 0
        row = min(self._row, self.table_model.rowCount() - 1) if row < 0 else row
        self._wanted = ""
        self.table.selectRow(row)
        self._tell()

    def _tell(self) -> None:
        entry, row = self.current, self.table.currentIndex().row()
        refusal = self.table_model.refusal(row) if entry is not None else "No detector matches: try fewer words."
        self._use_button.setEnabled(not refusal)
        self.note.setText(refusal or (detector_tip(entry) if isinstance(entry, Detector) else ""))
        self._show_details()
        self._show_commands()

    def _show_details(self) -> None:
        if self._is_open:
            self.details.show_entry(self.current, self._read)

    def _show_commands(self) -> None:
        chosen = self.chosen
        presets = [one for one in chosen if one.is_preset]
        is_starred = bool(chosen) and all(one.id in self._starred for one in chosen)
        self._buttons["Star"].setEnabled(bool(chosen))
        self._buttons["Star"].setChecked(is_starred)
        self._buttons["Edit"].setEnabled(len(presets) == 1 == len(chosen))
        self._buttons["Numbers"].setEnabled(len(presets) == 1 == len(chosen) and presets[0].made_by is not None)
        self._buttons["Duplicate"].setEnabled(len(chosen) == 1)
        self._buttons["Delete"].setEnabled(bool(presets) and len(presets) == len(chosen))

    # --- the window --------------------------------------------------------------------------------------------------

    def _tool_buttons(self) -> dict[str, QToolButton]:
        requests = self._requests
        made = {
            "Star": IconButton("star", "Star", "List it first (Ctrl+B)", self._star, toggles=True),
            "Edit": tool_button("Edit…", "Edit", "Rename it, or change what is written about it (F2)", self._edit),
            "Numbers": tool_button(
                "Change its numbers…", "Change its numbers", "Change the numbers of the rule that made it (Ctrl+R)",
                self._change_numbers,
            ),
            "Duplicate": tool_button("Duplicate", "Duplicate", "Make a new preset of it (Ctrl+D)", self._duplicate),
            "Delete": tool_button("Delete", "Delete", "Delete the selected presets (Delete)", self._delete),
            "Undo": tool_button("Undo", "Undo", "Nothing was changed yet", requests.undo_asked.emit),
            "Save": tool_button(
                "Save current…", "Save current", "Save the kernel or filter of the window as a preset",
                requests.save_asked.emit,
            ),
        }  # fmt: skip
        made["Undo"].setEnabled(False)
        return made

    def _presets_menu(self) -> QToolButton:
        requests, menu = self._requests, QMenu("Presets", self)
        for text, run in (
            ("&Import presets…", requests.import_question_asked.emit),
            ("&Export the selected…", self._export),
            ("Export &all presets…", requests.export_all_asked.emit),
            ("", None),
            ("&Show folder", requests.folder_shown.emit),
            ("&Choose folder…", requests.folder_question_asked.emit),
            ("Use the &usual folder", requests.usual_folder_asked.emit),
        ):
            if run is None:
                menu.addSeparator()
            else:
                menu.addAction(text).triggered.connect(lambda _checked=False, run=run: run())
        return tool_button("Presets", "Presets", "What can be done with the folder of presets", menu=menu)

    def _arrange(self) -> None:
        close = QDialogButtonBox.StandardButton.Close
        buttons = QDialogButtonBox(close)
        buttons.addButton(self._use_button, QDialogButtonBox.ButtonRole.ActionRole)
        self._use_button.setToolTip("Make the current filter a copy of this detector (Enter)")
        buttons.button(close).setToolTip("Close the list (Escape)")
        buttons.button(close).setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        self._use_button.clicked.connect(self._use)
        middle = QHBoxLayout()
        middle.addWidget(self.table, 1)
        middle.addWidget(self.details)
        column = QVBoxLayout(self)
        column.addLayout(
            row_of(labelled("Search", self.search_field), self.search_field, labelled("Group", self.group), self.group)
        )
        column.addLayout(middle)
        column.addLayout(row_of(*self._buttons.values(), 1, self._menu_button))
        column.addWidget(self.news)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self._use_button.setDefault(True)  # only a button inside its dialog can become the default
        room = self.screen().availableSize()
        self.resize(min(px(_WIDTH), room.width() - _FRAME), min(px(_HEIGHT), room.height() - 2 * _FRAME))


def _search_field() -> QLineEdit:
    field = TextField()
    field.setAccessibleName("Search")
    field.setToolTip("Words from a name, a purpose, a source, a tag or a note, such as “edge sobel”")
    field.setPlaceholderText("name, purpose, source, tag or note")
    field.setClearButtonEnabled(True)
    return field
