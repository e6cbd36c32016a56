"""Unsaved work, kept in a folder until it is saved: what a crash leaves behind is offered at the next start.

Every running program writes one file of its own, named for its process, and holds a lock beside it. The system
lets go of the lock when the process ends, however it ends; a recovery without a lock is therefore left over.
"""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from convstudio.files.documents import PROJECT_SUFFIX
from convstudio.files.problems import WriteProblem, named, reason
from convstudio.files.save import save_bytes
from convstudio.files.settings import recovery_path

_LOCK = ".lock"
_ASIDE = ".aside"

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class RecoveryFolder:
    """The folder of unsaved work, and this process's file in it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or recovery_path()
        self._own = self.folder / f"{os.getpid()}-{secrets.token_hex(4)}{PROJECT_SUFFIX}"
        self._lock_file: int | None = None

    def write(self, document_bytes: bytes) -> None:
        """Keep this process's work as it is now, in one step; raise WriteProblem."""
        if self._lock_file is None:
            self._lock_file = _take_lock(self._own)
        save_bytes(self._own, document_bytes)

    def discard_own(self) -> None:
        """Forget this process's work: it has been saved, or given up by its user."""
        _unlink(self._own)

    def left_over(self) -> tuple[Path, ...]:
        """Return the work that ended programs left, the newest first; () where there is none."""
        left = (path for path in self.folder.glob(f"*{PROJECT_SUFFIX}") if not _is_held(path))
        return tuple(sorted(left, key=_time, reverse=True))

    def put_aside(self, path: Path) -> Path:
        """Rename left-over work so that it is never offered again, and return its new name; raise WriteProblem.

        Do this before it is opened: a file that brings the program down must not do so twice.
        """
        aside = path.with_name(path.name + _ASIDE)
        try:
            path.replace(aside)
        except OSError as error:
            raise WriteProblem(f"{named(path)} was not put aside ({reason(error)}): copy it elsewhere.") from None
        return aside

    def discard(self, path: Path) -> None:
        """Delete left-over work, put aside or not, that is not needed any more."""
        _unlink(path)
        _unlink(_lock_of(path))

    def close(self) -> None:
        """Let go; work that was not discarded is offered at the next start."""
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None
            _unlink(_lock_of(self._own))


def _take_lock(path: Path) -> int:
    """Return the open lock of a recovery file, in a folder that is made if need be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise WriteProblem(
            f"{named(path.parent)} takes no recovery files ({reason(error)}): save your work often, by hand."
        ) from None
    with suppress(OSError):  # some network disks know no locks: then two programs may offer the same work
        _lock(file)
    return file


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # it went away meanwhile
        return 0


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name.partition(".")[0] + _LOCK)


def _is_held(path: Path) -> bool:
    try:
        file = os.open(_lock_of(path), os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(file)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
