"""The small pictures of the gallery: made a few at a time when they are first seen, kept until their map changes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from convstudio.model import gallery
from convstudio.model.arrays import Floats
from convstudio.model.combination import Combined
from convstudio.model.display import Colours, Levels
from convstudio.model.gallery import COMBINATION, Survey

_SECONDS_A_TURN = 0.006
"""How long tiles are made before the window may do something else: less than half a frame."""


@dataclass(frozen=True)
class TileStyle:
    """How tiles are painted: pixels a side, in diverging colours or greys, with levels for all or for each its own."""

    side: int
    is_signed: bool = True
    is_shared: bool = True


@dataclass(frozen=True)
class _Picture:
    """A tile's pixels, and what they were made of."""

    pixels: QPixmap
    values: Floats
    levels: Levels
    side: int


class Tiles(QObject):
    """The tiles of the maps on show; `changed` tells that some were made.

    A tile that is asked for before it is made, or after its map has changed, is made soon; until then there is the
    older one, or none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._survey: Survey | None = None
        self._combined: Combined | None = None
        self._style = TileStyle(64)
        self._reduced: dict[int, Floats] = {}
        self._levels: dict[int, Levels] = {}
        self._pictures: dict[int, _Picture] = {}
        self._asked: dict[int, None] = {}
        self._turns = QTimer(self)
        self._turns.setInterval(0)
        self._turns.timeout.connect(self._take_turn)

    def show_maps(self, survey: Survey, combined: Combined | None) -> None:
        """Show other maps: tiles of maps that did not change stay."""
        before = self._survey
        if before is None or (before.filters, before.made.spatial) != (survey.filters, survey.made.spatial):
            self.forget()
        else:
            for index in [index for index in self._reduced if index != COMBINATION]:
                if survey.made.changed_boxes(before.made, index):
                    del self._reduced[index]
        if combined is not self._combined:
            self._reduced.pop(COMBINATION, None)
        self._survey, self._combined = survey, combined
        self._levels.clear()
        self._asked.clear()

    def show_style(self, style: TileStyle) -> None:
        """Paint the tiles otherwise."""
        if style.side != self._style.side:
            self._reduced.clear()
        self._style = style
        self._levels.clear()

    def forget(self) -> None:
        """Drop all tiles."""
        for held in (self._reduced, self._levels, self._pictures, self._asked):
            held.clear()

    def picture(self, index: int) -> QPixmap | None:
        """Return the tile of a map as it is; one that is missing or old is made soon."""
        held = self._pictures.get(index)
        if held is None or not self._is_fresh(index, held):
            self._asked.pop(index, None)
            self._asked[index] = None
            if not self._turns.isActive():
                self._turns.start()
        return None if held is None else held.pixels

    def _is_fresh(self, index: int, held: _Picture) -> bool:
        is_same_map = held.values is self._reduced.get(index)
        return is_same_map and held.side == self._style.side and held.levels == self.levels_of(index)

    def levels_of(self, index: int) -> Levels:
        """Return the levels of a map's tile."""
        if index not in self._levels:
            self._levels[index] = self._find_levels(index)
        return self._levels[index]

    def _find_levels(self, index: int) -> Levels:
        assert self._survey is not None
        is_signed = self._style.is_signed
        if index == COMBINATION:
            return gallery.levels_of(self._values_of(index), is_signed=is_signed)
        if self._style.is_shared:
            return gallery.shared_levels(self._survey, is_signed=is_signed)
        return gallery.own_levels(self._survey, index, is_signed=is_signed)

    def _values_of(self, index: int) -> Floats:
        assert self._survey is not None
        if index != COMBINATION:
            return self._survey.made.map(index)
        assert self._combined is not None
        assert self._combined.values is not None
        return self._combined.values

    def _take_turn(self) -> None:
        """Make the tiles that were asked for last, as many as fit into a turn."""
        until = time.perf_counter() + _SECONDS_A_TURN
        while self._asked and time.perf_counter() < until:
            index, _ = self._asked.popitem()
            self._make(index)
        if not self._asked:
            self._turns.stop()
        self.changed.emit()

    def _make(self, index: int) -> None:
        side = self._style.side
        values = self._reduced.get(index)
        if values is None:
            values = self._reduced[index] = gallery.reduced(self._values_of(index), side)
        levels = self.levels_of(index)
        picture = gallery.tile_picture(values, levels, side)
        size = gallery.tile_shape(values.shape, side)
        self._pictures[index] = _Picture(_pixmap(picture, size), values, levels, side)


def _pixmap(picture: Colours, size: tuple[int, int]) -> QPixmap:
    rows, columns = picture.shape[:2]
    image = QImage(np.ascontiguousarray(picture).tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    if (rows, columns) != size:
        ways = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation
        image = image.scaled(size[1], size[0], *ways)
    return QPixmap.fromImage(image)
