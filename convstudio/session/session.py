"""The one object that changes: the document and the view of now, and the undo stack behind them."""

from __future__ import annotations

from dataclasses import replace
from weakref import ReferenceType, ref

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from convstudio.files.limits import LIMITS
from convstudio.model import stepping
from convstudio.model.asked_edit import Target
from convstudio.model.document import Document
from convstudio.model.view_state import Dialect, ViewState
from convstudio.session.history import History


class Session(QObject):
    """Holds the document and the view, applies edits as undo steps, and tells everybody once per change."""

    document_changed = Signal(object, object)
    view_changed = Signal(object, object)
    modified_changed = Signal(bool)

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
        """What the user looks at now."""
        return self._view

    @property
    def is_modified(self) -> bool:
        """Whether the document differs from the one that was last saved or opened."""
        return not self.is_saved(self._document)

    def is_saved(self, document: Document) -> bool:
        """Whether this very document is the one that was last saved or opened."""
        return self._saved is not None and self._saved() is document

    def apply(self, name: str, document: Document, gesture: int | None = None, target: Target | None = None) -> None:
        """Make `document` the current one, as one undo step; nothing happens where nothing changed.

        The step's text is its name, and what it changes beyond its target. Steps of the same name and `gesture` number,
        such as the points of one brush stroke, become one.
        """
        if document is not self._document:
            self.history.push(name, document, gesture, target)

    def look(self, view: ViewState) -> None:
        """Look at something else; not undoable. The dialect of shapes is the reader's, and stays."""
        self._see(replace(view, dialect=self._view.dialect))

    def speak(self, dialect: Dialect) -> None:
        """Write shapes in another dialect."""
        self._see(replace(self._view, dialect=dialect))

    def restart(self, document: Document, view: ViewState | None = None, *, saved: bool = True) -> None:
        """Start over with another project and an empty undo stack; `saved` says whether a file has it."""
        self.history.begin(document)
        self._saved = ref(document) if saved else None
        self._replace(document)
        self.look(view or ViewState())
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
        """Whether a gesture may go on in the step that made this document: a saved one stays a step of its own."""
        return not self.is_saved(document)

    def _replace(self, document: Document) -> None:
        before, self._document = self._document, document
        if document is not before:
            viewed, self._view = self._view, stepping.fitted(document, self._view)
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
