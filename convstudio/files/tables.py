"""Tables of numbers as files: read with any usual separator, written so that the same numbers come back."""

from __future__ import annotations

import codecs
import math
from collections.abc import Callable
from dataclasses import replace

from convstudio.files.limits import LIMITS
from convstudio.files.problems import FileProblem, decoding
from convstudio.model.arrays import Floats
from convstudio.model.input_readings import ReadOptions
from convstudio.model.numbers import format_exact
from convstudio.model.progress import Progress
from convstudio.model.table_layout import WHITESPACE
from convstudio.model.tables import Table, read_table

_AS_WRITTEN = ReadOptions(header=False, index=False)
_PIECE = 2**20
_LARGEST_WRITTEN_WHOLE = 1e15
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode_table(data: bytes, where: str, check_shape: Callable[[tuple[int, ...], str], None] | None = None) -> Floats:
    """Return the numbers of a text, `(rows, columns)`, where every row and column is one of numbers.

    Nested lists of more levels have more axes. A comma between two numbers separates them, as we write it.
    Raises FileProblem naming the row and column of a bad cell; `check_shape` sees the shape first.
    """
    table = decode_table_as(data, where, _AS_WRITTEN, check_shape)
    found = table.found
    if found is not None and found.layout.decimal == "comma" and found.layout.separator == WHITESPACE:
        return decode_table_as(data, where, replace(_AS_WRITTEN, decimal="point"), check_shape).values
    return table.values


def decode_table_as(
    data: bytes,
    where: str,
    options: ReadOptions,
    check_shape: Callable[[tuple[int, ...], str], None] | None = None,
    progress: Progress | None = None,
) -> Table:
    """Return the table of a text, and how it was laid out; what the options leave open, the evidence decides.

    Raises FileProblem naming the row and column of a bad cell; `check_shape` sees the shape first.
    """
    text = _as_utf8(data, where)
    try:
        return read_table(
            text,
            options,
            longest=LIMITS.axis_length,
            takes_all=True,
            check_shape=None if check_shape is None else lambda shape: check_shape(shape, where),
            progress=progress,
        )
    except ValueError as refusal:
        raise FileProblem(f"{where}: {refusal}") from None


def encode_table(values: Floats, separator: str) -> str:
    """Write `(rows, columns)` numbers with as many digits as it takes to read the same float32 back."""
    return "".join(separator.join(map(_written, row)) + "\n" for row in values.tolist())


def is_one_line(table: Floats) -> bool:
    """Say whether a table is one row or one column: a sequence."""
    return 1 in table.shape


def _as_utf8(data: bytes, where: str) -> bytes:
    """Return a text in UTF-8 without a byte order mark; what is not ASCII is checked a piece at a time."""
    with decoding(where, "is not a text: save it as CSV in UTF-8"):
        if data.startswith(_UTF16_MARKS):
            data = data.decode("utf-16").encode()
        elif data.startswith(codecs.BOM_UTF8):
            data = data.removeprefix(codecs.BOM_UTF8)
        if not data.isascii():
            decoder = codecs.getincrementaldecoder("utf-8")()
            for start in range(0, len(data), _PIECE):
                decoder.decode(data[start : start + _PIECE])
            decoder.decode(b"", final=True)
    if b"\0" in data:
        raise FileProblem(f"{where} holds NUL characters, so it is not a text: save it as CSV in UTF-8.")
    return data


def _written(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    is_short_whole = value == round(value) and abs(value) < _LARGEST_WRITTEN_WHOLE
    return str(round(value)) if is_short_whole else format_exact(value)
