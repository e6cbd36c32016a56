"""What is told below a feature map: the value under the pointer, and statistics of the whole map."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.sizes import px

_LONGEST_NUMBER = "-1.2345678"
_GAP, _WIDTH = 2, 200


class MapReadout(QWidget):
    """Writes value and statistics on one line, or on two where there is no room for the longest value."""

    def __init__(self) -> None:
        super().__init__()
        self.value_label = ElidedLabel()
        self.statistics_label = ElidedLabel()
        self._longest = ""
        self._is_one_line = True
        for label in (self.value_label, self.statistics_label):
            label.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        line = self.value_label.sizeHint().height()
        return QSize(px(_WIDTH), line if self._is_one_line else 2 * line + px(_GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def show_statistics(self, text: str, longest: str) -> None:
        """Show other statistics; `longest` is the longest line that a value of this map needs."""
        self.statistics_label.setText(text)
        self._longest = longest
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Place the labels; only another number of lines is told to the pane."""
        width = self.statistics_label.fontMetrics().horizontalAdvance
        statistics, line = width(self.statistics_label.text()) + px(_GAP), self.value_label.sizeHint().height()
        fits = width(self._longest + _LONGEST_NUMBER) + statistics < self.width()
        if fits != self._is_one_line:
            self._is_one_line = fits
            self.updateGeometry()
        side = Qt.AlignmentFlag.AlignRight if fits else Qt.AlignmentFlag.AlignLeft
        if self.statistics_label.alignment() != side | Qt.AlignmentFlag.AlignVCenter:
            self.statistics_label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        left = self.width() - statistics if fits else 0
        self.value_label.setGeometry(0, 0, left if fits else self.width(), line)
        self.statistics_label.setGeometry(left, 0 if fits else line + px(_GAP), self.width() - left, line)
