"""Whether a file is still the one that was read or written: noticed by its time and size, decided by its content."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PIECE = 2**20


@dataclass(frozen=True)
class FileStamp:
    """What a file was: its size, its time in nanoseconds, and the digest of its bytes."""

    size: int
    time: int
    digest: bytes

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> FileStamp | None:
        """Return the stamp of a file, None where there is none that can be read. Reads all of it, a piece at a time."""
        import hashlib  # here, and not above: OpenSSL would cost every start 4 ms

        digest = hashlib.blake2b(digest_size=16)
        try:
            with Path(path).open("rb") as file:
                status = os.fstat(file.fileno())
                while piece := file.read(_PIECE):
                    digest.update(piece)
        except (OSError, ValueError):
            return None
        return cls(status.st_size, status.st_mtime_ns, digest.digest())

    def now(self, path: str | os.PathLike[str]) -> FileStamp | None:
        """Return the stamp of the file as it is now, or this very one where its content is the same.

        Only a file of another time or size is read.
        """
        try:
            status = Path(path).stat()
        except (OSError, ValueError):
            return None
        if (status.st_size, status.st_mtime_ns) == (self.size, self.time):
            return self
        found = FileStamp.of(path)
        return self if found is not None and found.digest == self.digest else found
