"""The combo box that names the input and offers every bundled sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy

from convstudio.model.values.sample import Sample
from convstudio.model.values.scale import Colours
from convstudio.views.parts.choices.search_choice import SearchChoice
from convstudio.views.parts.controls import image_of
from convstudio.views.parts.pictures.picture_icon import untinted_icon

SampleEntry: TypeAlias = tuple[str, str, str]
"""The id of a bundled sample, its title, and the heading of the list that it stands under."""
PictureOfSample: TypeAlias = Callable[[str], Colours]
"""Returns a small picture of a bundled sample, `(rows, columns, 3)` bytes, by its id."""
_OWN = "Own input"
_LEAST_LETTERS = 5  # in a narrow window; its tooltip and its list have the whole title
_SHARPNESS = 2  # pixels per point
_FRAME = QColor("#8f949b")  # a grey that stands out on both schemes
_FLATTEST = 0.25  # how low a picture becomes: one of a sequence is a single row


class SampleChoice(SearchChoice):
    """The list of bundled samples; an edited input, and one of another name, is one's own."""

    sample_chosen = Signal(str)
    picture_side = 32

    def __init__(self, entries: Sequence[SampleEntry], picture_of: PictureOfSample) -> None:
        self._entries = tuple(entries)
        self._picture_of = picture_of
        titles = [_OWN, *(title for _, title, _ in entries)]
        super().__init__("Sample", titles, "Choose one of the bundled inputs")
        self.show_use(0, "Your own or edited input", is_usable=False)
        self.setMinimumContentsLength(_LEAST_LETTERS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.chosen.connect(self._tell)

    def show_sample(self, sample: Sample) -> None:
        """Show the entry of a sample by its name, unless it was edited: then it is one's own."""
        found = -1 if sample.is_edited else self.findText(sample.name, Qt.MatchFlag.MatchExactly)
        self.show_index(max(0, found))

    def heading_of(self, row: int) -> str:
        return self._entries[row - 1][2] if row else ""

    def words_of(self, row: int) -> str:
        return self._entries[row - 1][0]

    def picture_of(self, row: int) -> QIcon:
        """Draw a sample in the middle of a square."""
        side = self.picture_side
        image = image_of(self._picture_of(self._entries[row - 1][0]))
        pixmap = QPixmap(side * _SHARPNESS, side * _SHARPNESS)
        pixmap.setDevicePixelRatio(_SHARPNESS)
        pixmap.fill(Qt.GlobalColor.transparent)
        scale = side / max(image.width(), image.height())
        width, height = (max(length * scale, side * _FLATTEST) for length in (image.width(), image.height()))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > side)
        area = QRectF((side - width) / 2, (side - height) / 2, width, height)
        painter.drawImage(area, image)
        painter.setPen(QPen(_FRAME, 0.5))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))  # a white sample would not be seen on a white list
        painter.end()
        return untinted_icon(pixmap)

    def _tell(self, row: int) -> None:
        if row:
            self.sample_chosen.emit(self._entries[row - 1][0])
