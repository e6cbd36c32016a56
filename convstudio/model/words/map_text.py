"""A feature map as text for the clipboard: cells for a spreadsheet, or an array for NumPy."""

from __future__ import annotations

import math

import numpy as np

from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact

COPIES = {"picture": "&Picture", "table": "&Table", "numpy": "&NumPy text"}
"""What a map can be copied as, with the commands for it."""


def map_text(values: Floats, way: str) -> str:
    """Return a map `(rows, columns)` or `(steps,)` as "table" or "numpy" text, from which the same float32 come back.

    Raises ValueError with a sentence where the map is too large for a clipboard.

    >>> map_text(np.float32([[0, 0.1], [-3, np.nan]]), "table")
    '0\\t0.1\\n-3\\tnan'
    >>> map_text(np.float32([0, 0.1]), "numpy")
    'np.array([0, 0.1], dtype=np.float32)'
    """
    if values.size > LIMITS.copied_weights:
        raise ValueError(
            f"The map has {counted(values.size, 'value')}, and at most {LIMITS.copied_weights} are copied as text. "
            "Export it to a file instead."
        )
    return _numpy_text(values) if way == "numpy" else _table_text(np.atleast_2d(values))


def _table_text(table: Floats) -> str:
    """Return lines of numbers with tabs between them and nothing else, so that no cell is taken for a formula."""
    return "\n".join("\t".join(map(_number, row)) for row in table.tolist())


def _numpy_text(values: Floats) -> str:
    names = {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}
    rows = [[names.get(text, text) for text in map(_number, row)] for row in np.atleast_2d(values).tolist()]
    lines = [f"[{', '.join(row)}]" for row in rows]
    if values.ndim == 1:
        return f"np.array({lines[0]}, dtype=np.float32)"
    inner = ",\n          ".join(lines)
    return f"np.array([{inner}], dtype=np.float32)"


def _number(value: float) -> str:
    return format_exact(value) if math.isfinite(value) else str(value)
