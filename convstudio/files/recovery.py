"""Unsaved work, kept in a folder until it is saved: what a crash leaves behind is offered at the next start.

Every running program writes one file of its own, named for its process, and holds a lock beside it. The system
lets go of the lock when the process ends, however it ends; a recovery without a lock is therefore left over.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from convstudio.files.documents import PROJECT_SUFFIX
from convstudio.files.problems import WriteProblem, named, reason
from convstudio.files.save import save_bytes

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


@dataclass
class Recovery:
    """The recovery file of this process, from `start_recovery` to `close`."""

    path: Path
    _lock_file: int

    def write(self, document_bytes: bytes) -> None:
        """Keep the work as it is now, in one step; raise WriteProblem."""
        save_bytes(self.path, document_bytes)

    def discard(self) -> None:
        """Forget the work kept so far: it has been saved, or given up by its user."""
        _unlink(self.path)

    def close(self) -> None:
        """Let go; what was not discarded is offered at the next start."""
        os.close(self._lock_file)
        _unlink(_lock_of(self.path))

    def __enter__(self) -> Recovery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_recovery(folder: Path) -> Recovery:
    """Take a name for this process's recovery file, made on the first write; raise WriteProblem."""
    path = folder / f"{os.getpid()}-{os.urandom(4).hex()}{PROJECT_SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(_lock_of(path), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise WriteProblem(
            f"{named(folder)} takes no recovery files ({reason(error)}): save your work often, by hand."
        ) from None
    with suppress(OSError):  # some network disks know no locks: then two programs may offer the same work
        _lock(file)
    return Recovery(path, file)


def list_recoveries(folder: Path) -> tuple[Path, ...]:
    """Return the recoveries that no running program holds, the newest first; () where there is no folder."""
    found = folder.iterdir() if folder.is_dir() else ()
    left = (path for path in found if path.suffix == PROJECT_SUFFIX and not _is_held(path))
    return tuple(sorted(left, key=_time, reverse=True))


def put_aside(path: Path) -> Path:
    """Rename a recovery so that it is never offered again, and return its new name; raise WriteProblem.

    Do this before it is opened: a file that brings the program down must not do so twice.
    """
    aside = path.with_name(path.name + _ASIDE)
    try:
        path.replace(aside)
        _unlink(_lock_of(path))
    except OSError as error:
        raise WriteProblem(f"{named(path)} was not put aside ({reason(error)}): copy it to another folder.") from None
    return aside


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
