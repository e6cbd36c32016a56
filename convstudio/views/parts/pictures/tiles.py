"""The small pictures of the gallery: made a few at a time when they come near, kept until their map changes.

They are pixmaps, painted here, and not views of pyqtgraph as larger pictures are: of a 64×64 map, a tile of 92 pixels
takes 0.3 ms, and a `CellPicture` of that size 2.6 ms. A layer may have thousands of maps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPixmap

from convstudio.model.colour.display import Levels
from convstudio.model.colour.map_levels import levels_of_map
from convstudio.model.panes import gallery
from convstudio.model.panes.gallery import COMBINATION, MeasuredMaps
from convstudio.model.values.arrays import Floats
from convstudio.model.values.combination import CombinedMap
from convstudio.model.values.scale import PLAIN, Colours, Scale
from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import LIGHT, Tokens, small_font

PAD = 5
_GAP = 2
_TITLE_PIXELS = 11
_LEAST_TITLED = 60
_FITTED = (36, 92)
_SECONDS_A_TURN = 0.005
"""How long tiles are made before the window may do something else: a third of a frame."""


@dataclass(frozen=True)
class TileStyle:
    """How tiles are painted: points a side, pixels a point, and how values become colours."""

    side: int
    sharpness: float = 1.0
    scale: Scale = PLAIN
    tokens: Tokens = LIGHT

    @property
    def pixels(self) -> int:
        """The side of a tile's picture in pixels."""
        return round(self.side * self.sharpness)


@dataclass(frozen=True)
class _TileImage:
    """A tile's pixels, and the values that they show."""

    pixels: QPixmap
    values: Floats
    made_of: tuple[object, ...]


