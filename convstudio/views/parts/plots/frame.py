"""The place of a plot in the window: it has the plot's name and its mouse, and makes the pyqtgraph plot when shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QTimer
from PySide6.QtGui import QMouseEvent, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from convstudio.views.parts.later import load
from convstudio.views.parts.theme import tokens_of

if TYPE_CHECKING:
    from convstudio.views.parts.plots.canvas import Canvas

FOOT = 20
"""The height of the axis under a plot, in pixels at 100 %."""


class PlotFrame(QWidget):
    """Keeps a plot's room until the frame after its first paint, when pyqtgraph is imported and the plot is made.

    A plot says in `_draw` what it shows and in `_text_at` what it reads out. The canvas is a child that is never closed
    by itself: closing a pyqtgraph view before its parent crashes.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.canvas: Canvas | None = None
        self._is_coming = self._is_stale = False
        self._mouse: QPointF | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def say(self, sentence: str, tip: str) -> None:
        """Describe the plot to screen readers and in its tool tip."""
        self.setAccessibleDescription(sentence)
        self.setToolTip(tip)

    def draw_again(self) -> None:
        """Draw what is to be shown now; a plot that nobody sees is drawn when it is shown again."""
        self._is_stale = not self.isVisible()
        if self.canvas is not None and not self._is_stale:
            self._draw(self.canvas)
            self._read_out()

    def make_ready(self) -> None:
        """Make the plot, though nobody sees it yet: what it will show first may not wait for that."""
        if self.canvas is not None:
            return
        self.canvas = load("parts.plots.canvas.Canvas")(self, tokens_of(self.palette()))
        self.canvas.resize(self.size())
        self.canvas.show()
        self.draw_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.draw_again()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.canvas is None and not self._is_coming:
            self._is_coming = True
            QTimer.singleShot(0, self, self.make_ready)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.canvas is not None:
            self.canvas.resize(self.size())
            self.draw_again()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self.canvas is not None:
            self.canvas.dress(tokens_of(self.palette()))
            self.draw_again()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        self._read_out()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self._read_out()

    def _read_out(self) -> None:
        """Read out what is under the mouse; it stays there while a run draws the plot again."""
        if self.canvas is not None:
            point = None if self._mouse is None else self.canvas.plot_point(self._mouse)
            self.canvas.show_read_out(self._text_at(point), self._mouse)

    def _draw(self, canvas: Canvas) -> None:
        raise NotImplementedError

    def _text_at(self, point: QPointF | None) -> str:
        """Return what to read out at a point of the plot, or where the mouse is beside it."""
        raise NotImplementedError
