"""The recent files: listed with small pictures of what they hold, and greyed while they are not there."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage

from convstudio.files.settings import Settings
from convstudio.model.panes.thumbnails import sample_picture
from convstudio.session.jobs import Jobs
from convstudio.session.session import Session
from convstudio.session.workspace.workspace import Workspace, is_project
from convstudio.views.parts.controls import image_of
from convstudio.views.window.main_window import MainWindow, png_bytes
from convstudio.wiring.settings.preferences import Preferences

_SIDE = 32


class RecentFiles(QObject):
    """Keeps the list between two starts, and shows it in the menu.

    Pictures become icons, and the disk is asked which files are there, when the user opens the menu: a start waits for
    neither.
    """

    def __init__(
        self, window: MainWindow, session: Session, jobs: Jobs, workspace: Workspace, preferences: Preferences
    ) -> None:
        super().__init__(window)
        self._menus, self._session, self._jobs, self._preferences = window.menus, session, jobs, preferences
        workspace.file_used.connect(self._remember)
        workspace.file_missing.connect(self._forget)
        self._menus.recent_opened.connect(self._show_details)

    def show(self) -> None:
        """List the files."""
        self._menus.show_recent(self._preferences.settings.recent_files)

    def _remember(self, path: str) -> None:
        self._keep(self._preferences.settings.with_recent(path, self._picture(path)))

    def _forget(self, path: str) -> None:
        self._keep(self._preferences.settings.without_recent(path))

    def _keep(self, settings: Settings) -> None:
        self._preferences.keep(recent_files=settings.recent_files, recent_pictures=settings.recent_pictures)
        self.show()

    def _picture(self, path: str) -> str:
        """Return a small picture of the input that a file brought, as a PNG file in base64; "" of other files."""
        sample = self._session.document.sample
        if not is_project(path) and sample.origin != Path(path).name:
            return ""
        image = image_of(sample_picture(sample.values, _SIDE))
        keep, fast = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
        return b64encode(png_bytes(image.scaled(_SIDE, _SIDE, keep, fast))).decode()

    def _show_details(self) -> None:
        settings = self._preferences.settings
        pictures = {path: _image(settings.recent_pictures.get(path, "")) for path in settings.recent_files}
        self._menus.show_recent_pictures({path: image for path, image in pictures.items() if not image.isNull()})
        if self._jobs.is_idle:  # a disk that answers late must not be asked twice
            paths = settings.recent_files
            self._jobs.read("Looking for recent files", lambda _: _missing(paths), self._menus.show_missing)


def _image(text: str) -> QImage:
    """Return the picture of a PNG file in base64; an empty one of what is none."""
    image = QImage()
    try:
        image.loadFromData(b64decode(text, validate=True))
    except ValueError:
        return QImage()
    return image


def _missing(paths: Sequence[str]) -> frozenset[str]:
    """Return which files are not there. Runs in a worker: a network disk may answer late."""
    return frozenset(path for path in paths if not Path(path).exists())
