"""Tables of numbers as files: read with any usual separator, written so that the same numbers come back."""

from __future__ import annotations

import math

from convstudio.files.limits import LIMITS
from convstudio.files.problems import FileProblem, decoding
from convstudio.model.arrays import Floats
from convstudio.model.numbers import format_exact
from convstudio.model.tables import parse_block

_LARGEST_WRITTEN_WHOLE = 1e15
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode_table(data: bytes, where: str) -> Floats:
    """Return the numbers of a text, `(rows, columns)`; raise FileProblem naming the row and column of a bad cell."""
    try:
        return parse_block(_decode_text(data, where), longest=LIMITS.axis_length, takes_all=True)
    except ValueError as refusal:
        raise FileProblem(f"{where}: {refusal}") from None


def encode_table(values: Floats, separator: str) -> str:
    """Write `(rows, columns)` numbers with as many digits as it takes to read the same float32 back."""
    return "".join(separator.join(map(_written, row)) + "\n" for row in values.tolist())


def is_one_line(table: Floats) -> bool:
    """Say whether a table is one row or one column: a sequence."""
    return 1 in table.shape


def _decode_text(data: bytes, where: str) -> str:
    encoding = "utf-16" if data.startswith(_UTF16_MARKS) else "utf-8-sig"
    with decoding(where, "is not a text: save it as CSV in UTF-8"):
        text = data.decode(encoding)
    if "\0" in text:
        raise FileProblem(f"{where} is not a text, for it holds NUL characters: save it as CSV in UTF-8.")
    return text


def _written(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    is_short_whole = value == round(value) and abs(value) < _LARGEST_WRITTEN_WHOLE
    return str(round(value)) if is_short_whole else format_exact(value)
