"""One page of a picture whose size was checked: how its samples become numbers, a few rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from convstudio.files.arrays.npy import to_float32
from convstudio.files.limits import check_input_shape
from convstudio.files.problems import FileProblem
from convstudio.model.values.limits import LIMITS

Values = NDArray[np.float32]
Opacity = Literal["none", "white", "kept"]
Samples = NDArray[np.generic]

INCOMPLETE = "{file} is damaged, or ends before the picture is complete: get a whole copy of it."
ON_WHITE = "Transparency was laid on white."
OPACITY_KEPT = "Transparency was kept as the last channel, in which 1 is opaque."
INKS = "Four inks (CMYK) became red, green and blue without their colour profile."

_TURNED = (5, 6, 7, 8)  # orientations in which rows become columns
_BLOCK_VALUES = 2**18  # a block of 1 MiB: rows become numbers in the cache, and never twice in memory


@dataclass(frozen=True)
class Wish:
    """How a page is wanted: with its opacity as a channel, and which part of it at which size (see `ReadOptions`)."""

    keeps_opacity: bool = False
    crop: tuple[int, int, int, int] | None = None
    size: tuple[int, int] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every pixel becomes a number."""
        return self.crop is None and self.size is None


PLAIN = Wish()


class TooLargePicture(FileProblem):
    """Says that a picture does not fit as a whole; `shape` is the whole, upright, and a part or a smaller size fits."""

    def __init__(self, sentence: str, shape: Sequence[int]) -> None:
        super().__init__(sentence)
        self.shape = tuple(shape)


@dataclass(frozen=True)
class Page:
    """A decoded page: `shape` is `(rows, columns, channels)`, and `read(first, last)` returns its rows as float32.

    `pages` and `page` count from 1; `notes` tell how it was read; `opacity` is "none" where nothing is transparent,
    else what became of that: laid on "white", or "kept" as the last channel. Rows are made into numbers when they are
    asked for, because a photograph takes four times as much memory as numbers.
    """

    shape: tuple[int, int, int]
    read: Callable[[int, int], Values]
    page: int = 1
    pages: int = 1
    notes: tuple[str, ...] = ()
    opacity: Opacity = "none"
    whole: tuple[int, ...] = ()
    """The shape of the whole picture, where this is a part of it, or at another size."""

    def blocks(self, begin: int = 0, end: int | None = None) -> Iterator[tuple[int, Values]]:
        """Go through the page, or rows of it, from the first one on: the first row of each block, and its values."""
        rows, columns, channels = self.shape
        last = rows if end is None else end
        step = max(1, _BLOCK_VALUES // (columns * channels))
        for first in range(begin, last, step):
            yield first, self.read(first, min(first + step, last))


def check_size(
    rows: int,
    columns: int,
    channels: int,
    where: str,
    wish: Wish = PLAIN,
    orientation: object = None,
    most: int = LIMITS.image_pixels,
) -> None:
    """Raise FileProblem unless a picture of that size can be decoded; called before a pixel is.

    Where the whole of it does not fit as an input, and is wished, that is a TooLargePicture. At most so many pixels can
    be decoded of which a part or a smaller size is wished.
    """
    pixels = rows * columns
    if pixels > most:
        raise FileProblem(
            f"{where} has {columns}×{rows} = {pixels} pixels, and at most {most} fit: crop or shrink it in another "
            "program first."
        )
    if not wish.is_whole:
        return  # what comes out is checked there
    try:
        _check_whole((rows, columns, channels), where)
    except FileProblem as problem:
        if channels > LIMITS.input_channels or not rows or not columns:
            raise
        sides = (columns, rows) if orientation in _TURNED else (rows, columns)
        raise TooLargePicture(str(problem), (*sides, channels)) from None


def _check_whole(shape: tuple[int, int, int], where: str) -> None:
    pixels = shape[0] * shape[1]
    if pixels > LIMITS.image_pixels:
        raise FileProblem(
            f"{where} has {shape[1]}×{shape[0]} = {pixels} pixels, and at most {LIMITS.image_pixels} fit: "
            "take a part of it, or make it smaller."
        )
    check_input_shape(shape, where)


def upright(samples: Samples, orientation: object) -> Samples:
    """Turn pixels `(rows, columns, ...)` as the camera's orientation tag asks (1 to 8), without a copy.

    >>> upright(np.array([[1, 2]]), 6).tolist()
    [[1], [2]]
    """
    if orientation in _TURNED:
        samples = samples.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        samples = samples[::-1]
    if orientation in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return samples


def as_numbers(samples: Samples, bits: int, where: str) -> Values:
    """Divide unsigned whole numbers by the largest of so many bits; keep signed and real ones; raise FileProblem.

    >>> as_numbers(np.uint8([0, 255]), 8, "“x”").tolist(), as_numbers(np.int8([-128]), 8, "“x”").tolist()
    ([0.0, 1.0], [-128.0])
    """
    if samples.dtype.kind == "u":
        if bits <= 16:  # float32 holds them all
            numbers: Values = samples.astype(np.float32)
            numbers /= np.float32(2**bits - 1)
            return numbers
        return (samples.astype(np.float64) / np.float64(2**bits - 1)).astype(np.float32)
    return to_float32(samples, where)


def on_white(values: Values, *, is_multiplied: bool = False) -> Values:
    """Lay colours on white by their last channel, the opacity; `is_multiplied` colours hold it already."""
    colours, opacity = values[..., :-1], values[..., -1:]
    return (colours if is_multiplied else colours * opacity) + (1 - opacity)


def opacity_note(opacity: Opacity) -> tuple[str, ...]:
    """Say what became of transparency; nothing where there was none."""
    return {"none": (), "white": (ON_WHITE,), "kept": (OPACITY_KEPT,)}[opacity]


def colours_of_inks(inks: Values) -> Values:
    """Turn cyan, magenta, yellow and black into red, green and blue: what each ink and the black leave of the light."""
    return (1 - inks[..., :3]) * (1 - inks[..., 3:])
