"""The file of the project on show: whether this window may write it, and whether it is still what this window knows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from convstudio.files.disk.project_locks import ProjectLock, is_open_elsewhere, lock_project
from convstudio.files.disk.real_paths import real_path
from convstudio.files.disk.stamps import FileStamp

Change = Literal["", "changed", "gone", "locked"]
"""What another program did to the file since this window read or wrote it; a locked one takes no save."""


@dataclass
class ProjectFile:
    """The path of the project, "" while it has none, its lock, and the stamp of what was last read or written.

    `locks` is the folder of all locks. A project that another window has open is only read.
    """

    locks: Path
    path: str = ""
    is_read_only: bool = False
    _stamp: FileStamp | None = None
    _lock: ProjectLock | None = None

    def use(self, path: str, stamp: FileStamp | None, *, read_only: bool = False) -> None:
        """Go on with another file, or with the same one after it was read or written."""
        if path != self.path or read_only or self.is_read_only:
            self.let_go()
            self._lock = lock_project(self.locks, path) if path and not read_only else None
            self.is_read_only = bool(path) and self._lock is None
        self.path = path
        self._stamp = stamp

    def let_go(self) -> None:
        """Let other windows open the project."""
        if self._lock is not None:
            self._lock.let_go()
            self._lock = None

    def is_taken(self, path: str) -> bool:
        """Return whether another window has that file open. Reads the disk."""
        is_ours = self._lock is not None and bool(self.path) and real_path(path) == real_path(self.path)
        return not is_ours and is_open_elsewhere(self.locks, path)

    def change(self) -> tuple[Change, FileStamp | None]:
        """Return what another program did to the file, and its stamp of now, None where it is gone. Reads the disk."""
        path, known = self.path, self._stamp
        if not path or known is None:
            return "", None
        now = known.now(path)
        if now is None:
            return "gone", None
        return ("" if now is known else "changed"), now

    def change_before_save(self) -> tuple[Change, FileStamp | None]:
        """Return the same, and of a file that is unchanged whether it is write-protected now."""
        change, now = self.change()
        if not change and self.path and Path(self.path).exists() and not os.access(self.path, os.W_OK):
            return "locked", now
        return change, now

    def accept(self, stamp: FileStamp | None) -> None:
        """Take note of another program's version of the file: the user is not asked about it again."""
        self._stamp = stamp
