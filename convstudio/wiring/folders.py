"""Folders of the program that the user can look into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from convstudio.session.jobs import Jobs


def show_folder(jobs: Jobs, title: str, path: Path, then: Callable[[], object] | None = None) -> None:
    """Open a folder in the system's file manager, made where it is not there, and call `then`, unless that failed.

    `title` says what the user waits for.
    """

    def show(_made: object) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        if then is not None:
            then()

    jobs.read(title, lambda _: path.mkdir(parents=True, exist_ok=True), show)
