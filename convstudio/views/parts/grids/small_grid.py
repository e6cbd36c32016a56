"""A small read-only grid of numbers with its name under it: one part of an equation."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convstudio.model.colour.display import faded, ink_on
from convstudio.model.colour.picture_geometry import DIGIT_WIDTH, SMALLEST_DIGIT, CellTexts, cell_texts
from convstudio.model.panes.explanation import SmallContent
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import format_in_full
from convstudio.views.parts.controls import colour_of, image_of, rgb_of
from convstudio.views.parts.grids.cells import hatching
from convstudio.views.parts.sizes import BODY_PIXELS, interface_scale, px, scaled
from convstudio.views.parts.theme import SMALL_PIXELS, Tokens, draw_outline, number_font, small_font, tokens_of

_HEIGHT = 84
_CAPTION = 16
_WIDEST = 240
_SIDE = 28
_LONGEST, _LONGEST_ROW = 7, 12
_AROUND, _LEAST_AROUND = 6, 4
FULL_HEIGHT = _HEIGHT + _CAPTION
"""The height at 100 % of a small grid with its name, unless a kernel of 6 or 7 rows needs more."""


class SmallGrid(QWidget):
    """Paints a kernel-sized table: numbers up to 7×7, or 12 in a row, while they fit, else a picture.

    Pointing at a cell tells its number.
    """

    def __init__(self) -> None:
        super().__init__()
        self._content: SmallContent | None = None
        self._texts: CellTexts | None = None
        self._cell = scaled(QSize(_SIDE, _SIDE))
        self._room = _WIDEST
        self._growth = 1.0
        self._caption_width = px(_SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)

    @property
    def content(self) -> SmallContent | None:
        """What is shown now."""
        return self._content

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The numbers on show, row by row; none where the grid is a picture."""
        return () if self._texts is None else self._texts.rows

    def show_content(self, content: SmallContent | None, *, refit: bool = False) -> None:
        """Show other numbers, or nothing; the same numbers again are not painted again.

        Cells only grow, so that stepping moves nothing beside the grid; `refit` fits them to these numbers alone.
        """
        if content is not None and self._content is not None and content.shows_the_same_as(self._content):
            return
        before, least = self.sizeHint(), 0 if refit else self._room_kept(content)
        self._content = content
        self._texts, self._cell = None, scaled(QSize(_SIDE, _SIDE))
        self._caption_width = _width_of("" if content is None else content.caption)
        if content is not None:
            self._texts, cell = _layout(content.values, self._room)
            self._cell = scaled(cell) * self._growth
            self._cell.setWidth(max(self._cell.width(), least))
            self.setAccessibleName(f"{content.caption} {content.values.shape[0]}×{content.values.shape[1]}")
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    @property
    def least_width(self) -> int:
        """How wide it must be: its numbers are shorter then, or a picture."""
        return min(self.sizeHint().width(), px(_HEIGHT) + 1)

    def set_room(self, width: int, growth: float) -> bool:
        """Take no more than a width of the screen; return whether that is another one than before.

        `growth` is how much larger cells and digits are on a large screen.
        """
        room = max(_HEIGHT, min(_WIDEST, int(width / growth / interface_scale())))
        if (room, growth) == (self._room, self._growth):
            return False
        self._room, self._growth = room, growth
        content, self._content = self._content, None
        self.show_content(content, refit=True)
        return True

    def _room_kept(self, content: SmallContent | None) -> int:
        """Return the width that cells had for numbers of the same shape."""
        if content is None or self._content is None or self._texts is None:
            return 0
        return self._cell.width() if content.values.shape == self._content.values.shape else 0

    def sizeHint(self) -> QSize:
        rows, columns = (1, 1) if self._content is None else self._content.values.shape
        width = max(columns * self._cell.width() + 1, self._caption_width)
        return QSize(
            width, max(int(px(_HEIGHT) * self._growth) + px(_CAPTION), rows * self._cell.height() + 1 + px(_CAPTION))
        )

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the cells: a low window does without the name under them."""
        return self.sizeHint() - QSize(0, px(_CAPTION))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told(event.pos()), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            content, self._content = self._content, None
            self.show_content(content, refit=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._content is None:
            return
        painter = QPainter(self)
        tokens = tokens_of(self.palette())
        rows = self._content.values.shape[0]
        if self._texts is None:
            self._paint_picture(painter, self._content, tokens)
        else:
            self._paint_cells(painter, self._content, tokens)
        self._paint_current(painter, self._content, tokens)
        if self._texts is not None:
            self._write(painter, self._content, self._texts, tokens)
        painter.setPen(tokens.secondary)
        painter.setFont(small_font(SMALL_PIXELS - 1))
        foot = QRect(0, self._rectangle(rows - 1, 0).bottom() + 2, self.width(), px(_CAPTION))
        if foot.bottom() <= self.height():
            painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._content.caption)

    def _paint_cells(self, painter: QPainter, content: SmallContent, tokens: Tokens) -> None:
        rows, columns = content.values.shape
        for row in range(rows):
            for column in range(columns):
                self._paint_cell(painter, content, row, column, tokens)

    def _write(self, painter: QPainter, content: SmallContent, texts: CellTexts, tokens: Tokens) -> None:
        """Write the numbers, over the outline: an 8 without its left half is a 3."""
        painter.setFont(number_font(round(texts.pixels * self._growth)))
        for row, column in np.ndindex(content.values.shape):
            if content.is_shown(row, column):
                ground = self._ground(content, row, column, tokens)
                painter.setPen(colour_of(ink_on(rgb_of(ground))))
                painter.drawText(self._rectangle(row, column), Qt.AlignmentFlag.AlignCenter, texts.rows[row][column])

    def _paint_cell(self, painter: QPainter, content: SmallContent, row: int, column: int, tokens: Tokens) -> None:
        cell = self._rectangle(row, column)
        is_shown = content.is_shown(row, column)
        painter.fillRect(cell, self._ground(content, row, column, tokens) if is_shown else tokens.card)
        if not is_shown:
            painter.fillRect(cell, hatching(tokens))
        painter.setPen(QPen(tokens.line, 1))
        painter.drawRect(cell)

    def _ground(self, content: SmallContent, row: int, column: int, tokens: Tokens) -> QColor:
        """Return the colour of a cell; a padding cell's fades into the ground."""
        if content.dimmed is None or not content.dimmed[row, column]:
            return colour_of(content.colours[row, column])
        return colour_of(faded(content.colours[row, column], rgb_of(tokens.ground)).tolist())

    def _paint_picture(self, painter: QPainter, content: SmallContent, tokens: Tokens) -> None:
        rows, columns = content.values.shape
        area = self._rectangle(0, 0).united(self._rectangle(rows - 1, columns - 1))
        painter.drawImage(area, image_of(content.colours))
        painter.setPen(QPen(tokens.line, 1))
        painter.drawRect(area)

    def _paint_current(self, painter: QPainter, content: SmallContent, tokens: Tokens) -> None:
        if content.current is not None:
            row, column = divmod(content.current, content.values.shape[1])
            place = QRectF(self._rectangle(row, column).adjusted(1, 1, -1, -1))
            draw_outline(painter, [place], tokens.window, 3, tokens)

    def _rectangle(self, row: int, column: int) -> QRect:
        rows, columns = (1, 1) if self._content is None else self._content.values.shape
        left = (self.width() - columns * self._cell.width() - 1) // 2
        top = (self.height() - px(_CAPTION) - rows * self._cell.height() - 1) // 2
        at = QPoint(left + column * self._cell.width(), max(0, top) + row * self._cell.height())
        return QRect(at, self._cell)

    def _told(self, at: QPoint) -> str:
        """Name the cell under a point and its exact value."""
        if self._content is None:
            return ""
        corner = self._rectangle(0, 0).topLeft()
        row, column = (at.y() - corner.y()) // self._cell.height(), (at.x() - corner.x()) // self._cell.width()
        rows, columns = self._content.values.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return ""
        aside = self._content.aside(row, column)
        value = format_in_full(float(self._content.values[row, column]))
        text = f"{self._content.caption}, {self._content.place(row, column)}: {value}"
        return f"{text} ({aside})" if aside else text


