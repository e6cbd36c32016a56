"""The combo box that names the current filter and offers every detector and preset."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from convstudio.model.colour.display import colours, signed_levels
from convstudio.model.kinds.convolution import Conv
from convstudio.model.library.presets import MY_PRESETS
from convstudio.model.panes.kernel_facts import detector_picture, why_not
from convstudio.model.values.arrays import Floats
from convstudio.model.values.detector_groups import HEADINGS, heading_of
from convstudio.model.values.detectors import Detector, kernels_of, recognise, recognise_in, recognise_padded
from convstudio.views.parts.choices.search_choice import SearchChoice
from convstudio.views.parts.controls import image_of
from convstudio.views.parts.pictures.picture_icon import untinted_icon
from convstudio.views.parts.sizes import sized

CUSTOM = "Custom"
_TYPED = "Custom weights: no detector matches"
ICON_SIDE = 22
_MOST_PRESETS = 60  # that the combo box offers; the list has all
_SHARPNESS = 2  # pixels per point: small weights stay crisp on dense screens
_FRAME = QColor("#8f949b")  # a grey that stands out on both schemes, so that icons need no redrawing


def kernel_icon(weights: Floats, side: int) -> QIcon:
    """Picture a kernel's weights `(rows, columns)` in diverging colours, as large as fits a square of `side` points."""
    rows, columns = weights.shape
    painted = colours(weights, signed_levels(weights))
    pixmap = QPixmap(side * _SHARPNESS, side * _SHARPNESS)
    pixmap.setDevicePixelRatio(_SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    cell = (side - 2) / max(rows, columns, 3)
    area = QRectF((side - cell * columns) / 2, (side - cell * rows) / 2, cell * columns, cell * rows)
    painter = QPainter(pixmap)
    painter.drawImage(area, image_of(painted))
    painter.setPen(QPen(_FRAME, 0.5))
    painter.drawRect(area)
    painter.end()
    return untinted_icon(pixmap)


class DetectorChoice(SearchChoice):
    """The combo box **Detector**: names the detector that the current filter is a copy of, else shows Custom.

    A detector that was extended with zeros to the layer's size is named in place of Custom: choosing the detector's own
    entry would give the layer its smaller size.

    `detector_chosen` carries the detector that the user wants; `library_asked` comes of the entry below the presets,
    where there are more of them than a list can show.
    """

    detector_chosen = Signal(object)
    library_asked = Signal()

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)
        self._presets: tuple[Detector, ...] = ()
        self._kernels = kernels_of(detectors)
        self._listed = sorted(detectors, key=lambda one: tuple(HEADINGS).index(heading_of(one.id)))
        self._offered: list[Detector | None] = [None, *self._listed]
        names = [CUSTOM, *(one.name for one in self._listed)]
        super().__init__("Detector", names, "Choose a named kernel for this filter")
        self._fits: tuple[int, int] | None = None
        self._shown_row = 0
        sized(self, icon_size=QSize(ICON_SIDE, ICON_SIDE))
        self.show_use(0, _TYPED, is_usable=False)
        self.chosen.connect(self._choose)

    def show_filter(self, layer: Conv, filter_index: int) -> None:
        """Name the filter, and grey out what cannot be used on its layer."""
        self._show_fits(layer)
        kernels = layer.weights[..., filter_index]
        name = layer.filter_name(filter_index)
        named = [one for one in self._presets if one.name == name]
        found = recognise(named, kernels) or recognise_in(self._kernels, kernels)
        row = self._offered.index(found) if found in self._offered else 0
        padded = recognise_padded(self._detectors, kernels) if found is None else None
        self._show_own(padded, found.name if found is not None and row == 0 else "")
        self._picture(row)
        self._shown_row = row
        self.show_index(row)
        shown = found or padded
        self.setToolTip(detector_tip(shown) if shown else "Choose a named kernel for this filter; this one is your own")

    def show_presets(self, presets: Sequence[Detector]) -> None:
        """Offer presets after the detectors; of many the first ones, and a way to all."""
        self._presets = tuple(presets)
        self._kernels = kernels_of((*self._detectors, *presets))
        offered = self._presets[:_MOST_PRESETS]
        more = [f"All {len(presets)} presets…"] if len(presets) > len(offered) else []
        first = len(self._detectors) + 1
        with QSignalBlocker(self):
            while self.count() > first:
                self.removeItem(self.count() - 1)
            self.addItems([*(one.name for one in offered), *more])
        self._offered = [None, *self._listed, *offered, *(None for _ in more)]
        if more:
            self.show_use(self.count() - 1, "Search all presets, with pictures", is_usable=True)
        self._fits = None

    def heading_of(self, row: int) -> str:
        detector = self._offered[row]
        if detector is None:
            return MY_PRESETS if row else ""  # the entry below the presets; the first one stands for custom weights
        return heading_of(detector.id) or MY_PRESETS

    def words_of(self, row: int) -> str:
        detector = self._offered[row]
        return "" if detector is None else " ".join((detector.detects, *detector.tags))

    def picture_of(self, row: int) -> QIcon:
        detector = self._offered[row]
        return QIcon() if detector is None else kernel_icon(detector_picture(detector), ICON_SIDE)

    def _show_own(self, padded: Detector | None, unlisted: str) -> None:
        """Write the first entry, which stands for a filter that matches no other entry, or a preset that has none."""
        text = unlisted or (CUSTOM if padded is None else f"{padded.name}, padded")
        if self.itemText(0) == text:
            return
        self.setItemText(0, text)
        tip = _TYPED if padded is None else f"{padded.name}, extended with zeros around its centre"
        self.show_use(0, tip, is_usable=False)

    def _picture(self, row: int) -> None:
        """Draw the icon of the entry on show; the list draws those of the others when they are seen."""
        if self._offered[row] is not None and self.itemIcon(row).isNull():
            self.setItemIcon(row, self.picture_of(row))

    def _show_fits(self, layer: Conv) -> None:
        fits = (layer.rank, layer.channels_per_group)
        if fits == self._fits:
            return
        self._fits = fits
        for row, detector in enumerate(self._offered):
            if detector is None:
                continue
            refusal = why_not(detector, layer)
            self.show_use(row, refusal or detector_tip(detector), is_usable=not refusal)

    def _choose(self, row: int) -> None:
        detector = self._offered[row]
        if detector is not None:
            self.detector_chosen.emit(detector)
        elif row:  # the entry below the presets
            self.show_index(self._shown_row)
            self.library_asked.emit()


def detector_tip(detector: Detector) -> str:
    """Return what a detector is for and where it is from, in one line; of a preset its tags, too."""
    tags = " ".join(f"#{tag}" for tag in detector.tags)
    return " · ".join(filter(None, (detector.detects, detector.source, tags))) or detector.name
