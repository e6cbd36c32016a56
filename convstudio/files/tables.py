"""Tables of numbers as text: read with any usual separator, written so that the same numbers come back."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence

from convstudio.files.arrays import ROUNDS_TO_INFINITY
from convstudio.files.limits import LIMITS
from convstudio.files.problems import FileProblem
from convstudio.model.arrays import Floats, frozen
from convstudio.model.numbers import format_exact, parse_number

_LARGEST_WRITTEN_WHOLE = 1e15
_NOT_FINITE = re.compile(r"[+−-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode_table(data: bytes, where: str) -> Floats:
    """Return the numbers of a text, `(rows, columns)`; raise FileProblem naming the row and column of a bad cell.

    The separator is the first of tab, semicolon, comma and space that occurs; beside the first two a comma is a
    decimal sign. Numbers are typed as everywhere in the program: `2`, `0.5`, `1/9`; `nan` and `inf` are taken too.
    """
    lines = _lines(_decode_text(data, where), where)
    separator = _separator(lines)
    if max(len(lines), lines[0].count(separator or " ")) > LIMITS.axis_length:
        raise FileProblem(f"{where} has more than {LIMITS.axis_length} rows or columns, the most that fit: crop it.")
    rows = [_row(cells, number, where) for number, cells in enumerate(_cells(lines, separator), 1)]
    _check_lengths([len(row) for row in rows], where)
    return frozen(rows)


def encode_table(values: Floats, separator: str) -> str:
    """Write `(rows, columns)` numbers with as many digits as it takes to read the same float32 back."""
    return "".join(separator.join(map(_written, row)) + "\n" for row in values.tolist())


def is_one_line(table: Floats) -> bool:
    """Say whether a table is one row or one column: a sequence."""
    return 1 in table.shape


def _decode_text(data: bytes, where: str) -> str:
    encoding = "utf-16" if data.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise FileProblem(f"{where} is not a text: save it as CSV in UTF-8.") from None
    if "\0" in text:
        raise FileProblem(f"{where} is not a text, for it holds NUL characters: save it as CSV in UTF-8.")
    return text


def _lines(text: str, where: str) -> list[str]:
    lines = re.split(r"\r\n|\r|\n", text.rstrip())
    if lines == [""]:
        raise FileProblem(f"{where} holds no numbers: write at least one.")
    return lines


def _separator(lines: Sequence[str]) -> str | None:
    """Return the separator, or None for runs of spaces."""
    return next((mark for mark in "\t;," if any(mark in line for line in lines)), None)


def _cells(lines: Sequence[str], separator: str | None) -> Iterable[list[str]]:
    if separator is None:
        return (line.split() for line in lines)
    if any('"' in line for line in lines):
        return ([*next(csv.reader([line], delimiter=separator), [])] for line in lines)
    return (line.split(separator) for line in lines)


def _row(cells: list[str], number: int, where: str) -> list[float]:
    try:
        return _plain_row(cells)
    except ValueError:
        return [_cell(text, f"{where}, row {number}, column {column}") for column, text in enumerate(cells or [""], 1)]


def _plain_row(cells: list[str]) -> list[float]:
    """Read cells at the speed of `float`; raise ValueError where they need the careful way."""
    values = list(map(float, cells))
    if not cells or "_" in "".join(cells) or not all(abs(value) < ROUNDS_TO_INFINITY for value in values):
        raise ValueError
    return values


def _cell(text: str, where: str) -> float:
    text = text.strip()
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace("∞", "inf").replace("−", "-"))
    try:
        return parse_number(text)
    except ValueError as error:
        raise FileProblem(f"{where}: {_sentence(str(error))}") from None


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]


def _check_lengths(lengths: Sequence[int], where: str) -> None:
    for number, length in enumerate(lengths, 1):
        if length != lengths[0]:
            raise FileProblem(
                f"{where}, row {number}, has {length} cells and row 1 has {lengths[0]}: give every row the same number."
            )


def _written(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    is_short_whole = value == round(value) and abs(value) < _LARGEST_WRITTEN_WHOLE
    return str(round(value)) if is_short_whole else format_exact(value)
