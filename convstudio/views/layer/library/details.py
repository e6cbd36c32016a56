"""What stands beside the table: the pictures of a kernel and of what it makes of the input, and facts about it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.library.presets import DamagedPreset
from convstudio.model.panes.detector_card import Entry, card_of
from convstudio.model.panes.kernel_facts import detector_picture
from convstudio.model.panes.kernel_preview import PREVIEW_SIDE, detector_preview
from convstudio.model.values.arrays import Floats, TiledArray
from convstudio.model.values.detectors import Detector
from convstudio.views.layer.detector_choice import kernel_icon
from convstudio.views.parts.controls import PlainLabel, image_of
from convstudio.views.parts.sizes import sized
from convstudio.views.parts.style import give_focus_frame
from convstudio.views.parts.theme import RHYTHM

_PICTURE = 132
_WIDTH = 2 * _PICTURE + 40


class DetectorDetails(QWidget):
    """Shows one entry of the library; its facts are one text, without a name that would hide it from screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel_picture, self.map_picture = _picture("Kernel preview"), _picture("Map preview")
        self._kernel_caption, self._caption = PlainLabel(small=True), PlainLabel(small=True)
        self.name = PlainLabel(bold=True)
        self.name.setWordWrap(True)
        self.facts = PlainLabel()
        self.facts.setWordWrap(True)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.facts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        sized(self, fixed_width=_WIDTH)
        self._arrange()

    def show_entry(self, entry: Entry | None, read: TiledArray | None) -> None:
        """Show a detector, a damaged preset, or nothing; `read` is what the layer reads, None where it is not known."""
        self.kernel_picture.clear()
        self.map_picture.clear()
        self._caption.clear()
        self._kernel_caption.setText("kernel" if isinstance(entry, Detector) else "")
        if isinstance(entry, Detector):
            self.name.setText(entry.name)
            self.facts.setText("\n\n".join(f"{heading}: {text}" for heading, text in card_of(entry)))
            picture = kernel_icon(detector_picture(entry), _PICTURE).pixmap(_PICTURE, _PICTURE)
            self.kernel_picture.setPixmap(picture)
            self._show_map(entry, read)
        else:
            self.name.setText(entry.file if isinstance(entry, DamagedPreset) else "")
            self.facts.setText(f"Damaged: {entry.reason}" if isinstance(entry, DamagedPreset) else "")

    def _show_map(self, detector: Detector, read: TiledArray | None) -> None:
        if read is None:
            self.map_picture.setText("The input is\nnot computed yet")
            return
        answer = detector_preview(read, detector)
        if answer is None:
            self.map_picture.setText("It does not fit\nthis input")
            return
        self._caption.setText("map, middle part" if max(read.spatial) > PREVIEW_SIDE else "map")
        self.map_picture.setPixmap(_map_picture(answer))

    def _arrange(self) -> None:
        pictures = QGridLayout()
        sized(pictures, spacing=RHYTHM)
        for place, (picture, caption) in enumerate(
            ((self.kernel_picture, self._kernel_caption), (self.map_picture, self._caption))
        ):
            pictures.addWidget(picture, 0, place)
            pictures.addWidget(caption, 1, place, Qt.AlignmentFlag.AlignHCenter)
        scroll = QScrollArea()
        scroll.setWidget(self.facts)
        scroll.setWidgetResizable(True)
        give_focus_frame(scroll)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        self.facts.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(pictures)
        column.addWidget(self.name)
        column.addWidget(scroll, 1)


def _map_picture(answer: Floats) -> QPixmap:
    painted = QPixmap.fromImage(image_of(colours(answer, signed_levels(answer))))
    is_row = len(answer) == 1
    ways = Qt.AspectRatioMode.IgnoreAspectRatio if is_row else Qt.AspectRatioMode.KeepAspectRatio
    side = QSize(_PICTURE, _PICTURE // 4 if is_row else _PICTURE)
    return painted.scaled(side, ways, Qt.TransformationMode.FastTransformation)


def _picture(name: str) -> QLabel:
    label = PlainLabel(small=True)
    label.setAccessibleName(name)
    sized(label, fixed_size=(_PICTURE, _PICTURE))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
