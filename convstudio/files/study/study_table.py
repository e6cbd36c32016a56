"""The table of a study: CSV with one line for each network, which tells how it was trained and what it reached.

It is only ever added to, whole lines at a time, so an interruption costs no network but those that were being trained.
By it a study that was interrupted goes on, and one with other sizes adds to it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import msgspec

from convstudio import __version__
from convstudio.files.disk.held_lines import HeldLines
from convstudio.files.problems import FileProblem, named
from convstudio.model.learning.study import StudyCell, StudyResult, StudySettings
from convstudio.model.words.file_kinds import FileKind

_CELL = ("filters", "kernel", "classes", "seed")
_SETTINGS = tuple(one.name for one in fields(StudySettings))
_MEASURED = tuple(one.name for one in fields(StudyResult) if one.name != "cell")
COLUMNS = (*_CELL, *_SETTINGS, *_MEASURED, "version")
"""The columns of the table: the size, how it is trained, what it reached, and the version of the program."""

STUDY_TABLES = (FileKind("Table of a study", (".csv",), "a line for every network"),)


class StudyTable(HeldLines):
    """A table of results, open for one run."""

    def __init__(self, path: Path) -> None:
        """Open a table, or begin one; raise FileProblem, or WriteProblem where that is not possible."""
        if path.suffix.lower() != ".csv":
            raise FileProblem(f"{named(path)} is to be a table: give it a name that ends in .csv")
        if path.is_dir():
            raise FileProblem(f"{named(path)} is a folder: give the name of a file that ends in .csv")
        self._results: dict[StudyCell, StudyResult] = {}
        super().__init__(
            path,
            table_text(()).encode(),
            self._take,
            busy=f"{named(path)} is being written by another study: wait for it, or name another table",
            foreign=f"{named(path)} is not a table that a study wrote: move it away, or name another file",
        )

    def _take(self, lines: bytes) -> None:
        """Take the results of this version."""
        try:
            rows = list(csv.reader(io.StringIO(lines.decode("utf-8"), newline=""), strict=True))
        except csv.Error as error:
            raise ValueError(error) from None
        named_rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        results = [_result(row) for row in named_rows if row["version"] == __version__]
        self._results = {result.cell: result for result in results}

    def result_of(self, cell: StudyCell) -> StudyResult | None:
        """Return what is known of a cell, made by this version with these settings; None where it is to be trained."""
        return self._results.get(cell)

    def add(self, result: StudyResult) -> None:
        """Write a line, and see it on the disk; raise WriteProblem."""
        self.add_lines(_text([_row(result)]).encode())
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
