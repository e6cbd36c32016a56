"""Small pictures of kernels: one strip of all channels per filter, drawn when it is first seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from convstudio.model.colour.display import Levels, colours, signed_levels
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.arrays import Floats
from convstudio.model.values.scale import Colour
from convstudio.views.parts.controls import rgb_of
from convstudio.views.parts.sizes import px
from convstudio.views.parts.theme import Tokens

_PITCHES = (30, 36)
"""How far apart kernels are that are easy to see, up to nine weights long and longer."""
_LONGEST_SMALL = 9
_GAP, _LEAST_GAP = 6, 2  # of it, with the frame
_EASY_PITCH = 20  # with the whole gap
_WEIGHT, _LEAST_PICTURE = 3, 16
"""The pixels of a weight, and of a whole kernel, below which nothing is seen in it."""
_MOST_STRIPS = 64
_LEAST_RULED = 4
_LEAST_FRAMED = 3  # the room for the frames of two kernels and a gap between them
_OPAQUE = 255


@dataclass(frozen=True)
class StripStyle:
    """How strips are drawn: the pixels from one kernel to the next, across and down, of a picture, and two colours.

    `line` frames kernels and parts their weights, `missing` is the place of a kernel that groups leave out; `sharpness`
    is the number of pixels per point.
    """

    pitch: tuple[int, int]
    side: int
    sharpness: float
    line: Colour
    missing: Colour


def strip_style(pitch: QSize, sharpness: float, tokens: Tokens) -> StripStyle:
    """Return how strips look whose kernels are so many points apart, on a screen of so many pixels a point."""
    across, down = (int(one * sharpness) for one in (pitch.width(), pitch.height()))
    gap = _GAP if min(pitch.width(), pitch.height()) >= px(_EASY_PITCH) else _LEAST_GAP
    side = min(across, down) - int(px(gap) * sharpness)
    return StripStyle((across, down), side, sharpness, rgb_of(tokens.line), rgb_of(tokens.hatch))


def easy_pitch(layer: Conv) -> QSize:
    """Return how far apart the kernels of a layer are where there is room."""
    side = px(_PITCHES[max(layer.kernel_size) > _LONGEST_SMALL])
    return QSize(side, side)


def fitting_pitch(layer: Conv, room: QSize, digits: int, bar: int | None) -> QSize:
    """Return how far apart kernels are so that all of them fit a room, or the usual where they would be too small.

    `digits` is the width of the last channel's number. `bar` is what a bar takes of the width where the rows do not
    fit; None where the height follows the rows.
    """
    easy = easy_pitch(layer).width()
    longest = max(layer.kernel_size)
    picture = max(_WEIGHT * min(max(longest, 3), _LEAST_PICTURE // _WEIGHT), longest)
    least = min(px(picture + _LEAST_GAP), easy)
    down = easy if bar is None else room.height() // layer.filters
    down = min(easy, down) if down >= least else easy
    taken = bar if bar is not None and down * layer.filters > room.height() else 0
    across = (room.width() - taken) // layer.channels
    across = min(easy, across) if across >= max(least, digits + px(_LEAST_GAP)) else easy
    return QSize(across, down if bar is not None else across)


class KernelPictures:
    """Draws the kernels of a layer in diverging colours, one strip for each filter that is on show.

    The kernels of one filter share their levels; with `shares_levels` those of all filters do. A strip stays until its
    filter, the levels or the look change: drawing every kernel of a wide layer would hold the window up.
    """

    def __init__(self) -> None:
        self._layer = Conv.of(np.zeros((1, 1, 1, 1)))
        self._levels: Levels | None = None
        self._look: StripStyle | None = None
        self._strips: dict[int, QImage] = {}

    @property
    def drawn(self) -> frozenset[int]:
        """The filters whose strips are kept."""
        return frozenset(self._strips)

    def show_layer(self, layer: Conv, *, shares_levels: bool) -> None:
        """Take another layer, and forget the strips that differ."""
        before, self._layer = self._layer, layer
        levels = signed_levels(layer.weights) if shares_levels else None
        if (before.weights.shape, before.groups, self._levels) != (layer.weights.shape, layer.groups, levels):
            self._strips.clear()
        else:
            for index in [at for at in self._strips if _differs(layer, before, at)]:
                del self._strips[index]
        self._levels = levels

    def strip(self, filter_index: int, look: StripStyle) -> QImage:
        """Return the kernels of a filter side by side, one place for each channel."""
        if look != self._look:
            self._look = look
            self._strips.clear()
        if filter_index not in self._strips:
            if len(self._strips) >= _MOST_STRIPS:
                del self._strips[next(iter(self._strips))]
            self._strips[filter_index] = self._drawn(filter_index, look)
        return self._strips[filter_index]

    def _drawn(self, filter_index: int, look: StripStyle) -> QImage:
        layer = self._layer
        kernels = _as_tables(layer)[..., filter_index]
        read = layer.channels_read_by(filter_index)
        across, down = look.pitch
        places = np.zeros((layer.channels, down, across, 4), np.uint8)
        inside = [slice((room - look.side) // 2, (room + look.side) // 2) for room in (down, across)]
        places[:, inside[0], inside[1]] = (*look.missing, _OPAQUE)
        places[read.start : read.stop] = 0
        _draw(places[read.start : read.stop], colours(kernels, self._levels or signed_levels(kernels)), look)
        return _image(places, look.sharpness)


def _draw(places: NDArray[np.uint8], painted: NDArray[np.uint8], look: StripStyle) -> None:
    """Draw kernels `(rows, columns, channels, 3)` into the middle of their places `(channels, down, across, 4)`."""
    rows, columns = painted.shape[:2]
    cell = max(1, look.side // max(rows, columns, 3))
    squares = np.repeat(np.repeat(np.moveaxis(painted, 2, 0), cell, axis=1), cell, axis=2)
    if cell >= _LEAST_RULED:
        squares[:, cell - 1 :: cell], squares[:, :, cell - 1 :: cell] = look.line, look.line
    across, down = look.pitch
    top, left = (down - rows * cell) // 2, (across - columns * cell) // 2
    bottom, right = top + rows * cell, left + columns * cell
    if min(down - rows * cell, across - columns * cell) >= _LEAST_FRAMED:  # frames that touch would part nothing
        places[:, top - 1 : bottom + 1, left - 1 : right + 1] = (*look.line, _OPAQUE)
    places[:, top:bottom, left:right, :3] = squares
    places[:, top:bottom, left:right, 3] = _OPAQUE


def _image(places: NDArray[np.uint8], sharpness: float) -> QImage:
    channels, height, across = places.shape[:3]
    width = channels * across
    side_by_side = np.ascontiguousarray(np.moveaxis(places, 0, 1)).reshape(height, width, 4)
    image = QImage(side_by_side.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
    image.setDevicePixelRatio(sharpness)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # painted several times as fast


def _as_tables(layer: Conv) -> Floats:
    """Return weights `(rows, columns, channels, filters)`; a sequence's kernels have one row."""
    return layer.weights.reshape(-1, *layer.weights.shape[-3:])


def _differs(layer: Conv, before: Conv, index: int) -> bool:
    return not np.array_equal(layer.weights[..., index], before.weights[..., index], equal_nan=True)
