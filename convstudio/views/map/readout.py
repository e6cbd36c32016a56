"""What is told below a feature map: the value under the pointer, and statistics of the whole map."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.sizes import sized

_LONGEST_NUMBER = "-1.2345678"


class MapReadout(QWidget):
    """Writes value and statistics on one line, or on two where there is no room for the longest value."""

    def __init__(self) -> None:
        super().__init__()
        self.value_label = ElidedLabel()
        self.statistics_label = ElidedLabel()
        self._longest = ""
        self._is_one_line: bool | None = None
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        sized(self._line, spacing=2)
        self._line.addWidget(self.value_label, 1)
        self._line.addWidget(self.statistics_label, 1)

    def show_statistics(self, text: str, longest: str) -> None:
        """Show other statistics; `longest` is the longest line that a value of this map needs."""
        self.statistics_label.setText(text)
        self._longest = longest
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.statistics_label.fontMetrics().horizontalAdvance
        fits = width(self._longest) + width(_LONGEST_NUMBER + self.statistics_label.text()) < self.width()
        if fits is self._is_one_line:
            return  # the window is laid out again for every change of a layout
        self._is_one_line = fits
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
        side = Qt.AlignmentFlag.AlignRight if fits else Qt.AlignmentFlag.AlignLeft
        self.statistics_label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._line.setStretch(0, 0 if fits else 1)
