"""What Help changes to show something, and the way back to where the user stood."""

from __future__ import annotations

from collections.abc import Callable

from convstudio.model.values.view_state import DataFormat
from convstudio.model.words.data_format import framework
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace


class Detour:
    """Begins where the user stands; once Help has shown something, it tells what changed, and leads back.

    `use_data_format` writes shapes in another data format. `switch` is the name of a button that Help will switch on,
    with what switches it off again.
    """

    def __init__(
        self,
        session: Session,
        workspace: Workspace,
        use_data_format: Callable[[DataFormat], object],
        switch: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        self._session = session
        self._workspace = workspace
        self._use_data_format = use_data_format
        self._switch = switch
        self._document, self._view = session.document, session.view
        self._path, self._was_saved = workspace.project.path, not session.is_modified

    @property
    def sentence(self) -> str:
        """What is not as it was before; empty where everything is."""
        told = []
        if self._session.view.data_format != self._view.data_format:
            told.append(f"Shapes are now written in the order of {framework(self._session.view.data_format)}.")
        if self._is_other_document and self._session.undo_stack.canUndo():
            told.append(f"Done to show it: {self._session.undo_stack.undoText()}.")
        elif self._is_other_document:
            told.append("This example took the place of your project.")
        if self._switch is not None:
            told.append(f"“{self._switch[0]}” was switched on.")
        return " ".join(told)

    def go_back(self) -> None:
        """Change back what was changed, and select what was selected."""
        if self._session.view.data_format != self._view.data_format:
            self._use_data_format(self._view.data_format)
        if self._switch is not None:
            self._switch[1]()
        if self._is_other_document and self._session.undo_stack.canUndo():
            self._session.undo_stack.undo()
            self._session.look(self._view)
        elif self._is_other_document and self._path and self._was_saved:
            self._workspace.open(self._path)
        elif self._is_other_document:
            self._workspace.project.bring_back(self._document, self._view, saved=self._was_saved)

    @property
    def _is_other_document(self) -> bool:
        return self._session.document is not self._document
