"""The presets of the running program: read, changed, undone and watched, all off the UI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from convstudio.files.presets.folder import PresetChange, PresetFolder
from convstudio.files.presets.names import id_of
from convstudio.files.problems import FileProblem, named, tried
from convstudio.model.library.presets import PresetListing
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.detectors import Detector
from convstudio.model.words.file_kinds import ending_of
from convstudio.session.jobs import Jobs

if TYPE_CHECKING:
    from convstudio.files.presets.exchange import ReadPresets

_SETTLED = 200
"""Milliseconds after which a folder that changes is read: several files are mostly dropped at once."""
_MOST_STEPS = 100


class Presets(QObject):
    """Holds what the folder of presets lists, and changes it.

    `changed` carries the listing whenever it was read, `told` a sentence about what was done, and `undo_changed` the
    name of the step that `undo` takes back, empty where there is none. What goes wrong is a sentence of the jobs.
    """

    changed = Signal(object)
    told = Signal(str)
    undo_changed = Signal(str)
    renamed = Signal(str, str)
    """The id that a preset had, and the one that it has now."""
    not_saved = Signal(object, str, str)
    """A preset that could not be saved, the id of the one that it would have replaced or "", and a sentence why."""

    def __init__(self, jobs: Jobs, folder: PresetFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._folder = folder
        self._done: list[tuple[str, PresetChange]] = []
        self._is_asked = False
        self._is_there = False
        self._is_closed = False
        self._watcher = QFileSystemWatcher(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED)
        self._watcher.directoryChanged.connect(self._see_change)
        self._settling.timeout.connect(self.refresh)
        self.listing = PresetListing(str(folder.path))

    @property
    def path(self) -> Path:
        """The folder."""
        return self._folder.path

    def refresh(self) -> None:
        """Read the folder again, once however often it is asked for."""
        if self._is_asked:
            return
        self._is_asked = True
        self._jobs.read("Reading the presets", self._read, self._show)

    def use_folder(self, folder: PresetFolder) -> None:
        """List another folder from now on; what was done in the one before stays done."""
        self._folder = folder
        self._done.clear()
        self.undo_changed.emit("")
        self.refresh()

    def close(self) -> None:
        """Watch nothing any more."""
        self._settling.stop()
        self._watcher.directoryChanged.disconnect()
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._is_closed = True
        self._watcher.deleteLater()  # it holds one of the few watches that the system gives to a user

    # --- changes ---------------------------------------------------------------------------------------------------

    def save(self, preset: Detector) -> None:
        """Save a new preset."""
        sentence = f"The preset “{preset.name}” was saved."
        self._change(f"Save “{preset.name}”", lambda folder: folder.add([preset]), lambda _: sentence, (preset, ""))

    def replace(self, preset_id: str, preset: Detector) -> None:
        """Save an edited preset in place of the older one."""
        sentence = f"The preset “{preset.name}” was changed."

        def tell(change: PresetChange) -> str:
            self._tell_renamed(change.removed[0].original, change.made[0])
            return sentence

        step, unsaved = f"Edit “{preset.name}”", (preset, preset_id)
        self._change(step, lambda folder: folder.replace(preset_id, preset), tell, unsaved)

    def delete(self, presets: Sequence[Detector]) -> None:
        """Move presets away."""
        ids = [one.id for one in presets]
        what = f"“{presets[0].name}”" if len(ids) == 1 else f"{len(ids)} presets"
        sentence = one_or_many(len(ids), f"The preset {what} was deleted.", f"{what} were deleted.")
        self._change(f"Delete {what}", lambda folder: folder.delete(ids), lambda _: sentence)

    def undo(self) -> None:
        """Take the last change back."""
        if not self._done:
            return
        step, change = self._done.pop()

        def work(folder: PresetFolder) -> PresetChange:
            try:
                return folder.undo(change)
            except FileProblem:
                self._done.append((step, change))  # it can be tried again
                raise

        def take(undone: PresetChange) -> None:
            if len(change.made) == 1 == len(undone.made):
                self._tell_renamed(change.made[0], undone.made[0])
            self.told.emit(f"{step} was undone.")
            self.refresh()

        folder = self._folder
        self._jobs.write(f"Undoing: {step}", lambda _: work(folder), take)
        self._jobs.then(self._show_step)

    # --- in and out --------------------------------------------------------------------------------------------------

    def import_files(self, paths: Sequence[str]) -> None:
        """Copy the presets of files, folders and archives into the folder."""
        from convstudio.files.presets.exchange import read_presets  # here, and not above: no start needs it

        def take(found: tuple[ReadPresets, PresetChange]) -> None:
            read, change = found
            new, there = len(change.made), len(read.presets) - len(change.made)
            told = [f"{counted(new, 'preset')} imported."] if read.presets else []
            if there:
                told.append(one_or_many(there, "1 was there already.", f"{there} were there already."))
            self._remember(f"Import {counted(new, 'preset')}", change)
            self.told.emit(" ".join([*told, *read.problems]))

        def work(folder: PresetFolder) -> tuple[ReadPresets, PresetChange]:
            read = read_presets(paths)
            return read, folder.add_missing(read.presets)

        self._jobs.write("Importing presets", lambda _: work(self._folder), take)

    def export(self, path: str, presets: Sequence[Detector]) -> None:
        """Write presets or detectors to a file, an archive or, where the path has no ending, into a folder."""
        from convstudio.files.presets import exchange  # here, and not above: no start needs it

        what = counted(len(presets), "preset")
        if ending_of(path) == exchange.ARCHIVE_SUFFIX:
            self._write(path, lambda: exchange.export_archive(path, presets), f"{what} written to {named(path)}.")
        elif len(presets) == 1 and not Path(path).is_dir():
            sentence = f"“{presets[0].name}” written to {named(path)}."
            self._write(path, lambda: exchange.export_preset(path, presets[0]), sentence)
        else:
            self._write(path, lambda: exchange.export_folder(path, presets), f"{what} written to {named(path)}.")

    # --- helpers -----------------------------------------------------------------------------------------------------

    def _write(self, path: str, work: Callable[[], object], sentence: str) -> None:
        self._jobs.write(f"Exporting {Path(path).name}", lambda _: work(), lambda _: self.told.emit(sentence))

    def _change(
        self,
        step: str,
        work: Callable[[PresetFolder], PresetChange],
        sentence: Callable[[PresetChange], str],
        unsaved: tuple[Detector, str] | None = None,
    ) -> None:
        """Do work on the folder; where it fails, tell what is `unsaved`, so that its texts are not typed again."""

        def take(outcome: PresetChange | FileProblem) -> None:
            if isinstance(outcome, FileProblem):
                if unsaved is not None:
                    self.not_saved.emit(*unsaved, str(outcome))
                raise outcome
            self._remember(step, outcome)
            self.told.emit(sentence(outcome))

        self._jobs.write(step, lambda _: tried(partial(work, self._folder)), take)

    def _tell_renamed(self, before: Path, now: Path) -> None:
        if before.name != now.name:
            self.renamed.emit(id_of(before.name), id_of(now.name))

    def _remember(self, step: str, change: PresetChange) -> None:
        if change.made or change.removed:
            self._done = [*self._done, (step, change)][-_MOST_STEPS:]
        self._show_step()
        self.refresh()

    def _show_step(self) -> None:
        self.undo_changed.emit(self._done[-1][0] if self._done else "")

    def _read(self, _progress: object) -> tuple[PresetFolder, PresetListing]:
        self._is_asked = False  # what changes from now on is read again
        folder = self._folder
        return folder, folder.read()

    def _show(self, found: tuple[PresetFolder, PresetListing]) -> None:
        folder, listing = found
        if folder is not self._folder or self._is_closed:
            return
        self.listing = listing
        self._watch()
        self.changed.emit(listing)

    def _see_change(self, path: str) -> None:
        """Read the folder soon where it changed, or where it came or went; others change beside it without effect."""
        if path == str(self.path) or self.path.is_dir() != self._is_there:
            self._settling.start()

    def _watch(self) -> None:
        """Watch the folder, and the one that it is in: a folder that is renamed does not tell."""
        self._is_there = self.path.is_dir()
        above = next((path for path in self.path.parents if path.is_dir()), None)
        wanted = [str(path) for path in (self.path if self._is_there else None, above) if path is not None]
        if sorted(self._watcher.directories()) != sorted(wanted):
            if self._watcher.directories():
                self._watcher.removePaths(self._watcher.directories())
            self._watcher.addPaths(wanted)
