"""The ways back from what another layer made to the layers before, beside the tools of the input pane."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from convstudio.model.run.layer_input import WayBack
from convstudio.views.parts.controls import row_of, tool_button


class WaysBack(QWidget):
    """A button for each way back: `layer_asked` carries the layer to select."""

    layer_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[WayBack, ...] = ()
        self._buttons: list[QWidget] = []
        self._row = row_of(spacing=4)
        self.setLayout(self._row)
        self.hide()

    def show_ways(self, ways: Sequence[WayBack]) -> None:
        """Offer other ways; nothing where there are none."""
        self.setVisible(bool(ways))
        if tuple(ways) == self._shown:
            return
        self._shown = tuple(ways)
        for button in self._buttons:
            button.hide()
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = [
            tool_button(way.text, way.text, way.tip, partial(self.layer_asked.emit, way.layer)) for way in ways
        ]
        for button in self._buttons:
            self._row.addWidget(button)
