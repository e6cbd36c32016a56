"""Blocks of numbers as text: what a spreadsheet puts on the clipboard, and what stands in a table file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence

from convstudio.model.arrays import Floats, frozen
from convstudio.model.numbers import ROUNDS_TO_INFINITY, parse_number

_NOT_FINITE = re.compile(r"[+−-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)


def parse_block(text: str, *, longest: int | None = None, takes_all: bool = False) -> Floats:
    """Read lines of numbers as `(rows, columns)`; beside tabs or semicolons a comma is a decimal sign.

    The separator is the first of tab, semicolon, comma and space that occurs. Numbers are typed as everywhere in the
    program: `2`, `0.5`, `1/9`; with `takes_all` also `nan` and `inf`, as they are written. Empty lines at the end are
    left out; one between others is a row of empty cells.

    Raises ValueError naming the row and column that is empty or no number, the line of another length, or a side of
    more than `longest` cells (None: any length).

    >>> parse_block("1\\t2\\n3\\t1/2").tolist()
    [[1.0, 2.0], [3.0, 0.5]]
    """
    lines = _lines(text)
    separator = next((mark for mark in "\t;," if any(mark in line for line in lines)), None)
    if longest is not None and max(len(lines), lines[0].count(separator or " ")) > longest:
        raise ValueError(f"the text has more than {longest} rows or columns, the most that fit: crop it.")
    rows = [_row(cells, number, takes_all) for number, cells in enumerate(_cells(lines, separator), start=1)]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"row {number} has {len(row)} cells and row 1 has {len(rows[0])}: give every row the same number."
            )
    return frozen(rows)


def _lines(text: str) -> list[str]:
    lines = re.split(r"\r\n|\r|\n", text.rstrip(" \r\n"))
    if not any(line.strip() for line in lines):
        raise ValueError("the text holds no numbers: write or copy at least one.")
    return lines


def _cells(lines: Sequence[str], separator: str | None) -> Iterable[list[str]]:
    if separator is None:
        return (line.split() for line in lines)
    if any('"' in line for line in lines):
        return ([*next(csv.reader([line], delimiter=separator), [])] for line in lines)
    return (line.split(separator) for line in lines)


def _row(cells: list[str], number: int, takes_all: bool) -> list[float]:
    try:
        return _plain_row(cells)
    except ValueError:
        return [_cell(text, number, column, takes_all) for column, text in enumerate(cells or [""], start=1)]


def _plain_row(cells: list[str]) -> list[float]:
    """Read cells at the speed of `float`; raise ValueError where they need the careful way."""
    values = list(map(float, cells))
    if not cells or "_" in "".join(cells) or not all(abs(value) < ROUNDS_TO_INFINITY for value in values):
        raise ValueError
    return values


def _cell(text: str, row: int, column: int, takes_all: bool) -> float:
    text = text.strip()
    if takes_all and _NOT_FINITE.fullmatch(text):
        return float(text.replace("∞", "inf").replace("−", "-"))
    try:
        return parse_number(text)
    except ValueError as refusal:
        raise ValueError(f"row {row}, column {column}: {refusal}") from None
