"""What Help shows in the place of the user's work, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from convstudio.model.values.document import Document
from convstudio.model.values.view_state import ViewState
from convstudio.session.autosave import Autosave
from convstudio.session.session import Session
from convstudio.session.workspace.project import Project


class Detour(QObject):
    """Puts the user's work aside while Help shows something, keeps it safe, and brings it back exactly as it was.

    `changed` tells whether there is work to go back to.
    """

    changed = Signal(bool)

    def __init__(
        self,
        session: Session,
        project: Project,
        autosave: Autosave,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._project = project
        self._autosave = autosave
        self._bring_back: Callable[[], None] | None = None
        self._undo: list[Callable[[], object]] = []

    @property
    def is_away(self) -> bool:
        """Whether something is shown in the place of the user's work."""
        return self._bring_back is not None

    def show(self, document: Document, view: ViewState, then: Callable[[], object]) -> None:
        """Show a document in the place of the work, which is kept safe first; then call `then`."""
        if self.is_away:
            self._clear_up()
            self._project.show_instead(document, view)
            then()
        else:
            self._autosave.hold(lambda: self._leave(document, view, then))

    def add_way_back(self, undo: Callable[[], object]) -> None:
        """Take note of what else was changed: `undo` changes it back, before the next thing is shown at the latest."""
        self._undo.append(undo)

    def come_back(self) -> None:
        """Bring the work back; nothing happens where it is there."""
        if self._bring_back is None:
            return
        bring_back, self._bring_back = self._bring_back, None
        self._clear_up()
        bring_back()
        self._autosave.let_go()
        self.changed.emit(False)

    def _leave(self, document: Document, view: ViewState, then: Callable[[], object]) -> None:
        if self.is_away:  # it was asked for twice while the work was being kept
            self.show(document, view, then)
            return
        self._bring_back = self._project.put_aside(document, view)
        self.changed.emit(True)
        then()

    def _clear_up(self) -> None:
        undone, self._undo = self._undo, []
        for undo in reversed(undone):
            undo()
