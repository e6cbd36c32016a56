"""The menu of the zoom: larger, smaller, as designed, and each step by its number."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from convstudio.views.parts.sizes import ZOOMS

_DESIGNED = 100


class ZoomMenu(QMenu):
    """Asks for another size of the whole interface: `stepped` carries steps up, `chosen` a number of percent.

    Plus, minus and 0 without Ctrl zoom the picture that has the keyboard.
    """

    stepped = Signal(int)
    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("&Zoom", parent)
        for text, keys, steps in (("Zoom &in", ("Ctrl++", "Ctrl+="), 1), ("Zoom &out", ("Ctrl+-",), -1)):
            action = self.addAction(text)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.triggered.connect(partial(self._step, steps))
        action = self.addAction("&Usual size")
        action.setShortcut(QKeySequence("Ctrl+0"))
        action.triggered.connect(partial(self._choose, _DESIGNED))
        self.addSeparator()
        self._steps = QActionGroup(self)
        for percent in ZOOMS:
            action = self.addAction(f"{percent} %")
            action.setCheckable(True)
            action.setData(percent)
            action.triggered.connect(partial(self._choose, percent))
            self._steps.addAction(action)

    def show_zoom(self, percent: int) -> None:
        """Tick the zoom in use."""
        for action in self._steps.actions():
            action.setChecked(action.data() == percent)

    def _step(self, steps: int, _checked: bool = False) -> None:
        self.stepped.emit(steps)

    def _choose(self, percent: int, _checked: bool = False) -> None:
        self.chosen.emit(percent)
