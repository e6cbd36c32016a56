"""The rows of the window: one that takes all height that is left, and rows below it with their own heights."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_HIGHEST = 10_000


class RowsSplitter(QSplitter):
    """A splitter whose lower rows keep the height that the user gave them, also while they are hidden.

    A plain splitter shares the loss among all rows when one appears. Where there is too little room the lowest row
    gives way first, down to its least height.
    """

    def __init__(self, main: QWidget, lower: Sequence[QWidget]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._main, self._lower = main, tuple(lower)
        self._wished: dict[QWidget, int] = {}
        for row in (main, *lower):
            self.addWidget(row)
        for row in lower:
            row.installEventFilter(self)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._keep)

    def minimumSizeHint(self) -> QSize:
        """Count the space around the rows, too: Qt leaves it out, and a window at its least size would cut the rows.

        There is no public report; tests/unit/test_workarounds.py fails when Qt counts it.
        """
        return super().minimumSizeHint().grownBy(self.contentsMargins())

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

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShowToParent:
            self._place()
        return super().eventFilter(thing, event)

    def _wish(self, row: QWidget) -> int:
        return self._wished.get(row, row.sizeHint().height())

    def _keep(self) -> None:
        """Take note of the heights that the user gave."""
        for row, height in zip(self._lower, self.sizes()[1:], strict=True):
            if not row.isHidden():
                self._wished[row] = height

    def _place(self) -> None:
        """Give every lower row that is not hidden its height, as far as the first one can spare it."""
        shown = [row for row in self._lower if not row.isHidden()]
        room = self.contentsRect().height() - len(shown) * self.handleWidth()
        heights = {row: self._wish(row) for row in shown}
        missing = self._main.minimumSizeHint().height() + sum(heights.values()) - room
        for row in reversed(shown):
            given = min(max(missing, 0), max(0, heights[row] - row.minimumSizeHint().height()))
            heights[row] -= given
            missing -= given
        self.setSizes([max(0, room - sum(heights.values())), *(heights.get(row, 0) for row in self._lower)])
