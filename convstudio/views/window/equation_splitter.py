"""The three panes side by side, with the equation's signs between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QSplitter,
    QSplitterHandle,
    QWidget,
)

from convstudio.views.parts.sizes import px, sized
from convstudio.views.parts.theme import small_font, tokens_of

_SIGN_WIDTH = 30
_WIDEST_KERNEL = 600
_SIDE_WIDTH = 325  # of a picture beside the kernel
_SIGN_PIXELS = 22


class EquationSplitter(QSplitter):
    """The three panes side by side, with the equation's signs between them: ∗ and =.

    Until the user moves them, a wide window goes to the pictures at its sides, and less of it to the kernel's settings.
    """

    def __init__(self, panes: Sequence[QWidget]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        sized(self, handle_width=_SIGN_WIDTH)
        self.setChildrenCollapsible(False)
        self._kernel, self._map = panes[1], panes[2]
        self._columns: Callable[[], int] = lambda: 0
        for pane in panes:
            self.addWidget(pane)
        self._signs = ["", "∗", "="]
        self._is_as_wanted = False
        self._wishes = 0, 0
        self.splitterMoved.connect(self._keep)

    def follow_columns(self, width: Callable[[], int]) -> None:
        """Give the first pane the width that it needs for all its columns, where the others can spare it."""
        self._columns = width
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def event(self, event: QEvent) -> bool:
        result = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._wished() != self._wishes:
            self._share()
        return result

    def _share(self) -> None:
        """Give the kernel the width it asks for while enough is left to the pictures at its sides."""
        self._wishes = wish, columns = self._wished()
        if self._is_as_wanted:
            return
        room = self.width() - 2 * self.handleWidth()
        spare = room - 2 * px(_SIDE_WIDTH)
        kernel = max(min(room * 5 // 16, px(_WIDEST_KERNEL)), min(wish, spare))
        side = (room - kernel) // 2
        least = [pane.minimumSizeHint().width() for pane in (self._kernel, self._map)]
        if side < columns <= room - sum(least):
            kernel = max(min(kernel, room - columns - least[1]), least[0])
            self.setSizes([columns, kernel, room - columns - kernel])
        else:
            self.setSizes([side, room - 2 * side, side])

    def _wished(self) -> tuple[int, int]:
        return self._kernel.sizeHint().width(), self._columns()

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        self._is_as_wanted = super().restoreState(state)
        return self._is_as_wanted

    def sign_of(self, handle: QSplitterHandle) -> str:
        """Return the sign that a handle shows."""
        return self._signs[next(i for i in range(self.count()) if self.handle(i) is handle)]

    def show_sign(self, sign: str) -> None:
        """Show another sign of the layer."""
        if sign != self._signs[1]:
            self._signs[1:] = [sign, "=" if sign == "∗" else sign]
            for place in range(1, self.count()):
                self.handle(place).update()

    def _keep(self) -> None:
        self._is_as_wanted = True

    def createHandle(self) -> QSplitterHandle:
        return _SignHandle(self)


class _SignHandle(QSplitterHandle):
    """A handle that shows its sign of the equation; drag it to give a pane more room."""

    def __init__(self, splitter: EquationSplitter) -> None:
        super().__init__(Qt.Orientation.Horizontal, splitter)
        self._splitter = splitter
        self.setToolTip("Drag to give a pane more room")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(small_font(_SIGN_PIXELS))
        painter.setPen(tokens_of(self.palette()).secondary)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._splitter.sign_of(self))
