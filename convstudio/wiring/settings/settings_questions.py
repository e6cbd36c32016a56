"""The window of settings: what it shows, and what is done when something is chosen in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from convstudio.files.problems import FileProblem
from convstudio.files.settings import Settings, recovery_folder
from convstudio.session.jobs import Jobs
from convstudio.session.presets import Presets
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow
from convstudio.wiring.folders import show_folder
from convstudio.wiring.preset_questions import PresetQuestions
from convstudio.wiring.settings.interface_zoom import InterfaceZoom
from convstudio.wiring.settings.key_settings import KeySettings
from convstudio.wiring.settings.preferences import Preferences

if TYPE_CHECKING:
    from convstudio.views.window.pages.settings_window import SettingsShown, SettingsWindow


class SettingsQuestions(QObject):
    """Shows the settings, and hands each choice to the part that it belongs to."""

    def __init__(
        self,
        window: MainWindow,
        preferences: Preferences,
        zoom: InterfaceZoom,
        keys: KeySettings,
        jobs: Jobs,
        presets: Presets,
        preset_questions: PresetQuestions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._zoom = zoom
        self._keys = keys
        self._jobs = jobs
        self._presets = presets
        self._preset_questions = preset_questions
        self._page: SettingsWindow | None = None
        window.menus.settings_asked.connect(self.show)
        preferences.changed.connect(self._refresh)
        window.desktop_changed.connect(self._refresh)

    def show(self) -> None:
        """Show the window of settings in front."""
        if self._page is None:
            self._page = self._make()
        self._page.say("")
        self._refresh()
        self._page.show()
        self._page.raise_()
        self._page.activateWindow()

    def _make(self) -> SettingsWindow:
        page: SettingsWindow = load("window.pages.settings_window.SettingsWindow")(self._window)
        page.scheme_asked.connect(self._preferences.use_scheme)
        page.zoom_asked.connect(self._zoom.use)
        page.data_format_asked.connect(self._preferences.use_data_format)
        page.numbers_asked.connect(self._preferences.use_number_format)
        page.keys_asked.connect(self._keys.show)
        page.folder_shown.connect(self._show_folder)
        page.presets_folder_asked.connect(self._preset_questions.ask_folder)
        page.usual_presets_folder_asked.connect(self._use_usual_presets)
        page.reset_asked.connect(self._reset)
        return page

    def _refresh(self) -> None:
        if self._page is None:
            return
        settings = self._preferences.settings
        shown: type[SettingsShown] = load("window.pages.settings_window.SettingsShown")
        self._page.show_settings(
            shown(
                settings.theme,
                self._zoom.percent,  # a smaller one than is kept, where that does not fit this screen
                settings.data_format,
                settings.numbers,
                len(settings.keys),
                str(self._presets.path),
                str(recovery_folder(os.environ)),
            )
        )

    def _use_usual_presets(self) -> None:
        self._preset_questions.use_folder("")

    def _show_folder(self, which: str) -> None:
        if which == "presets":
            self._preset_questions.show_folder()
        else:
            show_folder(self._jobs, "Opening the recovery folder", recovery_folder(os.environ))

    def _reset(self) -> None:
        """Take back every setting that the window shows, after a copy of the file was written."""
        assert self._page is not None
        try:
            copy: Path = self._preferences.copy()
        except FileProblem as problem:
            self._page.say(f"The settings were not reset, because no copy could be kept. {problem}")
            return
        usual = Settings()
        self._preferences.use_scheme(usual.theme)
        self._preferences.use_data_format(usual.data_format)
        self._preferences.use_number_format(usual.numbers)
        self._zoom.use(usual.zoom)
        self._keys.reset_all()
        self._preset_questions.use_folder(usual.presets_folder)
        self._page.say(f"All settings above are the usual ones now. The ones before are kept in {copy}.")
