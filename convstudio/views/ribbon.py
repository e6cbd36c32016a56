"""The ribbon: the network as a row of chips, from the input to the last feature map."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from convstudio.model.document import Document
from convstudio.model.numbers import format_shape
from convstudio.model.stepping import output_spatial
from convstudio.model.view_state import ViewState
from convstudio.model.wording import ACTIVATION_NAMES, layer_name, parameters_line
from convstudio.views.controls import PlainLabel
from convstudio.views.theme import SMALL_PIXELS, tokens_of

_PADDING = 12


class Chip(QAbstractButton):
    """One layer of the ribbon: its name, and below it in grey the facts."""

    def __init__(self, tip: str) -> None:
        super().__init__()
        self._facts = ""
        self._shows_focus = False
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_texts(self, name: str, facts: str, *, selected: bool = False) -> None:
        """Show a layer's name and facts; `selected` is the layer that is looked at."""
        self._facts = facts
        self.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(facts)
        self.setCheckable(selected)
        self.setChecked(selected)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        widest = max(
            self._metrics(bold=True).horizontalAdvance(self.text()),
            self._metrics(bold=False).horizontalAdvance(self._facts),
        )
        return QSize(widest + 2 * _PADDING, 40)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self.isChecked() or (self.hasFocus() and self._shows_focus)
        painter.setPen(QPen(tokens.selection if is_marked else tokens.line, 2 if self.isChecked() else 1))
        painter.setBrush(tokens.selection_ground if self.isChecked() else tokens.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        if self.isChecked() and self.hasFocus() and self._shows_focus:
            painter.setPen(QPen(tokens.selection, 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), 4, 4)
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(tokens.text)
        area = self.rect().adjusted(_PADDING, 4, -_PADDING, -4)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.text())
        font.setBold(False)
        font.setPixelSize(SMALL_PIXELS)
        painter.setFont(font)
        painter.setPen(tokens.text if self.isChecked() else tokens.secondary)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, self._facts)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus that the keyboard brought; the one that a new window starts with would look like a choice."""
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._shows_focus = True
        super().focusInEvent(event)

    def _metrics(self, *, bold: bool) -> QFontMetrics:
        font = self.font()
        font.setBold(bold)
        if not bold:
            font.setPixelSize(SMALL_PIXELS)
        return QFontMetrics(font)


class Ribbon(QWidget):
    """The input, the layers and their activations from left to right; a click goes to the part of the window they name.

    `part_asked` carries the name of the table or field to go to.
    """

    part_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._input = Chip("The input: go to its pane")
        self._layer = Chip("The layer that the three panes show: go to its kernel")
        self._activation = Chip("The activation after the sum: go to its choice")
        chips = {"Input": self._input, "Kernel": self._layer, "Activation": self._activation}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part, chip in chips.items():
            if row.count():
                row.addWidget(PlainLabel("→"))
            chip.clicked.connect(lambda _checked=False, part=part: self.part_asked.emit(part))
            row.addWidget(chip)
        row.addStretch(1)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Show the network with its live shapes."""
        layer = document.layers[view.layer]
        made = output_spatial(document, view.layer)
        shape = "no feature map" if made is None else format_shape((*made, layer.filters))
        self._input.show_texts("Input", format_shape(document.sample.values.shape))
        self._layer.show_texts(layer_name(layer), f"{shape} · {parameters_line(layer)}", selected=True)
        self._activation.show_texts(ACTIVATION_NAMES[layer.activation], shape)