class Tiles(QObject):
    """The tiles of the maps on show: picture, title and mark; `changed` carries the maps whose tiles were made.

    A tile that is wanted is made soon, and again when its map has changed; until then there is the older one, or none.
    `words_of` gives a map's title, its short name for small tiles, and the sign of what is wrong with it, if anything.
    """

    changed = Signal(list)

    def __init__(self, words_of: Callable[[int], tuple[str, str, str]], parent: QObject) -> None:
        super().__init__(parent)
        self._words_of = words_of
        self._survey: MeasuredMaps | None = None
        self._combined: CombinedMap | None = None
        self._style = TileStyle(_FITTED[0])
        self._reduced: dict[int, Floats] = {}
        self._levels: dict[int, Levels] = {}
        self._tiles: dict[int, _TileImage] = {}
        self._fresh: set[int] = set()
        self._wanted: list[int] = []
        self._turns = QTimer(self)
        self._turns.setInterval(0)
        self._turns.timeout.connect(self._take_turn)
        self.take_up_zoom()

    def take_up_zoom(self) -> None:
        """Write titles as large as the zoom in use asks for; the tiles are made again."""
        self._font = small_font(_TITLE_PIXELS)
        self._metrics = QFontMetrics(self._font)
        self.forget()

    # --- sizes -------------------------------------------------------------------------------------------------

    @property
    def cell(self) -> QSize:
        """The room that a tile takes, with its title."""
        return QSize(self._style.side + 2 * px(PAD), self.cell_height(self._style.side))

    def cell_height(self, side: int) -> int:
        """Return the height that a tile of that side takes; small ones have no title."""
        return side + 2 * px(PAD) + (px(_GAP) + self._metrics.height() if side >= px(_LEAST_TITLED) else 0)

    def side_for(self, height: int) -> int:
        """Return the side of the tiles of which one row fills a height, within what looks well."""
        least = px(_LEAST_TITLED)
        titled = height - self.cell_height(least) + least
        side = titled if titled >= least else min(height - 2 * px(PAD), least - 1)
        return min(max(side, px(_FITTED[0])), px(_FITTED[1]))

    @property
    def heights(self) -> tuple[int, int]:
        """The least and the wished height of one row."""
        return self.cell_height(px(_FITTED[0])), self.cell_height(px(_FITTED[1]))

    # --- what is shown -----------------------------------------------------------------------------------------

    def show_maps(self, survey: MeasuredMaps, combined: CombinedMap | None) -> None:
        """Show other maps: tiles of maps that did not change stay."""
        before = self._survey
        if before is None or (before.filters, before.maps.spatial) != (survey.filters, survey.maps.spatial):
            self.forget()
        else:
            for index in [index for index in self._reduced if index != COMBINATION]:
                if survey.maps.changed_boxes(before.maps, index):
                    del self._reduced[index]
        if combined is not self._combined:
            self._reduced.pop(COMBINATION, None)
        self._survey, self._combined = survey, combined
        self._expire()

    def show_style(self, style: TileStyle) -> None:
        """Paint the tiles otherwise."""
        if style.pixels != self._style.pixels:
            self._reduced.clear()
        self._style = style
        self._expire()

    def forget(self) -> None:
        """Drop all tiles."""
        self._reduced.clear()
        self._tiles.clear()
        self._expire()

    def want(self, maps: Iterable[int]) -> None:
        """Make these tiles soon, the first ones first; what was wanted before is not wanted any more."""
        if self._survey is not None:
            self._wanted = [index for index in maps if index not in self._fresh]
            self._wanted.reverse()
            if self._wanted and not self._turns.isActive():
                self._turns.start()

    def rest(self) -> None:
        """Make no more tiles until some are wanted again: something more urgent is to be painted."""
        self._wanted.clear()
        self._turns.stop()

    def tile(self, index: int) -> QPixmap | None:
        """Return a map's tile as it is now, as large as a cell unless it is an older one."""
        held = self._tiles.get(index)
        return None if held is None else held.pixels

    def levels_of(self, index: int) -> Levels:
        """Return the levels of a map's tile."""
        if index not in self._levels:
            self._levels[index] = self._find_levels(index)
        return self._levels[index]

    def _expire(self) -> None:
        self._levels.clear()
        self._fresh.clear()
        self._wanted.clear()

    def _find_levels(self, index: int) -> Levels:
        assert self._survey is not None
        if index == COMBINATION:
            return levels_of_map(self._values_of(index), self._style.scale)
        return gallery.map_levels(self._survey, index, self._style.scale)

    def _values_of(self, index: int) -> Floats:
        assert self._survey is not None
        if index != COMBINATION:
            return self._survey.maps.map(index)
        assert self._combined is not None
        assert self._combined.values is not None
        return self._combined.values

    # --- making ------------------------------------------------------------------------------------------------

    def _take_turn(self) -> None:
        """Make as many of the wanted tiles as fit into a turn, and one at least."""
        until = time.perf_counter() + _SECONDS_A_TURN
        made: list[int] = []
        while self._wanted and (not made or time.perf_counter() < until):
            made.append(self._wanted.pop())
            self._make(made[-1])
        if not self._wanted:
            self._turns.stop()
        self.changed.emit(made)

    def _make(self, index: int) -> None:
        values = self._reduced.get(index)
        if values is None:
            values = self._reduced[index] = gallery.reduced(self._values_of(index), self._style.pixels)
        levels, words = self.levels_of(index), self._words_of(index)
        made_of = levels, words, replace(self._style, scale=PLAIN)
        held = self._tiles.get(index)
        if held is None or held.values is not values or held.made_of != made_of:
            self._tiles[index] = _TileImage(self._paint(values, levels, *words), values, made_of)
        self._fresh.add(index)

    def _paint(self, values: Floats, levels: Levels, title: str, short: str, sign: str) -> QPixmap:
        style = self._style
        picture = gallery.tile_picture(values, levels, style.pixels)
        pixels = QPixmap(self.cell * style.sharpness)
        pixels.setDevicePixelRatio(style.sharpness)
        pixels.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixels)
        painter.setFont(self._font)
        stage = QRect(px(PAD), px(PAD), style.side, style.side)
        self._paint_picture(painter, stage, picture, gallery.tile_shape(values.shape, style.side))
        if sign:
            self._paint_sign(painter, stage, sign, at_top=True)
        if style.side >= px(_LEAST_TITLED):
            painter.setPen(style.tokens.secondary)
            line = self._metrics.elidedText(title, Qt.TextElideMode.ElideRight, style.side + px(PAD))
            painter.drawText(px(PAD), stage.bottom() + px(_GAP) + 1 + self._metrics.ascent(), line)
        else:
            self._paint_sign(painter, stage, short, at_top=False)
        painter.end()
        return pixels

    def _paint_picture(self, painter: QPainter, stage: QRect, picture: Colours, size: tuple[int, int]) -> None:
        rows, columns = picture.shape[:2]
        held = np.ascontiguousarray(picture)
        image = QImage(held.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        area = QRect(0, 0, size[1], size[0])
        area.moveCenter(stage.center())
        painter.drawImage(area, image)
        painter.setPen(self._style.tokens.line)
        painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _paint_sign(self, painter: QPainter, stage: QRect, sign: str, *, at_top: bool) -> None:
        """Write a word on a tile: its mark at the top right, or, where it has no title, its number at the bottom."""
        area = QRect(0, 0, self._metrics.horizontalAdvance(sign) + px(6), self._metrics.height())
        if at_top:
            area.moveTopRight(stage.topRight() + QPoint(-2, 2))
        else:
            area.moveBottomLeft(stage.bottomLeft() + QPoint(1, -2))
        painter.fillRect(area, self._style.tokens.card)
        painter.setPen(self._style.tokens.text)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, sign)
