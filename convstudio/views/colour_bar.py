"""The bar beside a picture that says which colour is which number."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convstudio.model.display import Levels, colour_table
from convstudio.model.numbers import format_number
from convstudio.model.picture_geometry import DIGIT_WIDTH
from convstudio.views.controls import image_of
from convstudio.views.theme import number_font, tokens_of

_BAR = 13
_GAP = 6
_FONT = 11


class ColourBar(QWidget):
    """Paints the colours from the lowest level at the bottom to the highest at the top, with their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._levels = Levels(0.0, 1.0, signed=False)
        self._strip = _strip(signed=False)
        self._note = ""
        self._extent = (0, 0)
        self.setAccessibleName("Colour bar")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._describe()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The levels written beside the bar, from the top down."""
        middle = ("0",) if self._levels.signed else ()
        high, low = format_number(self._levels.high, 3), format_number(self._levels.low, 3)
        return (f"≥ {high}", *middle, f"≤ {low}") if self._levels.cuts else (high, *middle, low)

    def show_levels(self, levels: Levels, note: str = "") -> None:
        """Show other levels; a note says what they hold."""
        if (levels, note) != (self._levels, self._note):
            self._levels, self._note = levels, note
            self._strip = _strip(levels.signed)
            self._describe()
            self.updateGeometry()
            self.update()

    def show_extent(self, top: int, bottom: int) -> None:
        """Stand beside a picture that reaches from `top` to `bottom`, in pixels of this widget."""
        if (top, bottom) != self._extent:
            self._extent = (top, bottom)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_BAR + _GAP + int(9 * _FONT * DIGIT_WIDTH) + 2, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = tokens_of(self.palette())
        bar = self._bar()
        painter.drawImage(bar, self._strip)
        painter.setPen(QPen(tokens.line, 1))
        painter.drawRect(bar)
        painter.setFont(number_font(_FONT))
        painter.setPen(tokens.secondary)
        texts = self.numbers
        for at, text in enumerate(texts):
            y = bar.top() + bar.height() * at / (len(texts) - 1)
            room = QRectF(bar.right() + _GAP, min(max(y, bar.top() + 5), bar.bottom() - 5) - 8, self.width(), 16)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _bar(self) -> QRectF:
        """Return the place of the bar: as high as the picture, but never too low to be read."""
        top, bottom = max(self._extent[0], 8), min(self._extent[1], self.height() - 8)
        missing = max(0, 96 - (bottom - top))
        top, bottom = max(8, top - missing // 2), min(self.height() - 8, bottom + missing // 2)
        return QRectF(0.5, top + 0.5, _BAR, max(1, bottom - top))

    def _describe(self) -> None:
        low, high = format_number(self._levels.low, 3), format_number(self._levels.high, 3)
        ends = ("blue", "near-white at 0", "orange") if self._levels.signed else ("dark", "grey", "white")
        text = f"From {low} ({ends[0]}) through {ends[1]} to {high} ({ends[2]})"
        text = f"{text}: {self._note}" if self._note else text
        self.setAccessibleDescription(text)
        self.setToolTip(text)


def _strip(signed: bool) -> QImage:
    """Return the colours as an image one pixel wide, the highest level first."""
    return image_of(colour_table(signed)[::-1, np.newaxis])
