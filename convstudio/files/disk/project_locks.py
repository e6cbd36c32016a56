"""Which projects are open in a window: so that a second window does not write over the first one's work.

The locks stand in the user's own folder, named by the project's resolved path, and not beside the projects: nobody's
folder is cluttered, and a project in a read-only folder or on a disk without locks is known as well. Another user, or
another machine on a shared disk, is not seen there: their saves are noticed by the file's stamp. The system lets go of
a lock when its process ends, so none outlives a crash.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from convstudio.files.disk.locks import is_held, is_let_go, try_lock
from convstudio.files.disk.real_paths import real_path
from convstudio.files.disk.temporary import MUST_CLOSE_FIRST

_SUFFIX = ".lock"
_ATTEMPTS = 5
_PAUSE = 0.02  # seconds; another window that tidies up holds each lock for a moment


class ProjectLock:
    """Says to other windows that a project is open, until it is let go."""

    def __init__(self, path: Path, file: int | None) -> None:
        self._path = path
        self._file = file

    def let_go(self) -> None:
        """Let others open the project."""
        if self._file is None:
            return
        if not MUST_CLOSE_FIRST:
            _unlink(self._path)  # before it is closed: afterwards it may be another window's
        os.close(self._file)
        self._file = None
        if MUST_CLOSE_FIRST:
            _unlink(self._path)


def is_open_elsewhere(folder: Path, project: str | os.PathLike[str]) -> bool:
    """Return whether a window has the project open; a window of this very process counts as well."""
    return is_held(_lock_path(folder, project))


def lock_project(folder: Path, project: str | os.PathLike[str]) -> ProjectLock | None:
    """Lock a project, or return None where another window has it open.

    Where the folder takes no locks, the project counts as locked: its stamp still tells of others' saves.
    """
    path = _lock_path(folder, project)
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return ProjectLock(path, None)
        try:
            is_ours = try_lock(file) and path.exists()  # else it was removed in the moment before it was locked
        except OSError:
            is_ours = True
        if is_ours:
            return ProjectLock(path, file)
        os.close(file)
    return None


def tidy_locks(folder: Path) -> None:
    """Remove the locks of programs that ended without letting go."""
    with suppress(OSError):
        for path in folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                is_let_go(path, path.unlink)


def _lock_path(folder: Path, project: str | os.PathLike[str]) -> Path:
    import hashlib  # here for the reason in FileStamp.of

    name = os.path.normcase(real_path(project))
    return folder / f"{hashlib.blake2b(os.fsencode(name), digest_size=16).hexdigest()}{_SUFFIX}"


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
