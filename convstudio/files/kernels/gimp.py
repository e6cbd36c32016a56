"""GIMP's convolution matrix: 5×5 numbers, a divisor and an offset, as its filter exports its settings.

GIMP applies the matrix as it stands (cross-correlation). Letters are columns from the left and figures are rows from
the top. With `normalize` it takes the divisor and the offset from the sum of the matrix: the sum's size, and 0, 1 or
0.5 where the sum is positive, negative or zero. Source: GEGL's operation `convolution-matrix` and GIMP's dialog of it.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from convstudio.files.kernels.reading import KernelContent, KernelReading, as_kernel, divided, exact, read_one, rows_of
from convstudio.files.kernels.text import text_of
from convstudio.files.problems import FileProblem
from convstudio.model.values.numbers import format_number, format_shape

_SIDE = 5
_COLUMNS = "abcde"
_VALUE = re.compile(r"(?<![\w.-])([a-e][1-5]|divisor|offset|normalize)[ \t=]+\"?([^\s()\"]{1,60})")
_SIZE = re.compile(r"#[^\n]{0,80}kernel of ([135])×([135])\b")
_ANY = re.compile(r"\([a-e][1-5][ \t]+[-+.\d]|(?<![\w.-])[a-e][1-5]=[-+.\d]")
_ASIDE = re.compile(r'"[^"]*"|^[ \t]*[#;][^\n]*', re.MULTILINE)
"""Words between quotes, and lines of remarks: brackets in them close nothing."""
_NO = ("no", "false", "0")


def is_gimp(data: bytes) -> bool:
    """Return whether a text names several cells as GIMP does.

    >>> is_gimp(b"(b2 1.0) (b3 0.0)"), is_gimp(b"a1 5\\nb1 6")
    (True, False)
    """
    start = data[:4096].decode("latin-1")
    return len(_ANY.findall(start)) > 1


def read_gimp(data: bytes, where: str, rank: int | None) -> KernelReading:
    """Read a matrix with its divisor and offset; raise FileProblem. A ring of zeros is left out, as GIMP does."""
    text = text_of(data, where)
    bare = _ASIDE.sub("", text)
    if bare.count("(") > bare.count(")"):
        raise FileProblem(f"{where} ends before its matrix is complete: export the settings of that filter again.")
    found = {match[1]: match[2] for match in _VALUE.finditer(text)}
    cells = [f"{column}{row}" for row in range(1, _SIDE + 1) for column in _COLUMNS]
    if sum(cell in found for cell in cells) < 2:
        raise FileProblem(f"{where} is not a convolution matrix of GIMP: export the settings of that filter again.")
    matrix = np.array([read_one(found.get(cell, "1" if cell == "c3" else "0"), where) for cell in cells])
    matrix = matrix.reshape(_SIDE, _SIDE)
    is_normalised = found.get("normalize", "no" if "divisor" in found else "yes").lower() not in _NO
    divisor, offset = _by_sum(matrix) if is_normalised else _as_given(found, where)
    inner = _inner(matrix, _SIZE.search(text))
    details = [f"divided by {format_number(divisor)}{', the sum' if is_normalised else ''}"] if divisor != 1 else []
    if inner.shape != matrix.shape:
        details.append("without the zeros around it")
    return KernelReading(as_kernel(divided(inner, divisor), rank, where), bias=offset, details=tuple(details))


def write_gimp(content: KernelContent) -> bytes:
    """Write the settings that GIMP's filter imports; raise FileProblem where they do not hold it."""
    rows = rows_of(content)
    if any(side not in (1, 3, _SIDE) for side in rows.shape):
        raise FileProblem(
            f"{content.where} holds 5×5 numbers around a centre, and the kernel has {format_shape(rows.shape)}: "
            "use sides of 1, 3 or 5, or another format."
        )
    offset = content.bias or 0.0
    if abs(offset) > 1:
        raise FileProblem(
            f"{content.where} holds an offset from -1 to 1, and the bias is {format_number(offset)}: use another one."
        )
    whole = np.zeros((_SIDE, _SIDE), np.float32)
    top, left = ((_SIDE - side) // 2 for side in rows.shape)
    whole[top : top + rows.shape[0], left : left + rows.shape[1]] = rows
    cells = [
        f"({column}{row} {exact(float(whole[row - 1, place]))})"
        for place, column in enumerate(_COLUMNS)
        for row in range(1, _SIDE + 1)
    ]
    head = f"# GIMP 'Convolution Matrix' settings: a kernel of {format_shape(rows.shape)}"
    tail = "# end of 'Convolution Matrix' settings"
    return "\n".join(
        [head, "", *cells, "(divisor 1)", f"(offset {exact(offset)})", "(normalize no)", "", tail, ""]
    ).encode()


def _by_sum(matrix: NDArray[np.float64]) -> tuple[float, float]:
    total = float(matrix.sum())
    if total == 0:
        return 1.0, 0.5
    return abs(total), 0.0 if total > 0 else 1.0


def _as_given(found: dict[str, str], where: str) -> tuple[float, float]:
    divisor, offset = (read_one(found.get(name, usual), where) for name, usual in (("divisor", "1"), ("offset", "0")))
    if divisor == 0:
        raise FileProblem(f"{where} has the divisor 0, with which GIMP computes nothing: write another one.")
    return divisor, offset


def _inner(matrix: NDArray[np.float64], size: re.Match[str] | None) -> NDArray[np.float64]:
    """Return the middle of a matrix: as our own comment tells, else 3×3 where the ring around it is zero."""
    rows, columns = (int(size[1]), int(size[2])) if size else (3, 3)
    top, left = (_SIDE - rows) // 2, (_SIDE - columns) // 2
    inner = matrix[top : top + rows, left : left + columns]
    return inner if np.count_nonzero(inner) == np.count_nonzero(matrix) else matrix
