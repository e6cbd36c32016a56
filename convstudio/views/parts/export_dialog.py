"""The one dialog of all exports: what, in which format, how it looks and where it goes, with a preview of the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.panes.exports.choice import ExportChoice, ExportPreview, with_kind, with_name
from convstudio.model.panes.exports.sources import CONTENTS
from convstudio.model.words.file_kinds import FileKind
from convstudio.views.parts.controls import Choice, PlainLabel, labelled, row_of
from convstudio.views.parts.theme import RHYTHM

_PICTURE = QSize(300, 220)
_COLOURS = ("Shades of grey", "Colours of the screen")
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ExportDialog(QDialog):
    """Asks for one export. `preview_of` says what a choice would write; it is asked again after every change."""

    def __init__(
        self,
        window: QWidget,
        kinds: Sequence[FileKind],
        titles: Sequence[str],
        first: ExportChoice,
        preview_of: Callable[[ExportChoice], ExportPreview],
    ) -> None:
        super().__init__(window)
        self.setWindowTitle("Export – ConvStudio")
        self._kinds, self._preview_of = tuple(kinds), preview_of
        self._choice = first
        self._make_fields(titles)
        self._make_preview()
        self._lay_out()
        self._connect()
        self._show_choice()

    @property
    def choice(self) -> ExportChoice:
        """What is chosen now."""
        return self._choice

    # --- making ------------------------------------------------------------------------------------------------------

    def _make_fields(self, titles: Sequence[str]) -> None:
        self.content = Choice("What", list(CONTENTS.values()), "What is written")
        self.content.setMinimumContentsLength(26)
        self.maps = QListWidget()
        self.maps.setAccessibleName("Maps")
        self.maps.setToolTip("Space ticks a map")
        for title in titles:
            item = QListWidgetItem(title, self.maps)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        self.format = Choice("Format", [f"{kind.name} ({kind.endings[0]})" for kind in self._kinds], "")
        self.format.setMinimumContentsLength(26)
        for row, kind in enumerate(self._kinds):
            self.format.setItemData(row, kind.holds, Qt.ItemDataRole.ToolTipRole)
        self.holds = PlainLabel(small=True)
        self.colours = Choice("Colours", _COLOURS, "How values become colours in pictures")
        self.bar = QCheckBox("Scale bar")
        self.bar.setToolTip("Show the colours and their levels beside every map; small maps are enlarged")
        self.apart = QCheckBox("One file for each map")
        self.apart.setToolTip("Write every map to a file of its own, which bears its name")
        self.folder, self.name = QLineEdit(), QLineEdit()
        for field, name in ((self.folder, "Folder"), (self.name, "Name")):
            field.setAccessibleName(name)
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)

    def _make_preview(self) -> None:
        self.picture = PlainLabel()
        self.picture.setAccessibleName("Preview")
        self.picture.setFixedSize(_PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.files = QListWidget()
        self.files.setAccessibleName("Files to write")
        self.sentence = PlainLabel(small=True)
        self.sentence.setWordWrap(True)
        self.sentence.setMinimumHeight(self.sentence.fontMetrics().lineSpacing() * 3)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        button = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(button.Save | button.Cancel)
        self.export_button = self.buttons.button(button.Save)
        self.export_button.setText("Export")

    def _lay_out(self) -> None:
        self._form = form = QFormLayout()
        form.setVerticalSpacing(RHYTHM)
        form.addRow(labelled("What", self.content), self.content)
        form.addRow(labelled("Maps", self.maps), self.maps)
        form.addRow(labelled("Format", self.format), self.format)
        form.addRow("", self.holds)
        form.addRow(labelled("Colours", self.colours), self.colours)
        form.addRow("", self.bar)
        form.addRow("", self.apart)
        where = row_of(self.folder, self.browse)
        form.addRow(labelled("Folder", self.folder), where)
        form.addRow(labelled("Name", self.name), self.name)
        preview = QVBoxLayout()
        preview.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        preview.addWidget(labelled("Files to write", self.files))
        preview.addWidget(self.files, 1)
        preview.addWidget(self.sentence)
        columns = QHBoxLayout()
        columns.addLayout(form, 1)
        columns.addSpacing(RHYTHM)
        columns.addLayout(preview, 1)
        whole = QVBoxLayout(self)
        whole.addLayout(columns, 1)
        whole.addWidget(self.buttons)
        self.resize(800, 520)

    def _connect(self) -> None:
        contents = tuple(CONTENTS)
        self.content.chosen.connect(lambda row: self._choose(content=contents[row]))
        self.maps.itemChanged.connect(lambda _item: self._choose(chosen=self._ticked()))
        self.format.chosen.connect(self._choose_format)
        self.colours.chosen.connect(lambda row: self._choose(is_coloured=row == 1))
        self.bar.toggled.connect(lambda on: self._choose(has_bar=on))
        self.apart.toggled.connect(lambda on: self._choose(is_apart=on))
        self.folder.textChanged.connect(lambda text: self._choose(folder=text))
        self.name.editingFinished.connect(self._take_name)
        self.browse.clicked.connect(self._ask_folder)
        self.buttons.accepted.connect(self._take_all)
        self.buttons.rejected.connect(self.reject)

    # --- choosing ----------------------------------------------------------------------------------------------------

    def _choose(self, **changes: object) -> None:
        self._show(replace(self._choice, **changes))  # type: ignore[arg-type]  # each one fits its own field

    def _choose_format(self, row: int) -> None:
        self._show(with_kind(self._choice, self._kinds[row], self._kinds))

    def _take_name(self) -> None:
        self._show(with_name(self._choice, self.name.text().strip(), self._kinds))

    def _take_all(self) -> None:
        """Accept what is written in the fields, unless it turns out that nothing can be written."""
        self._take_name()
        if self.export_button.isEnabled():
            self.accept()

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Export to folder", self._choice.folder)
        if folder:
            self._choose(folder=folder)

    def _ticked(self) -> tuple[int, ...]:
        return tuple(row for row in range(self.maps.count()) if self.maps.item(row).checkState() == _CHECKED)

    # --- showing -----------------------------------------------------------------------------------------------------

    def _show(self, choice: ExportChoice) -> None:
        if choice != self._choice:
            self._choice = choice
            self._show_choice()

    def _show_choice(self) -> None:
        """Show the choice in all fields, and ask what it would write."""
        choice = self._choice
        self.content.show_index(list(CONTENTS).index(choice.content))
        row = [kind.name for kind in self._kinds].index(choice.kind)
        self.format.show_index(row)
        self.holds.setText(f"Holds {self._kinds[row].holds}")
        self.colours.show_index(int(choice.is_coloured))
        for field, text in ((self.folder, choice.folder), (self.name, choice.name)):
            if field.text() != text:
                with QSignalBlocker(field):
                    field.setText(text)
        for box, is_on in ((self.bar, choice.has_bar), (self.apart, choice.is_apart)):
            with QSignalBlocker(box):
                box.setChecked(is_on)
        self._form.setRowVisible(self.maps, choice.needs_choice)
        with QSignalBlocker(self.maps):
            for index in range(self.maps.count()):
                self.maps.item(index).setCheckState(_CHECKED if index in choice.chosen else _UNCHECKED)
        self._show_preview(self._preview_of(choice))

    def _show_preview(self, preview: ExportPreview) -> None:
        self.colours.setEnabled(preview.takes_colours)
        self.bar.setEnabled(preview.takes_bar)
        self.apart.setEnabled(preview.may_be_apart)
        self.files.clear()
        self.files.addItems(list(preview.files))
        self.sentence.setText(preview.problem or preview.sentence)
        self.export_button.setEnabled(not preview.problem)
        pixmap = QPixmap()
        if preview.picture:
            pixmap.loadFromData(preview.picture, "PNG")
        if pixmap.isNull():
            self.picture.setText("" if preview.problem else "No preview")
            return
        is_small = pixmap.width() < _PICTURE.width() and pixmap.height() < _PICTURE.height()
        way = Qt.TransformationMode.FastTransformation if is_small else Qt.TransformationMode.SmoothTransformation
        self.picture.setPixmap(pixmap.scaled(_PICTURE, Qt.AspectRatioMode.KeepAspectRatio, way))
