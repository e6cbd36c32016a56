"""The likely ways to read a file, with a preview of each; the user chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from convstudio.model.panes.reading_preview import ReadPreview
from convstudio.model.readings.inputs import ReadChoice, ReadOptions
from convstudio.model.readings.pictures.framing import Framing
from convstudio.views.parts.controls import PlainLabel, WholeField, image_of, labelled, row_of
from convstudio.views.parts.pictures.crop_view import CropView
from convstudio.views.parts.plain_text import as_title
from convstudio.views.parts.sizes import fitting_size, in_font, sized
from convstudio.views.parts.theme import RHYTHM, number_font
from convstudio.views.window.framing_fields import FramingFields

_SIDE = 200
_PART_SIDE = 120  # beside the whole picture
_LIST_WIDTH = 400
_NUMBERS_WIDTH = 340
_WAITING = "Reading…"
_PICTURE_AXES = 3  # rows, columns, channels


class ReadingsDialog(QDialog):
    """Lists readings with a preview of the current one; Enter or double-click chooses it. It waits without blocking.

    `preview_asked` carries the options of the current reading, and `chosen` those of the one that was taken.
    """

    preview_asked = Signal(object)
    chosen = Signal(object)

    def __init__(
        self,
        window: QWidget,
        title: str,
        question: str,
        choices: Sequence[ReadChoice],
        current: ReadOptions,
        *,
        is_sizing: bool = False,
    ) -> None:
        super().__init__(window)
        self._choices = tuple(choices)
        self._page = 1 if current.page is None else current.page
        self._asked: ReadOptions | None = None
        self._current = current
        self._is_sizing = is_sizing
        self._framing = FramingFields()
        self.setWindowTitle(f"{as_title(title)} – ConvStudio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._list = QListWidget()
        self._list.setAccessibleName(question)
        self._list.setToolTip("Enter or double-click chooses a reading")
        self._list.addItems([choice.text for choice in self._choices])
        sized(self._list, minimum_width=_LIST_WIDTH)
        self._list.setWordWrap(True)
        most = max(choice.pages for choice in self._choices)
        self._pages = WholeField("Page", 1, most, "Which one of them is read, counted from 1")
        self._pages.show_value(self._page)
        self._pages_label = labelled("Page", self._pages)
        self._of = PlainLabel()
        self._make_preview()
        self._lay_out(question)
        self._list.setCurrentRow(self._row_of(current))
        self._list.currentRowChanged.connect(lambda _row: self._look())
        self._list.itemActivated.connect(lambda _item: self.accept())
        self._pages.edited.connect(self._turn_to)
        self._pages.refused.connect(self._say)
        self._framing.refused.connect(self._say)
        self._framing.changed.connect(self._look)
        self._crop.dragged.connect(self._framing.show_part)
        self._crop.dropped.connect(self._framing.take_part)
        self.accepted.connect(lambda: self.chosen.emit(self._options))

    def _make_preview(self) -> None:
        self._crop = CropView()
        sized(self._crop, fixed_size=(_NUMBERS_WIDTH, _SIDE))
        self._picture = PlainLabel()
        sized(self._picture, fixed_size=(_SIDE, _SIDE))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shape = PlainLabel(bold=True)
        self._shape.setWordWrap(True)
        self._numbers = PlainLabel()
        in_font(self._numbers, number_font)
        self._problem = PlainLabel()
        self._problem.setWordWrap(True)
        self._problem.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()
        if self._is_sizing:
            self._framing.focus_size()
        elif len(self._choices) == 1:  # what is left to choose is the page
            self._pages.setFocus()

    def show_preview(self, options: ReadOptions, preview: ReadPreview) -> None:
        """Show the preview of a reading, if it is still the current one."""
        if options != self._asked:
            return
        picture = QPixmap.fromImage(image_of(preview.picture))
        keep, fast = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        self._picture.setPixmap(picture.scaled(self._picture.size(), keep, fast))
        if preview.whole is not None:
            self._crop.show_picture(preview.whole)
        self._picture.setAccessibleName(f"Picture of {preview.shape}")
        self._shape.setText(preview.shape)
        self._numbers.setText(preview.numbers)

    @property
    def _choice(self) -> ReadChoice:
        return self._choices[max(0, self._list.currentRow())]

    @property
    def _options(self) -> ReadOptions:
        choice = self._choice
        options = replace(choice.options, page=self._page) if choice.pages > 1 else choice.options
        return self._framing.framing.as_options(options) if _is_picture(choice) else options

    def _row_of(self, current: ReadOptions) -> int:
        """Return the row of the reading that is in use, whatever its page."""
        plain = [_bare(choice.options) for choice in self._choices]
        wanted = _bare(current)
        return plain.index(wanted) if wanted in plain else 0

    def _turn_to(self, page: int) -> None:
        self._page = page
        self._pages.show_value(page)
        self._look()

    def _look(self) -> None:
        """Ask for a preview of the current reading."""
        choice = self._choice
        self._problem.hide()
        self._page = min(self._page, choice.pages)
        self._pages.show_value(self._page)
        for part in (self._pages, self._pages_label, self._of):
            part.setVisible(choice.pages > 1)
        self._pages_label.setText(choice.noun.capitalize())
        self._pages.show_name(choice.noun.capitalize())
        self._of.setText(f"of {choice.pages}")
        is_picture = _is_picture(choice)
        self._framing.setVisible(is_picture)
        self._crop.setVisible(is_picture)
        side = _PART_SIDE if is_picture else _SIDE
        sized(self._picture, fixed_size=(side, side))
        if is_picture and self._framing.framing.whole != choice.shape[:2]:
            self._framing.show_framing(Framing.of(choice.shape, self._current))
        if is_picture:
            self._crop.show_framing(self._framing.framing)
        if self._options != self._asked:
            self._asked = self._options
            self._shape.setText(_WAITING)
            self._numbers.setText("")
            self._picture.clear()
            self.preview_asked.emit(self._asked)

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.show()

    def _lay_out(self, question: str) -> None:
        button = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(button.Ok | button.Cancel)
        buttons.button(button.Ok).setText("&Read it so")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        pages = row_of(self._pages_label, self._pages, self._of, spacing=RHYTHM)
        pages.addStretch(1)
        ways = QVBoxLayout()
        ways.addWidget(labelled(question, self._list))
        ways.addWidget(self._list, 1)
        ways.addLayout(pages)
        ways.addWidget(self._framing)
        ways.addWidget(self._problem)
        sized(self._numbers, minimum_width=_NUMBERS_WIDTH)  # or the dialog would grow with each look
        look = QVBoxLayout()
        look.addWidget(self._crop)
        look.addLayout(row_of(self._picture, self._shape, spacing=RHYTHM))
        look.addWidget(self._numbers)
        look.addStretch(1)
        both = QHBoxLayout()
        sized(both, spacing=2 * RHYTHM)
        both.addLayout(ways, 1)
        both.addLayout(look)
        column = QVBoxLayout(self)
        column.addLayout(both, 1)
        column.addWidget(buttons)
        self.resize(fitting_size(self, QSize(780, 420)))


def _is_picture(choice: ReadChoice) -> bool:
    """Return whether a reading has rows and columns, which can be cropped and resized."""
    return len(choice.shape) == _PICTURE_AXES


def _bare(options: ReadOptions) -> ReadOptions:
    """Return options without what is chosen beside the list."""
    return replace(options, page=None, crop=None, size=None)
