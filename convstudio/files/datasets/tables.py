"""Data sets in tables: one sample per row, and a column that tells its class."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from convstudio.files.arrays.tables import as_utf8
from convstudio.files.datasets.loaded import (
    AS_STORED,
    DataOptions,
    LabelPlaces,
    LoadedData,
    UnclearLabelsError,
    check_class_names,
    check_finite,
    check_memory,
    scaled,
)
from convstudio.files.limits import check_input_shape
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.reading import read_bytes
from convstudio.model.readings.inputs import BY_EVIDENCE, ReadOptions, shape_words
from convstudio.model.readings.table_layout import TableLayout, find_layout
from convstudio.model.readings.tables import read_table
from convstudio.model.readings.weights.weight_names import file_order
from convstudio.model.values.arrays import frozen
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import parse_number
from convstudio.model.values.progress import Progress

LABEL_NAMES = ("label", "class", "target", "y")
"""What the column of classes may be called in the first row; the first of these that is there counts."""

_HEAD_ROWS = 50
_LINE_END = re.compile(r"\r\n|\r|\n")
_PICTURE_SIDE = 8


@dataclass(frozen=True)
class _LabelColumn:
    """Where the classes stand: the `place` of their column, how lines are split, and whether the first has names.

    `names` are those of all columns, by which they can be chosen.
    """

    place: int
    layout: TableLayout
    has_header: bool
    names: tuple[str, ...]


def load_table(path: str, options: DataOptions = AS_STORED, progress: Progress | None = None) -> LoadedData:
    """Read the samples of a table, one per row; raise FileProblem, which names the row and column of a bad cell.

    The column of classes is the one that the options name, or is named “label”, “class”, “target” or “y” in the first
    row, or is the only one of words; where there is none, UnclearLabelsError has the columns to choose from. Rows
    become inputs of the network's shape where their number of cells fits, pictures where it is a square of 8 and more,
    and else sequences.
    """
    where, check = named(path), progress or Progress()
    data = as_utf8(read_bytes(path), where)
    check.expect(2 * len(data))
    lines = _LINE_END.split(data.decode())
    rows = [number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    column = _label_column([lines[number] for number in rows[:_HEAD_ROWS]], options.labels, where)
    labels = _cut_labels(lines, rows[1:] if column.has_header else rows, column, where, check)
    names = tuple(sorted(set(labels), key=file_order))
    check_class_names(names, where)
    values = _numbers("\n".join(lines).encode(), column, where, check)
    places = {name: number for number, name in enumerate(names)}
    shape = _sample_shape(values.shape[1], options.input_shape)
    check_input_shape(shape, where)
    notes = [f"Each row is a sample with {shape_words(shape)}."]
    if options.is_scaled:
        notes.append(scaled(values))
    inputs = frozen(values).reshape(-1, *shape)
    check_finite(inputs, where)
    found = np.array([places[label] for label in labels])
    return LoadedData(
        Dataset(printable(Path(path).stem), inputs, found, class_names=tuple(map(printable, names))),
        tuple(filter(None, notes)),
        places=LabelPlaces(column.names, column.place),
    )


def _label_column(head: Sequence[str], wanted: str, where: str) -> _LabelColumn:
    if len(head) < 2:
        raise FileProblem(f"{where} has fewer than two rows. Give it one row per sample.")
    layout = replace(find_layout(head, BY_EVIDENCE).layout, has_header=False, has_index=False)
    first, *body = [_cells(line, layout) for line in head]
    titles = [cell.strip().strip('"') for cell in first]
    lowered = [title.lower() for title in titles] if any(map(_is_word, first)) else []  # numbers name no column
    named_so = next((name for name in ([wanted.lower()] if wanted else LABEL_NAMES) if name in lowered), None)
    if named_so is not None:
        return _LabelColumn(lowered.index(named_so), layout, True, _column_names(titles, has_header=True))
    place = _numbered(wanted, len(first), where) if wanted else _only_words(first, body)
    others = [cell for at, cell in enumerate(first) if at != place]
    has_header = any(map(_is_word, others))
    names = _column_names(titles, has_header=has_header)
    if place is None:
        raise UnclearLabelsError(
            f"{where} has no column named “{LABEL_NAMES[0]}”. Choose the column of the classes, or name it "
            f"{', '.join(LABEL_NAMES[:-1])} or {LABEL_NAMES[-1]} in the first row.",
            names,
        )
    return _LabelColumn(place, layout, has_header, names)


def _only_words(first: Sequence[str], body: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the only column of words below the first row; None where there are several, or none."""
    widths = {len(first), *map(len, body)}
    words = [place for place in range(min(widths)) if all(_is_word(row[place]) for row in body)]
    return words[0] if len(words) == 1 else None


def _numbered(wanted: str, columns: int, where: str) -> int:
    """Return the place of a column that is named by its number; raise FileProblem where there is none such."""
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= columns:
        return int(wanted) - 1
    raise FileProblem(
        f"{where} has no column “{printable(wanted[:40])}” for the classes. Give a name of its first row, or a number "
        f"from 1 to {columns}."
    )


def _column_names(titles: Sequence[str], *, has_header: bool) -> tuple[str, ...]:
    """Return the names by which columns can be chosen: those of the first row, where no two are alike, else numbers."""
    if has_header and len({title.lower() for title in titles}) == len(titles) and all(titles):
        return tuple(map(printable, titles))
    return tuple(str(number) for number in range(1, len(titles) + 1))


def _cut_labels(lines: list[str], rows: Sequence[int], column: _LabelColumn, where: str, check: Progress) -> list[str]:
    """Return the class of each row, and write 0 in its place, so that rows and columns keep their numbers."""
    labels = []
    separator = column.layout.separator or " "
    for number in rows:
        line = lines[number]
        cells = _cells(line, column.layout)
        label = cells[column.place].strip() if column.place < len(cells) else ""
        if not label:
            raise FileProblem(f"{where}, row {number + 1}, has no class in column {column.place + 1}. Write one there.")
        labels.append(label)
        cells[column.place] = "0"
        lines[number] = (
            separator.join(_quoted(cell, separator) for cell in cells) if '"' in line else separator.join(cells)
        )
        check(len(line))
    return labels


def _numbers(data: bytes, column: _LabelColumn, where: str, check: Progress) -> np.ndarray:
    """Return the cells beside the classes, `(rows, columns)`."""
    options = ReadOptions(header=column.has_header, index=None)

    def check_shape(shape: tuple[int, ...]) -> None:
        check_memory(shape, where, item_bytes=4)

    try:
        table = read_table(
            data, options, longest=LIMITS.data_samples, takes_all=True, check_shape=check_shape, progress=check
        )
    except ValueError as refusal:
        raise FileProblem(f"{where}: {refusal}") from None
    has_index = table.found is not None and table.found.layout.has_index
    return np.delete(table.values, column.place - has_index, axis=1)


def _sample_shape(count: int, wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    if wanted is not None and math.prod(wanted) == count:
        return wanted
    side = math.isqrt(count)
    return (side, side, 1) if side >= _PICTURE_SIDE and side * side == count else (count, 1)


def _cells(line: str, layout: TableLayout) -> list[str]:
    """Split a line into its cells, as the reader of tables does."""
    if not layout.separator:
        return line.split()
    if '"' in line:
        return next(csv.reader([line], delimiter=layout.separator), [])
    return line.split(layout.separator)


def _quoted(cell: str, separator: str) -> str:
    return f'"{cell}"' if separator in cell else cell


def _is_word(cell: str) -> bool:
    try:
        parse_number(cell.strip())
    except ValueError:
        return bool(cell.strip())
    return False
