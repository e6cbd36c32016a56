"""Opening an input: an array, a table, a picture, or a bundled sample by its name."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from convstudio.files.arrays.npy import read_header, to_float32, view_npy
from convstudio.files.arrays.tables import decode_table_as
from convstudio.files.images import decode_image
from convstudio.files.limits import check_input_shape, check_page
from convstudio.files.pictures.framing import framed, told_framed
from convstudio.files.problems import FileProblem, named, printable
from convstudio.files.reading import read_bytes
from convstudio.files.resources import load_sample
from convstudio.model.readings.inputs import (
    BY_EVIDENCE,
    AxesReading,
    PartNoun,
    ReadChoice,
    ReadOptions,
    Transparency,
    axes_choice,
    axes_readings,
    choose_axes,
    is_doubtful,
    part_words,
    reading_sentence,
    shape_words,
)
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress
from convstudio.model.values.sample import RGB, Sample
from convstudio.model.words.file_kinds import FileKind, ending_of, kind_of, listed_endings

if TYPE_CHECKING:
    from convstudio.files.pictures.page import Opacity

SAMPLE_PREFIX = "sample:"

__all__ = [
    "INPUT_FORMATS",
    "SAMPLE_PREFIX",
    "InputFormat",
    "InputReading",
    "ReadOptions",
    "input_bytes",
    "read_input",
    "read_input_bytes",
    "read_input_of",
    "read_input_spec",
]


@dataclass(frozen=True)
class InputReading:
    """An input as it was read from a file, and what was decided on the way.

    `choice` is this reading as a line in a list, and `others` are the other likely ones, the likeliest first.
    `sentence` tells what was read. `is_doubtful` asks for the user's answer: another reading is about as likely.
    `is_decided` means that something was decided which the user may not expect.
    """

    sample: Sample
    choice: ReadChoice
    sentence: str
    is_doubtful: bool = False
    others: tuple[ReadChoice, ...] = ()
    is_decided: bool = False

    @property
    def options(self) -> ReadOptions:
        """How it was read: the same options read it again."""
        return self.choice.options

    @property
    def choices(self) -> tuple[ReadChoice, ...]:
        """Every likely way to read the file, this one first."""
        return (self.choice, *self.others)

    @property
    def can_be_otherwise(self) -> bool:
        """Whether there is another way to read the file, or another page in it."""
        return len(self.choices) > 1 or self.choice.pages > 1


def read_input_spec(spec: str, options: ReadOptions = BY_EVIDENCE, progress: Progress | None = None) -> InputReading:
    """Return the input that `sample:NAME` or a path names; raise FileProblem."""
    if spec.startswith(SAMPLE_PREFIX):
        sample = load_sample(spec.removeprefix(SAMPLE_PREFIX))
        sentence = reading_sentence(sample.name, sample.values.shape)
        return framed(InputReading(sample, _only_choice(sample.values.shape), sentence), options)
    return read_input(spec, options, progress)


def read_input(
    path: str | os.PathLike[str], options: ReadOptions = BY_EVIDENCE, progress: Progress | None = None
) -> InputReading:
    """Read an array, a table or a picture as an input, by the suffix of its name; raise FileProblem.

    An array or table of one line is a sequence; three axes are rows, columns and channels, or channels first.
    `progress` is called with the bytes that are read; it may raise CancelledError.
    """
    return read_input_of(path, input_bytes(path), options, progress)


def input_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of an input's file; raise FileProblem, also where its name is not that of an input."""
    where = named(path)
    if os.fspath(path) and Path(path).is_dir():
        raise FileProblem(f"{where} is a folder: choose a file inside it.")
    if kind_of(INPUT_FORMATS, ending_of(path)) is None:
        raise FileProblem(f"{where} is not an input: choose a file that ends in {listed_endings(INPUT_FORMATS)}.")
    return read_bytes(path)


