"""The three panes side by side, with the equation's signs between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
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
from convstudio.views.window.folding_pane import STRIP_WIDTH, FoldingPane

_NAMES = "input", "layer", "feature map"
_SIGN_WIDTH, _NARROW_SIGN_WIDTH = 30, 14
_FIRST_WHOLE = 1, 2, 0
"""The panes in the order in which a narrow window has room for them: first what a layer does, then what it makes."""
_WIDEST_KERNEL = 600
_SIDE_WIDTH = 325  # of a picture beside the kernel
_SIGN_PIXELS = 22


class EquationSplitter(QSplitter):
    """The three panes side by side, with the equation's signs between them: ∗ and =.

    Until the user moves them, a wide window goes to the pictures at its sides, and less of it to the kernel's settings.
    Where there is no room for all three, those that were asked for last are whole, and of each other one a strip stays.
    """

    def __init__(self, panes: Sequence[QWidget]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        sized(self, handle_width=_SIGN_WIDTH)
        self.setChildrenCollapsible(False)
        self._columns: Callable[[], int] = lambda: 0
        self._panes = [FoldingPane(pane, name) for pane, name in zip(panes, _NAMES, strict=True)]
        _, self._kernel, self._map = self._panes
        for pane in self._panes:
            self.addWidget(pane)
            pane.unfold_asked.connect(partial(self._unfold, pane))
        self._order = [self._panes[place] for place in _FIRST_WHOLE]
        self._signs = ["", "∗", "="]
        self._is_as_wanted = False
        self._kept = QByteArray()
        self._wishes = 0, 0
        self.splitterMoved.connect(self._keep)

    def follow_columns(self, width: Callable[[], int]) -> None:
        """Give the first pane the width that it needs for all its columns, where the others can spare it."""
        self._columns = width
        self._share()

    # --- folding -------------------------------------------------------------------------------------------------

    @property
    def whole_width(self) -> int:
        """How wide it must be to show all panes."""
        return sum(pane.least_width for pane in self._panes) + 2 * px(_NARROW_SIGN_WIDTH)

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the widest pane beside the strips of the others."""
        widest = max(pane.least_width for pane in self._panes)
        return QSize(widest + 2 * px(STRIP_WIDTH + _NARROW_SIGN_WIDTH), super().minimumSizeHint().height())

    def bring_out(self, part: QWidget) -> QWidget:
        """Show the pane that a part is in, also in a window too narrow for all of them."""
        for pane in self._panes:
            if pane.isAncestorOf(part):
                self._unfold(pane)
        return part

    def arrangement(self) -> Callable[[], object]:
        """Return what shows the panes again that are whole now."""
        return partial(self._take_order, tuple(self._order))

    def _unfold(self, pane: FoldingPane) -> None:
        self._take_order((pane, *(one for one in self._order if one is not pane)))

    def _take_order(self, order: Sequence[FoldingPane]) -> None:
        had_focus = any(pane.strip.hasFocus() for pane in self._panes)
        self._order = list(order)
        self._fold()
        if had_focus:
            self._order[0].pane.setFocus()

    def _fold(self) -> None:
        """Keep strips of the panes for which there is no room."""
        self._fit_signs()
        whole = set(self._panes) if self.width() >= self.whole_width else self._whole_in_narrow_room()
        if whole == {pane for pane in self._panes if not pane.is_folded}:
            return
        for pane in self._panes:
            pane.set_folded(pane not in whole)
        if self._is_as_wanted and len(whole) == len(self._panes):
            super().restoreState(self._kept)
        self._share()

    def _fit_signs(self) -> None:
        """Give the signs less room before a pane loses its own."""
        has_room = self.width() >= self.whole_width + 2 * px(_SIGN_WIDTH - _NARROW_SIGN_WIDTH)
        width = _SIGN_WIDTH if has_room else _NARROW_SIGN_WIDTH
        if px(width) != self.handleWidth():
            sized(self, handle_width=width)

    def _whole_in_narrow_room(self) -> set[FoldingPane]:
        """Return those of the panes, in their order, that fit beside the strips of the others."""
        room = self.width() - 2 * px(_NARROW_SIGN_WIDTH) - len(self._panes) * px(STRIP_WIDTH)
        whole: set[FoldingPane] = set()
        for pane in self._order:
            more = pane.least_width - px(STRIP_WIDTH)
            if more <= room or not whole:
                whole.add(pane)
                room -= more
        return whole

    # --- sharing the width ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        for pane in self._panes:
            pane.forget_width()
        self._fold()
        super().resizeEvent(event)
        self._share()

    def event(self, event: QEvent) -> bool:
        """Fold other panes, or share the width again, where a pane needs more or can do with less."""
        result = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
            if self._wished() != self._wishes:
                self._share()
        return result

    def _share(self) -> None:
        """Give the kernel the width it asks for while enough is left to the pictures at its sides."""
        self._wishes = wish, columns = self._wished()
        if any(pane.is_folded for pane in self._panes):
            self._share_among_whole()
            return
        if self._is_as_wanted:
            return
        room = self.width() - 2 * self.handleWidth()
        spare = room - 2 * px(_SIDE_WIDTH)
        kernel = max(min(room * 5 // 16, px(_WIDEST_KERNEL)), min(wish, spare))
        side = (room - kernel) // 2
        least = [pane.minimumSizeHint().width() for pane in (self._kernel, self._map)]
        if kernel >= wish:
            least[0] = wish  # it shows the settings beside the weights, and an input that is opened leaves it both
        if side < columns <= room - sum(least):
            kernel = max(min(kernel, room - columns - least[1]), least[0])
            self.setSizes([columns, kernel, room - columns - kernel])
        else:
            self.setSizes([side, room - 2 * side, side])

    def _share_among_whole(self) -> None:
        """Give each whole pane what it must have, and an equal share of what is over."""
        whole = [pane for pane in self._panes if not pane.is_folded]
        strips = (len(self._panes) - len(whole)) * px(STRIP_WIDTH)
        free = self.width() - 2 * self.handleWidth() - strips - sum(pane.least_width for pane in whole)
        self.setSizes(
            [px(STRIP_WIDTH) if pane.is_folded else pane.least_width + free // len(whole) for pane in self._panes]
        )

    def _wished(self) -> tuple[int, int]:
        return self._kernel.sizeHint().width(), self._columns()

    def saveState(self) -> QByteArray:
        """Return the places of all panes; nothing while some are folded, and were never moved before."""
        return self._kept if any(pane.is_folded for pane in self._panes) else super().saveState()

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        self._is_as_wanted = super().restoreState(state)
        self._kept = super().saveState() if self._is_as_wanted else QByteArray()
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
        if not any(pane.is_folded for pane in self._panes):
            self._is_as_wanted, self._kept = True, super().saveState()

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