def _width_of(caption: str) -> int:
    return (
        max(px(_SIDE), 2 + QFontMetrics(small_font(SMALL_PIXELS - 1)).horizontalAdvance(caption))
        if caption
        else px(_SIDE)
    )


def _layout(values: Floats, room: int) -> tuple[CellTexts | None, QSize]:
    """Choose the size of the cells at 100 %, and write the numbers where they fit at a readable size."""
    rows, columns = values.shape
    height = min(_SIDE - 1, _HEIGHT // rows)
    if max(rows, columns) <= _LONGEST or (rows == 1 and columns <= _LONGEST_ROW):
        texts = cell_texts(values, room / columns, max(height, SMALLEST_DIGIT + 2))
        if texts is not None:
            longest = max(len(text) for row in texts.rows for text in row)
            fits = longest * BODY_PIXELS * DIGIT_WIDTH + _AROUND <= room / columns
            pixels = BODY_PIXELS if fits else SMALLEST_DIGIT
            width = max(
                min(_SIDE - 1, room // columns),
                int(longest * pixels * DIGIT_WIDTH) + (_AROUND if fits else _LEAST_AROUND),
            )
            return CellTexts(texts.rows, pixels), QSize(width, max(height, pixels + 3))
    side = max(2, min(_HEIGHT // rows, room // columns, _SIDE))
    return None, QSize(side, side)
