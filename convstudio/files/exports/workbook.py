"""Exported planes as a workbook, one sheet each; XlsxWriter writes it, which is an extra of the installation."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from datetime import datetime
from importlib.util import find_spec
from typing import Any

import numpy as np

from convstudio.files.problems import FileProblem
from convstudio.model.panes.exports.arrays import ExportedArray, PictureStyle, titled_planes
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact

_PACKAGE = "xlsxwriter"
_LONGEST_NAME = 31  # letters
_CREATED = datetime(2000, 1, 1)  # so that the same maps give the same bytes
MISSING = (
    'Workbooks need the package XlsxWriter: install it with “pip install "convstudio[xlsx]"”, or choose another format.'
)


def has_workbooks() -> bool:
    """Return whether what writes workbooks is installed."""
    return find_spec(_PACKAGE) is not None


def as_workbook(arrays: Sequence[ExportedArray], _style: PictureStyle) -> bytes:
    """Write every plane as a sheet of numbers that bears its title; raise FileProblem without XlsxWriter.

    The numbers are written with as many digits as it takes to read the same float32 back. What is not finite is text,
    because the format has no such number. No text is ever taken for a formula, whatever it begins with.
    """
    if not has_workbooks():
        raise FileProblem(MISSING)
    from xlsxwriter import Workbook  # an extra, imported for its door alone

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(buffer, options) as book:
        book.set_properties({"created": _CREATED})
        taken: set[str] = set()
        for title, array, index in titled_planes(arrays):
            _fill(book.add_worksheet(_sheet_name(title, taken)), np.atleast_2d(array.plane(index)))
    return buffer.getvalue()


def _fill(sheet: Any, table: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    if table.shape[0] > LIMITS.sheet_rows or table.shape[1] > LIMITS.sheet_columns:
        raise FileProblem(
            f"A sheet takes {LIMITS.sheet_rows} rows and {LIMITS.sheet_columns} columns: choose another format."
        )
    for row, numbers in enumerate(table.tolist()):
        for column, number in enumerate(numbers):
            if math.isfinite(number):
                sheet.write_number(row, column, float(format_exact(number)))
            else:
                sheet.write_string(row, column, str(number))


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a title as a sheet may bear it: without signs that are not allowed, cut, and unlike all others.

    It is cut in the middle, because its layer stands at the beginning and its filter and channel at the end.
    """
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '") or "map"
    if len(plain) > _LONGEST_NAME:
        half = _LONGEST_NAME // 2
        plain = f"{plain[:half]}…{plain[-half:]}"
    name, number = plain, 2
    while name.lower() in taken or name.lower() == "history":
        ending = f" ({number})"
        name, number = f"{plain[: _LONGEST_NAME - len(ending)]}{ending}", number + 1
    taken.add(name.lower())
    return name
