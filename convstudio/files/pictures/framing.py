"""Cropping and resizing what was read of a file, before it becomes the input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from convstudio.files.limits import check_input_shape
from convstudio.files.pictures.page import Page, Wish
from convstudio.files.problems import FileProblem, decoding, named
from convstudio.model.readings.inputs import ReadOptions
from convstudio.model.readings.pictures.framing import crop_problem, framing_words
from convstudio.model.values.arrays import Floats, TiledArray, frozen
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape

if TYPE_CHECKING:
    from convstudio.files.inputs import InputReading


def framed(reading: InputReading, options: ReadOptions) -> InputReading:
    """Return the reading cropped and resized as the options say, and its sentence with what was done.

    Raises FileProblem where the crop is not inside, where the result is too large, or for a sequence.
    """
    if options.crop is None and options.size is None:
        return reading
    sample = reading.sample
    where = named(sample.name)
    if sample.rank != 2:
        raise FileProblem(f"{where} is not a picture of rows and columns: leave out cropping and resizing.")
    rows, columns = sample.spatial
    crop = options.crop or (0, 0, rows, columns)
    problem = crop_problem((rows, columns), crop)
    if problem:
        raise FileProblem(f"{where} does not fit: {problem}. Choose a part inside it.")
    if options.size is not None:
        check_input_shape((*options.size, sample.channels), where)
    values = sample.values.box((slice(crop[0], crop[0] + crop[2]), slice(crop[1], crop[1] + crop[3])))
    with decoding(where):
        resized = values if options.size is None else resampled(values, options.size)
    return told_framed(replace(reading, sample=replace(sample, values=TiledArray.of(resized))), options)


def told_framed(reading: InputReading, options: ReadOptions) -> InputReading:
    """Return a reading that was cropped and resized, with a sentence that says so, and the options that repeat it.

    The other ways to read the file keep the part and the size too.
    """
    if options.crop is None and options.size is None:
        return reading
    choice, *others = (
        replace(one, options=replace(one.options, crop=options.crop, size=options.size)) for one in reading.choices
    )
    return replace(
        reading,
        choice=choice,
        others=tuple(others),
        sentence=f"{reading.sentence} {framing_words(options)}",
        is_decided=True,
    )


def framed_page(source: Page, wish: Wish, where: str) -> Page:
    """Return a part of a page at another size, made of a few rows at a time: the whole never becomes numbers at once.

    The result is that of `framed`. Raises FileProblem where the part is not inside, or the result does not fit.
    """
    rows, columns, channels = source.shape
    crop = wish.crop or (0, 0, rows, columns)
    problem = crop_problem((rows, columns), crop)
    if problem:
        raise FileProblem(f"{where} does not fit: {problem}. Choose a part inside it.")
    size = wish.size or crop[2:]
    check_input_shape((*size, channels), where)
    if crop[2] * size[1] * channels > LIMITS.input_values:
        raise FileProblem(f"{where} needs too much memory to become {format_shape(size)}: choose fewer columns.")
    values: NDArray[np.float32] = np.empty((crop[2], size[1], channels), np.float32)
    for first, block in source.blocks(crop[0], crop[0] + crop[2]):
        begin, end = first - crop[0], first - crop[0] + len(block)
        values[begin:end] = resampled(block[:, crop[1] : crop[1] + crop[3]], (len(block), size[1]))
    made = resampled(values, size)
    return replace(
        source,
        shape=made.shape,
        read=lambda first, last: made[first:last],
        whole=source.shape,
    )


def resampled(values: Floats, size: tuple[int, int]) -> Floats:
    """Return a picture `(rows, columns, channels)` at another size `(rows, columns)`, channel by channel in float32.

    Pillow weighs neighbours by a triangle, as wide as a pixel of the result where the picture becomes smaller: bilinear
    with antialiasing, as torchvision's Resize and tf.image.resize (antialias=True) do. No value leaves the range of
    those around it, and no depth is lost: 16 bits stay 16 bits.
    """
    if values.shape[:2] == size:
        return frozen(values)
    from PIL import Image  # here, and not above: no start needs it

    made: NDArray[np.float32] = np.empty((*size, values.shape[2]), np.float32)
    for channel in range(values.shape[2]):
        plane = Image.fromarray(np.ascontiguousarray(values[..., channel], np.float32))
        made[..., channel] = np.asarray(plane.resize((size[1], size[0]), Image.Resampling.BILINEAR))
    return frozen(made)
