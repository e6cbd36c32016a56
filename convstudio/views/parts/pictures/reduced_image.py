"""A large array painted at the size of its cells on screen, reduced without losing thin features."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QTransform

from convstudio.model.colour.display import Levels
from convstudio.model.colour.reduction import PixelAxis, Reduction, axis_on_pixels
from convstudio.model.panes.input.input_display import Shown
from convstudio.model.panes.thumbnails import channels_of, picture_on_pixels, rough_picture
from convstudio.model.values.arrays import Box
from convstudio.model.values.scale import Colours
from convstudio.views.parts.controls import image_of

_SECONDS_A_TURN = 0.01
"""How long an array is reduced before the window may do something else."""


@dataclass(eq=False)
class _PaintedPixels:
    """The pixels that were painted last, for which place, and which cells they show."""

    place: tuple[object, ...]
    rows: PixelAxis
    columns: PixelAxis
    colours: Colours
    image: QImage


class ReducedImage(QObject):
    """Keeps the pixels of one picture until its values, its look or its place change.

    Of a very large array a rough picture is painted first, and `improved` tells when the right one can be.
    """

    improved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reduction: Reduction | None = None
        self._look: tuple[Shown, Levels] = (0, Levels(0.0, 1.0, signed=False))
        self._drawn: _PaintedPixels | None = None
        self._changed: list[Box] = []
        self._turns = QTimer(self)
        self._turns.setInterval(0)
        self._turns.timeout.connect(self._take_turn)

    @property
    def pixels(self) -> Colours:
        """The pixels that were painted last, `(rows, columns, 3)` bytes."""
        return np.zeros((0, 0, 3), np.uint8) if self._drawn is None else self._drawn.colours

    def show(self, reduction: Reduction, shown: Shown, levels: Levels, boxes: Sequence[Box] | None = None) -> None:
        """Paint another array, or other channels or levels; where these are the same, only `boxes` changed."""
        is_same = boxes is not None and reduction is self._reduction and (shown, levels) == self._look
        self._reduction, self._look = reduction, (shown, levels)
        if is_same and boxes is not None:
            self._changed.extend(boxes)
        else:
            self._drawn = None

    def paint(self, painter: QPainter, place: QTransform, size: QSize, sharpness: float) -> None:
        """Paint the part that is seen on a stage of `size` points; `place` turns cells into points of it."""
        if self._reduction is None:
            return
        key = (place.m11(), place.m22(), place.dx(), place.dy(), size.width(), size.height(), sharpness)
        if self._drawn is None or self._drawn.place != key:
            self._drawn = self._draw(self._reduction, place, size, sharpness, key)
        elif self._changed:
            self._draw_again(self._reduction, self._drawn)
        self._changed.clear()
        if self._drawn is not None:
            rows, columns = self._drawn.rows, self._drawn.columns
            low, high = columns.low / sharpness, columns.high / sharpness
            top, bottom = rows.low / sharpness, rows.high / sharpness
            painter.save()
            painter.resetTransform()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(QRectF(low, top, high - low, bottom - top), self._drawn.image)
            painter.restore()

    def _draw(
        self, reduction: Reduction, place: QTransform, size: QSize, sharpness: float, key: tuple[object, ...]
    ) -> _PaintedPixels | None:
        height, width = reduction.shape
        rows = axis_on_pixels(height, place.dy() * sharpness, place.m22() * sharpness, round(size.height() * sharpness))
        columns = axis_on_pixels(
            width, place.dx() * sharpness, place.m11() * sharpness, round(size.width() * sharpness)
        )
        if rows is None or columns is None:
            return None
        is_ready = reduction.is_ready(rows, columns, channels_of(self._look[0]))
        if not reduction.is_summed_up(self._channels):
            self._turns.start()
        make = picture_on_pixels if is_ready else rough_picture
        colours = make(reduction, rows, columns, *self._look)
        return _PaintedPixels(key, rows, columns, colours, image_of(colours))

    def _draw_again(self, reduction: Reduction, drawn: _PaintedPixels) -> None:
        """Make the pixels of what changed again."""
        if not reduction.is_ready(drawn.rows, drawn.columns, channels_of(self._look[0])):
            self._turns.start()
            return
        drawn.colours = np.array(drawn.colours)
        for box in self._changed:
            across, down = box[-1], box[-2] if len(box) > 1 else slice(0, 1)
            rows, columns = (
                drawn.rows.pixels_of(down.start, down.stop),
                drawn.columns.pixels_of(across.start, across.stop),
            )
            if rows.start < rows.stop and columns.start < columns.stop:
                parts = drawn.rows.part(rows), drawn.columns.part(columns)
                drawn.colours[rows, columns] = picture_on_pixels(reduction, *parts, *self._look)
        drawn.image = image_of(drawn.colours)

    @property
    def _channels(self) -> Sequence[int]:
        """The channels to sum up: those of a picture, and of thumbnails beside it."""
        assert self._reduction is not None
        return self._reduction.channels_beside(channels_of(self._look[0]))

    def _take_turn(self) -> None:
        """Sum up some more; paint the right picture when all is done."""
        end = time.perf_counter() + _SECONDS_A_TURN
        while self._reduction is not None and time.perf_counter() < end:
            if self._reduction.prepare(self._channels):
                self._turns.stop()
                self._drawn = None
                self.improved.emit()
                return
