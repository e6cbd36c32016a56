"""The tools of the kernel pane: buttons that turn, mirror, scale or redraw the weights of a filter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from convstudio.model.edits import kernel_weights
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.views.parts.controls import Card, PlainLabel, WholeField, labelled, row_of
from convstudio.views.parts.icons import IconButton
from convstudio.views.parts.room.tool_row import ToolRow

FilterEdit = Callable[[Document, int, int], Document]

TOOLS: tuple[tuple[str, str, str, str, FilterEdit], ...] = (
    ("flip-vertical-2", "Flip left-right", "Mirror the kernel: left and right change places", "Flip kernel left-right",
     lambda document, layer, index: kernel_weights.flip_kernel(
         document, layer, index, conv_at(document, layer).rank - 1
     )),
    ("flip-horizontal-2", "Flip up-down", "Mirror the kernel: top and bottom change places", "Flip kernel up-down",
     lambda document, layer, index: kernel_weights.flip_kernel(document, layer, index, 0)),
    ("rotate-cw", "Rotate", "Turn the kernel by 90° clockwise", "Rotate kernel", kernel_weights.rotate_kernel),
    ("move-diagonal-2", "Transpose", "Swap rows and columns of the kernel", "Transpose kernel",
     kernel_weights.transpose_kernel),
    ("diff", "Negate", "Change the sign of every weight", "Negate kernel", kernel_weights.negate_kernel),
    ("sigma", "Normalise by sum",
     "Divide each kernel by the sum of its weights, so that it keeps the value of a constant input",
     "Normalise kernel by sum", kernel_weights.normalise_kernel),
    ("square-sigma", "Normalise by Σ|w|",
     "Divide each kernel by the sum of its absolute weights, so that none of its sums is larger in size than the input",
     "Normalise kernel by Σ|w|", kernel_weights.normalise_kernel_by_size),
)  # fmt: skip
"""Icon, name, tip, undo step and edit of every tool that needs nothing but the filter."""

_TWO_DIMENSIONAL = ("Flip up-down", "Transpose")


class KernelTools(ToolRow):
    """The row of tools. `asked(step, edit)` carries the undo step and an edit of `(document, layer, filter)`."""

    asked = Signal(str, object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {name: self._button(icon, name, tip, step, edit) for icon, name, tip, step, edit in TOOLS}
        self.seed_popup = SeedPopup(self)
        self.seed_popup.drawn.connect(self._randomise)
        self.seed_popup.refused.connect(self.refused)
        self.random_button = IconButton("dices", "Randomise", "Draw random weights from a seed…", self._open_popup)
        for button in (*self.buttons.values(), self.random_button):
            self.add(button)

    def show_layer(self, layer: Conv) -> None:
        """Offer what can be done with kernels of the layer's rank."""
        for name in _TWO_DIMENSIONAL:
            self.buttons[name].setVisible(layer.rank > 1)

    def _button(self, icon: str, name: str, tip: str, step: str, edit: FilterEdit) -> IconButton:
        return IconButton(icon, name, f"{name}: {tip[:1].lower()}{tip[1:]}", lambda: self.asked.emit(step, edit))

    def _open_popup(self) -> None:
        self.seed_popup.open_below(self.random_button if self.random_button.isVisible() else self)

    def _randomise(self, seed: int) -> None:
        self.asked.emit(
            f"Randomise kernel with seed {seed}",
            lambda document, layer, index: kernel_weights.randomise_kernel(document, layer, index, seed),
        )


class SeedPopup(QDialog):
    """A small window with the seed: Randomise uses the seed shown, then counts it up. `drawn` carries the seed used.

    It is a dialog that closes when left, and no Qt.Popup: screen readers are not told of popups.
    """

    drawn = Signal(int)
    refused = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Randomise")
        self.seed = WholeField("Seed", 0, LIMITS.seed, f"The same seed draws the same weights (0 to {LIMITS.seed})")
        self.seed.edited.connect(self.seed.show_value)
        self.seed.refused.connect(self.refused)
        self.draw_button = QPushButton("Draw weights")
        self.draw_button.setToolTip("Draw every weight of the filter from this seed, then go to the next seed (Enter)")
        self.draw_button.setDefault(True)
        self.draw_button.clicked.connect(self._draw)
        card = Card()
        frame = QVBoxLayout(self)
        frame.setContentsMargins(0, 0, 0, 0)
        frame.addWidget(card)
        column = QVBoxLayout(card)
        column.addLayout(row_of(labelled("Seed", self.seed), self.seed, self.draw_button))
        column.addWidget(PlainLabel("Standard normal weights, rounded to two decimals", small=True))

    def open_below(self, button: QWidget) -> None:
        """Open under a button with the seed focused."""
        self.move(button.mapToGlobal(QPoint(0, button.height() + 2)))
        self.show()
        self.seed.setFocus()
        self.seed.selectAll()

    def changeEvent(self, event: QEvent) -> None:
        """Close when the user switches to another window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.close()

    def _draw(self) -> None:
        seed = self.seed.value()
        self.seed.show_value(min(seed + 1, LIMITS.seed))
        self.drawn.emit(seed)
