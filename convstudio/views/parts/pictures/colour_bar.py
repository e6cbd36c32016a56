"""The place of the bar beside a picture that shows which colour is which number; its levels can be set on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convstudio.model.colour.display import Levels
from convstudio.model.colour.map_levels import moved_ends
from convstudio.model.colour.picture_geometry import DIGIT_WIDTH
from convstudio.model.values.numbers import format_number, number_format
from convstudio.model.values.scale import DIVERGING, GREY
from convstudio.views.parts.keys import handles_keys
from convstudio.views.parts.later import load
from convstudio.views.parts.pictures.picture_base import PictureBase
from convstudio.views.parts.sizes import px, scaled
from convstudio.views.parts.theme import tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.pictures.colour_bar_view import ColourBarView

BAR, MARGIN = 13, 8
"""How wide the colours are, and how far above and below them the numbers reach, in pixels."""

NEXT_FRAME = 16
"""Milliseconds: the window must be on the screen before pyqtgraph is imported."""

_GAP = 8
_FONT = 11
_LEAST = 96
_ENDS = {DIVERGING.name: ("blue", "near-white at 0", "orange"), GREY.name: ("dark", "grey", "white")}
_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


@handles_keys("Colour bar", ("Up, Down", "Move the upper level"), ("Shift+Up, Shift+Down", "Move the lower level"))
class ColourBar(QWidget, PictureBase):
    """Keeps the room of the bar until the frame after its first paint, when pyqtgraph's bar is made.

    Where it `is_adjustable`, the handles on it and the arrow keys ask for other levels: `levels_asked` carries the
    lower and the upper one.
    """

    levels_asked = Signal(float, float)

    def __init__(self, *, is_adjustable: bool = False) -> None:
        super().__init__()
        self._levels = Levels(0.0, 1.0, signed=False)
        self._note = ""
        self._numbers = number_format()
        self._extent = (0, 0)
        self._is_adjustable = is_adjustable
        self._is_coming = False
        self._view: ColourBarView | None = None
        self.setAccessibleName("Colour bar")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_adjustable else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._describe()

    @property
    def view(self) -> ColourBarView:
        """The pyqtgraph view, made now if it has not been shown yet."""
        if self._view is None:
            self._view = load("parts.pictures.colour_bar_view.ColourBarView")(self, is_adjustable=self._is_adjustable)
            self._view.levels_asked.connect(self.levels_asked)
            self._view.dress(tokens_of(self.palette()))
            self._show()
            self._view.show()
        return self._view

    @property
    def numbers(self) -> tuple[str, ...]:
        """The levels written beside the bar, from the top down."""
        middle = ("0",) if self._levels.signed else ()
        high, low = format_number(self._levels.high, 3), format_number(self._levels.low, 3)
        return (f"≥ {high}", *middle, f"≤ {low}") if self._levels.cuts else (high, *middle, low)

    def show_levels(self, levels: Levels, note: str = "") -> None:
        """Show other levels; a note tells what they cover."""
        if (levels, note, number_format()) != (self._levels, self._note, self._numbers):
            self._levels, self._note, self._numbers = levels, note, number_format()
            self._describe()
            self._show()

    def show_extent(self, top: int, bottom: int) -> None:
        """Stand beside a picture that reaches from `top` to `bottom`, in pixels of this widget."""
        if (top, bottom) != self._extent:
            self._extent = (top, bottom)
            self._show()

    def sizeHint(self) -> QSize:
        return scaled(QSize(BAR + _GAP + int(9 * _FONT * DIGIT_WIDTH), 120))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._view is None and not self._is_coming:
            self._is_coming = True
            QTimer.singleShot(NEXT_FRAME, self, lambda: self.view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._view is not None:
            self._view.dress(tokens_of(self.palette()))
            self._show()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self._is_adjustable:
            event.ignore()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.levels_asked.emit(*moved_ends(self._levels, low=step))
        else:
            self.levels_asked.emit(*moved_ends(self._levels, high=step))

    def _show_focus(self) -> None:
        if self._view is not None:
            self._view.viewport().update()

    def _show(self) -> None:
        if self._view is None:
            return
        top, height = self._place()
        self._view.setGeometry(0, top - px(MARGIN), self.width(), height + 2 * px(MARGIN))
        self._view.show_levels(self._levels, self.numbers)

    def _place(self) -> tuple[int, int]:
        """Return top and height of the colours: as high as the picture, but never too low to be read."""
        margin = px(MARGIN)
        top, bottom = max(self._extent[0], margin), min(self._extent[1], self.height() - margin)
        missing = max(0, px(_LEAST) - (bottom - top))
        top = max(margin, top - missing // 2)
        bottom = min(self.height() - margin, bottom + missing // 2)
        return top, max(1, bottom - top)

    def _describe(self) -> None:
        low, high = format_number(self._levels.low, 3), format_number(self._levels.high, 3)
        colours = self._levels.colour_map
        if colours.name in _ENDS:
            first, middle, last = _ENDS[colours.name]
            text = f"From {low} ({first}) through {middle} to {high} ({last})"
        else:
            text = f"From {low} to {high} in the colours of {colours.name}"
        text = f"{text}: {self._note}" if self._note else text
        self.setAccessibleDescription(text)
        self.setToolTip(text)
