"""The one object that changes: the current document, the current view, and the undo stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import ReferenceType, ref

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from convstudio.model.edits.intent import Target
from convstudio.model.edits.side_effects import SideEffect
from convstudio.model.trace import stepping
from convstudio.model.trace.layer_selection import followed
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import NumberFormat, use_number_format
from convstudio.model.values.view_state import DataFormat, ViewState
from convstudio.session.history import History, KeptSteps


@dataclass(frozen=True)
class KeptWork:
    """All that a session holds of a project: what is shown, what is saved, and the undo steps."""

    document: Document
    view: ViewState
    steps: KeptSteps
    saved: ReferenceType[Document] | None


class Session(QObject):
    """Holds the document and the view, applies edits as undo steps, and tells everybody once per change."""

    document_changed = Signal(object, object)
    view_changed = Signal(object, object)
    modified_changed = Signal(bool)
    about_to_restart = Signal()
    """Another project comes next: what is half typed belongs to the current one."""

    def __init__(
        self,
        document: Document,
        view: ViewState | None = None,
        parent: QObject | None = None,
        *,
        most_undo_bytes: int = LIMITS.undo_bytes,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._view = stepping.fitted(document, view or ViewState())
        self._saved: ReferenceType[Document] | None = ref(document)
        self._was_modified = False
        self.is_going_on = False
        """Whether the change that is told of only continues what goes on by itself, as a training does."""
        self.history = History(document, self._replace, self._may_grow, most_undo_bytes, self)

    @property
    def undo_stack(self) -> QUndoStack:
        """The steps that can be undone and redone."""
        return self.history.undo_stack

    @property
    def document(self) -> Document:
        """The document of now."""
        return self._document

    @property
    def view(self) -> ViewState:
        """What the user has selected now."""
        return self._view

    @property
    def is_modified(self) -> bool:
        """Whether the document differs from the one that was last saved or opened."""
        return not self.is_saved(self._document)

    def is_saved(self, document: Document) -> bool:
        """Whether this very document is the one that was last saved or opened."""
        return self._saved is not None and self._saved() is document

    def apply(
        self,
        name: str,
        document: Document,
        gesture: int | None = None,
        target: Target | None = None,
        effects: Sequence[SideEffect] | None = None,
    ) -> None:
        """Make `document` the current one, as one undo step; nothing happens where nothing changed.

        The step's text is its name, and what it changes beyond its target; a caller that knows these `effects`
        already passes them. Steps of the same name and `gesture` number, such as those of one brush stroke, become one.
        """
        if document is not self._document:
            self.history.push(name, document, gesture, target, effects)

    def go_on(self, name: str, document: Document, gesture: int, target: Target | None = None) -> None:
        """Continue a step that goes on by itself: no act of the user, so what was said to them stays."""
        self.is_going_on = True
        try:
            self.apply(name, document, gesture, target)
        finally:
            self.is_going_on = False

    def look(self, view: ViewState) -> None:
        """Select something else; not undoable. How shapes and numbers are written is the reader's choice, and stays."""
        self._see(replace(view, data_format=self._view.data_format, numbers=self._view.numbers))

    def use_data_format(self, data_format: DataFormat) -> None:
        """Write shapes in another data format."""
        self._see(replace(self._view, data_format=data_format))

    def use_number_format(self, numbers: NumberFormat) -> None:
        """Write numbers in another way from now on, on the UI thread and in the work that is asked for there.

        The view carries the format too, so that what follows the view is shown again in the new format.
        """
        use_number_format(numbers)
        self._see(replace(self._view, numbers=numbers))

    def restart(self, document: Document, view: ViewState | None = None, *, saved: bool = True) -> None:
        """Start over with another project and an empty undo stack; `saved` tells whether a file has it.

        The colours of maps are the reader's, as the data format is, and stay.
        """
        self.about_to_restart.emit()
        self.history.begin(document)
        self._saved = ref(document) if saved else None
        self._replace(document)
        self.look(view or ViewState().scaled(colours=self._view.scale.colours))
        self._tell_modified()

    def keep(self) -> KeptWork:
        """Return the project of now with its undo steps, so that another one can take its place for a while."""
        return KeptWork(self._document, self._view, self.history.keep(), self._saved)

    def restore(self, kept: KeptWork) -> None:
        """Go on with a project that was kept, exactly as it was; only how shapes and numbers are written stays."""
        self.about_to_restart.emit()
        self.history.restore(kept.steps)
        self._saved = kept.saved
        self._replace(kept.document)
        self.look(kept.view)
        self._tell_modified()

    def mark_saved(self, document: Document) -> None:
        """Take note that this document is in its file; it need not be the one of now any more."""
        self._saved = ref(document)
        self._tell_modified()

    def mark_unsaved(self) -> None:
        """Take note that no file has the document of now any more."""
        self._saved = None
        self._tell_modified()

    def close(self) -> None:
        """End before the widgets do: QUndoStack emits in its destructor."""
        self.undo_stack.blockSignals(True)
        self.blockSignals(True)
        self.undo_stack.clear()

    def _may_grow(self, document: Document) -> bool:
        """Whether a gesture may go on in the step that made this document: a saved document keeps its own step."""
        return not self.is_saved(document)

    def _replace(self, document: Document) -> None:
        before, self._document = self._document, document
        if document is not before:
            viewed, self._view = self._view, stepping.fitted(document, followed(before, document, self._view))
            self.document_changed.emit(before, document)
            if self._view != viewed:
                self.view_changed.emit(viewed, self._view)
            self._tell_modified()

    def _see(self, view: ViewState) -> None:
        before, self._view = self._view, stepping.fitted(self._document, view)
        if self._view != before:
            self.view_changed.emit(before, self._view)

    def _tell_modified(self) -> None:
        if self.is_modified != self._was_modified:
            self._was_modified = self.is_modified
            self.modified_changed.emit(self._was_modified)
