"""How a text lays out a table of numbers: its separator, its names, and what the commas in its cells mean."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convstudio.model.readings.inputs import Decimal, ReadOptions
from convstudio.model.values.numbers import parse_number

WHITESPACE = ""
"""The separator of a table whose cells stand apart by any number of spaces."""

_NOT_FINITE = re.compile(r"[+−-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_FRACTION = re.compile(r"[+−-]?\d*,\d+(?:[eE][+−-]?\d+)?")
_PAIR = re.compile(r"([+−-]?)(\d+),(\d+)")
_COMMA_THOUSANDS = re.compile(r"[+−-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_POINT_THOUSANDS = re.compile(r"[+−-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
_INDEX_NAMES = frozenset({"", "#", "id", "index", "no", "nr", "row", "unnamed: 0"})


@dataclass(frozen=True)
class TableLayout:
    """How the lines of a text are read as rows of numbers.

    `separator` is a sign, or "" for any number of spaces. `decimal` tells what a comma inside a cell is; None where
    none was seen, and then it is a decimal sign. `grouping` is the sign between thousands, or "" for none. `has_header`
    and `has_index` leave the first row and the first column out; with `has_trailing` each line ends with a separator
    that separates nothing.
    """

    separator: str
    decimal: Decimal | None = None
    grouping: str = ""
    has_header: bool = False
    has_index: bool = False
    has_trailing: bool = False

    @property
    def options(self) -> ReadOptions:
        """The options that lead to this layout again."""
        return ReadOptions(header=self.has_header, index=self.has_index, decimal=self.decimal)

    def cells(self, text: str) -> list[str]:
        """Split a line into the cells that hold numbers; a line without any has an empty one."""
        found = _split(text, self.separator)
        if self.has_trailing and found and not found[-1].strip():
            found = found[:-1]
        return (found[1:] if self.has_index else found) or [""]

    def number(self, text: str, *, takes_all: bool) -> float:
        """Read one cell; with `takes_all` also nan and inf. Raises ValueError with a sentence."""
        cell = text.strip()
        if takes_all and _NOT_FINITE.fullmatch(cell):
            return float(cell.replace("∞", "inf").replace("−", "-"))
        return parse_number(self._without_grouping(cell))

    def _without_grouping(self, cell: str) -> str:
        if self.grouping == "," and _COMMA_THOUSANDS.fullmatch(cell):
            return cell.replace(",", "")
        if self.grouping == "." and _POINT_THOUSANDS.fullmatch(cell):
            return cell.replace(".", "")
        if self.decimal == "point" and "," in cell:
            raise ValueError(f"“{cell[:40]}” is not a number, because commas are not decimal signs here: use points.")
        return cell


@dataclass(frozen=True)
class FoundLayout:
    """The likeliest layout of a text, some that are about as likely, `doubts`, and `others` that are less so.

    `example` is the last of the lines that were examined.
    """

    layout: TableLayout
    example: str
    doubts: tuple[TableLayout, ...] = ()
    others: tuple[TableLayout, ...] = ()

    def shape(self, layout: TableLayout, lines: int) -> tuple[int, int]:
        """Return how many rows and columns one of the layouts makes of so many lines."""
        return lines - layout.has_header, len(layout.cells(self.example))


def find_layout(
    head: Sequence[str], options: ReadOptions, separator: str | None = None, later: Sequence[str] = ()
) -> FoundLayout:
    """Find the layout of a text from its first lines, and from some later ones with commas in their cells.

    `separator` is one that the text names itself, else None. Where no layout makes a number of every cell, the usual
    one comes back, and reading by it finds the cell that is not a number.

    >>> find_layout(["a;b", "0,5;1"], ReadOptions()).layout
    TableLayout(separator=';', decimal='comma', grouping='', has_header=True, has_index=False, has_trailing=False)
    """
    text = _Text(head, later, separator)
    layout = text.first_layout(options)
    if layout is None:
        return FoundLayout(text.usual_layout(options), head[-1])
    doubts, others = text.alternatives(layout, options)
    return FoundLayout(layout, head[-1], doubts, others)


class _Text:
    """The lines of a text that its layout is read from."""

    def __init__(self, head: Sequence[str], later: Sequence[str], named: str | None) -> None:
        self._head, self._later, self._named = head, later, named
        self._pairs = _pairs(head)

    def first_layout(self, options: ReadOptions) -> TableLayout | None:
        """Return the likeliest layout that makes a number of every cell."""
        found = (layout for mark in self._separators(options) for layout in self._layouts(mark, options))
        return next((layout for layout in found if self._fits(layout)), None)

    def usual_layout(self, options: ReadOptions) -> TableLayout:
        """Return the layout by which the first cell that is not a number is found."""
        mark = self._separators(options)[0]
        found = self._layouts(mark, options)
        return found[0] if found else self._plain(mark)

    def alternatives(
        self, layout: TableLayout, options: ReadOptions
    ) -> tuple[tuple[TableLayout, ...], tuple[TableLayout, ...]]:
        """Return other layouts that make numbers too: those that are about as likely, and those that are less so."""
        doubts: list[ReadOptions] = []
        others: list[ReadOptions] = []
        held = layout.options
        rows = self._rows(replace(layout, has_header=False, has_index=False))
        if options.header is None and layout.has_header and all(map(_looks_like_number, rows[0])):
            doubts.append(replace(held, header=False))
        if (
            options.index is None
            and layout.has_index
            and rows[0][0]
            and all(_looks_like_number(r[0]) for r in rows[1:])
        ):
            doubts.append(replace(held, index=False))
        if options.decimal is None and layout.decimal is not None:
            other: Decimal = "comma" if layout.decimal == "point" else "point"
            (doubts if self._is_comma_doubtful(layout) else others).append(replace(held, decimal=other))
        return self._possible(doubts), self._possible(others)

    def _possible(self, options: Sequence[ReadOptions]) -> tuple[TableLayout, ...]:
        return tuple(filter(None, map(self.first_layout, options)))

    def _is_comma_doubtful(self, layout: TableLayout) -> bool:
        if not self._pairs:
            return self._has_thousands_only(layout)
        return _are_doubtful_pairs(self._pairs)

    def _has_thousands_only(self, layout: TableLayout) -> bool:
        commas = [cell for row in (*self._rows(layout), *self._later_rows(layout)) for cell in row if "," in cell]
        return all(_COMMA_THOUSANDS.fullmatch(cell) and "." not in cell and cell.count(",") == 1 for cell in commas)

    def _separators(self, options: ReadOptions) -> tuple[str, ...]:
        """Return the separators that may be meant, the likeliest first."""
        if self._named is not None:
            return (self._named,)
        bare = [_QUOTED.sub('""', text) for text in self._head]
        mark = next((mark for mark in "\t;," if any(mark in text for text in bare)), None)
        if mark is None:
            return (",",) if any('"' in text for text in self._head) else (WHITESPACE,)
        if mark != "," or any("," in cell for text in self._head for cell in _QUOTED.findall(text)):
            return (mark,)
        if options.decimal is not None:
            return (WHITESPACE,) if options.decimal == "comma" else (",",)
        return (WHITESPACE, ",") if _are_fractions(self._pairs) else (",", WHITESPACE)

    def _layouts(self, separator: str, options: ReadOptions) -> list[TableLayout]:
        """Return the layouts with one separator, the likeliest first; not every cell need be a number."""
        plain = self._plain(separator)
        rows = self._rows(plain)
        has_index = _has_index(rows, options.header) if options.index is None else options.index
        has_header = _has_header(rows, has_index) if options.header is None else options.header
        named = replace(plain, has_header=has_header, has_index=has_index)
        cells = [cell for row in (*self._rows(named), *self._later_rows(named)) for cell in row]
        if separator == WHITESPACE and not _may_be_fractions(self._head, has_header):
            return []
        found = _commas(cells, separator, options.decimal, are_pairs=bool(self._pairs))
        return [replace(named, decimal=decimal, grouping=grouping) for decimal, grouping in found]

    def _plain(self, separator: str) -> TableLayout:
        trailing = separator != WHITESPACE and all(text.rstrip(" ").endswith(separator) for text in self._head)
        return TableLayout(separator, has_trailing=trailing)

    def _rows(self, layout: TableLayout) -> list[list[str]]:
        lines = self._head[1:] if layout.has_header else self._head
        return [[cell.strip() for cell in layout.cells(text)] for text in lines]

    def _later_rows(self, layout: TableLayout) -> list[list[str]]:
        return [[cell.strip() for cell in layout.cells(text)] for text in self._later]

    def _fits(self, layout: TableLayout) -> bool:
        rows = self._rows(layout)
        return all(len(row) == len(rows[0]) for row in rows) and all(
            _is_number(layout, cell) for row in (*rows, *self._later_rows(layout)) for cell in row
        )


# --- names -----------------------------------------------------------------------------------------------------------


def _has_index(rows: Sequence[Sequence[str]], header: bool | None) -> bool:
    """Return whether the first column holds names: words, or the numbers of rows under a corner that names them so."""
    below = rows[1:] if len(rows) > 1 and header is not False else rows
    if any(len(row) < 2 for row in below):
        return False
    column = [row[0] for row in below]
    is_shorter = len(rows[0]) == len(below[0]) - 1  # as R writes a table: no name stands over those of the rows
    is_consistent = is_shorter or not rows[0][0] or _is_word(rows[0][0])
    if is_consistent and all(map(_is_word, column)) and all(_looks_like_number(row[1]) for row in below):
        return True
    if header is False or len(rows) < 2:
        return False
    corner = rows[0][0].lower()
    return not corner or (corner in _INDEX_NAMES and _counts_up(column))


def _has_header(rows: Sequence[Sequence[str]], has_index: bool) -> bool:
    """Return whether the first row holds names: words, the numbers of columns from 0, or any under an empty corner."""
    if len(rows) < 2:
        return False
    head, below = rows[0], rows[1:]
    is_cornered = has_index and head[0].lower() in _INDEX_NAMES and len(head) == len(below[0])
    names = head[1:] if has_index and len(head) == len(below[0]) else head
    has_words = any(names) and not any(map(_looks_like_number, names))
    return has_words or is_cornered or _counts_columns(names, [row[len(row) - len(names) :] for row in below])


def _counts_columns(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row is 0, 1, 2, … as pandas names columns: no row below repeats it or counts on.

    >>> _counts_columns(["0", "1", "2"], [["9", "8", "7"]]), _counts_columns(["0", "1", "2"], [["3", "4", "5"]])
    (True, False)
    """
    if len(names) < 2 or list(names) != [str(n) for n in range(len(names))] or list(names) in [*map(list, below)]:
        return False
    if list(below[0]) == [str(n + len(names)) for n in range(len(names))]:
        return False
    return len(names) > 2 or any(cell not in ("0", "1") for row in below for cell in row)


