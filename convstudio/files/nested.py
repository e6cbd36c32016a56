"""Small arrays as nested lists that people can read and write, others as base64 with their type and shape."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import msgspec
import numpy as np

from convstudio.files.packed import Base64, values_of
from convstudio.files.problems import FileProblem
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import ROUNDS_TO_INFINITY, as_single, format_shape

READABLE_VALUES = 4096
_DEEPEST = 5
_LARGEST_WRITTEN_WHOLE = 10**7

ShapeCheck = Callable[[tuple[int, ...], str], None]


class PackedArray(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bytes of a float32 array, in base64, little-endian, last axis fastest."""

    dtype: Literal["float32"]
    shape: tuple[int, ...]
    base64: Base64


Nested = list[Any] | PackedArray
"""How an array stands in a file."""


def to_nested(values: Floats) -> Nested:
    """Return nested lists for a small array of finite numbers, else its bytes."""
    if values.size > READABLE_VALUES or not np.all(np.isfinite(values)):
        return PackedArray("float32", values.shape, Base64(values))
    lists: list[Any] = _readable(values.tolist())
    return lists


def from_nested(content: Nested | Floats, where: str, check_shape: ShapeCheck) -> Floats:
    """Return the array, whose shape `check_shape` sees first; raise FileProblem, which begins with `where`.

    What is an array already, as one that a recovery keeps in a separate file, is checked alike.
    """
    shape = _shape_of(content, where) if isinstance(content, list) else content.shape
    if not 1 <= len(shape) <= _DEEPEST or min(shape) < 1:
        raise FileProblem(
            f"{where} has the shape {format_shape(shape) or '()'}: give it 1 to {_DEEPEST} axes with values."
        )
    check_shape(shape, where)
    if isinstance(content, list):
        return _from_lists(content, shape, where)
    return values_of(content.base64, shape, where) if isinstance(content, PackedArray) else frozen(content)


def _readable(content: Any) -> Any:
    return [_readable(item) for item in content] if isinstance(content, list) else _shortest(content)


def _shortest(value: float) -> int | float:
    """Return the number that is written with the fewest digits and read as the same float32."""
    is_negative_zero = value == 0 and math.copysign(1, value) < 0
    if value == round(value) and abs(value) < _LARGEST_WRITTEN_WHOLE and not is_negative_zero:
        return round(value)
    short = as_single(value)
    return short if np.float32(short) == np.float32(value) else value


def _shape_of(content: list[Any], where: str) -> tuple[int, ...]:
    shape: list[int] = []
    level: Any = content
    while isinstance(level, list):
        shape.append(len(level))
        if not level or len(shape) > _DEEPEST:
            raise FileProblem(
                f"{where} has an empty list or more than {_DEEPEST} levels of lists: write rows of numbers."
            )
        level = level[0]
    return tuple(shape)


def _from_lists(content: list[Any], shape: tuple[int, ...], where: str) -> Floats:
    flat = content
    for length in shape[1:]:
        if not all(isinstance(row, list) and len(row) == length for row in flat):
            raise FileProblem(f"{where} has rows of different lengths: give every row {length} numbers.")
        flat = [value for row in flat for value in row]
    if not all(type(value) in (int, float) for value in flat):
        raise FileProblem(f"{where} contains something other than numbers: write numbers only.")
    return _finite(flat, where).reshape(shape)


def _finite(flat: list[Any], where: str) -> Floats:
    try:
        doubles = np.array(flat, np.float64)
    except OverflowError:
        doubles = np.array([math.inf])
    if not np.all(np.abs(doubles) < ROUNDS_TO_INFINITY):
        raise FileProblem(f"{where} holds a number beyond {LIMITS.number:.4g}, the largest: scale it down.")
    return frozen(doubles)
