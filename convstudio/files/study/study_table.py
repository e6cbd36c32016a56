"""The table of a study: CSV with one line for each network, which tells how it was trained and what it reached.

It is only ever added to, whole lines at a time, so an interruption costs no network but those that were being trained.
By it a study that was interrupted goes on, and one with other sizes adds to it.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from types import TracebackType

import msgspec

from convstudio import __version__
from convstudio.files.disk.locks import try_lock
from convstudio.files.disk.save import explained, write_all
from convstudio.files.problems import FileProblem, named
from convstudio.model.learning.study import StudyCell, StudyResult, StudySettings
from convstudio.model.words.file_kinds import FileKind

_CELL = ("filters", "kernel", "classes", "seed")
_SETTINGS = tuple(one.name for one in fields(StudySettings))
_MEASURED = tuple(one.name for one in fields(StudyResult) if one.name != "cell")
COLUMNS = (*_CELL, *_SETTINGS, *_MEASURED, "version")
"""The columns of the table: the size, how it is trained, what it reached, and the version of the program."""

STUDY_TABLES = (FileKind("Table of a study", (".csv",), "a line for every network"),)


class StudyTable:
    """A table of results, open for one run: no other run has it meanwhile."""

    def __init__(self, path: Path, file: int, results: Iterable[StudyResult], *, is_new: bool) -> None:
        self._path, self._file, self._is_empty = path, file, is_new
        self._results = {result.cell: result for result in results}

    @classmethod
    def open(cls, path: Path) -> StudyTable:
        """Open a table, or begin one; raise FileProblem, or WriteProblem where that is not possible.

        A line that an interruption cut short is removed.
        """
        if path.suffix.lower() != ".csv":
            raise FileProblem(f"{named(path)} is to be a table: give it a name that ends in .csv")
        if path.is_dir():
            raise FileProblem(f"{named(path)} is a folder: give the name of a file that ends in .csv")
        with explained(path):
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
            try:
                _hold(file, path)
                results, kept = _read(path)
                os.ftruncate(file, kept)
                if not kept:
                    _append(file, table_text(()))
            except BaseException:
                os.close(file)
                raise
        return cls(path, file, results, is_new=not kept)

    def __enter__(self) -> StudyTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_empty:
            with suppress(OSError):
                self._path.unlink()
        os.close(self._file)

    def result_of(self, cell: StudyCell) -> StudyResult | None:
        """Return what is known of a cell, made by this version with these settings; None where it is to be trained."""
        return self._results.get(cell)

    def add(self, result: StudyResult) -> None:
        """Write a line, and see it on the disk; raise WriteProblem."""
        self._is_empty = False
        with explained(self._path):
            _append(self._file, _text([_row(result)]))
        self._results[result.cell] = result


def table_text(results: Iterable[StudyResult]) -> str:
    """Return the table of results as text, with the names of its columns."""
    return _text([COLUMNS, *map(_row, results)])


def _row(result: StudyResult) -> tuple[object, ...]:
    cell = result.cell
    return (
        *(getattr(cell, name) for name in _CELL),
        *(getattr(cell.settings, name) for name in _SETTINGS),
        *(getattr(result, name) for name in _MEASURED),
        __version__,
    )


def _text(rows: Iterable[Iterable[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _result(row: dict[str, str]) -> StudyResult:
    settings = {name: row[name] for name in _SETTINGS}
    cell = {name: row[name] for name in _CELL} | {"settings": settings}
    told = {name: row[name] for name in _MEASURED} | {"cell": cell}
    return msgspec.convert(told, StudyResult, strict=False)


def _hold(file: int, path: Path) -> None:
    try:
        is_ours = try_lock(file)
    except OSError:  # some network disks know no locks
        return
    if not is_ours:
        raise FileProblem(f"{named(path)} is being written by another study: wait for it, or name another table")


def _read(path: Path) -> tuple[list[StudyResult], int]:
    """Return the results of this version, and how many bytes are whole lines; raise FileProblem."""
    data = path.read_bytes()
    heading = table_text(()).encode()
    whole = data[: data.rfind(b"\n") + 1]
    if not whole and heading.startswith(data):
        return [], 0
    refusal = f"{named(path)} is not a table that a study wrote: move it away, or name another file"
    if not whole.startswith(heading):
        raise FileProblem(refusal)
    try:
        _, *rows = csv.reader(io.StringIO(whole.decode("utf-8"), newline=""), strict=True)
        named_rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        results = [_result(row) for row in named_rows if row["version"] == __version__]
    except (ValueError, csv.Error):  # msgspec's errors of values, and those of letters, are ValueErrors too
        raise FileProblem(refusal) from None
    return results, len(whole)


def _append(file: int, text: str) -> None:
    write_all(file, memoryview(text.encode()))
    os.fsync(file)
