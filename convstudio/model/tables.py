"""Blocks of numbers as text: what a spreadsheet puts on the clipboard."""

from __future__ import annotations

import numpy as np

from convstudio.model.arrays import Floats
from convstudio.model.numbers import parse_number


def parse_block(text: str) -> Floats:
    """Read lines of numbers, separated by tabs, else semicolons, else commas, else spaces, as `(rows, columns)`.

    Empty lines at the end are left out; one between others is a row of empty cells. Raises ValueError naming the row
    and column that is empty or no number, or the line of another length.

    >>> parse_block("1\\t2\\n3\\t1/2").tolist()
    [[1.0, 2.0], [3.0, 0.5]]
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \n").split("\n")
    if not any(line.strip() for line in lines):
        raise ValueError("the text holds no numbers; copy a block of cells first.")
    separator = next((sign for sign in "\t;," if any(sign in line for line in lines)), None)
    rows = [_cells(line, separator) for line in lines]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"row {number} has {len(row)} cells and row 1 has {len(rows[0])}; give all the same number."
            )
    return np.array([[_number(cell, r, c) for c, cell in enumerate(row)] for r, row in enumerate(rows)], np.float32)


def _cells(line: str, separator: str | None) -> list[str]:
    return line.split() or [""] if separator is None else line.split(separator)


def _number(cell: str, row: int, column: int) -> float:
    try:
        return parse_number(cell)
    except ValueError as refusal:
        raise ValueError(f"row {row + 1}, column {column + 1}: {refusal}") from None
