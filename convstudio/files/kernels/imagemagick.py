"""ImageMagick's kernel strings, such as `3x3: 1,0,-1 2,0,-2 1,0,-1`, as `-morphology Convolve` takes them.

That method is true convolution, so the kernel is turned by 180° on the way in and out; `-morphology Correlate` would
take it as it stands. Source: ImageMagick Examples, "Convolve vs Correlate", and what version 6.9 computes.
"""

from __future__ import annotations

import re

import numpy as np

from convstudio.files.kernels.reading import (
    KernelContent,
    KernelReading,
    as_kernel,
    check_kernel_shape,
    exact_rows,
    read_numbers,
    rows_of,
    turned,
)
from convstudio.files.kernels.text import text_of
from convstudio.files.problems import FileProblem
from convstudio.model.values.answers.counted import counted

_HEAD = re.compile(
    r"\s*+(?P<columns>\d{1,6})\s{0,9}(?:[xX]\s{0,9}(?P<rows>\d{1,6}))?\s{0,9}"
    r"(?P<origin>[+-]\d{1,6}[+-]\d{1,6})?\s{0,9}(?P<turns>[@<>])?\s{0,9}:",  # bounded: no text makes it search long
    re.ASCII,
)
_MISSING = re.compile(r"(?<![^\s,])(?:nan|-)(?![^\s,])", re.IGNORECASE)
_NAME = re.compile(r"\s*+[A-Za-z]++\s*+(?::[\s\d.,x+@<>-]*)?", re.ASCII)


def is_magick(data: bytes) -> bool:
    """Return whether a text begins as a kernel string does.

    >>> is_magick(b"3x3: 1,2,3"), is_magick(b"1,2,3")
    (True, False)
    """
    return _HEAD.match(data[:200].decode("latin-1")) is not None


def read_magick(data: bytes, where: str, rank: int | None) -> KernelReading:
    """Read one kernel string; raise FileProblem. Missing values count as 0, and an origin off the centre is named."""
    text = text_of(data, where).rstrip().removesuffix(";")
    head = _HEAD.match(text)
    if head is None:
        raise FileProblem(_not_one(text, where))
    if head["turns"] or ";" in text:
        raise FileProblem(f"{where} makes several kernels of one string: write one without {head['turns'] or ';'}.")
    columns = int(head["columns"])
    rows = columns if head["rows"] is None else int(head["rows"])
    check_kernel_shape((rows, columns), where)
    values, missing = _MISSING.subn("0", text[head.end() :])
    kernel = turned(read_numbers(values, rows * columns, where).reshape(rows, columns))
    return KernelReading(
        as_kernel(np.ascontiguousarray(kernel), rank, where),
        notes=(*_missing_note(missing), *_origin_note(head["origin"], rows, columns)),
    )


def write_magick(content: KernelContent) -> bytes:
    """Write a kernel string, turned by 180°; raise FileProblem where the kernel has channels."""
    rows = rows_of(content)
    lines = exact_rows(turned(rows), ",")
    return (f"{rows.shape[1]}x{rows.shape[0]}:\n" + "".join(f"  {line}\n" for line in lines)).encode()


def _not_one(text: str, where: str) -> str:
    if _NAME.fullmatch(text):
        return (
            f"{where} names a kernel that ImageMagick makes itself: let it print the numbers, with "
            "-define morphology:showKernel=1."
        )
    return f"{where} is not a kernel string of ImageMagick: write one such as 3x3: 1,0,-1 2,0,-2 1,0,-1."


def _missing_note(missing: int) -> tuple[str, ...]:
    return (f"{counted(missing, 'missing value')} became 0.",) if missing else ()


def _origin_note(origin: str | None, rows: int, columns: int) -> tuple[str, ...]:
    if origin is None or re.sub(r"\b0+(?=\d)", "", origin) == f"+{(columns - 1) // 2}+{(rows - 1) // 2}":
        return ()
    return (f"The origin {origin} was left out, because it only shifts the result.",)
