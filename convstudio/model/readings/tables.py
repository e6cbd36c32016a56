"""Tables of numbers as text: what a spreadsheet puts on the clipboard, and what stands in a table file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from convstudio.model.readings.inputs import BY_EVIDENCE, ReadOptions
from convstudio.model.readings.nested_text import is_nested, read_nested
from convstudio.model.readings.printed_lists import plain_lists
from convstudio.model.readings.table_layout import FoundLayout, TableLayout, find_layout
from convstudio.model.values.arrays import Floats
from convstudio.model.values.plain_numbers import LETTERS, SIGNS, plain_numbers
from convstudio.model.values.progress import Progress

ShapeCheck = Callable[[tuple[int, ...]], None]
"""Raises an exception for a shape that does not fit, before anything is allocated."""

_HEAD_LINES = 50
_LATER_LINES = 20
_HEAD_LETTERS = 2**16
_FIRST_LETTERS = 256
_PIECE = 2**20
_MOST_KNOWN = 2**16
_LINE_END = re.compile(rb"\r\n|\r|\n")
_SEPARATOR_LINE = re.compile(rb"\s*sep=([\t;,|:])\s*", re.IGNORECASE)
_AS_IT_IS = ReadOptions(header=False, index=False)
_Span = tuple[int, int, int]
"""The number of a line, where it starts, and where it stops."""


@dataclass(frozen=True)
class Table:
    """The numbers of a text: `(rows, columns)`, or of nested lists one axis a level; frozen float32.

    `found` tells how the `lines` of the text were laid out; None for nested lists. `comments` counts others.
    """

    values: Floats
    found: FoundLayout | None = None
    lines: int = 0
    comments: int = 0


def parse_block(text: str, *, longest: int | None = None, takes_all: bool = False) -> Floats:
    """Read a block of cells as `(rows, columns)`: every row and every column is one of numbers.

    The text is laid out as in `read_table`; nested lists of numbers, as Python and NumPy print them, are a block too.
    Raises ValueError in a sentence.

    >>> parse_block("1\\t2\\n3\\t1/2").tolist()
    [[1.0, 2.0], [3.0, 0.5]]
    """
    data = plain_lists(text).encode("utf-8", "replace")
    values = read_table(data, _AS_IT_IS, longest=longest, takes_all=takes_all).values
    if values.ndim > 2:
        raise ValueError(f"the text holds lists in {values.ndim} levels: copy rows of numbers.")
    return np.atleast_2d(values)


def read_table(
    data: bytes,
    options: ReadOptions = BY_EVIDENCE,
    *,
    longest: int | None = None,
    takes_all: bool = False,
    check_shape: ShapeCheck | None = None,
    progress: Progress | None = None,
) -> Table:
    """Read lines of numbers in UTF-8, or nested lists; what `options` leave open, the evidence in the text decides.

    The separator is one that the text names (`sep=;`), else the first of tab, semicolon, comma and space that occurs;
    beside another one, or in quotes, a comma is a decimal sign. Lines that begin with # are comments, and a separator
    at the end of every line separates nothing. Numbers are written as everywhere in the program: `2`, `0.5`, `1/9`;
    with `takes_all` also `nan` and `inf`. Empty lines at the end are left out; one between others is a row of empty
    cells. `check_shape` sees the shape before it is allocated, and `progress` counts bytes.

    Raises ValueError naming the row, as the text counts its lines, and the column that is empty or not a number, the
    line of another length, or a side of more than `longest` cells (None: any length).

    >>> read_table(b"a,b\\n1,2\\n").values.tolist()
    [[1.0, 2.0]]
    """
    if is_nested(data):
        return Table(read_nested(data, longest, takes_all=takes_all, check_shape=check_shape, progress=progress))
    lines = _Lines(data, longest)
    head = lines.head()
    found = find_layout(head, options, lines.separator, lines.later(head))
    values = _numbers(lines, found.layout, takes_all, longest, check_shape, progress)
    return Table(values, found, len(lines.spans), lines.comments)


class _Lines:
    """Where the lines of a text stand that are neither comments nor the name of the separator."""

    def __init__(self, data: bytes, longest: int | None) -> None:
        self._data = data
        self._longest = longest
        self._stop = _end(data)
        if self._stop == 0:
            raise ValueError("the text contains no numbers: write or copy at least one.")
        self._check_count()
        self.separator: str | None = None
        self.comments = 0
        self.spans: list[_Span] = [*self._tabled()]
        if not self.spans:
            raise ValueError("the text contains comments, but no numbers: write at least one.")

    def head(self) -> list[str]:
        """Return the first lines, as many as it takes to see how the text is laid out."""
        return self._texts(self.spans[:_HEAD_LINES])

    def later(self, head: Sequence[str]) -> list[str]:
        """Return some of the lines after the head that have a comma in a cell."""
        sign = b'"' if any("," in text for text in head) and not any(mark in head[-1] for mark in "\t;") else b","
        if len(self.spans) == len(head) or self._data.find(sign, self.spans[len(head)][1], self._stop) < 0:
            return []
        found = (span for span in self.spans[len(head) :] if self._data.find(sign, span[1], span[2]) >= 0)
        return self._texts([*islice(found, _LATER_LINES)])

    def bytes_of(self, span: _Span) -> bytes:
        """Return one line. Raises ValueError where it has more cells than fit, before they are split."""
        line = self._data[span[1] : span[2]]
        if self._longest is not None and len(line) > 2 * self._longest and _is_too_wide(line, self._longest):
            raise ValueError(_too_long(self._longest))
        return line

    def _texts(self, spans: Sequence[_Span]) -> list[str]:
        texts: list[str] = []
        letters = 0
        for span in spans:
            letters += span[2] - span[1]
            if len(texts) > 2 and letters > _HEAD_LETTERS:
                break
            texts.append(self.bytes_of(span).decode("utf-8", "replace"))
        return texts

    def _check_count(self) -> None:
        data, stop = self._data, self._stop
        count = 1 + data.count(b"\n", 0, stop) + data.count(b"\r", 0, stop) - data.count(b"\r\n", 0, stop)
        if self._longest is not None and count > 2 * self._longest:  # as many comments as rows is plenty
            raise ValueError(_too_long(self._longest))

    def _tabled(self) -> Iterator[_Span]:
        for number, (start, stop) in enumerate(self._all_lines(), start=1):
            first = self._data[start : start + _FIRST_LETTERS].lstrip(b" \t")[:1]
            named = _SEPARATOR_LINE.fullmatch(self._data, start, stop) if number == 1 else None
            if named is not None:
                self.separator = named[1].decode("latin-1")
            elif first == b"#":
                self.comments += 1
            else:
                yield (number, start, stop)

    def _all_lines(self) -> Iterator[tuple[int, int]]:
        data, start = self._data, 0
        if data.find(b"\r", 0, self._stop) < 0:  # many times faster than looking for every way to end a line
            while (end := data.find(b"\n", start, self._stop)) >= 0:
                yield start, end
                start = end + 1
        else:
            for match in _LINE_END.finditer(data, 0, self._stop):
                yield start, match.start()
                start = match.end()
        yield start, self._stop


class _RowReader:
    """Reads lines of one layout as rows of `columns` numbers, fast where they are plain, else cell by cell."""

    def __init__(self, layout: TableLayout, columns: int, first: int, takes_all: bool) -> None:
        self._layout = layout
        self._columns = columns
        self._first = first
        self._takes_all = takes_all
        self._known: dict[str, float] = {}
        self._separator = layout.separator.encode() or b" "
        self._plain = SIGNS + b"/ " + self._separator
        self._has_decimal_commas = layout.decimal != "point" and layout.separator != ","

    def row(self, line: bytes, number: int) -> NDArray[np.float64] | list[float]:
        """Return the numbers of a line. Raises ValueError naming the cell, or the line of another length."""
        numbers = self._plain_row(line)
        return self._careful_row(line.decode("utf-8", "replace"), number) if numbers is None else numbers

    def _plain_row(self, line: bytes) -> NDArray[np.float64] | None:
        """Read a line of plain numbers at once; None where it needs the careful way."""
        if b'"' in line:
            bare = _without_quotes(line, self._separator)
            return None if bare is None else self._plain_row(bare)
        if self._layout.grouping and self._layout.grouping.encode() in line:
            return None
        line = self._without_names(line)
        if self._has_decimal_commas and b"," in line:
            if b"." in line:
                return None
            line = line.replace(b",", b".")
        others = line.translate(None, self._plain)
        if others and not (self._takes_all and not others.translate(None, LETTERS) and b"/" not in line):
            return None
        if self._separator != b" " and line.count(self._separator) != self._columns - 1:
            return None
        return plain_numbers(line, self._separator, self._columns)

    def _without_names(self, line: bytes) -> bytes:
        line = line.strip(b" ")
        if self._layout.has_trailing and line.endswith(self._separator):
            line = line[:-1]
        return line.partition(self._separator)[2] if self._layout.has_index else line

    def _careful_row(self, text: str, number: int) -> list[float]:
        cells = self._layout.cells(text)
        shift = 2 if self._layout.has_index else 1
        row = [self._cell(cell, number, column) for column, cell in enumerate(cells, start=shift)]
        if len(row) != self._columns:
            raise ValueError(
                f"row {number} has {len(row) + shift - 1} cells and row {self._first} has "
                f"{self._columns + shift - 1}: give every row the same number."
            )
        return row

    def _cell(self, text: str, row: int, column: int) -> float:
        value = self._known.get(text)
        if value is not None:
            return value
        try:
            value = self._layout.number(text, takes_all=self._takes_all)
        except ValueError as refusal:
            raise ValueError(f"row {row}, column {column}: {refusal}") from None
        if len(self._known) < _MOST_KNOWN:
            self._known[text] = value
        return value


def _numbers(
    lines: _Lines,
    layout: TableLayout,
    takes_all: bool,
    longest: int | None,
    check_shape: ShapeCheck | None,
    progress: Progress | None,
) -> Floats:
    spans = lines.spans[1:] if layout.has_header else lines.spans
    columns = len(layout.cells(lines.bytes_of(spans[0]).decode("utf-8", "replace")))
    if longest is not None and max(len(spans), columns) > longest:
        raise ValueError(_too_long(longest))
    if check_shape is not None:
        check_shape((len(spans), columns))
    reader = _RowReader(layout, columns, spans[0][0], takes_all)
    values = np.empty((len(spans), columns), np.float32)
    for row, span in enumerate(spans):
        values[row] = reader.row(lines.bytes_of(span), span[0])
        if progress is not None:
            progress(span[2] - span[1])
    values.flags.writeable = False
    return values


def _without_quotes(line: bytes, separator: bytes) -> bytes | None:
    """Return a line without its quotes; None where they are not just those around whole cells without a separator."""
    signs = np.frombuffer(separator + line + separator, np.uint8)
    is_quote, is_separator = signs == ord('"'), signs == separator[0]
    is_inside = np.cumsum(is_quote) % 2 == 1
    opens, closes = np.flatnonzero(is_quote & is_inside), np.flatnonzero(is_quote & ~is_inside)
    are_around = np.all(is_separator[opens - 1]) and opens.size == closes.size and np.all(is_separator[closes + 1])
    return line.replace(b'"', b"") if are_around and not np.any(is_inside & is_separator) else None


def _end(data: bytes) -> int:
    """Return where the text ends without the blanks at its end, searching it piece by piece."""
    stop = len(data)
    while stop:
        start = max(0, stop - _PIECE)
        held = data[start:stop].rstrip(b" \r\n")
        if held:
            return start + len(held)
        stop = start
    return 0


def _is_too_wide(line: bytes, longest: int) -> bool:
    mark = next((mark for mark in (b"\t", b";", b",") if mark in line), None)
    if mark is not None:
        return line.count(mark) > longest + 1  # names may stand before the cells, and a separator after them
    return len(line.split(None, longest + 2)) > longest + 1


def _too_long(longest: int) -> str:
    return f"the text has more than {longest} rows or columns, the most that fit: crop it."
