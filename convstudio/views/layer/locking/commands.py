"""The commands that lock weights and filters against training, and unlock them; their texts say which it will be."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from convstudio.model.colour.picture_geometry import position_of
from convstudio.model.edits.intent import Intent, Target
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.panes import kernel_facts
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.filter_matrix import FilterMatrix
from convstudio.views.layer.kernel_stage import KernelStage

_WITH_LAYER = " (the whole layer is locked)"


class LockCommands(QObject):
    """**Lock weights** is for the selected cells of the kernel, **Lock filter** for the selected filters.

    **Lock bias** is for that of the current filter.

    `intent_asked` carries the edit.
    """

    intent_asked = Signal(object)

    def __init__(self, matrix: FilterMatrix, stage: KernelStage) -> None:
        super().__init__(stage)
        self._matrix, self._stage = matrix, stage
        self._shown: tuple[Document, ViewState] | None = None
        self.weights = QAction("Lock &weights", self)
        self.filters = QAction("Lock fil&ter", self)
        self.bias = QAction("Lock b&ias", self)
        for action, name in (
            (self.weights, "Lock or unlock weights"),
            (self.filters, "Lock or unlock filter"),
            (self.bias, "Lock or unlock bias"),
        ):
            action.setObjectName(name)  # its text changes, and the command has one name
        self.weights.triggered.connect(self._turn_weights)
        self.filters.triggered.connect(self._turn_filters)
        self.bias.triggered.connect(self._turn_bias)
        for chosen in (matrix.selectionModel(), stage.grid.selectionModel()):
            chosen.selectionChanged.connect(self._show)
            chosen.currentChanged.connect(self._show)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Take up the kernel on show, once the matrix and the grid show it."""
        self._shown = (document, view)
        self._show()

    def _show(self, *_changed: object) -> None:
        if self._shown is None:
            return
        document, view = self._shown
        conv, cells, filters = conv_at(document, view.layer), self._cells, self._filters
        mask = kernel_facts.weight_locks(conv, view)
        are_locked = mask is not None and all(mask[cell] for cell in cells) and bool(cells)
        say_lock(self.weights, "&weights", are_locked, conv.is_locked)
        self.weights.setEnabled(bool(cells) and not conv.is_locked)
        are_locked = conv.locks is not None and all(map(conv.locks.is_filter_locked, filters))
        say_lock(self.filters, one_or_many(len(filters), "fil&ter", "fil&ters"), are_locked, conv.is_locked)
        self.filters.setEnabled(not conv.is_locked)
        say_lock(self.bias, "b&ias", conv.locks is not None and bool(conv.locks.bias[view.filter]), conv.is_locked)
        self.bias.setEnabled(not conv.is_locked and conv.has_bias)

    @property
    def _cells(self) -> list[tuple[int, int]]:
        """The selected weights, as rows and columns; an index may be from before the kernel became smaller."""
        box, grid = self._stage.grid.selected.box, self._stage.grid.grid
        if box is None or box[2] > grid.rowCount() or box[3] > grid.columnCount():
            return []
        return [(row, column) for row in range(box[0], box[2]) for column in range(box[1], box[3])]

    @property
    def _filters(self) -> list[int]:
        """The filters that are meant: those selected in the matrix, else the current one."""
        assert self._shown is not None
        document, view = self._shown
        chosen = self._matrix.chosen if self._matrix.isVisible() else [view.filter]
        return [index for index in chosen if index < conv_at(document, view.layer).filters]

    def _turn_weights(self) -> None:
        from convstudio.model.edits.learning.locks import weights_intent  # here, and not above: no start needs it

        if self._shown is None:
            return
        document, view = self._shown
        conv = conv_at(document, view.layer)
        channel = kernel_facts.kernel_channel(conv, view.filter, view.channel)
        cells = [position_of(row, column, conv.rank) for row, column in self._cells]
        if cells:
            self._ask(weights_intent(document, view.layer, view.filter, channel, cells))

    def _turn_filters(self) -> None:
        from convstudio.model.edits.learning.locks import filters_intent  # here, and not above: no start needs it

        if self._shown is not None:
            document, view = self._shown
            self._ask(filters_intent(document, view.layer, self._filters))

    def _turn_bias(self) -> None:
        from convstudio.model.edits.learning.locks import bias_intent  # here, and not above: no start needs it

        if self._shown is not None:
            document, view = self._shown
            self._ask(bias_intent(document, view.layer, view.filter))

    def _ask(self, intent: Intent) -> None:
        assert self._shown is not None
        document, view = self._shown
        self.intent_asked.emit(replace(intent, target=Target.of(document, view.layer)))


def say_lock(action: QAction, what: str, are_locked: bool, is_layer_locked: bool) -> None:
    """Write into a command what it will do to some weights."""
    verb = "Unlock" if are_locked else "Lock"
    action.setText(f"{verb} {what}{_WITH_LAYER if is_layer_locked else ''}")
