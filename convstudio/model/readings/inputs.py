"""Which ways there are to read a file as an input, which one is likely, and the sentence that tells what was read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from convstudio.model.values.answers.axis_names import AXES, PLURALS
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.limits import Limits
from convstudio.model.values.numbers import format_shape

Channels = Literal["first", "last"]
Decimal = Literal["point", "comma"]
Transparency = Literal["white", "channel"]
PartNoun = Literal["page", "frame", "plane", "sample"]

_FEW_CHANNELS = 4
"""Grey, grey with alpha, colours, colours with alpha: an axis as short as this is likely one of channels."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file; None leaves a question to the evidence in the file.

    `page` counts from 1: a page, a frame, a sample of a batch, or a plane of a volume. `channels` tells whether the
    axis of channels comes before or after those of space. `header` and `index` tell whether the first row and the first
    column of a table are names, and `decimal` what a comma between digits is: a separator, or the decimal sign.
    `transparency` tells whether a picture is laid on white, or its opacity kept as the last channel. `crop` is the part
    that is taken, its first row and column, counted from 0, and its rows and columns; `size` are the rows and columns
    that this part is resized to.
    """

    page: int | None = None
    channels: Channels | None = None
    header: bool | None = None
    index: bool | None = None
    decimal: Decimal | None = None
    transparency: Transparency | None = None
    crop: tuple[int, int, int, int] | None = None
    size: tuple[int, int] | None = None


BY_EVIDENCE = ReadOptions()
"""No choice at all: the evidence in the file decides."""


@dataclass(frozen=True)
class ReadChoice:
    """One way to read a file: the options that lead to it, and the line that tells what they make of the file.

    `shape` is that of the input, `(*spatial, channels)`. So read, the file holds `pages` inputs of which one is chosen;
    `noun` tells what they are.
    """

    options: ReadOptions
    text: str
    shape: tuple[int, ...]
    pages: int = 1
    noun: PartNoun = "page"


@dataclass(frozen=True)
class AxesReading:
    """One way to see the axes of an array as those of an input.

    `shape` is that of the input, `(*spatial, channels)`; `part` is None, or "sample" or "plane" where the leading axes
    count `parts` inputs of which one is read.
    """

    shape: tuple[int, ...]
    channels: Channels | None = None
    part: PartNoun | None = None
    parts: int = 1


def axes_readings(shape: Sequence[int], limits: Limits) -> tuple[AxesReading, ...]:
    """Return the ways to read an array of that shape as a sequence or an image, the likeliest first; () if none fits.

    One axis is a sequence, two are rows and columns. Of three, the last is one of channels, as everywhere in the
    program, unless the first looks more like it; where neither can be, the array is a volume, and one plane is read.
    Axes before the last three count samples.

    >>> from convstudio.model.values.limits import LIMITS
    >>> [reading.channels for reading in axes_readings((3, 12, 16), LIMITS)]
    ['first', 'last']
    >>> axes_readings((100, 90, 80), LIMITS)[0].part
    'plane'
    """
    return tuple(one for one in _all_readings(tuple(shape)) if _fits(one.shape, limits))


def choose_axes(
    shape: Sequence[int], readings: Sequence[AxesReading], options: ReadOptions, limits: Limits, file: str
) -> AxesReading:
    """Return the reading that the options ask for, else the likeliest.

    Raises ValueError where nothing fits, with a sentence about the array that `file` names.

    >>> from convstudio.model.values.limits import LIMITS
    >>> choose_axes((6, 5, 5), axes_readings((6, 5, 5), LIMITS), ReadOptions(page=2), LIMITS, "“x.npy”").shape
    (5, 5, 1)
    """
    axes = format_shape(tuple(shape)) or "a single number"
    if not readings:
        raise ValueError(
            f"{file} has {len(shape)} axes ({axes}): rows × columns × channels fit with at most "
            f"{limits.input_channels} channels and {limits.axis_length} rows and columns, and a volume or a batch with "
            "planes of that size."
        )
    if options.page is not None and len(shape) == 3:
        return next((one for one in readings if one.part == "plane"), readings[0])
    if options.channels is None or len(shape) < 3:
        return readings[0]
    asked = [one for one in readings if one.channels == options.channels]
    if not asked:
        raise ValueError(
            f"{file} has {len(shape)} axes ({axes}), and with channels {options.channels} it does not fit (at most "
            f"{limits.input_channels} channels and {limits.axis_length} rows and columns): leave this choice out."
        )
    return asked[0]


def axes_choice(reading: AxesReading, page: int) -> ReadChoice:
    """Return what a list of the ways to read an array offers for one of them.

    >>> axes_choice(AxesReading((12, 16, 3), "first"), 1).text
    '12 rows × 16 columns × 3 channels (channels first)'
    """
    options = ReadOptions(page=page if reading.part else None, channels=reading.channels)
    order = f" (channels {reading.channels})" if reading.channels else ""
    part = f", one {reading.part} of {reading.parts}" if reading.part else ""
    text = f"{shape_words(reading.shape)}{part}{order}"
    return ReadChoice(options, text, reading.shape, reading.parts, reading.part or "page")


def is_doubtful(shape: Sequence[int], readings: Sequence[AxesReading]) -> bool:
    """Return whether an array of that shape may well be meant in another way than the first of its readings.

    >>> from convstudio.model.values.limits import LIMITS
    >>> [is_doubtful(shape, axes_readings(shape, LIMITS)) for shape in [(1, 28, 28), (28, 28, 3), (28, 28)]]
    [True, False, False]
    """
    if len([one for one in readings if one.channels]) < 2:
        return False
    first, rows, last = shape[-3:]
    if first <= _FEW_CHANNELS:
        return True
    return last > _FEW_CHANNELS and first < rows and first < last


def shape_words(shape: Sequence[int]) -> str:
    """Write the shape `(*spatial, channels)` of an input with the names of its axes; one channel is not mentioned.

    >>> shape_words((12, 16, 3)), shape_words((1, 1))
    ('12 rows × 16 columns × 3 channels', '1 step')
    """
    *spatial, channels = shape
    rank = len(spatial)
    names = [*zip(AXES[rank], PLURALS[rank], strict=True), ("channel", "channels")]
    lengths = [counted(length, one, many) for length, (one, many) in zip(shape, names, strict=True)]
    return " × ".join(lengths if channels > 1 else lengths[:-1])


def part_words(noun: PartNoun, page: int, pages: int) -> str:
    """Say which part of a file is read.

    >>> part_words("page", 1, 3)
    'page 1 of 3'
    """
    return f"{noun} {page} of {pages}"


def reading_sentence(what: str, shape: Sequence[int], details: Sequence[str] = (), notes: Sequence[str] = ()) -> str:
    """Say what was read as an input of that shape, the `details` decided about it, and `notes`, which are sentences.

    >>> reading_sentence("page 1 of 3", (12, 16, 3))
    'Read page 1 of 3 as 12 rows × 16 columns × 3 channels.'
    >>> reading_sentence("x.npy", (12, 16, 3), ["channels first"], ["Transparency was laid on white."])
    'Read x.npy as 12 rows × 16 columns × 3 channels (channels first). Transparency was laid on white.'
    """
    words = shape_words(shape)
    sentence = f"Read {what} as {words} ({', '.join(details)})." if details else f"Read {what} as {words}."
    return " ".join([sentence, *notes])


def _all_readings(lengths: tuple[int, ...]) -> list[AxesReading]:
    if len(lengths) in (1, 2):
        return [AxesReading((*lengths, 1))]
    if len(lengths) < 3:
        return []
    if len(lengths) > 3:
        return [replace(one, part="sample", parts=math.prod(lengths[:-3])) for one in _orders(lengths[-3:])]
    planes, rows, columns = lengths
    volume = AxesReading((rows, columns, 1), None, "plane", planes)
    return [*_orders(lengths), volume] if min(planes, columns) > _FEW_CHANNELS else _orders(lengths)


def _orders(shape: tuple[int, ...]) -> list[AxesReading]:
    """Return both orders of three axes, the likelier first, or one where both make the same input."""
    first, rows, last = shape
    channels_last = AxesReading(shape, "last")
    channels_first = AxesReading((rows, last, first), "first")
    if first == rows == last == 1:
        return [channels_last]
    is_short = first <= _FEW_CHANNELS < last and (rows == last or min(rows, last) >= 2 * first)
    is_before_square = first != rows == last > _FEW_CHANNELS
    return [channels_first, channels_last] if is_short or is_before_square else [channels_last, channels_first]


def _fits(shape: tuple[int, ...], limits: Limits) -> bool:
    *spatial, channels = shape
    return (
        1 <= channels <= limits.input_channels
        and all(1 <= length <= limits.axis_length for length in spatial)
        and math.prod(shape) <= limits.input_values
    )
