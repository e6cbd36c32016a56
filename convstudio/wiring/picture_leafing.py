"""A folder of pictures in the window: opened by a question, leafed through by keys, and listed beside the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from convstudio.session.workspace.picture_list import PictureList
from convstudio.views.parts import dialogs
from convstudio.views.parts.later import load
from convstudio.views.window.main_window import MainWindow

if TYPE_CHECKING:
    from convstudio.model.readings.pictures.folder import PictureFolder
    from convstudio.views.window.picture_dock import PictureDock


class PictureLeafing:
    """Connects the list of pictures with the menus and, once a folder was opened, with the list on screen."""

    def __init__(self, window: MainWindow, pictures: PictureList) -> None:
        self._window = window
        self._pictures = pictures
        self._dock: PictureDock | None = None
        pictures.listed.connect(self._show_folder)
        pictures.told.connect(window.messages.tell)
        window.menus.folder_asked.connect(self._ask_folder)
        window.menus.picture_step_asked.connect(pictures.step)
        window.menus.picture_list_asked.connect(self._show_list)

    def _ask_folder(self) -> None:
        folder = dialogs.ask_folder(self._window, "Open a folder of pictures", "")
        if folder:
            self._pictures.open(folder)

    def _show_folder(self, folder: PictureFolder) -> None:
        self._window.menus.show_leafing()
        if self._dock is None:
            self._dock = self._made_dock()
        self._dock.show_folder(folder)
        self._dock.open_beside()

    def _show_list(self) -> None:
        """Show the list, or bring the keyboard to it."""
        if self._dock is not None:
            self._dock.open_beside()
            self._dock.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _made_dock(self) -> PictureDock:
        dock: PictureDock = load("window.picture_dock.PictureDock")(self._window)
        self._pictures.selected.connect(dock.show_selected)
        self._pictures.damaged.connect(dock.show_problem)
        self._pictures.thumbnail_made.connect(dock.rows.show_thumbnail)
        dock.chosen.connect(self._pictures.show_picture)
        dock.wanted.connect(self._pictures.want_thumbnail)
        return dock
