"""A long row of things with an arrow at each end: a scroll bar would take height from what is below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolButton, QWidget

from convstudio.views.parts.controls import tool_button

_SHARE = 0.7  # of what is seen, for one click


class SideScroll(QWidget):
    """Holds a row that scrolls sideways; its arrows are there while the row is longer than the room.

    `length` returns how wide the whole row is.
    """

    def __init__(self, area: QAbstractScrollArea, things: str, length: Callable[[], int]) -> None:
        super().__init__()
        self._area = area
        self._length = length
        self._asked = (QSize(), QSize())
        self._bar = area.horizontalScrollBar()
        area.setParent(self)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._left = self._arrow(Qt.ArrowType.LeftArrow, f"Scroll {things} left", -1)
        self._right = self._arrow(Qt.ArrowType.RightArrow, f"Scroll {things} right", 1)
        self.setSizePolicy(area.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Fixed)
        self._later = QTimer(self, singleShot=True, interval=0)  # in the midst of its own change an area takes no size
        self._later.timeout.connect(self._fit)
        self._bar.rangeChanged.connect(self._expect_fit)
        self._bar.valueChanged.connect(self._show_ends)

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the row's own least width: the arrows take theirs from it."""
        return self._area.minimumSizeHint()

    def sizeHint(self) -> QSize:
        return self._area.sizeHint()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
            before, self._asked = self._asked, (self.sizeHint(), self.minimumSizeHint())
            if self._asked != before:
                self.updateGeometry()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the size that the row has by now: what it asked for while it was hidden, nobody heard."""
        super().showEvent(event)
        self._asked = (self.sizeHint(), self.minimumSizeHint())
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Place the row, between its arrows where it is longer than the room."""
        is_longer = self._length() > self.width()
        width = self._left.sizeHint().width() if is_longer else 0
        for arrow, at in ((self._left, 0), (self._right, self.width() - width)):
            arrow.setVisible(is_longer)
            arrow.setGeometry(at, 0, width, self.height())
        self._area.setGeometry(width, 0, self.width() - 2 * width, self.height())
        self._show_ends()

    def _expect_fit(self, *_range: int) -> None:
        self._show_ends()
        self._later.start()

    def _show_ends(self, *_value: int) -> None:
        """Grey out an arrow at the end that it leads to."""
        self._left.setEnabled(self._bar.value() > self._bar.minimum())
        self._right.setEnabled(self._bar.value() < self._bar.maximum())

    def _arrow(self, sign: Qt.ArrowType, name: str, by: int) -> QToolButton:
        arrow = tool_button("", name, name, lambda: self._go(by))
        arrow.setParent(self)
        arrow.setArrowType(sign)
        arrow.setAutoRaise(True)
        arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard goes from thing to thing, which scrolls the row
        arrow.hide()
        return arrow

    def _go(self, by: int) -> None:
        self._bar.setValue(self._bar.value() + by * int(_SHARE * self._area.width()))
