"""What all commands share that lock weights and biases against training, or unlock them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from convstudio.model.edits.intent import Intent, Target
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer
from convstudio.model.values.view_state import ViewState

_WITH_LAYER = " (the whole layer is locked)"


class LockActions(QObject):
    """**Lock weights** is for the weights that are selected, **Lock bias** for that of the filter or unit on show.

    A subclass knows which are selected. `intent_asked` carries the edit.
    """

    intent_asked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown: tuple[Document, ViewState] | None = None
        self.weights = self._action("Lock &weights", "Lock or unlock weights", self._turn_weights)
        self.bias = self._action("Lock b&ias", "Lock or unlock bias", self._turn_bias)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Take up the layer on show."""
        self._shown = document, view

    def cells(self, document: Document, view: ViewState) -> Iterable[tuple[int, ...]]:
        """Return the selected cells of the kernel on show."""
        raise NotImplementedError

    def show_texts(self, document: Document, view: ViewState) -> None:
        """Write what the commands will do to what is selected now."""
        layer, places = document.layers[view.layer], self._places(document, view)
        locks = layer.locks
        are_locked = locks is not None and bool(places) and all(locks.weights[place] for place in places)
        self.show_text(self.weights, "&weights", layer, are_locked=are_locked, can_be=bool(places))
        is_locked = locks is not None and bool(locks.bias[_filter_or_unit(document, view)])
        self.show_text(self.bias, "b&ias", layer, are_locked=is_locked, can_be="bias" in layer.learned)

    def show_text(self, action: QAction, what: str, layer: Layer, *, are_locked: bool, can_be: bool = True) -> None:
        """Write into a command what it will do to something of a layer."""
        verb = "Unlock" if are_locked else "Lock"
        action.setText(f"{verb} {what}{_WITH_LAYER if layer.is_locked else ''}")
        action.setEnabled(can_be and not layer.is_locked)

    def ask(self, intent_of: Callable[[Document, ViewState], Intent]) -> None:
        """Ask for an edit of the layer on show."""
        if self._shown is not None:
            document, view = self._shown
            self.intent_asked.emit(replace(intent_of(document, view), target=Target.of(document, view.layer)))

    def _action(self, text: str, name: str, do: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)  # its text changes, and the command has one name
        action.triggered.connect(do)
        return action

    def _places(self, document: Document, view: ViewState) -> list[tuple[int, ...]]:
        """Return where the selected weights are in those of the layer."""
        kernel = document.layers[view.layer].kernel_at(view)
        return [(*cell, *kernel) for cell in self.cells(document, view)]

    def _turn_weights(self) -> None:
        from convstudio.model.edits.learning.locks import weights_intent  # here, and not above: no start needs it

        if self._shown is not None and (places := self._places(*self._shown)):
            self.ask(lambda document, view: weights_intent(document, view.layer, places))

    def _turn_bias(self) -> None:
        from convstudio.model.edits.learning.locks import bias_intent  # here, and not above: no start needs it

        self.ask(lambda document, view: bias_intent(document, view.layer, _filter_or_unit(document, view)))


def _filter_or_unit(document: Document, view: ViewState) -> int:
    return document.layers[view.layer].kernel_at(view)[-1]
