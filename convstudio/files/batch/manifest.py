"""The manifest of a folder of results: one line of JSON for each input, which tells what was made of it and how.

It is only ever added to, so an interruption costs no line but the one that was being written; of several lines about
one result the last counts. By it a run that was interrupted goes on: what is there, whole, and made of the same input
by the same settings and version is not made again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from convstudio.files.disk.locks import try_lock
from convstudio.files.disk.save import explained, write_all
from convstudio.files.disk.stamps import FileStamp
from convstudio.files.problems import FileProblem, named, printable

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


class Manifest:
    """The manifest of a folder, open for one run, which may have begun it (`is_new`): no other run has it meanwhile."""

    def __init__(self, path: Path, file: int, records: dict[str, Record], *, is_new: bool) -> None:
        self._path, self._file, self._records = path, file, records
        self.is_new = is_new
        self._is_used = not is_new

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Open the manifest of a folder, or begin one; raise FileProblem, or WriteProblem where that is not possible.

        A line that an interruption cut short is removed.
        """
        path = folder / MANIFEST_NAME
        with explained(path):
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
            try:
                _hold(file, path)
                records, kept = _read(path)
                os.ftruncate(file, kept)
                if not kept:
                    _append(file, _HEADING)
            except BaseException:
                os.close(file)
                raise
        return cls(path, file, records, is_new=not kept)

    def __enter__(self) -> Manifest:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_used:
            with suppress(OSError):
                self._path.unlink()
        os.close(self._file)

    def use(self) -> None:
        """Keep the manifest whatever follows: before this, one that was begun is removed at the end."""
        self._is_used = True

    def record_of(self, result: str) -> Record | None:
        """Return what is known of a result, by its place below the folder."""
        return self._records.get(result)

    def add(self, records: Iterable[Record]) -> None:
        """Write lines, and see them on the disk; raise WriteProblem."""
        added = tuple(records)
        self.use()
        with explained(self._path):
            _append(self._file, b"".join(msgspec.json.encode(record) + b"\n" for record in added))
        self._records |= {record.result: record for record in added}


def file_record(name: str, path: Path, digest: str) -> FileRecord | None:
    """Return the record of a file whose digest is known; None where it is not there any more."""
    try:
        status = path.stat()
    except OSError:
        return None
    return FileRecord(printable(name), status.st_size, status.st_mtime_ns, digest)


def _hold(file: int, path: Path) -> None:
    try:
        is_ours = try_lock(file)
    except OSError:  # some network disks know no locks
        return
    if not is_ours:
        raise FileProblem(f"{named(path.parent)} is being written by another run: wait for it, or name another folder")


def _read(path: Path) -> tuple[dict[str, Record], int]:
    """Return the records by their results, and how many bytes are whole lines; raise FileProblem."""
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if not whole and _HEADING.startswith(data):
        return {}, 0
    refusal = f"{named(path)} is not a manifest that this version wrote: move it away, or name another folder"
    if not whole.startswith(_HEADING):
        raise FileProblem(refusal)
    try:
        records = [_DECODER.decode(line) for line in whole[len(_HEADING) :].splitlines()]
    except msgspec.MsgspecError:
        raise FileProblem(refusal) from None
    return {record.result: record for record in records}, len(whole)


def _append(file: int, data: bytes) -> None:
    write_all(file, memoryview(data))
    os.fsync(file)