def read_input_of(
    path: str | os.PathLike[str], data: bytes, options: ReadOptions = BY_EVIDENCE, progress: Progress | None = None
) -> InputReading:
    """Read the same from the bytes of the file at a path, which need not be there any more."""
    name = printable(Path(path).name)  # never the whole path: a project may be shared
    return read_input_bytes(data, ending_of(path), name, named(path), options, progress)


def read_input_bytes(
    data: bytes,
    ending: str,
    name: str,
    where: str,
    options: ReadOptions = BY_EVIDENCE,
    progress: Progress | None = None,
) -> InputReading:
    """Read the same from the bytes of a file with that ending, such as `.png`; `where` names it in sentences."""
    kind = kind_of(INPUT_FORMATS, ending)
    assert kind is not None, f"no input ends in {ending}"
    reading = kind.read(data, name, where, options, progress)
    return told_framed(reading, options) if kind in PICTURE_FORMATS else framed(reading, options)


# --- what the bytes hold ------------------------------------------------------------------------------------------


def _array(data: bytes, name: str, where: str, options: ReadOptions, _progress: Progress | None) -> InputReading:
    return _of_axes(view_npy(data, read_header(data, where), where), name, where, options)


def _of_axes(values: NDArray[np.generic], name: str, where: str, options: ReadOptions) -> InputReading:
    """Read an array of any number of axes: one of its parts, with its channels last."""
    shape = values.shape
    readings = axes_readings(shape, LIMITS)
    if not readings and len(shape) in (1, 2):
        check_input_shape((*shape, 1), where)
    try:
        chosen = choose_axes(shape, readings, options, LIMITS, where)
    except ValueError as refusal:
        raise FileProblem(str(refusal)) from None
    page = _checked_page(options, chosen.parts, chosen.part or "page", where)
    sample = Sample.of(name, to_float32(_in_our_order(values, chosen, page), where), name)
    is_asked = options.channels is None and options.page is None and is_doubtful(shape, readings)
    choice, *others = (axes_choice(one, page) for one in (chosen, *(one for one in readings if one != chosen)))
    what = part_words(chosen.part, page, chosen.parts) if chosen.part else name
    details = [f"channels {chosen.channels}"] if is_asked or chosen.channels == "first" else []
    return InputReading(
        sample,
        choice,
        reading_sentence(what, sample.values.shape, details),
        is_doubtful=is_asked,
        others=tuple(others),
        is_decided=bool(details) or chosen.parts > 1,
    )


def _in_our_order(values: NDArray[np.generic], chosen: AxesReading, page: int) -> NDArray[np.generic]:
    """Return the chosen part of an array, a view of it, as `(*spatial, channels)`."""
    if chosen.part:
        kept = 2 if chosen.part == "plane" else 3
        values = values[np.unravel_index(page - 1, values.shape[:-kept])]
    return np.moveaxis(values, 0, -1) if chosen.channels == "first" else values.reshape(chosen.shape)


def _checked_page(options: ReadOptions, pages: int, noun: str, where: str) -> int:
    page = 1 if options.page is None else options.page
    check_page(page, pages, where, noun)
    return page


def _table(data: bytes, name: str, where: str, options: ReadOptions, progress: Progress | None) -> InputReading:
    from convstudio.model.readings.table_readings import table_choices, table_details, table_shape  # as below

    if progress is not None:
        progress.expect(len(data))
    table = decode_table_as(data, where, options, _check_table, progress)
    found = table.found
    if found is None:
        return _of_axes(table.values, name, where, options)
    _checked_page(options, 1, "page", where)
    choice, *others = table_choices(found, table.lines)
    sample = Sample.of(name, table.values.reshape(table_shape(*table.values.shape)), name)
    details = table_details(found, table.comments)
    return InputReading(
        sample,
        choice,
        reading_sentence(name, sample.values.shape, details),
        is_doubtful=bool(found.doubts),
        others=tuple(others),
        is_decided=bool(details),
    )


