"""The commands that lock weights and the bias of a dense layer's unit against training, and unlock them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction

from convstudio.model.edits.intent import Intent, Target
from convstudio.model.kinds.dense import Dense
from convstudio.model.panes import layer_form
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.locking.commands import say_lock
from convstudio.views.parts.grids.grid import GridView


class UnitLockCommands(QObject):
    """The menu of a unit's weights, with **Lock weights** for the selected cells, and **Lock bias**.

    `intent_asked` carries the edit.
    """

    intent_asked = Signal(object)

    def __init__(self, grid: GridView) -> None:
        super().__init__(grid)
        self._grid = grid
        self._shown: tuple[Document, ViewState] | None = None
        self.weights, self.bias = QAction("Lock &weights", self), QAction("Lock b&ias", self)
        self.weights.triggered.connect(self._turn_weights)
        self.bias.triggered.connect(self._turn_bias)
        grid.menu_asked.connect(self._open)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Take up the layer on show."""
        self._shown = document, view

    def _open(self, place: QPoint) -> None:
        """Open the menu, its texts as they are for what is selected now."""
        layer = self._layer
        if layer is None or self._shown is None:
            return
        unit, cells = layer_form.unit_of(layer, self._shown[1]), self._cells(layer)
        marks = None if layer.locks is None else layer.locks.weights[:, unit]
        are_locked = marks is not None and bool(cells) and all(marks[cell] for cell in cells)
        say_lock(self.weights, "&weights", are_locked, layer.is_locked)
        self.weights.setEnabled(bool(cells) and not layer.is_locked)
        say_lock(self.bias, "b&ias", layer.locks is not None and bool(layer.locks.bias[unit]), layer.is_locked)
        self.bias.setEnabled(not layer.is_locked)
        self._grid.actions_on_cells.open_menu(place, (self.weights, self.bias))

    @property
    def _layer(self) -> Dense | None:
        held = None if self._shown is None else self._shown[0].layers[self._shown[1].layer]
        return held if isinstance(held, Dense) else None

    def _cells(self, layer: Dense) -> list[int]:
        """Return the inputs whose weights are selected."""
        box = self._grid.selected.box
        return [] if box is None else list(range(box[1], min(box[3], layer.inputs)))

    def _turn_weights(self) -> None:
        from convstudio.model.edits.learning.locks import unit_intent  # here, and not above: no start needs it

        layer = self._layer
        if layer is not None and self._shown is not None and (cells := self._cells(layer)):
            document, view = self._shown
            self._ask(unit_intent(document, view.layer, layer_form.unit_of(layer, view), cells))

    def _turn_bias(self) -> None:
        from convstudio.model.edits.learning.locks import bias_intent  # here, and not above: no start needs it

        layer = self._layer
        if layer is not None and self._shown is not None:
            document, view = self._shown
            self._ask(bias_intent(document, view.layer, layer_form.unit_of(layer, view)))

    def _ask(self, intent: Intent) -> None:
        assert self._shown is not None, "what is locked is on show"
        document, view = self._shown
        self.intent_asked.emit(replace(intent, target=Target.of(document, view.layer)))