def _counts_up(cells: Sequence[str]) -> bool:
    return list(cells) in ([str(n) for n in range(len(cells))], [str(n + 1) for n in range(len(cells))])


# --- commas ----------------------------------------------------------------------------------------------------------

_Pair = tuple[str, str, str]
"""A sign, the digits before a comma, and those after it."""


def _pairs(lines: Sequence[str]) -> list[_Pair]:
    """Return the parts of lines that are all like `0,5`, one number with a decimal comma or two whole ones; else []."""
    found = [_PAIR.fullmatch(text.strip()) for text in lines]
    return [(match[1], match[2], match[3]) for match in found if match] if len(lines) > 1 and all(found) else []


def _may_be_fractions(lines: Sequence[str], has_header: bool) -> bool:
    """Return whether commas between no other separators can be decimal signs: in no header, and in most lines."""
    with_comma = ["," in line for line in lines]
    return not any(with_comma) or (not (has_header and with_comma[0]) and 2 * sum(with_comma) > len(lines))


def _are_fractions(pairs: Sequence[_Pair]) -> bool:
    """Return whether such lines are likely one number each: whole ones are not written -0 or 05, nor all 0."""
    if not pairs or _are_bits(pairs):
        return False
    return _are_surely_fractions(pairs) or {whole for _, whole, _ in pairs} == {"0"}


