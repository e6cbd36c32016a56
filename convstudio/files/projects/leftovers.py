"""Work that programs left when they ended before it was saved: offered twice, then put aside, listed and bounded.

How often a recovery was offered is the end of its name: nothing, `.offered`, then `.aside`. A recovery is a folder, or
a project file of an older version of the program.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from convstudio.files.disk.locks import is_held, is_let_go
from convstudio.files.disk.temporary import clear_stale
from convstudio.files.problems import FileProblem, WriteProblem, named, reason
from convstudio.files.projects.array_store import ARRAYS_SUFFIX
from convstudio.files.projects.names import PROJECT_SUFFIX
from convstudio.files.projects.recovery import LOCK_FILE, WORK_FILE, glance, read_recovery
from convstudio.files.reading import read_bytes
from convstudio.model.panes.thumbnails import sample_picture
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.scale import Colours
from convstudio.model.values.view_state import ViewState

_OFFERED = ".offered"
_ASIDE = ".aside"
_OLD_LOCK = ".lock"  # versions that kept one file a recovery had their lock beside it


@dataclass(frozen=True)
class Leftover:
    """One piece of work that was left; `when` it was kept last, in seconds since 1970."""

    path: Path
    when: float


def list_leftovers(folder: Path) -> tuple[Leftover, ...]:
    """Return what no running program holds and was not put aside, the newest first; () where there is no folder."""
    return _newest_first(path for path in _works(folder) if not path.name.endswith(_ASIDE) and not _is_held(path))


def list_aside(folder: Path) -> tuple[Leftover, ...]:
    """Return what was put aside, the newest first."""
    return _newest_first(path for path in _works(folder) if path.name.endswith(_ASIDE))


def mark_offered(leftover: Leftover) -> Leftover:
    """Take note that it was offered: the second time it is put aside. Raise WriteProblem.

    Do this before it is opened: a recovery that brings the program down must not do so at every start.
    """
    suffix = _ASIDE if leftover.path.name.endswith(_OFFERED) else _OFFERED
    return Leftover(_renamed(leftover.path, suffix), leftover.when)


def put_aside(path: Path) -> Path:
    """Rename work so that it is not offered again, only listed, and return its new path; raise WriteProblem."""
    return path if path.name.endswith(_ASIDE) else _renamed(path, _ASIDE)


def is_aside(leftover: Leftover) -> bool:
    """Return whether it was put aside."""
    return leftover.path.name.endswith(_ASIDE)


def read_leftover(path: Path) -> tuple[Document, ViewState | None]:
    """Return the work; raise FileProblem."""
    from convstudio.files.projects.documents import decode_document  # here, and not above: no start needs it

    return read_recovery(path) if path.is_dir() else decode_document(read_bytes(path), named(path))


def glance_at(leftover: Leftover) -> tuple[str, Colours]:
    """Return the name of the work, and a small picture of its input, `(rows, columns, 3)` bytes; raise FileProblem."""
    if leftover.path.is_dir():
        return glance(leftover.path)
    document, _ = read_leftover(leftover.path)
    return document.title or document.sample.name, sample_picture(document.sample.values)


def delete(path: Path) -> None:
    """Remove work for good; raise WriteProblem."""
    try:
        if path.is_dir():
            (path / WORK_FILE).unlink(missing_ok=True)  # first: what is left after a kill is then without work
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise WriteProblem(f"{named(path)} was not deleted ({reason(error)}).") from None


def tidy(folder: Path) -> None:
    """Remove what nobody needs: the oldest that were put aside, and what programs without unsaved work left."""
    for searched in (folder, *(path for path in _entries(folder) if path.is_dir())):
        clear_stale(searched)
    taken = 0
    for place, leftover in enumerate(list_aside(folder)):
        taken += _byte_size(leftover.path)
        if place >= LIMITS.put_aside or (place and taken > LIMITS.put_aside_bytes):
            with suppress(WriteProblem):
                delete(leftover.path)
    for path in _entries(folder):
        with suppress(OSError):
            if path.suffix == _OLD_LOCK and path.is_file():
                is_let_go(path, path.unlink)
            elif path.is_dir() and _is_without_work(path):
                _remove_without_work(path)


def _renamed(path: Path, suffix: str) -> Path:
    renamed = path.with_name(path.name.removesuffix(_OFFERED) + suffix)
    try:
        return path.rename(renamed)
    except OSError as error:
        raise WriteProblem(f"{named(path)} was not put aside ({reason(error)}): copy it to another folder.") from None


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise FileProblem(
            f"{named(folder)} cannot be read ({reason(error)}), so work that was not saved may be hidden there."
        ) from None


def _works(folder: Path) -> Iterator[Path]:
    for path in _entries(folder):
        name = path.name.removesuffix(_OFFERED).removesuffix(_ASIDE)
        with suppress(OSError):
            if (path / WORK_FILE).is_file() or (name.endswith(PROJECT_SUFFIX) and path.is_file()):
                yield path


def _newest_first(paths: Iterator[Path]) -> tuple[Leftover, ...]:
    found = (Leftover(path, _time(path)) for path in paths)
    return tuple(sorted(found, key=lambda leftover: leftover.when, reverse=True))


def _time(path: Path) -> float:
    try:
        return (path / WORK_FILE if path.is_dir() else path).stat().st_mtime
    except OSError:  # it went away meanwhile
        return 0


def _is_held(path: Path) -> bool:
    lock = path / LOCK_FILE if path.is_dir() else path.with_name(path.name.partition(".")[0] + _OLD_LOCK)
    return is_held(lock)  # where that cannot be known it is offered: it is then in two windows, and not in none


def _is_without_work(path: Path) -> bool:
    return all(one.name == LOCK_FILE or one.suffix == ARRAYS_SUFFIX for one in path.iterdir())


def _remove_without_work(path: Path) -> None:
    """Remove a folder that holds nothing to bring back, unless its program runs; its maker would make it again."""
    lock = path / LOCK_FILE
    if lock.exists():
        is_let_go(lock, partial(shutil.rmtree, path))
    else:
        path.rmdir()


def _byte_size(path: Path) -> int:
    with suppress(OSError):
        files = path.iterdir() if path.is_dir() else [path]
        return sum(one.stat().st_size for one in files)
    return 0
