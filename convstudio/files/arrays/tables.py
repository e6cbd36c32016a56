"""Tables of numbers as files: read with any usual separator, written so that the same numbers come back."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from convstudio.files.problems import FileProblem, decoding
from convstudio.model.readings.inputs import BY_EVIDENCE, ReadOptions
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact
from convstudio.model.values.progress import Progress

if TYPE_CHECKING:
    from convstudio.model.readings.table_layout import TableLayout
    from convstudio.model.readings.tables import Table

_PIECE = 2**20
_NUMBER_LIKE = re.compile(r"[\s\"]*[-+−.,√\d]")
_LARGEST_WRITTEN_WHOLE = 1e15
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode_table(data: bytes, where: str, check_shape: Callable[[tuple[int, ...], str], None] | None = None) -> Table:
    """Return a table of weights, `(rows, columns)`: a row or column of words is left out, and none of figures is.

    Nested lists of more levels have more axes. A comma between two numbers alone in a line separates them, as we write
    it. Raises FileProblem naming the row and column of a bad cell; `check_shape` sees the shape first.
    """
    from convstudio.model.readings.table_layout import WHITESPACE  # here, and not above: every start would pay for it

    table = decode_table_as(data, where, BY_EVIDENCE, check_shape)
    if table.found is None:
        return table
    layout, options = table.found.layout, BY_EVIDENCE
    if any(_NUMBER_LIKE.match(name) for name in _names(as_utf8(data, where).decode(), layout)):
        options = replace(options, header=False, index=False)
    if layout.decimal == "comma" and layout.separator == WHITESPACE and table.values.shape[1] == 1:
        options = replace(options, decimal="point")
    return table if options == BY_EVIDENCE else decode_table_as(data, where, options, check_shape)


def _names(text: str, layout: TableLayout) -> list[str]:
    """Return what a layout takes for names of rows and columns; none where an empty corner proves that they are."""
    whole = replace(layout, has_index=False)
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    rows = [whole.cells(line) for line in lines if not line.lower().startswith("sep=")]
    if layout.has_header and layout.has_index and not rows[0][0].strip():
        return []
    columns = rows[0] if layout.has_header else []
    return [*columns, *(row[0] for row in rows if layout.has_index)]


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
    from convstudio.model.readings.tables import read_table  # here, and not above: every start would pay for it

    text = as_utf8(data, where)
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


def as_utf8(data: bytes, where: str) -> bytes:
    """Return a text in UTF-8 without a byte order mark; what is not ASCII is checked a piece at a time."""
    with decoding(where, "{file} is not a text file: save it as CSV in UTF-8."):
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
        raise FileProblem(f"{where} holds NUL characters, so it is not a text file: save it as CSV in UTF-8.")
    return data


def _written(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    is_short_whole = value == round(value) and abs(value) < _LARGEST_WRITTEN_WHOLE
    return str(round(value)) if is_short_whole else format_exact(value)