def _are_surely_fractions(pairs: Sequence[_Pair]) -> bool:
    return any((sign in ("-", "−") and whole == "0") or re.match(r"0\d", part) for sign, whole, part in pairs)


def _are_doubtful_pairs(pairs: Sequence[_Pair]) -> bool:
    """Return whether such lines may be one number or two: a zero before the comma, or equally many digits after."""
    if _are_bits(pairs) or _are_surely_fractions(pairs):
        return False
    lengths = {len(part) for _, _, part in pairs}
    return any(whole == "0" for _, whole, _ in pairs) or (len(lengths) == 1 and lengths != {1})


def _are_bits(pairs: Sequence[_Pair]) -> bool:
    return all(not sign and whole in "01" and part in "01" for sign, whole, part in pairs)


def _commas(
    cells: Sequence[str], separator: str, asked: Decimal | None, *, are_pairs: bool
) -> list[tuple[Decimal | None, str]]:
    """Return what the commas inside cells may be, the likeliest first: `decimal` and `grouping` of a layout."""
    commas = [cell for cell in cells if "," in cell]
    if separator == WHITESPACE and commas:
        return [("comma", "")] if all(map(_FRACTION.fullmatch, commas)) else []
    as_decimals: tuple[Decimal, str] = ("comma", "." if any(map(_POINT_THOUSANDS.fullmatch, commas)) else "")
    as_thousands: tuple[Decimal, str] = ("point", "," if commas else "")
    if asked is not None:
        return [as_decimals if asked == "comma" else as_thousands]
    if not commas:
        return [("point" if separator == "," and are_pairs else None, "")]
    if not all(map(_COMMA_THOUSANDS.fullmatch, commas)):
        return [as_decimals]
    if any("." in cell or cell.count(",") > 1 for cell in commas):
        return [as_thousands]
    return [as_thousands, as_decimals] if separator == "," else [as_decimals, as_thousands]


# --- cells -----------------------------------------------------------------------------------------------------------


def _split(text: str, separator: str) -> list[str]:
    """Split a line into cells; a separator between quotes is part of its cell."""
    if separator == WHITESPACE:
        return text.split()
    if '"' in text:
        try:
            return [*next(csv.reader([text], delimiter=separator), [])]
        except csv.Error:  # a cell of more letters than it takes, as after a quote that is never closed
            raise ValueError("a cell in quotes is too long to be a number: check the quotes.") from None
    return text.split(separator)


def _is_number(layout: TableLayout, cell: str) -> bool:
    try:
        layout.number(cell, takes_all=True)
    except ValueError:
        return False
    return True


def _looks_like_number(cell: str) -> bool:
    return _is_number(_ANY, cell) or bool(_COMMA_THOUSANDS.fullmatch(cell) or _POINT_THOUSANDS.fullmatch(cell))


def _is_word(cell: str) -> bool:
    return bool(cell) and not _looks_like_number(cell)


_ANY = TableLayout(WHITESPACE)
