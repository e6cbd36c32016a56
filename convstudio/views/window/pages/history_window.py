"""The steps that can be undone and redone, by name: choosing one goes back, or forward, to it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QVBoxLayout, QWidget

from convstudio.views.parts.controls import PlainLabel
from convstudio.views.parts.sizes import fitting_size

_SIZE = QSize(420, 480)
_HOW = "Choose a step to go back, or forward again, to what it made."
_START, _KEPT = "As it was opened", "The oldest step that is kept"


class HistoryWindow(QDialog):
    """Lists the steps, the oldest first; `step_asked` carries how many of them are to be done, 0 for none."""

    step_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("History – ConvStudio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setAccessibleName("History")
        self.list.setToolTip(_HOW)
        self.list.currentRowChanged.connect(self.step_asked)
        how = PlainLabel(small=True)
        how.setText(_HOW)
        column = QVBoxLayout(self)
        column.addWidget(self.list, 1)
        column.addWidget(how)
        self.resize(fitting_size(self, _SIZE))

    def show_steps(self, steps: Sequence[str], done: int, *, has_dropped: bool) -> None:
        """List steps by name, of which the first `done` are done; the oldest may be dropped already."""
        names = [_KEPT if has_dropped else _START, *steps]
        with QSignalBlocker(self.list):
            if names != [self.list.item(row).text() for row in range(self.list.count())]:
                self.list.clear()
                self.list.addItems(names)
            self.list.setCurrentRow(done)
