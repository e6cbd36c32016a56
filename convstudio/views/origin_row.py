"""What stands in place of the sample's tools while the input pane shows what another layer made."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from convstudio.model.reading import Origin
from convstudio.views.controls import PlainLabel, row_of, tool_button


class OriginRow(QWidget):
    """Says whose maps are shown, with the ways back: `layer_asked` carries the layer to select."""

    layer_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._shown: Origin | None = None
        self.title = PlainLabel(bold=True)
        self._row = row_of(self.title, 1)
        self._buttons: list[QWidget] = []
        self.setLayout(self._row)
        self.hide()

    def show_origin(self, origin: Origin | None) -> None:
        """Show where an input comes from; nothing for the sample itself."""
        self.setVisible(origin is not None)
        if origin is None or origin == self._shown:
            return
        self._shown = origin
        self.title.setText(origin.title)
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [
            tool_button(way.text, way.text, way.tip, partial(self.layer_asked.emit, way.layer)) for way in origin.ways
        ]
        for button in self._buttons:
            self._row.addWidget(button)
