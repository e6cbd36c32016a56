"""Kernels as tables of numbers: spreadsheets, ImageJ's text, and lists within lists as Python and NumPy print them."""

from __future__ import annotations

from typing import Any

from convstudio.files.arrays.tables import decode_table, encode_table
from convstudio.files.kernels.reading import KernelContent, KernelReading, as_kernel, check_kernel_shape, exact, rows_of


def read_table_kernel(data: bytes, where: str, rank: int | None) -> KernelReading:
    """Read a kernel from rows of numbers with any usual separator, or from nested lists; raise FileProblem.

    A row or a column of words is left out as names. Nested lists of three levels have channels.
    """
    from convstudio.model.readings.table_readings import table_details  # here, and not above: every start would pay

    table = decode_table(data, where, check_kernel_shape)
    details = ["from nested lists"] if table.found is None else table_details(table.found, table.comments)
    return KernelReading(as_kernel(table.values, rank, where), details=tuple(details))


def write_table_kernel(separator: str, content: KernelContent) -> bytes:
    """Write a kernel as rows of numbers, a line each; raise FileProblem where it has channels."""
    return encode_table(rows_of(content), separator).encode()


def write_numpy_text(content: KernelContent) -> bytes:
    """Write a kernel as the NumPy expression that makes it, whatever its axes.

    >>> write_numpy_text(KernelContent(np.array([[1, 0.5]], np.float32))).decode()
    'np.array([[1, 0.5]], dtype=np.float32)\\n'
    """
    return f"np.array({_lists(content.kernel.tolist(), 1)}, dtype=np.float32)\n".encode()


def _lists(content: list[Any] | float, level: int) -> str:
    if not isinstance(content, list):
        return exact(content)
    apart = ",\n" + " " * (9 + level) if isinstance(content[0], list) else ", "
    return f"[{apart.join(_lists(item, level + 1) for item in content)}]"
