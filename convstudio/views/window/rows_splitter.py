"""The rows of the window: one that takes all height that is left, and rows below it with their own heights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from convstudio.views.parts.room.folding import Folding
from convstudio.views.parts.sizes import px

_HIGHEST = 10_000
_LEAST_EASY_HEIGHT = 300
_MAIN_SHARE = 0.66
_ROW_SHARE = 0.16  # of a large window, for each row below
_EASY_HEIGHT = 346  # of the panes: eight rows of cells, and the settings of a layer without a scroll bar


class RowsSplitter(QSplitter):
    """A splitter whose lower rows keep the height that the user gave them, also while they are hidden.

    A plain splitter shares the loss among all rows when one appears. Where there is too little room the lowest row
    gives way first, down to its least height. Where even that does not do, one row is whole at a time, and the others
    keep what they can do with, and show a button that unfolds them.
    """

    crowded = Signal(bool)
    """Whether a row is folded for lack of height; it comes after the rows have their places."""

    def __init__(self, main: QWidget, lower: Sequence[QWidget]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._main, self._lower = main, tuple(lower)
        # Asked once: whether a row is of that protocol takes all that it promises, with its heights, on Python 3.11.
        self._folding = {row: row for row in lower if isinstance(row, Folding)}
        self._wished: dict[QWidget, int] = {}
        self._front: QWidget = lower[0]
        self._folded: frozenset[QWidget] = frozenset()
        self._placed_for = 0
        self._is_crowded = False
        self._telling = QTimer(self, singleShot=True, interval=0)  # who hears it may lay out a row again
        self._telling.timeout.connect(self._tell)
        for row in (main, *lower):
            self.addWidget(row)
        for row in lower:
            row.installEventFilter(self)
        for row, folding in self._folding.items():
            folding.unfold_asked.connect(partial(self._unfold, row))
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._keep)

    def minimumSizeHint(self) -> QSize:
        """Count the rows as they are where only one is whole, and the space around them.

        Qt leaves that space out, and a window at its least size would cut the rows. There is no public report;
        tests/unit/test_workarounds.py fails when Qt counts it.
        """
        shown = self._shown
        gaps = len(shown) * self.handleWidth()
        most = max((self._least(one, shown) for one in shown), default=0)
        width = max(row.minimumSizeHint().width() for row in (self._main, *shown))
        least = QSize(width, self._main.minimumSizeHint().height() + most + gaps)
        return least.grownBy(self.contentsMargins())

    def saveState(self) -> QByteArray:
        return QByteArray(" ".join(str(self._wish(row)) for row in self._lower).encode())

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        parts = bytes(state.data() if isinstance(state, QByteArray) else state).split()
        if len(parts) != len(self._lower) or not all(part.isdigit() and int(part) < _HIGHEST for part in parts):
            return False
        self._wished = {row: int(part) for row, part in zip(self._lower, parts, strict=True)}
        self._place()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Share the height again where the first row can do with less, or needs more."""
        result = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._main.minimumSizeHint().height() != self._placed_for:
            self._place()
        return result

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._place()
        return super().eventFilter(thing, event)

    @property
    def _shown(self) -> list[QWidget]:
        return [row for row in self._lower if not row.isHidden()]

    def _least(self, front: QWidget, shown: Sequence[QWidget]) -> int:
        """Return the least height of the lower rows where one of them is whole, and those that can be are folded."""
        return sum(self._least_height(row, is_folded=row is not front) for row in shown)

    def _wish(self, row: QWidget) -> int:
        wished = row.sizeHint().height()
        if row in self._folding:
            wished = max(wished, int(_ROW_SHARE * self.height()))
        return self._wished.get(row, wished)

    def _keep(self) -> None:
        """Take note of the heights that the user gave."""
        for row, height in zip(self._lower, self.sizes()[1:], strict=True):
            if not row.isHidden() and row not in self._folded:
                self._wished[row] = height

    def arrangement(self) -> Callable[[], object]:
        """Return what unfolds again the row that is whole now."""
        return partial(self._unfold, self._front)

    def _unfold(self, row: QWidget) -> None:
        self._front = row
        self._place()

    def _fold(self, room: int) -> None:
        """Fold all rows but one where they do not all fit below a main row of a height that is easy to read."""
        shown = self._shown
        least = sum(self._least_height(row, is_folded=False) for row in shown)
        wanted = max(self._main.minimumSizeHint().height(), px(_LEAST_EASY_HEIGHT))
        front = self._front if self._front in shown else next(iter(shown), None)
        self._folded = frozenset(
            row for row in shown if row in self._folding and row is not front and wanted + least > room
        )
        for row, folding in self._folding.items():
            folding.set_folded(row in self._folded)
        if bool(self._folded) != self._is_crowded:
            self._telling.start()

    def _tell(self) -> None:
        if bool(self._folded) != self._is_crowded:
            self._is_crowded = bool(self._folded)
            self.crowded.emit(self._is_crowded)

    def _place(self) -> None:
        """Give every lower row that is not hidden its height, as far as the first one can spare it."""
        shown = self._shown
        room = self.contentsRect().height() - len(shown) * self.handleWidth()
        self._placed_for = self._main.minimumSizeHint().height()
        self._fold(room)
        heights = {row: self._wish(row) for row in shown}
        heights |= {row: self._least_height(row, is_folded=True) for row in self._folded}
        wanted = self._main.minimumSizeHint().height()
        if not self._wished and any(row in self._folding for row in shown):
            wanted = max(wanted, min(px(_EASY_HEIGHT), int(_MAIN_SHARE * room)))
        missing = wanted + sum(heights.values()) - room
        for row in reversed(shown):
            least = self._least_height(row, is_folded=row in self._folded)
            given = min(max(missing, 0), max(0, heights[row] - least))
            heights[row] -= given
            missing -= given
        self.setSizes([max(0, room - sum(heights.values())), *(heights.get(row, 0) for row in self._lower)])

    def _least_height(self, row: QWidget, *, is_folded: bool) -> int:
        if row in self._folding:
            return self._folding[row].least_heights[0 if is_folded else 1]
        return row.minimumSizeHint().height()
