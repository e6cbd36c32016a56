"""How the cells of a grid are drawn: all colours at once, then corners, lines and numbers.

A delegate that draws cell by cell takes fifteen times as long, and a grid is drawn again at every step of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLine, QPointF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from convstudio.model.colour.display import ColoursInSight, faded, ink_on
from convstudio.model.colour.picture_geometry import DIGIT_WIDTH, SMALLEST_DIGIT
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import Write, fitting_way
from convstudio.model.values.scale import NEGATIVE, Colours
from convstudio.views.parts.controls import colour_of, image_of, rgb_of
from convstudio.views.parts.sizes import BODY_PIXELS, px
from convstudio.views.parts.theme import Tokens, cell_font

_LARGEST_TEXT = 26
_MARGIN = 3
_ROUNDING = 0.1  # of a letter: at 90 % a cell that is made for four of them has room for 3.93
_SMALLEST_LINED = 12  # smaller cells are a picture: nobody could read numbers there, and there are tens of thousands
_MOST_SAMPLED = 1024


@dataclass(frozen=True, eq=False)
class CellStyle:
    """What the cells of a grid look like.

    `values` and `is_padding` are `(rows, columns)`, `colours` `(rows, columns, 3)`; cells from `shown` on, in reading
    order, are hatched.
    """

    values: Floats
    colours: Colours | ColoursInSight
    is_padding: NDArray[np.bool_]
    shown: int
    write: Callable[[float], str]

    def fitting_write(self, side: int) -> tuple[Write | None, int]:
        """Return how numbers are written in cells of a side, and the letters of the longest of the first thousand.

        Where the grid's own way does not fit, numbers have fewer digits; None where those do not fit either.
        """
        some, room = self.values.flat[:_MOST_SAMPLED].tolist(), _room(side)
        letters = max((len(self.write(value)) for value in some), default=1)
        write = self.write if letters <= room else fitting_way(some, room)
        return (None, 1) if write is None else (write, max((len(write(value)) for value in some), default=1))


@dataclass(frozen=True)
class CellPlaces:
    """Where cells are: `side` wide and `height` high, the first one at `left`, `top`; rows and columns to draw."""

    left: int
    top: int
    side: int
    height: int
    rows: range
    columns: range

    @property
    def area(self) -> QRect:
        """The rectangle that the drawn cells fill."""
        return QRect(
            self.left + self.columns.start * self.side,
            self.top + self.rows.start * self.height,
            len(self.columns) * self.side,
            len(self.rows) * self.height,
        )

    def cells(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield row, column, and the cell's left and top."""
        for row in self.rows:
            for column in self.columns:
                yield row, column, self.left + column * self.side, self.top + row * self.height


class CellPainter:
    """Draws cells; it keeps the fonts that it has made, because finding one takes longer than drawing a number."""

    def __init__(self) -> None:
        self._fonts: dict[int, tuple[QFont, QFontMetricsF]] = {}
        self._written: tuple[CellStyle, int, Write | None, int] | None = None

    def draw(self, painter: QPainter, face: CellStyle, places: CellPlaces, tokens: Tokens) -> None:
        """Draw the cells of a grid that need it, without their numbers."""
        if places.area.isEmpty():
            return
        _draw_colours(painter, face, places, tokens)
        _draw_hatching(painter, face, places, tokens)
        if places.side >= px(_SMALLEST_LINED):
            _draw_corners(painter, face, places)
            _draw_lines(painter, places, tokens)

    def write(self, painter: QPainter, face: CellStyle, places: CellPlaces, tokens: Tokens) -> None:
        """Write the numbers of the cells that need it, over the outlines: an 8 without its left half is a 3."""
        if places.area.isEmpty() or places.side < px(_SMALLEST_LINED):
            return
        write, letters = self._writing(face, places.side)
        if write is None:
            return
        font, metrics = self._font(_fitting_pixels(letters, places))
        painter.setFont(font)
        height, room = (places.height + metrics.ascent() - metrics.descent()) / 2, max(letters, _room(places.side))
        for row, column, left, top in places.cells():
            if row * face.values.shape[1] + column < face.shown:
                text = write(float(face.values[row, column]))
                text = text if len(text) <= room else "…"  # a longer one than the first thousand have
                painter.setPen(_ink(face, row, column, tokens))
                painter.drawText(
                    QPointF(left + (places.side - metrics.horizontalAdvance(text)) / 2, top + height), text
                )

    def _writing(self, face: CellStyle, side: int) -> tuple[Write | None, int]:
        held = self._written
        if held is None or held[0] is not face or held[1] != side:
            held = self._written = (face, side, *face.fitting_write(side))
        return held[2:]

    def _font(self, pixels: int) -> tuple[QFont, QFontMetricsF]:
        if pixels not in self._fonts:
            font = cell_font(pixels)
            self._fonts[pixels] = (font, QFontMetricsF(font))
        return self._fonts[pixels]


