"""Files that are only ever added to, whole lines at a time, and that one run has alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from convstudio.files.disk.locks import try_lock
from convstudio.files.disk.save import explained, write_all
from convstudio.files.problems import FileProblem


class HeldLines:
    """A file of lines below a heading, open for one run, which may have begun it (`is_new`): no other has it meanwhile.

    An interruption costs no line but the one that was being written.
    """

    def __init__(self, path: Path, heading: bytes, take: Callable[[bytes], object], *, busy: str, foreign: str) -> None:
        """Open a file, or begin one, and let `take` have the lines below the heading.

        A line that an interruption cut short is removed. Raises FileProblem: `busy` where another run has the file,
        `foreign` where it has another heading or `take` raises ValueError, and nothing is written then; WriteProblem
        where the file cannot be written.
        """
        self._path = path
        with explained(path):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
            try:
                if not _is_ours(self._file):
                    raise FileProblem(busy)
                data = path.read_bytes()
                whole = data[: data.rfind(b"\n") + 1]
                self.is_new = not whole and heading.startswith(data)
                if not self.is_new and not whole.startswith(heading):
                    raise FileProblem(foreign)
                try:
                    take(whole[len(heading) :])
                except ValueError:
                    raise FileProblem(foreign) from None
                os.ftruncate(self._file, len(whole))
                if self.is_new:
                    self._append(heading)
            except BaseException:
                os.close(self._file)
                raise
        self._is_used = not self.is_new

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_used:
            with suppress(OSError):
                self._path.unlink()
        os.close(self._file)

    def use(self) -> None:
        """Keep the file whatever follows: before this, one that was begun is removed at the end."""
        self._is_used = True

    def add_lines(self, lines: bytes) -> None:
        """Write whole lines, and see them on the disk; raise WriteProblem."""
        self.use()
        with explained(self._path):
            self._append(lines)

    def _append(self, data: bytes) -> None:
        write_all(self._file, memoryview(data))
        os.fsync(self._file)


def _is_ours(file: int) -> bool:
    try:
        return try_lock(file)
    except OSError:  # some network disks know no locks
        return True
