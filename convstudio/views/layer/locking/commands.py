"""The commands that lock weights and filters against training, and unlock them; their texts say which it will be."""

from __future__ import annotations

from convstudio.model.colour.picture_geometry import position_of
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.views.layer.filter_matrix import FilterMatrix
from convstudio.views.layer.kernel_stage import KernelStage
from convstudio.views.layer.locking.lock_actions import LockActions


class LockCommands(LockActions):
    """**Lock weights** is for the selected cells of the kernel, **Lock filter** for the selected filters.

    **Lock bias** is for that of the current filter.
    """

    def __init__(self, matrix: FilterMatrix, stage: KernelStage) -> None:
        super().__init__(stage)
        self._matrix, self._stage = matrix, stage
        self.filters = self._action("Lock fil&ter", "Lock or unlock filter", self._turn_filters)
        for chosen in (matrix.selectionModel(), stage.grid.selectionModel()):
            chosen.selectionChanged.connect(self._show)
            chosen.currentChanged.connect(self._show)

    def show_document(self, document: Document, view: ViewState) -> None:
        """Take up the kernel on show, once the matrix and the grid show it."""
        super().show_document(document, view)
        self._show()

    def cells(self, document: Document, view: ViewState) -> list[tuple[int, ...]]:
        """Return the selected cells; an index may be from before the kernel became smaller."""
        box, grid = self._stage.grid.selected.box, self._stage.grid.grid
        if box is None or box[2] > grid.rowCount() or box[3] > grid.columnCount():
            return []
        rank = conv_at(document, view.layer).rank
        return [position_of(row, column, rank) for row in range(box[0], box[2]) for column in range(box[1], box[3])]

    def _show(self, *_changed: object) -> None:
        if self._shown is None:
            return
        document, view = self._shown
        self.show_texts(document, view)
        layer, filters = document.layers[view.layer], self._filters(document, view)
        are_locked = layer.locks is not None and all(map(layer.locks.is_filter_locked, filters))
        self.show_text(self.filters, one_or_many(len(filters), "fil&ter", "fil&ters"), layer, are_locked=are_locked)

    def _filters(self, document: Document, view: ViewState) -> list[int]:
        """Return the filters that are meant: those selected in the matrix, else the current one."""
        chosen = self._matrix.chosen if self._matrix.isVisible() else [view.filter]
        return [index for index in chosen if index < conv_at(document, view.layer).filters]

    def _turn_filters(self) -> None:
        from convstudio.model.edits.learning.locks import filters_intent  # here, and not above: no start needs it

        self.ask(lambda document, view: filters_intent(document, view.layer, self._filters(document, view)))
