"""Presets between the library on screen and their folder: what is asked, what is answered, and what is remembered."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from convstudio.files.presets.folder import PresetFolder
from convstudio.files.presets.names import PRESET_SUFFIX, is_preset_file, stem_for
from convstudio.model.library.presets import PresetListing
from convstudio.model.values.detectors import Detector
from convstudio.model.values.limits import LIMITS
from convstudio.model.words.file_kinds import ending_of
from convstudio.session.jobs import Jobs
from convstudio.session.presets import Presets
from convstudio.views.layer.kernel_pane import KernelPane
from convstudio.views.parts import dialogs
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.folders import show_folder
from convstudio.wiring.settings.preferences import Preferences

_ALL = "presets"
_WAYS = ("One .zip archive", "A folder of files")
_NO_PRESETS = "There are no presets yet. Save one first: Filter bank › Save as preset."


class PresetQuestions:
    """Connects the library with the folder; `open_all` takes the dropped files that are not presets."""

    def __init__(
        self,
        window: MainWindow,
        pane: KernelPane,
        presets: Presets,
        preferences: Preferences,
        jobs: Jobs,
        open_all: Callable[[Sequence[str]], object],
    ) -> None:
        self._window = window
        self._pane = pane
        self._presets = presets
        self._preferences = preferences
        self._jobs = jobs
        self._open_all = open_all
        self._said = ""
        presets.changed.connect(self._show)
        presets.told.connect(self._tell)
        presets.undo_changed.connect(pane.presets.show_step)
        presets.renamed.connect(self._move_star)
        presets.not_saved.connect(pane.presets.ask_again)
        jobs.failed.connect(pane.presets.show_news)
        window.files_dropped.connect(self._take_dropped)
        self._wire()

    def _wire(self) -> None:
        requests, presets = self._pane.presets.requests, self._presets
        requests.saved.connect(presets.save)
        requests.replaced.connect(presets.replace)
        requests.delete_asked.connect(presets.delete)
        requests.undo_asked.connect(presets.undo)
        requests.star_asked.connect(self._star)
        requests.import_asked.connect(presets.import_files)
        requests.import_question_asked.connect(self._ask_import)
        requests.export_asked.connect(self._ask_export)
        requests.export_all_asked.connect(self._ask_export_all)
        requests.folder_shown.connect(self.show_folder)
        requests.folder_question_asked.connect(self.ask_folder)
        requests.usual_folder_asked.connect(partial(self.use_folder, ""))

    # --- what is new -------------------------------------------------------------------------------------------------

    def _show(self, listing: PresetListing) -> None:
        self._pane.show_presets(listing, self._preferences.settings.starred)
        if listing.problem and listing.problem != self._said:
            self._window.messages.say(listing.problem)
        self._said = listing.problem

    def _tell(self, sentence: str) -> None:
        if not self._pane.presets.show_news(sentence):
            self._window.messages.tell(sentence)

    def _star(self, detector_id: str) -> None:
        """Put a star on a detector or preset, or take it off."""
        starred = self._preferences.settings.starred
        others = tuple(one for one in starred if one != detector_id)
        self._keep_stars(others if detector_id in starred else (detector_id, *others)[: LIMITS.presets])

    def _move_star(self, before: str, now: str) -> None:
        """Let a star follow a preset whose file took another name."""
        starred = self._preferences.settings.starred
        if before in starred:
            self._keep_stars(tuple(now if one == before else one for one in starred))

    def _keep_stars(self, starred: tuple[str, ...]) -> None:
        self._preferences.keep(starred=starred)
        self._pane.show_presets(self._presets.listing, starred)

    # --- questions ---------------------------------------------------------------------------------------------------

    @property
    def _asking(self) -> QWidget:
        """The window that a question stands in front of."""
        library = self._pane.presets.library
        return self._window if library is None or not library.isVisible() else library

    def _ask_import(self) -> None:
        from convstudio.files.presets.exchange import PRESET_FORMATS  # here, and not above: no start needs it

        paths = dialogs.ask_presets(self._asking, PRESET_FORMATS)
        if paths:
            self._presets.import_files(paths)

    def _ask_export(self, chosen: Sequence[Detector]) -> None:
        """Ask where to write what is selected: one kernel in any format, several in an archive."""
        from convstudio.files.presets import exchange  # here, and not above: no start needs it

        is_one = len(chosen) == 1
        kinds = exchange.PRESET_FORMATS if is_one else (exchange.ARCHIVE_FORMAT,)
        name = f"{stem_for(chosen[0].name)}{PRESET_SUFFIX}" if is_one else f"{_ALL}{exchange.ARCHIVE_SUFFIX}"
        path = dialogs.ask_preset_export(self._asking, name, kinds)
        if path:
            self._presets.export(path, chosen)

    def _ask_export_all(self) -> None:
        from convstudio.files.presets import exchange  # here, and not above: no start needs it

        presets = self._presets.listing.presets
        if not presets:
            self._tell(_NO_PRESETS)
            return
        way = dialogs.ask_way(self._asking, "Export all presets", "Where are the presets written to?", _WAYS, "Cancel")
        if way == 0:
            path = dialogs.ask_preset_export(
                self._asking, f"{_ALL}{exchange.ARCHIVE_SUFFIX}", (exchange.ARCHIVE_FORMAT,)
            )
        else:
            path = "" if way is None else dialogs.ask_folder(self._asking, "Export all presets", "")
        if path:
            self._presets.export(path, presets)

    def ask_folder(self) -> None:
        """Ask for another folder to keep presets in."""
        path = dialogs.ask_folder(self._asking, "Folder of presets", str(self._presets.path))
        if path:
            self.use_folder(path)

    def use_folder(self, path: str) -> None:
        """Keep presets in another folder from now on, or ("") in the usual one."""
        self._presets.use_folder(PresetFolder.of_user(os.environ, path))
        self._preferences.keep(presets_folder=path)

    def show_folder(self) -> None:
        """Open the folder in the system's file manager, and say where it is."""
        path = self._presets.path
        tell = partial(self._tell, f"The presets are in {path}.")
        show_folder(self._jobs, "Opening the folder of presets", path, tell)

    def _take_dropped(self, paths: Sequence[str]) -> None:
        """Import dropped archives and sets of presets; open everything else, a single kernel too."""
        several = sum(is_preset_file(Path(path).name) for path in paths) > 1
        taken = [path for path in paths if _is_for_library(path, several)]
        if taken:
            self._presets.import_files(taken)
        rest = [path for path in paths if path not in taken]
        if rest:
            self._open_all(rest)


def _is_for_library(path: str, several: bool) -> bool:
    from convstudio.files.presets.exchange import ARCHIVE_SUFFIX  # here, and not above: no start needs it

    return ending_of(path) == ARCHIVE_SUFFIX or (several and is_preset_file(Path(path).name))
