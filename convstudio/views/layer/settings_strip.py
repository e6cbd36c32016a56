"""The settings of a convolution, in a strip of their own beside its weights."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from convstudio.views.layer.kernel_fields import KernelFields
from convstudio.views.layer.settings_form import LayerSettings
from convstudio.views.parts.controls import tool_button
from convstudio.views.parts.sizes import sized

HEAD_HEIGHT = 20
_LEAST_HEIGHT = 60
_HIDE_TIP = "Hide the layer's settings"
_BACK_TIP = "Show the weights again, in the place of the settings"


class SettingsStrip(QWidget):
    """Holds all fields of a layer; `closed` asks to hide it."""

    closed = Signal()

    def __init__(self, fields: KernelFields, settings: LayerSettings) -> None:
        super().__init__()
        self.close_button = tool_button("Layer settings", "Layer settings", _HIDE_TIP, self.closed.emit)
        self.close_button.setAutoRaise(True)
        self.close_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.close_button.setArrowType(Qt.ArrowType.DownArrow)
        sized(self.close_button, fixed_height=HEAD_HEIGHT)
        self._tables = (fields, settings)
        held = QWidget()
        tables = QVBoxLayout(held)
        tables.setContentsMargins(0, 0, 0, 0)
        sized(tables, spacing=2)
        for table in self._tables:
            tables.addWidget(table)
        tables.addStretch(1)
        self._align()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        sized(column, spacing=2)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(FittingScroll(held))
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def show_way_back(self, *, is_alone: bool) -> None:
        """Call the button after where it leads: to the weights, where the strip has taken their place."""
        self.close_button.setText("Weights" if is_alone else "Layer settings")
        self.close_button.setAccessibleName(self.close_button.text())
        self.close_button.setToolTip(_BACK_TIP if is_alone else _HIDE_TIP)
        self.close_button.setArrowType(Qt.ArrowType.LeftArrow if is_alone else Qt.ArrowType.DownArrow)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._align()

    def _align(self) -> None:
        widest = max(table.title_width for table in self._tables)
        for table in self._tables:
            table.set_title_width(widest)


class FittingScroll(QScrollArea):
    """A frameless scroll area as tall as what it holds, that scrolls only where there is less room."""

    def __init__(self, held: QWidget) -> None:
        super().__init__()
        self._held = held
        self.setWidget(held)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.viewport().setAutoFillBackground(False)
        held.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        return self._held.sizeHint()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._held.minimumSizeHint().width() + bar, min(_LEAST_HEIGHT, self.sizeHint().height()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)