def _check_table(shape: tuple[int, ...], where: str) -> None:
    """Refuse what is too large before it is allocated; of more than two axes the order is not known yet."""
    from convstudio.model.readings.table_readings import (
        table_shape,  # here, and not above: every start would pay for it
    )

    if len(shape) <= 2:
        check_input_shape(table_shape(*shape) if len(shape) == 2 else (*shape, 1), where)
    elif math.prod(shape) > LIMITS.input_values:
        raise FileProblem(
            f"{where} has {format_shape(shape)} = {math.prod(shape)} values, and at most {LIMITS.input_values} fit: "
            "crop it or make it smaller."
        )


def _picture(
    noun: PartNoun, data: bytes, name: str, where: str, options: ReadOptions, progress: Progress | None
) -> InputReading:
    page = 1 if options.page is None else options.page
    from convstudio.files.pictures.page import Wish  # here, and not above: tables and arrays do not need it

    wish = Wish(options.transparency == "channel", options.crop, options.size)
    picture = decode_image(data, where, page, progress, wish)
    sample, has_pages = Sample.of(name, picture.values, name), picture.pages > 1
    if picture.opacity == "kept":
        sample = replace(sample, own_names=(*(RGB if sample.channels > 2 else ("grey",)), "opacity"))
    shape = picture.whole or sample.values.shape
    what = part_words(noun, picture.page, picture.pages) if has_pages else name
    part = ReadOptions(page=picture.page if has_pages else None)
    this, *others = (
        ReadChoice(replace(part, transparency=kept), text, size, picture.pages, noun)
        for kept, text, size in _opacity_choices(shape, picture.opacity)
    )
    return InputReading(
        sample,
        this,
        reading_sentence(what, shape, notes=picture.notes),
        others=tuple(others),
        is_decided=has_pages or bool(picture.notes),
    )


_Way = tuple[Transparency | None, str, tuple[int, ...]]


def _opacity_choices(shape: tuple[int, ...], opacity: Opacity) -> list[_Way]:
    """Return the ways to take transparency, the one that was taken first, each with its line and its shape."""
    *spatial, channels = shape
    bare = (*spatial, channels - (opacity == "kept"))
    full = (*bare[:-1], bare[-1] + 1)
    laid: _Way = ("white", f"{shape_words(bare)}, transparency laid on white", bare)
    kept: _Way = ("channel", f"{shape_words(full)}, transparency kept as the last one", full)
    if opacity == "none":
        return [(None, shape_words(shape), shape)]
    return [kept, laid] if opacity == "kept" else [laid, kept]


def _only_choice(shape: tuple[int, ...]) -> ReadChoice:
    return ReadChoice(BY_EVIDENCE, shape_words(shape), shape)


# --- the table of formats -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InputFormat(FileKind):
    """A format of inputs: how its bytes are read, and the ending of the maps that `convstudio apply` makes of it."""

    read: Callable[[bytes, str, str, ReadOptions, Progress | None], InputReading]
    result: str


_LINES = "rows of numbers, with or without names of rows and columns"
PICTURE_FORMATS = (
    InputFormat(
        "Picture",
        (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".qoi", ".pnm", ".pgm", ".ppm", ".pbm"),
        "grey or RGB, read as 0 to 1, of up to 16 bits; transparency on request; one frame of several",
        partial(_picture, "frame"),
        ".png",
    ),
    InputFormat(
        "TIFF picture",
        (".tif", ".tiff"),
        f"up to {LIMITS.input_channels} channels of whole or real numbers; one page of several",
        partial(_picture, "page"),
        ".tif",
    ),
)
"""The inputs that are pictures."""
INPUT_FORMATS = (
    InputFormat(
        "NumPy array", (".npy",), "numbers of up to three axes and channels, or a batch of them", _array, ".npy"
    ),
    InputFormat("Table", (".csv", ".txt"), _LINES, _table, ".csv"),
    InputFormat("Tab-separated table", (".tsv",), _LINES, _table, ".tsv"),
    *PICTURE_FORMATS,
)
"""Every format that `read_input` takes."""
