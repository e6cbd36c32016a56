"""A part of a panel that is unfolded when it is wanted, so that a docked panel has room for what comes first."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from convstudio.views.parts.controls import tool_button
from convstudio.views.parts.sizes import sized

_ARROWS = {True: Qt.ArrowType.DownArrow, False: Qt.ArrowType.RightArrow}


class Section(QWidget):
    """A heading, which is a button, and under it what it unfolds and folds; `parts` is where that is laid out.

    One that `folds_itself` is open where the panel has room for it, until the user presses its heading. One with a
    `quiet` heading shows that only where it had to fold, or was pressed.
    """

    def __init__(self, title: str, *, folds_itself: bool = False, quiet: bool = False) -> None:
        super().__init__()
        self.folds_itself = folds_itself
        self._is_quiet = quiet
        self.heading = tool_button(title, title, "Unfold this part, or fold it", toggles=True)
        self.heading.setAutoRaise(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.toggled.connect(self._press)
        self._held = QWidget()
        self.parts = QVBoxLayout(self._held)
        self.parts.setContentsMargins(0, 0, 0, 0)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        sized(self._column, spacing=4)
        self._column.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._held)
        self._fold(folds_itself)

    @property
    def is_open(self) -> bool:
        """Whether all of it is shown."""
        return not self._held.isHidden()

    def more_height(self, width: int) -> int:
        """Return how much higher it is open than folded, at a width."""
        heading = self.heading.sizeHint().height()
        held = least_height(self.parts, width)
        return held - heading if self._is_quiet else held + self._column.spacing()

    def fold_itself(self, *, is_open: bool) -> None:
        """Open or fold it for the room that there is; nobody pressed its heading."""
        if is_open != self.is_open:
            with QSignalBlocker(self.heading):
                self.heading.setChecked(is_open)
            self._fold(is_open)

    def bring_out(self, part: QWidget) -> QWidget:
        """Unfold it for a part that is in it."""
        if self._held.isAncestorOf(part):
            self.heading.setChecked(True)
        return part

    def _press(self, is_open: bool) -> None:
        self.folds_itself = self._is_quiet = False  # from now on it is as the user wants it
        self._fold(is_open)

    def _fold(self, is_open: bool) -> None:
        self.heading.setArrowType(_ARROWS[is_open])
        self.heading.setVisible(not (is_open and self._is_quiet))
        self._held.setVisible(is_open)


def least_height(layout: QLayout, width: int) -> int:
    """Return how high a layout must be at a width; Qt has no answer for one in which nothing wraps."""
    wraps = layout.hasHeightForWidth()
    return layout.totalMinimumHeightForWidth(width) if wraps else layout.totalMinimumSize().height()
