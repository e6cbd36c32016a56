"""Writing files so that a reader finds the old one or the new one, whole, whatever goes wrong between."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from convstudio.files.disk.locks import try_lock
from convstudio.files.disk.real_paths import real_path
from convstudio.files.disk.temporary import MUST_CLOSE_FIRST, clear_stale, create, temporary
from convstudio.files.problems import WriteProblem, named, reason
from convstudio.model.values.answers.counted import one_or_many

_MOST_HELD = 100  # files that a set keeps open and locked until all are written: a process may have 256 open on macOS
_ELSEWHERE = "Save to another folder"
_FAULTS = {
    errno.ENOSPC: ("the disk is full", "Free some space, or save to another disk"),
    errno.EDQUOT: ("your share of the disk is used up", "Free some space, or save to another disk"),
    errno.EROFS: ("the disk is read-only", _ELSEWHERE),
    errno.EACCES: ("you do not have permission to write there", "Save to a folder of your own"),
    errno.EPERM: ("you do not have permission to write there", "Save to a folder of your own"),
    errno.ENOENT: ("its folder does not exist", "Make the folder, or save to another one"),
    errno.ENOTDIR: ("its folder does not exist", "Make the folder, or save to another one"),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one"),
}


class UnconfirmedWrite(WriteProblem):
    """The new files are in place, whole, but the disk did not confirm that they outlast a power cut."""


def save_bytes(
    path: str | os.PathLike[str],
    data: bytes,
    *,
    verify: Callable[[bytes], None] | None = None,
    backup: bool = False,
) -> None:
    """Replace the file by `data` in one step; with `backup`, keep what was there as `NAME.bak`.

    `verify` is called first, and raises when the data does not decode to what it should; then nothing is touched.
    Raises WriteProblem; the original is then intact, and no half-written file is left. Raises UnconfirmedWrite where
    the new file is in place and the disk did not confirm it.
    """
    if verify is not None:
        verify(data)
    save_all([(path, data)], backup=backup)


def save_all(files: Iterable[tuple[str | os.PathLike[str], bytes]], *, backup: bool = False) -> tuple[Path, ...]:
    """Write a set of files, each in one step, and none before all are on the disk; return their paths.

    `files` may be a generator: the bytes of one file are let go before those of the next are asked for. What killed
    programs left half-written in the same folders is cleared away first. Raises WriteProblem; the files are then as
    they were, save those that the sentence names. Raises UnconfirmedWrite where all are in place and the disk did not
    confirm it.
    """
    with ExitStack() as stack:
        waiting: list[_PendingFile] = []
        folders: set[Path] = set()
        for path, data in files:
            with explained(path):
                target = _target(path)
                if target.parent not in folders:
                    folders.add(target.parent)
                    clear_stale(target.parent)
                written = stack.enter_context(temporary(target))
                file = _write(written, data, _mode(target))
                if MUST_CLOSE_FIRST or len(waiting) >= _MOST_HELD:
                    os.close(file)
                else:
                    stack.callback(os.close, file)
            waiting.append(_PendingFile(path, target, written))
        for done, one in enumerate(waiting):
            with explained(one.path, [former.path for former in waiting[:done]]):
                if backup and one.target.exists():
                    _keep(one.target)
                one.written.replace(one.target)
    _confirm([one.path for one in waiting], folders)
    return tuple(Path(one.path) for one in waiting)


def check_can_write(path: str | os.PathLike[str]) -> None:
    """Raise WriteProblem where a file cannot be written: before the work, and not after it.

    A disk that is full, or becomes so, is found when the file is written.
    """
    with explained(path):
        target = _target(path)
        with temporary(target) as written:
            os.close(create(written))


def backup_of(path: Path) -> Path:
    """Return where the file that a save replaces is kept."""
    return path.with_name(f"{path.name}.bak")


def written_beside(path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Return which other files a save with a backup writes: the backup, where there is something to keep."""
    target = Path(path)
    return (backup_of(target),) if target.exists() else ()


@dataclass(frozen=True)
class _PendingFile:
    """A file that is written under a temporary name: the chosen name, the file that it leads to, and that name."""

    path: str | os.PathLike[str]
    target: Path
    written: Path


@contextmanager
def explained(path: str | os.PathLike[str], saved: Sequence[str | os.PathLike[str]] = ()) -> Iterator[None]:
    """Turn the system's errors about one file into a sentence, which also names those that were saved before it."""
    try:
        yield
    except OSError as error:
        what, advice = _FAULTS.get(error.errno or 0, (reason(error), _ELSEWHERE))
        rest = _only_new(saved)
        raise WriteProblem(f"{named(path)} was not saved: {what}. {advice}.{rest}") from error
    except ValueError:  # a name with a NUL character
        raise WriteProblem(f"{named(path)} is not a valid file name: choose another one.") from None


def _only_new(saved: Sequence[str | os.PathLike[str]]) -> str:
    if not saved:
        return ""
    names = ", ".join(map(named, saved))
    return one_or_many(len(saved), f" Only {names} of this set is new.", f" Only {names} of this set are new.")


def _target(path: str | os.PathLike[str]) -> Path:
    """Return the file that any links lead to, and leave the links; refuse what is not a file or is write-protected."""
    target = real_path(path)
    if target.is_symlink():
        raise WriteProblem(f"{named(path)} is a link that leads to itself: choose another name.")
    if not target.exists():
        return target
    if not stat.S_ISREG(target.stat().st_mode):
        raise WriteProblem(f"{named(path)} is a folder or a device: choose the name of a file.")
    if not os.access(target, os.W_OK):
        raise WriteProblem(f"{named(path)} is write-protected: save under another name.")
    return target


def _mode(target: Path) -> int | None:
    return stat.S_IMODE(target.stat().st_mode) if target.exists() else None


def _write(path: Path, data: bytes, mode: int | None) -> int:
    """Write all bytes to the disk, and return the file, which is still open and held."""
    file = create(path)
    try:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file, mode)
        write_all(file, memoryview(data))
        os.fsync(file)
    except BaseException:
        os.close(file)
        raise
    return file


def write_all(file: int, data: memoryview) -> None:
    """Write bytes, however few the system takes at a time; raise OSError."""
    while data:
        written = os.write(file, data)
        if not written:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        data = data[written:]


def _keep(target: Path) -> None:
    """Make the file findable as its backup too, in one step and without moving it."""
    with temporary(backup_of(target)) as kept, target.open("rb") as original:
        with suppress(OSError):
            try_lock(original.fileno())  # its second name is the same file: so that is held, too
        try:
            kept.hardlink_to(target)
        except OSError:  # file systems such as FAT know no links
            os.close(_write(kept, original.read(), None))
        kept.replace(backup_of(target))


def _confirm(paths: Sequence[str | os.PathLike[str]], folders: Iterable[Path]) -> None:
    """Make the renaming durable."""
    try:
        for folder in folders:
            sync_folder(folder)
    except OSError as error:
        what = one_or_many(
            len(paths),
            f"{named(paths[0])} was saved, but the disk did not confirm it ({reason(error)}).",
            f"{len(paths)} files were saved, but the disk did not confirm it ({reason(error)}).",
        )
        raise UnconfirmedWrite(f"{what} Save again, or to another disk, before you rely on it.") from error


def sync_folder(folder: Path) -> None:
    """Make renaming and removing in a folder durable; Windows cannot, and some network disks refuse. Raise OSError."""
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
