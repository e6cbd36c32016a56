"""Writing a file so that a reader finds the old one or the new one, whole, whatever goes wrong between."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from convstudio.files.problems import WriteProblem, named, reason

_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space, or save to another disk",
    errno.EDQUOT: "your share of the disk is used up: free some space, or save to another disk",
    errno.EROFS: "the disk is read-only: save to another folder",
    errno.EACCES: "you may not write there: save to a folder of your own",
    errno.EPERM: "you may not write there: save to a folder of your own",
    errno.ENOENT: "its folder does not exist: make the folder, or save to another one",
    errno.ENOTDIR: "its folder does not exist: make the folder, or save to another one",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
}


def save_bytes(
    path: str | os.PathLike[str],
    data: bytes,
    *,
    verify: Callable[[bytes], None] | None = None,
    backup: bool = False,
) -> None:
    """Replace the file by `data` in one step; with `backup`, keep what was there as `NAME.bak`.

    `verify` is called first, and raises when the data does not decode to what it should; then nothing is touched.
    Raises WriteProblem; the original is then intact, and no half-written file is left.
    """
    if verify is not None:
        verify(data)
    try:
        _replace(_target(path), data, backup)
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, f"{reason(error)}: save to another folder")
        raise WriteProblem(f"{named(path)} was not saved, for {advice}.") from error
    except ValueError:  # a name with a NUL character
        raise WriteProblem(f"{named(path)} is no name of a file: choose another one.") from None


def backup_of(path: Path) -> Path:
    """Return where the file that a save replaces is kept."""
    return path.with_name(f"{path.name}.bak")


def _target(path: str | os.PathLike[str]) -> Path:
    """Return the file itself behind any links, which stay; refuse what is no file, or was locked by its owner."""
    target = Path(path).resolve()
    if not target.exists():
        return target
    if not stat.S_ISREG(target.stat().st_mode):
        raise WriteProblem(f"{named(path)} is a folder or a device: choose the name of a file.")
    if not os.access(target, os.W_OK):
        raise WriteProblem(f"{named(path)} is write-protected: save under another name.")
    return target


def _replace(target: Path, data: bytes, backup: bool) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    with _temporary(target) as written:
        _write(written, data, mode)
        if backup and mode is not None:
            _keep(target)
        written.replace(target)
    _sync_folder(target.parent)


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """Give a new name in the folder of the target; whatever is still there in the end is removed."""
    path = target.with_name(f".{target.name[:100]}.{os.urandom(4).hex()}.tmp")
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, data: bytes, mode: int | None) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file, mode)
        _write_all(file, memoryview(data))
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, data: memoryview) -> None:
    while data:
        written = os.write(file, data)
        if not written:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        data = data[written:]


def _keep(target: Path) -> None:
    """Make the file findable as its backup too, in one step and without moving it."""
    with _temporary(backup_of(target)) as kept:
        try:
            kept.hardlink_to(target)
        except OSError:  # file systems such as FAT know no links
            _write(kept, target.read_bytes(), None)
        kept.replace(backup_of(target))


def _sync_folder(folder: Path) -> None:
    """Make the renaming durable; Windows has no way to ask for it, and some network disks refuse."""
    if os.name == "nt":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(file)
