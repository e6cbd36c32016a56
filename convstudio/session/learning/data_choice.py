"""The samples that networks are trained on in this window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from convstudio.model.values.learning.dataset import Dataset


class DataChoice(QObject):
    """Holds the data that was chosen; `changed` carries it. None stands for the pair of input and target."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data: Dataset | None = None

    def use(self, data: Dataset | None) -> None:
        """Choose other data."""
        if data is not self.data:
            self.data = data
            self.changed.emit(data)
