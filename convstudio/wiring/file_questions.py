"""The questions around files: which one to open or write, what to replace, and what becomes of unsaved work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from convstudio.files.disk.save import written_beside
from convstudio.files.problems import printable
from convstudio.session.detour import Detour
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.outside_changes import OutsideChanges
from convstudio.session.workspace.project import Taken
from convstudio.session.workspace.workspace import Workspace
from convstudio.views.parts import dialogs
from convstudio.views.window.main_window import MainWindow

_WHICH_KERNEL = ("Open kernel", "The file holds several kernels. Which one do you want?")


class FileQuestions:
    """Asks in the window, and has the workspace do what was answered."""

    def __init__(self, session: Session, jobs: Jobs) -> None:
        self._session = session
        self._jobs = jobs

    def wire(self, window: MainWindow, workspace: Workspace, detour: Detour) -> None:
        """Take the window that asks, the workspace, which asks back, and what Help shows in the place of the work."""
        self._window, self._workspace, self._detour = window, workspace, detour
        self._outside = OutsideChanges(workspace.project, partial(dialogs.ask_way, window), self.save_as)
        window.menus.new_asked.connect(self._start_new)
        window.menus.open_asked.connect(self.ask_open)
        window.menus.save_asked.connect(self._save)
        window.menus.save_as_asked.connect(self.save_as)
        window.menus.save_copy_asked.connect(self._save_copy)
        window.menus.revert_asked.connect(self._revert)
        self._session.modified_changed.connect(self._offer_revert)
        workspace.project.path_changed.connect(self._offer_revert)

    # --- open ----------------------------------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a file of any kind, and open it."""
        from convstudio.files.formats import OPENABLE  # here, and not above: no start needs it

        path = dialogs.ask_open(self._window, OPENABLE)
        if path:
            self._workspace.open(path)

    def ask_channels(self) -> None:
        """Ask for a file whose channels are added to the input."""
        from convstudio.files.inputs import INPUT_FORMATS  # here, and not above: no start needs it

        path = dialogs.ask_open(self._window, INPUT_FORMATS)
        if path:
            self._workspace.inputs.add_channels(path)

    def ask_weights(self) -> None:
        """Ask for a file of weights for the selected layer."""
        from convstudio.files.weights import WEIGHTS_FORMATS  # here, and not above: no start needs it

        path = dialogs.ask_weights(self._window, WEIGHTS_FORMATS)
        if path:
            self._workspace.weights.open_weights(path)

    def ask_taken(self, name: str) -> Taken:
        """Ask what to do with a project that another window has open."""
        return dialogs.ask_taken(self._window, name)

    def choose_kernel(self, texts: Sequence[str]) -> int | None:
        """Ask which of several kernels in a file is meant."""
        return dialogs.ask_which(self._window, *_WHICH_KERNEL, texts)

    def look_outside(self, state: Qt.ApplicationState) -> None:
        """Check the project's file when the user comes back from another program."""
        if state == Qt.ApplicationState.ApplicationActive and QApplication.activeModalWidget() is None:
            self._outside.look()

    def open_all(self, paths: Sequence[str]) -> None:
        """Open several files, as those dropped on the window."""
        for path in paths:
            self._workspace.open(path)

    def _start_new(self) -> None:
        if self._jobs.is_writing:  # a save that is under way decides whether there is anything to ask
            self._jobs.then(self._start_new)
        elif self.may_discard(self._start_new):
            self._workspace.project.start_again()

    # --- save ----------------------------------------------------------------------------------------------------

    def save_as(self, saved: Callable[[], object] = lambda: None) -> None:
        """Ask for a name, save the project under it, and call `saved` once it is safe."""
        from convstudio.files.formats import PROJECT_FORMATS  # here, and not above: no start needs it

        path = dialogs.ask_save_as(self._window, self._workspace.project.suggested_path, PROJECT_FORMATS)
        if path and (path == self._workspace.project.path or self._may_replace(path, written_beside(path))):
            self._workspace.project.save(path, saved)

    def _save_copy(self) -> None:
        """Ask for a name, and save a copy of the project under it; the project keeps its own."""
        from convstudio.files.formats import PROJECT_FORMATS  # here, and not above: no start needs it

        path = dialogs.ask_save_as(self._window, self._workspace.project.suggested_copy, PROJECT_FORMATS, "Save a copy")
        if path and self._may_replace(path, written_beside(path)):
            self._workspace.project.save_copy(path)

    def _revert(self) -> None:
        """Go back to what the project's file holds: nothing is asked, because undo leads back."""
        self._workspace.project.open_again("Revert to saved")

    def _offer_revert(self) -> None:
        self._window.menus.show_revert(bool(self._workspace.project.path) and self._session.is_modified)

    def may_discard(self, saved: Callable[[], object]) -> bool:
        """Ask about unsaved changes; return whether to go on now. `saved` is called after a save that is asked for.

        Where Help put the work aside, it is asked about what stands in its place, and then about the work.
        """
        if not self.may_leave(saved):
            return False
        if self._detour.is_away:
            self._detour.come_back()
            return self.may_leave(saved)
        return True

    def may_leave(self, saved: Callable[[], object]) -> bool:
        """Ask the same about what is shown alone."""
        if not self._session.is_modified:
            return True
        answer = dialogs.ask_unsaved(self._window, self._workspace.project.bare_name)
        if answer == "save":
            self._save(saved)
        return answer == "discard"

    def may_close(self) -> bool:
        """Return whether the window may close now; where a save must end first, the window closes itself after it."""
        self._jobs.cancel_reading()
        if self._jobs.is_writing:
            self._jobs.then(self._window.close)
            return False
        return self.may_discard(lambda: self._window.close())

    def _save(self, saved: Callable[[], object] = lambda: None) -> None:
        if self._workspace.project.path and not self._workspace.project.is_read_only:
            self._workspace.project.save(self._workspace.project.path, saved)
        else:
            self.save_as(saved)

    def _may_replace(self, path: str, paths: Sequence[Path]) -> bool:
        """Ask about files that would be replaced under names other than `path`; return whether to go on."""
        from convstudio.files.exports.writing import replaced_beside  # here, and not above: no start needs it

        replaced = replaced_beside(path, paths)
        return not replaced or dialogs.ask_replace(self._window, [printable(one.name) for one in replaced])
