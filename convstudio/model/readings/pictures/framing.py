"""Which part of a picture is taken, and how large that becomes: the numbers of a crop and of a resize."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from convstudio.model.readings.inputs import ReadOptions
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape

Crop = tuple[int, int, int, int]
"""The first row and the first column, counted from 0, and how many rows and columns."""
Field = Literal["first row", "first column", "crop rows", "crop columns", "rows", "columns"]

_HANDY = 2**20  # rows × columns of which every layer is computed in a frame or two
_AXES = {"first row": 0, "first column": 1, "crop rows": 0, "crop columns": 1, "rows": 0, "columns": 1}


@dataclass(frozen=True)
class Framing:
    """A crop and a resize of a picture of `whole` rows and columns, as fields show and change them.

    `size` None leaves the crop as large as it is. While `keeps_proportions`, one side of a new size follows from the
    other.
    """

    whole: tuple[int, int]
    crop: Crop | None = None
    size: tuple[int, int] | None = None
    keeps_proportions: bool = True

    @classmethod
    def of(cls, shape: Sequence[int], options: ReadOptions) -> Framing:
        """Take up what a picture `(rows, columns, channels)` was read with; a crop beyond it is left out."""
        whole = (shape[0], shape[1])
        crop = options.crop if options.crop is None or not crop_problem(whole, options.crop) else None
        found = cls(whole, crop, options.size)
        return found if options.size is None else replace(found, keeps_proportions=found._is_in_proportion)

    @property
    def box(self) -> Crop:
        """What is taken: the crop, or the whole picture."""
        return (0, 0, *self.whole) if self.crop is None else self.crop

    @property
    def output(self) -> tuple[int, int]:
        """The rows and columns that come out."""
        return self.box[2:] if self.size is None else self.size

    def value(self, field: Field) -> int:
        """Return what a field shows; rows and columns are counted from 1.

        >>> Framing((30, 40)).value("first row"), Framing((30, 40)).value("columns")
        (1, 40)
        """
        axis = _AXES[field]
        if field.startswith("first"):
            return self.box[axis] + 1
        return self.box[2 + axis] if field.startswith("crop") else self.output[axis]

    def with_value(self, field: Field, value: int) -> Framing:
        """Return the framing after a field was changed; what must give way does, as the other fields then show.

        Raises ValueError, in a sentence, for a place or a size that cannot be.

        >>> Framing((30, 40)).with_value("first row", 11).box
        (10, 0, 20, 40)
        >>> Framing((30, 40)).with_value("rows", 15).output
        (15, 20)
        """
        axis = _AXES[field]
        if field in ("rows", "columns"):
            return self._resized(axis, value)
        if not 1 <= value <= self.whole[axis]:
            names = ("rows", "columns")
            raise ValueError(f"The picture has {self.whole[axis]} {names[axis]}, so {field} cannot be {value}.")
        box = list(self.box)
        if field.startswith("first"):
            box[axis] = value - 1
            box[2 + axis] = min(box[2 + axis], self.whole[axis] - box[axis])
        else:
            box[2 + axis] = value
            box[axis] = min(box[axis], self.whole[axis] - value)
        return self._cropped((box[0], box[1], box[2], box[3]))

    def with_part(self, row: float, column: float, rows: float, columns: float) -> Framing:
        """Return the framing of the cells nearest to a rectangle that was dragged: at least one, and none outside.

        >>> Framing((30, 40)).with_part(-2.0, 9.6, 11.9, 50.0).box
        (0, 10, 10, 30)
        """
        spans = zip((row, column), (rows, columns), self.whole, strict=True)
        (top, high), (left, wide) = (_nearest_cells(first, length, whole) for first, length, whole in spans)
        return self._cropped((top, left, high, wide))

    def with_square(self) -> Framing:
        """Return the framing of the largest square in the middle of the picture.

        >>> Framing((30, 40)).with_square().box
        (0, 5, 30, 30)
        """
        side = min(self.whole)
        first_row, first_column = ((length - side) // 2 for length in self.whole)
        return self._cropped((first_row, first_column, side, side))

    def with_proportions(self, keeps: bool) -> Framing:
        """Return the framing that keeps proportions from now on, or does not."""
        changed = replace(self, keeps_proportions=keeps)
        return changed if self.size is None or not keeps else changed._resized(0, self.size[0])

    def without(self) -> Framing:
        """Return the framing of the whole picture as it is.

        >>> Framing((30, 40)).with_square().without().output
        (30, 40)
        """
        return Framing(self.whole)

    def as_options(self, options: ReadOptions) -> ReadOptions:
        """Return how to read a file with this framing."""
        return replace(options, crop=self.crop, size=self.size)

    @property
    def _is_in_proportion(self) -> bool:
        return self.output == replace(self, keeps_proportions=True)._resized(0, self.output[0]).output

    def _cropped(self, box: Crop) -> Framing:
        """Take another part; a size that keeps its proportions follows, by its longer side."""
        cropped = replace(self, crop=None if box == (0, 0, *self.whole) else box)
        if self.size is None or not self.keeps_proportions:
            return cropped
        axis = 0 if box[2] >= box[3] else 1
        return cropped._resized(axis, max(self.size))

    def _resized(self, axis: int, length: int) -> Framing:
        held = self.box[2:]
        other = round(held[1 - axis] * length / held[axis]) if self.keeps_proportions else self.output[1 - axis]
        lengths = (length, max(1, other)) if axis == 0 else (max(1, other), length)
        if not all(1 <= one <= LIMITS.axis_length for one in lengths):
            raise ValueError(
                f"A size of {format_shape(lengths)} does not fit: rows and columns go from 1 to {LIMITS.axis_length}."
            )
        return replace(self, size=None if lengths == held else lengths)


def _nearest_cells(first: float, length: float, whole: int) -> tuple[int, int]:
    """Return the first of the cells under a stretch of an axis, and how many they are."""
    begin = min(max(round(first), 0), whole - 1)
    return begin, min(max(round(first + length), begin + 1), whole) - begin


def fitting_size(shape: Sequence[int]) -> tuple[int, int]:
    """Return the rows and columns of a picture in its proportions, of about a million cells; small ones stay.

    >>> fitting_size((4000, 6000, 3)), fitting_size((30, 40, 1))
    ((836, 1254), (30, 40))
    """
    ratio = min(1.0, math.sqrt(_HANDY / (shape[0] * shape[1])))
    return max(1, round(shape[0] * ratio)), max(1, round(shape[1] * ratio))


def crop_problem(whole: tuple[int, int], crop: Crop) -> str:
    """Say why a crop is not inside a picture of so many rows and columns; nothing where it is.

    >>> crop_problem((30, 40), (20, 0, 20, 40))
    'the crop goes from row 21, column 1 to row 40, column 40, beyond its 30 rows and 40 columns'
    """
    row, column, rows, columns = crop
    if min(row, column) >= 0 and min(rows, columns) >= 1 and row + rows <= whole[0] and column + columns <= whole[1]:
        return ""
    return (
        f"the crop goes from row {row + 1}, column {column + 1} to row {row + rows}, column {column + columns}, "
        f"beyond its {whole[0]} rows and {whole[1]} columns"
    )


def framing_words(options: ReadOptions) -> str:
    """Say in sentences what was done to a picture; nothing where that is nothing.

    >>> framing_words(ReadOptions(crop=(10, 0, 20, 40), size=(10, 20)))
    'Cropped to 20 rows × 40 columns from row 11, column 1. Resized to 10 rows × 20 columns (bilinear).'
    """
    told = []
    if options.crop is not None:
        row, column, rows, columns = options.crop
        told.append(f"Cropped to {rows} rows × {columns} columns from row {row + 1}, column {column + 1}.")
    if options.size is not None:
        told.append(f"Resized to {options.size[0]} rows × {options.size[1]} columns (bilinear).")
    return " ".join(told)
