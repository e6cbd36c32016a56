"""What the axes of maps are called, and how a place on them is named in words."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.ops.shapes import AXIS_NAMES

AXES = {1: ("step",), 2: ("row", "column"), 3: ("plane", "row", "column")}
VECTOR_AXIS, VECTOR_PLURAL = ("value",), ("values",)
PLURALS = AXIS_NAMES


def axis_names(rank: int, *, is_vector: bool = False) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of the axes of maps, in the singular and in the plural; a vector has values.

    >>> axis_names(2)
    (('row', 'column'), ('rows', 'columns'))
    """
    return (VECTOR_AXIS, VECTOR_PLURAL) if is_vector else (AXES[rank], PLURALS[rank])


def place(position: Sequence[int], *, is_vector: bool = False) -> str:
    """Name a position, counted from 1; in a vector it is a value.

    >>> place((2, 0))
    'row 3, column 1'
    """
    axes = VECTOR_AXIS if is_vector else AXES[len(position)]
    return ", ".join(f"{axis} {at + 1}" for axis, at in zip(axes, position, strict=True))


def cell_place(row: int, column: int, axes: Sequence[str] = AXES[2]) -> str:
    """Name a cell of a table, counted from 1; with one axis its row holds the steps of a sequence, or values.

    >>> cell_place(2, 0), cell_place(0, 4, AXES[1])
    ('row 3, column 1', 'step 5')
    """
    return ", ".join(f"{axis} {at + 1}" for axis, at in zip(axes, (row, column)[-len(axes) :], strict=True))
