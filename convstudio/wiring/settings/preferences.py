"""What the user chose for every start: read first, kept when it changes and when the program ends."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from convstudio.files.pictures.colour_tables import load_colour_map
from convstudio.files.problems import FileProblem
from convstudio.files.settings import Settings, read_settings, save_copy_of_settings, save_settings
from convstudio.model.colour.colour_maps import COLOUR_MAP_NAMES
from convstudio.model.values.numbers import NumberFormat
from convstudio.model.values.view_state import DataFormat, ViewState
from convstudio.session.player import Player
from convstudio.session.session import Session
from convstudio.views.calculation.pane import CalculationPane
from convstudio.views.parts.grids.cell_editing import write_numbers_again
from convstudio.views.parts.style import apply_zoom
from convstudio.views.parts.theme import apply_scheme
from convstudio.views.window.main_window import MainWindow


class Preferences(QObject):
    """The settings file, and the parts of the window that it remembers; `problem` says why it could not be read.

    `told` says what was changed so that the rest could be used. `changed` tells that one of the settings is another.
    """

    changed = Signal()

    def __init__(self, app: QApplication, path: Path) -> None:
        super().__init__()
        self._app = app
        self._path = path
        self._said = ""
        self.problem = self.told = ""
        try:
            self.settings, self.told = read_settings(path)
        except FileProblem as problem:
            self.problem, self.settings = str(problem), Settings()
        apply_zoom(app, self.settings.zoom)
        apply_scheme(app, self.settings.theme)

    def wire(self, window: MainWindow, session: Session, player: Player, calculation: CalculationPane) -> None:
        """Take the parts whose choices are kept."""
        self._window, self._session, self._player, self._calculation = window, session, player, calculation
        session.use_data_format(self.settings.data_format)
        session.use_number_format(self.settings.numbers)
        if self.settings.colours in COLOUR_MAP_NAMES:  # a file may name anything
            session.look(session.view.scaled(colours=load_colour_map(self.settings.colours)))
        session.view_changed.connect(self._keep_colours)
        window.menus.scheme_asked.connect(self.use_scheme)
        window.menus.data_format_asked.connect(self.use_data_format)
        calculation.speed_asked.connect(self.set_speed)

    def show(self) -> None:
        """Give the window the size, the place and the choices of last time."""
        moved = self._window.restore_layout(self.settings.geometry, self.settings.splitters, self.settings.panels)
        self.told = f"{self.told} {moved}".strip()
        self._window.menus.show_scheme(self.settings.theme)
        self._window.menus.show_data_format(self.settings.data_format)
        self.set_speed(self.settings.speed)

    def keep(self, **changes: object) -> None:
        """Write size, place and choices for the next start; a problem is said once."""
        self.settings = msgspec.structs.replace(
            self.settings,
            geometry=self._window.geometry_text,
            splitters=self._window.splitters_text,
            panels=self._window.panels_text,
            speed=self._player.speed,
            **changes,
        )
        problem = ""
        try:
            save_settings(self._path, self.settings)
        except FileProblem as refusal:
            problem = str(refusal)
        if problem and problem != self._said:  # else it would take the place of what matters more
            self._window.messages.say(problem)
        self._said = problem
        self.changed.emit()

    def copy(self) -> Path:
        """Write the settings as they are into a file of their own beside the usual one, and return it."""
        return save_copy_of_settings(self._path, self.settings)

    def follow_desktop(self) -> None:
        """Paint the window in the colours that the desktop has now, where these are chosen."""
        apply_scheme(self._app, self.settings.theme)

    def use_scheme(self, scheme: str) -> None:
        """Paint the window in another colour scheme from now on."""
        apply_scheme(self._app, scheme)
        self._window.menus.show_scheme(scheme)
        self.keep(theme=scheme)

    def use_data_format(self, data_format: DataFormat) -> None:
        """Write shapes in the order of another framework from now on."""
        self._session.use_data_format(data_format)
        self._window.menus.show_data_format(data_format)
        self.keep(data_format=data_format)

    def use_number_format(self, numbers: NumberFormat) -> None:
        """Write numbers in another way from now on."""
        self._session.use_number_format(numbers)
        write_numbers_again(self._window)
        self.keep(digits=numbers.digits, decimal_sign=numbers.sign)

    def _keep_colours(self, before: ViewState, view: ViewState) -> None:
        if view.scale.colours != before.scale.colours:
            self.keep(colours=view.scale.colours.name)

    def set_speed(self, steps_per_second: int) -> None:
        """Play at another speed; it is kept with the next change."""
        self._player.set_speed(steps_per_second)
        self._calculation.show_speed(self._player.speed)

    def remember_folder(self, folder: str) -> None:
        """Remember a folder that was saved to: what a killed program left there is cleared away at the next start."""
        if folder not in self.settings.save_folders:
            self.keep(save_folders=self.settings.with_folder(folder).save_folders)
