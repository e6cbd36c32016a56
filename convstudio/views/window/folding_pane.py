"""A pane of the equation that keeps a strip with its name where the window is too narrow for all panes."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyle, QStyleOptionToolButton, QToolButton, QWidget

from convstudio.views.parts.sizes import NO_LIMIT, px

STRIP_WIDTH = 24
_LEAST_HEIGHT = 60


class FoldingPane(QWidget):
    """Holds a pane, or the strip that stands for it; `unfold_asked` tells that the user wants it whole."""

    unfold_asked = Signal()

    def __init__(self, pane: QWidget, name: str) -> None:
        super().__init__()
        self.pane = pane
        self.strip = _Strip(f"Show {name}", f"Show the {name} in place of another pane: there is no room for all three")
        self.strip.clicked.connect(self.unfold_asked)
        self.strip.hide()
        self._whole = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(pane)
        row.addWidget(self.strip)

    @property
    def is_folded(self) -> bool:
        """Whether the strip alone is shown."""
        return not self.strip.isHidden()

    @property
    def least_width(self) -> int:
        """How wide the pane must be; what is hidden may ask for less than it takes when it is shown again."""
        return max(self.pane.minimumSizeHint().width(), self.pane.minimumWidth(), self._whole)

    def set_folded(self, on: bool) -> None:
        """Keep the strip alone, or show the pane."""
        if on == self.is_folded:
            return
        self._whole = self.least_width if on else 0
        self.pane.setVisible(not on)
        self.strip.setVisible(on)
        self.setMaximumWidth(px(STRIP_WIDTH) if on else NO_LIMIT)

    def forget_width(self) -> None:
        """Let the pane ask again how wide it must be, as after the room became another one."""
        self._whole = 0


class _Strip(QToolButton):
    """A narrow button with its name written upwards."""

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.setText(name)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(px(STRIP_WIDTH), px(_LEAST_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        self.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, self)
        painter.setPen(option.palette.color(QPalette.ColorRole.ButtonText))
        painter.translate(0, self.height())
        painter.rotate(-90)
        painter.drawText(QRect(0, 0, self.height(), self.width()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
