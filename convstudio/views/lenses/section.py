"""A part of a lens that is unfolded when it is wanted, so that a docked panel has room for what comes first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convstudio.views.parts.controls import tool_button
from convstudio.views.parts.sizes import sized

_ARROWS = {True: Qt.ArrowType.DownArrow, False: Qt.ArrowType.RightArrow}


class Section(QWidget):
    """A heading, which is a button, and under it what it unfolds and folds; `parts` is where that is laid out."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.heading = tool_button(title, title, "Unfold this part, or fold it", toggles=True)
        self.heading.setAutoRaise(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.toggled.connect(self._fold)
        self._held = QWidget()
        self.parts = QVBoxLayout(self._held)
        self.parts.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        sized(column, spacing=4)
        column.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._held)
        self._fold(False)

    def _fold(self, is_open: bool) -> None:
        self.heading.setArrowType(_ARROWS[is_open])
        self._held.setVisible(is_open)
