"""The manifest of a folder of results: one line of JSON for each input, which tells what was made of it and how.

It is only ever added to, so an interruption costs no line but the one that was being written; of several lines about
one result the last counts. By it a run that was interrupted goes on: what is there, whole, and made of the same input
by the same settings and version is not made again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from convstudio.files.disk.held_lines import HeldLines
from convstudio.files.disk.stamps import FileStamp
from convstudio.files.problems import named, printable

MANIFEST_NAME = "convstudio-manifest.jsonl"
"""The name of the manifest in a folder of results."""


class FileRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file as it was read or written: its size in bytes, its time in nanoseconds, and the digest of its bytes."""

    name: str
    size: int
    time: int
    digest: str

    def is_unchanged(self, path: Path) -> bool:
        """Return whether the file at a path still has these bytes; one of the same time and size is not read again."""
        try:
            stamp = FileStamp(self.size, self.time, bytes.fromhex(self.digest))
        except ValueError:
            return False
        return stamp.now(path) is stamp


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one input: `result` is where that goes below the folder, and `outputs` are its files there.

    `file` is the input's file, None of a bundled sample. `error` says why there is no result, and `predictions` are
    the lines that were printed of what a network predicts.
    """

    input: str
    result: str
    file: FileRecord | None
    outputs: tuple[FileRecord, ...]
    shape: tuple[int, ...]
    settings: dict[str, Any]
    version: str
    error: str = ""
    predictions: tuple[str, ...] = ()


class _Heading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: what the file is, and in which version."""

    format: str = "convstudio-manifest"
    version: int = 1


_HEADING = msgspec.json.encode(_Heading()) + b"\n"
_DECODER = msgspec.json.Decoder(Record)


class Manifest(HeldLines):
    """The manifest of a folder, open for one run."""

    def __init__(self, folder: Path) -> None:
        """Open the manifest of a folder, or begin one; raise FileProblem, or WriteProblem where it cannot be done."""
        self._records: dict[str, Record] = {}
        path = folder / MANIFEST_NAME
        super().__init__(
            path,
            _HEADING,
            self._take,
            busy=f"{named(folder)} is being written by another run: wait for it, or name another folder",
            foreign=f"{named(path)} is not a manifest that this version wrote: move it away, or name another folder",
        )

    def _take(self, lines: bytes) -> None:
        records = [_DECODER.decode(line) for line in lines.splitlines()]
        self._records = {record.result: record for record in records}

    def record_of(self, result: str) -> Record | None:
        """Return what is known of a result, by its place below the folder."""
        return self._records.get(result)

    def add(self, records: Iterable[Record]) -> None:
        """Write lines, and see them on the disk; raise WriteProblem."""
        added = tuple(records)
        self.add_lines(b"".join(msgspec.json.encode(record) + b"\n" for record in added))
        self._records |= {record.result: record for record in added}


def file_record(name: str, path: Path, digest: str) -> FileRecord | None:
    """Return the record of a file whose digest is known; None where it is not there any more."""
    try:
        status = path.stat()
    except OSError:
        return None
    return FileRecord(printable(name), status.st_size, status.st_mtime_ns, digest)
