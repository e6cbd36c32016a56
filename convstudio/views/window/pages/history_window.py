"""The steps that can be undone and redone, by name: choosing one goes back, or forward, to it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QDialog, QUndoView, QVBoxLayout, QWidget

from convstudio.views.parts.controls import PlainLabel

_SIZE = QSize(420, 480)
_HOW = "Choose a step to go back, or forward again, to what it made."


class HistoryWindow(QDialog):
    """Lists the steps, the oldest first, below the project as it was opened; it follows every edit."""

    def __init__(self, undo_stack: QUndoStack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("History – ConvStudio")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QUndoView(undo_stack)
        self.list.setEmptyLabel("As it was opened")
        self.list.setAccessibleName("History")
        self.list.setToolTip(_HOW)
        how = PlainLabel(small=True)
        how.setText(_HOW)
        column = QVBoxLayout(self)
        column.addWidget(self.list, 1)
        column.addWidget(how)
        self.resize(_SIZE.boundedTo(self.screen().availableGeometry().size() - QSize(16, 64)))
