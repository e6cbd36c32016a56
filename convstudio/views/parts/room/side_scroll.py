"""A long row of things with an arrow at each end: a scroll bar would take height from what is below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolButton, QWidget

from convstudio.views.parts.controls import row_of, tool_button

_SHARE = 0.7  # of what is seen, for one click


class SideScroll(QWidget):
    """Holds a row that scrolls sideways; its arrows are there while the row is longer than the room.

    `length` returns how wide the whole row is.
    """

    def __init__(self, area: QAbstractScrollArea, things: str, length: Callable[[], int]) -> None:
        super().__init__()
        self._area = area
        self._length = length
        self._bar = area.horizontalScrollBar()
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._left = self._arrow(Qt.ArrowType.LeftArrow, f"Scroll {things} left", -1)
        self._right = self._arrow(Qt.ArrowType.RightArrow, f"Scroll {things} right", 1)
        self.setLayout(row_of(self._left, area, self._right, spacing=2))
        self.setSizePolicy(area.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Fixed)
        area.installEventFilter(self)
        self._bar.rangeChanged.connect(self._fit)
        self._bar.valueChanged.connect(self._fit)

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of the row's own least width: the arrows take theirs from it."""
        return self._area.minimumSizeHint()

    def sizeHint(self) -> QSize:
        return self._area.sizeHint()

    def eventFilter(self, thing: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        return super().eventFilter(thing, event)

    def _fit(self) -> None:
        is_longer = self._length() > self.width()
        for arrow, can_go in (
            (self._left, self._bar.value() > self._bar.minimum()),
            (self._right, self._bar.value() < self._bar.maximum()),
        ):
            if arrow.isHidden() == is_longer:
                arrow.setVisible(is_longer)
            arrow.setEnabled(can_go)

    def _arrow(self, sign: Qt.ArrowType, name: str, by: int) -> QToolButton:
        arrow = tool_button("", name, name, lambda: self._go(by))
        arrow.setArrowType(sign)
        arrow.setAutoRaise(True)
        arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard goes from thing to thing, which scrolls the row
        arrow.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        arrow.hide()
        return arrow

    def _go(self, by: int) -> None:
        self._bar.setValue(self._bar.value() + by * int(_SHARE * self._area.width()))