def hatching(tokens: Tokens) -> QBrush:
    """Return the stripes of what is not computed yet."""
    stripes = QLinearGradient(px(7), 0, 0, px(7))
    stripes.setSpread(QLinearGradient.Spread.RepeatSpread)
    for at, colour in ((0, tokens.hatch), (0.49, tokens.hatch), (0.5, tokens.card), (1, tokens.card)):
        stripes.setColorAt(at, colour)
    return QBrush(stripes)


def _draw_colours(painter: QPainter, face: CellStyle, places: CellPlaces, tokens: Tokens) -> None:
    rows, columns = places.rows, places.columns
    part = np.s_[rows.start : rows.stop, columns.start : columns.stop]
    colours: Colours = face.colours[part]
    is_padding = face.is_padding[part]
    if is_padding.any():
        colours = np.where(is_padding[..., np.newaxis], faded(colours, rgb_of(tokens.ground)), colours)
    painter.drawImage(places.area, image_of(colours))


def _draw_hatching(painter: QPainter, face: CellStyle, places: CellPlaces, tokens: Tokens) -> None:
    """Hatch what is not computed yet: the rest of one row, and all rows below it."""
    row, column = divmod(face.shown, face.values.shape[1])
    side, height, (_, columns) = places.side, places.height, face.values.shape
    begun = QRect(places.left + column * side, places.top + row * height, (columns - column) * side, height)
    below = places.top + (row + 1) * height
    rest = QRect(places.left, below, columns * side, places.top + face.values.shape[0] * height - below)
    for hidden in (begun.intersected(places.area), rest.intersected(places.area)):
        painter.fillRect(hidden, tokens.card)
        painter.fillRect(hidden, hatching(tokens))


def _draw_corners(painter: QPainter, face: CellStyle, places: CellPlaces) -> None:
    """Mark negative cells by shape, for readers who cannot tell the colours apart."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour_of(NEGATIVE))
    length, columns = max(px(5), places.side // 6), face.values.shape[1]
    for row, column, left, top in places.cells():
        if face.values[row, column] < 0 and row * columns + column < face.shown:
            x, bottom = left + 1, top + places.height
            corner = [QPointF(x, bottom), QPointF(x, bottom - length), QPointF(x + length, bottom)]
            painter.drawPolygon(QPolygonF(corner))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_lines(painter: QPainter, places: CellPlaces, tokens: Tokens) -> None:
    area, side = places.area, places.side
    right, bottom = area.right(), area.bottom()
    xs = [*(area.left() + side * at for at in range(len(places.columns))), right]
    ys = [*(area.top() + places.height * at for at in range(len(places.rows))), bottom]
    painter.setPen(QPen(tokens.line, 1))
    painter.drawLines([QLine(x, area.top(), x, bottom) for x in xs] + [QLine(area.left(), y, right, y) for y in ys])


def _ink(face: CellStyle, row: int, column: int, tokens: Tokens) -> QColor:
    """Return the colour of a number: one that reads on its cell, and on padding the grey one where it reads."""
    colour = face.colours[row, column]
    if not face.is_padding[row, column]:
        return colour_of(ink_on(colour.tolist()))
    return colour_of(ink_on(faded(colour, rgb_of(tokens.ground)).tolist(), rgb_of(tokens.secondary)))


def _room(side: int) -> int:
    """Return how many of the smallest digits fit a cell."""
    return int((side - px(_MARGIN)) / (DIGIT_WIDTH * px(SMALLEST_DIGIT)) + _ROUNDING)


def _fitting_pixels(letters: int, places: CellPlaces) -> int:
    """Return the size at which a monospaced text fits a cell."""
    roomy = max(px(BODY_PIXELS), min(px(_LARGEST_TEXT), places.height // 3))
    return max(px(SMALLEST_DIGIT), min(roomy, int((places.side - px(_MARGIN)) / (DIGIT_WIDTH * letters))))
