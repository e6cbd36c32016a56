"""The one dialog of all exports: what, in which format, how it looks and where it goes, with a preview of the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from convstudio.model.panes.exports.choice import (
    ExportChoice,
    ExportOffer,
    ExportPreview,
    with_content,
    with_kind,
    with_name,
)
from convstudio.model.words.export_contents import EXPORTED
from convstudio.model.words.file_kinds import FileKind
from convstudio.views.parts.animation_fields import AnimationFields
from convstudio.views.parts.controls import Choice, PlainLabel, labelled, row_of
from convstudio.views.parts.sizes import fitting_size, sized
from convstudio.views.parts.text_field import TextField
from convstudio.views.parts.theme import RHYTHM

_PICTURE = QSize(300, 200)
_MOST_ROWS, _LEAST_LINES, _SHARE = 12, 2, 0.3
"""The list of files is as high as so many of its rows, at least as so many lines, at most this share of the dialog."""

_CELL_MARGIN, _MUCH = 8, 10_000

_COLOURS = ("Shades of grey", "Colours of the screen")
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class ExportDialog(QDialog):
    """Asks for one export; `preview_of` says what a choice would write, and is asked again after every change."""

    def __init__(
        self,
        window: QWidget,
        offer: ExportOffer,
        first: ExportChoice,
        preview_of: Callable[[ExportChoice], ExportPreview],
    ) -> None:
        super().__init__(window)
        self.setWindowTitle("Export – ConvStudio")
        self._formats, self._preview_of = offer.formats, preview_of
        self._choice = first
        self._make_fields(offer.titles)
        self.animation = AnimationFields(self, offer.positions, offer.speeds)
        self._make_preview()
        self._lay_out()
        self._connect()
        self._show_choice()

    @property
    def choice(self) -> ExportChoice:
        """What is chosen now."""
        return self._choice

    @property
    def _kinds(self) -> tuple[FileKind, ...]:
        """The formats of what is chosen."""
        return tuple(self._formats[self._choice.content])

    # --- making ------------------------------------------------------------------------------------------------------

    def _make_fields(self, titles: Sequence[str]) -> None:
        self.content = Choice("What", list(EXPORTED.values()), "What is written")
        self.content.setMinimumContentsLength(26)
        self.maps = QListWidget()
        self.maps.setAccessibleName("Maps")
        self.maps.setToolTip("Space ticks a map")
        for title in titles:
            item = QListWidgetItem(title, self.maps)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        self.format = Choice("Format", [], "")
        self.format.setMinimumContentsLength(26)
        self.holds = PlainLabel(small=True)
        self.colours = Choice("Colours", _COLOURS, "How values become colours in pictures")
        self.bar = QCheckBox("Scale bar")
        self.bar.setToolTip("Show the colours and their levels beside every map; small maps are enlarged")
        self.apart = QCheckBox("One file for each map")
        self.apart.setToolTip("Write every map to a file of its own, which bears its name")
        self.folder, self.name = TextField(), TextField()
        for field, name in ((self.folder, "Folder"), (self.name, "Name")):
            field.setAccessibleName(name)
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)

    def _make_preview(self) -> None:
        self.picture = _PictureLabel()
        self.files = QListWidget()
        self.files.setAccessibleName("Files to write")
        self.files.setWordWrap(True)
        self.files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.files.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
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
        sized(form, vertical_spacing=RHYTHM)
        form.addRow(labelled("What", self.content), self.content)
        form.addRow(labelled("Maps", self.maps), self.maps)
        form.addRow(labelled("Format", self.format), self.format)
        form.addRow("", self.holds)
        form.addRow(labelled("Colours", self.colours), self.colours)
        form.addRow("", self.bar)
        form.addRow("", self.apart)
        self.animation.add_to(form)
        where = row_of(self.folder, self.browse)
        form.addRow(labelled("Folder", self.folder), where)
        form.addRow(labelled("Name", self.name), self.name)
        preview = QVBoxLayout()
        preview.addWidget(self.picture, 1)
        preview.addWidget(labelled("Files to write", self.files))
        preview.addWidget(self.files)
        preview.addWidget(self.sentence)
        columns = QHBoxLayout()
        columns.addLayout(form, 1)
        columns.addSpacing(RHYTHM)
        columns.addLayout(preview, 1)
        whole = QVBoxLayout(self)
        whole.addLayout(columns, 1)
        whole.addWidget(self.buttons)
        self.resize(fitting_size(self, QSize(800, 520)))

    def _connect(self) -> None:
        contents = tuple(EXPORTED)
        self.content.chosen.connect(lambda row: self._show(with_content(self._choice, contents[row], self._formats)))
        self.maps.itemChanged.connect(lambda _item: self._choose(chosen=self._ticked()))
        self.format.chosen.connect(self._choose_format)
        self.colours.chosen.connect(lambda row: self._choose(is_coloured=row == 1))
        self.bar.toggled.connect(lambda on: self._choose(has_bar=on))
        self.apart.toggled.connect(lambda on: self._choose(is_apart=on))
        self.animation.changed.connect(lambda animation: self._choose(animation=animation))
        self.animation.refused.connect(self.sentence.setText)
        self.folder.textChanged.connect(lambda text: self._choose(folder=text))
        self.name.editingFinished.connect(self._take_name)
        self.name.textEdited.connect(lambda _text: self.export_button.setEnabled(True))  # a grey one takes no click
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
        self.content.show_index(list(EXPORTED).index(choice.content))
        self._show_formats()
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
        for part in (self.colours, self.bar, self.apart):
            self._form.setRowVisible(part, not choice.is_animation)
        self.animation.show_in(self._form, choice.is_animation)
        self.animation.show_choice(choice.animation)
        with QSignalBlocker(self.maps):
            for index in range(self.maps.count()):
                self.maps.item(index).setCheckState(_CHECKED if index in choice.chosen else _UNCHECKED)
        self._show_preview(self._preview_of(choice))

    def _show_formats(self) -> None:
        """List the formats of what is chosen."""
        self.format.show_entries([f"{kind.name} ({kind.endings[0]})" for kind in self._kinds])
        for row, kind in enumerate(self._kinds):
            self.format.setItemData(row, kind.holds, Qt.ItemDataRole.ToolTipRole)

    def _show_preview(self, preview: ExportPreview) -> None:
        self.colours.setEnabled(preview.takes_colours)
        self.bar.setEnabled(preview.takes_bar)
        self.apart.setEnabled(preview.may_be_apart)
        self.files.clear()
        self.files.addItems(list(preview.files))
        self.sentence.setText(preview.problem or preview.sentence)
        self.export_button.setEnabled(not preview.problem)
        self.picture.show_bytes(preview.picture, "" if preview.problem else "No preview")
        self._fit_files()

    def _fit_files(self) -> None:
        """Make the list of files as high as it needs, and the picture as large as what is left allows."""
        metrics = self.files.fontMetrics()
        room = QRect(0, 0, self.files.viewport().width() - _CELL_MARGIN, _MUCH)
        shown = (self.files.item(row).text() for row in range(min(self.files.count(), _MOST_ROWS)))
        rows = sum(metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height() + _CELL_MARGIN for text in shown)
        least = metrics.lineSpacing() * _LEAST_LINES
        most = max(least, round(self.height() * _SHARE))
        self.files.setFixedHeight(min(max(rows, least), most) + 2 * self.files.frameWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_files()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_files()  # before, the list was not as wide as it is on screen


class _PictureLabel(PlainLabel):
    """A picture that fills the room it gets; one of few pixels stays sharp."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap = QPixmap()
        self.setAccessibleName("Preview")
        sized(self, minimum_size=_PICTURE)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_bytes(self, data: bytes, instead: str) -> None:
        """Show a picture file, or a text where there is none."""
        self._pixmap = QPixmap()
        if data:
            self._pixmap.loadFromData(data)
        if self._pixmap.isNull():
            self.setText(instead)
        else:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._pixmap.isNull():
            self._fit()

    def _fit(self) -> None:
        is_small = self._pixmap.width() < self.width() and self._pixmap.height() < self.height()
        way = Qt.TransformationMode.FastTransformation if is_small else Qt.TransformationMode.SmoothTransformation
        self.setPixmap(self._pixmap.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio, way))
