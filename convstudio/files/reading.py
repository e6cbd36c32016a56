"""Reading the bytes of a file that the user named."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from convstudio.files.problems import FileProblem, named, reason
from convstudio.model.values.limits import LIMITS


def read_bytes(path: str | os.PathLike[str], most: int | None = None) -> bytes:
    """Return everything in a file; raise FileProblem when it cannot be read, is empty, or has more than `most` bytes.

    Without `most` the limit of all files counts.
    """
    try:
        return _read(Path(path), LIMITS.file_bytes if most is None else most)
    except FileNotFoundError:
        raise FileProblem(f"{named(path)} does not exist: check its name and its folder.") from None
    except PermissionError:
        raise FileProblem(f"{named(path)} may not be read: ask for permission to read it.") from None
    except OSError as error:
        raise FileProblem(f"{named(path)} cannot be read ({reason(error)}): copy it to this disk first.") from None
    except ValueError:  # a name with a NUL character
        raise FileProblem(f"{named(path)} is not a valid file name: choose another one.") from None


def _read(path: Path, most: int) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise FileProblem(f"{named(path)} is a folder: choose a file inside it.")
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
        raise FileProblem(f"{named(path)} is a device or a pipe: choose a file.")
    _check_size(status.st_size, path, most)
    with path.open("rb") as file:
        data = file.read(status.st_size + 1)
    if len(data) != status.st_size:
        raise FileProblem(f"{named(path)} changed while it was read: wait until it is written, and open it again.")
    return data


def _check_size(size: int, path: Path, most: int) -> None:
    if size > most:
        raise FileProblem(
            f"{named(path)} is larger than {most >> 20} MiB, the most that is read of its kind: make it smaller."
        )
    if size == 0:
        raise FileProblem(f"{named(path)} is empty (0 bytes): choose another file.")
