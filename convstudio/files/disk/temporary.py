"""Temporary files beside the file that is written, and the clearing away of those that a killed program left.

The name tells that a file is ConvStudio's, and on which machine it was made; a lock, held from its making to its
renaming, shows that its process still runs. A process number would not do: the system gives it to the next process.
"""

from __future__ import annotations

import os
import platform
import stat
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from convstudio.files.disk.locks import hold, is_let_go

TEMPORARY_SUFFIX = ".convstudio-tmp"
"""How the name of every temporary file ends."""

MUST_CLOSE_FIRST = sys.platform == "win32"
"""Whether a file must be closed before it is renamed, as on Windows: it is without its lock for that moment."""
_LONGEST_MOMENT = 60.0  # seconds; so on Windows a file must be older than this, too
_LONGEST_OWN_NAME = 100  # of the target's name: with all that follows, the whole stays below 255 bytes of UTF-8


@contextmanager
def temporary(target: Path) -> Iterator[Path]:
    """Give a new name in the folder of the target; whatever is still there in the end is removed."""
    path = target.with_name(f".{_shortened(target.name)}.{_machine()}-{os.urandom(4).hex()}{TEMPORARY_SUFFIX}")
    try:
        yield path
    finally:
        with suppress(OSError, ValueError):  # a name with a NUL character
            path.unlink()


def create(path: Path) -> int:
    """Make a temporary file, held by this process until the returned file is closed; raise OSError."""
    while True:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        hold(file)
        if path.exists():
            return file
        os.close(file)  # another window cleared it away in the moment before it was locked


def clear_stale(folder: Path) -> tuple[Path, ...]:
    """Remove what killed programs of this user and this machine left half-written in a folder; return what went."""
    try:
        with os.scandir(folder) as entries:
            found = [Path(entry.path) for entry in entries if _is_ours(entry.name)]
    except OSError:
        return ()
    return tuple(path for path in found if _was_ours_for_long(path) and _remove_where_let_go(path))


def _shortened(name: str) -> str:
    return name.encode("utf-8", "surrogateescape")[:_LONGEST_OWN_NAME].decode("utf-8", "ignore")


def _machine() -> str:
    """Return a mark of this machine, because locks of another one cannot always be seen on a shared disk."""
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _is_ours(name: str) -> bool:
    if not (name.startswith(".") and name.endswith(TEMPORARY_SUFFIX)):
        return False  # before anything else is asked: a folder may have thousands of others
    mark, _, drawn = name.removesuffix(TEMPORARY_SUFFIX).rpartition(".")[2].partition("-")
    return mark == _machine() and len(drawn) == 8


def _was_ours_for_long(path: Path) -> bool:
    try:
        status = path.stat(follow_symlinks=False)
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode) or (hasattr(os, "getuid") and status.st_uid != os.getuid()):
        return False
    return not MUST_CLOSE_FIRST or time.time() - status.st_mtime > _LONGEST_MOMENT


def _remove_where_let_go(path: Path) -> bool:
    try:
        if MUST_CLOSE_FIRST:
            path.unlink()  # refused by the system while its maker has it open
            return True
        return is_let_go(path, path.unlink)  # while it is locked: else its maker could lock it before the removal
    except OSError:
        return False
