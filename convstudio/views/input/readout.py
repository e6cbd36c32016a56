"""The readout of the input pane: where the window is, and how far the values reach."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from convstudio.model.panes.input.shown_input import ShownInput
from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.elided_label import ElidedLabel
from convstudio.views.parts.sizes import px, sized

_LONGEST_WINDOW = "Window at rows 100–102, columns 100–102   "
_GAP = 12
_LOW_PANE = 400


class InputReadout(QWidget):
    """Writes window and range on one line, or on two where it is too narrow for both and the pane is not low."""

    def __init__(self) -> None:
        super().__init__()
        self.window_label = ElidedLabel()
        self.range_label = PlainLabel(small=True)
        self._is_low = False
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        sized(self._lines, spacing=2)
        self._lines.addWidget(self.window_label, 1)
        self._lines.addWidget(self.range_label)

    def show_input(self, shown: ShownInput) -> None:
        """Show the window and the range of an input."""
        self.window_label.setText(shown.window_text)
        if self.range_label.text() != shown.range_text:
            self.range_label.setText(shown.range_text)
            self._fit()

    def show_nothing(self) -> None:
        """Show that there is no input."""
        self.window_label.setText("")
        self.range_label.setText("")

    def fit_pane(self, height: int) -> None:
        """Keep to one line in a low pane."""
        self._is_low = height < px(_LOW_PANE)
        self._fit()

    @property
    def spare_height(self) -> int:
        """How much of its height it can do without."""
        is_one = self._lines.direction() == QBoxLayout.Direction.LeftToRight
        return 0 if is_one else self.range_label.sizeHint().height() + self._lines.spacing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.range_label.fontMetrics().horizontalAdvance
        fits = self._is_low or width(_LONGEST_WINDOW + self.range_label.text()) < self.width() - _GAP
        self._lines.setDirection(QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom)
