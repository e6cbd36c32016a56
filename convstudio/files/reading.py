"""Reading the bytes of a file that the user named."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from convstudio.files.problems import FileProblem, named, reason
from convstudio.model.values.limits import LIMITS

Result = TypeVar("Result")


class Content(Protocol):
    """Bytes, or a file whose bytes are read when they are asked for: its length, and any part of it."""

    def __len__(self) -> int:
        """Return how many bytes there are."""

    def __getitem__(self, part: slice, /) -> bytes:
        """Return the bytes of a part, which may reach beyond the end."""


@dataclass(frozen=True)
class StoredFile:
    """A file whose parts are read when they are asked for; one that changed meanwhile is refused.

    The file is not mapped into memory: where another program shortens a mapped file, reading it ends the process.
    """

    path: Path
    size: int
    time: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice, /) -> bytes:
        """Return the bytes of a part; raise FileProblem where the file changed, or cannot be read any more."""
        begin, end, _ = part.indices(self.size)
        return _trying(self.path, lambda path: self._read(path, begin, max(0, end - begin)))

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open the file for another process to read; raise FileProblem where it changed, or cannot be opened."""
        file = _trying(self.path, self._open)
        with file:
            yield file

    def _open(self, path: Path) -> BinaryIO:
        file = path.open("rb")
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (self.size, self.time):
            file.close()
            raise _changed(path)
        return file

    def _read(self, path: Path, begin: int, count: int) -> bytes:
        with self._open(path) as file:
            file.seek(begin)
            data = file.read(count)
        if len(data) != count:
            raise _changed(path)
        return data


def read_bytes(path: str | os.PathLike[str], most: int | None = None) -> bytes:
    """Return everything in a file; raise FileProblem when it cannot be read, is empty, or has more than `most` bytes.

    Without `most` the limit of all files counts.
    """
    return _trying(path, lambda found: _read(found, LIMITS.file_bytes if most is None else most))


def stored_file(path: str | os.PathLike[str]) -> StoredFile:
    """Return a file whose bytes are read when they are asked for; raise FileProblem as `read_bytes` does."""
    return _trying(path, _stored)


def stream_of(content: Content) -> BinaryIO:
    """Return bytes, or a file that is read when it is asked for, as a file that is open for reading.

    >>> stream_of(b"abc").read(2)
    b'ab'
    """
    return io.BytesIO(content) if isinstance(content, bytes) else io.BufferedReader(_Stream(content), _BUFFER)


_BUFFER = 2**16


class _Stream(io.RawIOBase):
    """The bytes of a content, one after the other."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._content)}[whence]
        if start + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = self._content[self._at : self._at + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _trying(path: str | os.PathLike[str], read: Callable[[Path], Result]) -> Result:
    """Read a file, and say in a sentence why it cannot be."""
    try:
        return read(Path(path))
    except FileNotFoundError:
        raise FileProblem(f"{named(path)} does not exist: check its name and its folder.") from None
    except PermissionError:
        raise FileProblem(f"{named(path)} may not be read: ask for permission to read it.") from None
    except OSError as error:
        raise FileProblem(f"{named(path)} cannot be read ({reason(error)}): copy it to this disk first.") from None
    except ValueError:  # a name with a NUL character
        raise FileProblem(f"{named(path)} is not a valid file name: choose another one.") from None


def _read(path: Path, most: int) -> bytes:
    status = _checked(path, most)
    with path.open("rb") as file:
        data = file.read(status.st_size + 1)
    if len(data) != status.st_size:
        raise _changed(path)
    return data


def _stored(path: Path) -> StoredFile:
    status = _checked(path, LIMITS.file_bytes)
    return StoredFile(path, status.st_size, status.st_mtime_ns)


def _changed(path: Path) -> FileProblem:
    return FileProblem(f"{named(path)} changed while it was read: wait until it is written, and open it again.")


def _checked(path: Path, most: int) -> os.stat_result:
    """Return what the system knows of a file; raise FileProblem where it is none, or of the wrong size."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise FileProblem(f"{named(path)} is a folder: choose a file inside it.")
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
        raise FileProblem(f"{named(path)} is a device or a pipe: choose a file.")
    _check_size(status.st_size, path, most)
    return status


def _check_size(size: int, path: Path, most: int) -> None:
    if size > most:
        raise FileProblem(
            f"{named(path)} is larger than {most >> 20} MiB, the most that is read of its kind: make it smaller."
        )
    if size == 0:
        raise FileProblem(f"{named(path)} is empty (0 bytes): choose another file.")
