"""Locks that the system lets go of when their process ends, however it ends: so a lock never outlives its holder."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, *, wait: bool = False) -> None:
        msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int, *, wait: bool = False) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


def try_lock(file: int) -> bool:
    """Lock an open file until it is closed; return False where another one holds it.

    Some network disks know no locks: raises OSError there, and the caller decides what is safe.
    """
    try:
        _lock(file)
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
    return True


def hold(file: int) -> None:
    """Lock an open file that others lock for moments only; where the disk knows no locks, nothing happens."""
    with suppress(OSError):
        _lock(file, wait=True)


def is_let_go(path: Path, act: Callable[[], object] = lambda: None) -> bool:
    """Return whether the process that locked this file has surely ended; False wherever that cannot be known.

    `act` is called while nobody else can lock the file; raises its OSError.
    """
    try:
        file = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except OSError:
        return False
    try:
        is_free = _is_free(file)
        if is_free:
            act()
        return is_free
    finally:
        with suppress(OSError):
            os.close(file)


def _is_free(file: int) -> bool:
    try:
        return try_lock(file)
    except OSError:
        return False


def is_held(path: Path) -> bool:
    """Return whether a process surely holds a lock on this file; False wherever that cannot be known."""
    try:
        file = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except OSError:
        return False
    try:
        return not try_lock(file)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            os.close(file)
