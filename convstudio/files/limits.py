"""The checks at the door, by the table of limits in `model.values.limits`, before anything is allocated."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convstudio.files.problems import FileProblem
from convstudio.model.values.answers.axis_names import PLURALS
from convstudio.model.values.answers.counted import counted, one_or_many
from convstudio.model.values.arrays import byte_size
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape


def check_input_shape(shape: Sequence[int], where: str) -> None:
    """Raise FileProblem unless an input `(*spatial, channels)` of that shape keeps to the limits; `where` names it."""
    *spatial, channels = shape
    for length, axis in zip(spatial, PLURALS[len(spatial)], strict=True):
        check_between(1, length, LIMITS.axis_length, f"{where} has {length} {axis}: use {{range}}.")
    check_between(1, channels, LIMITS.input_channels, f"{where} has {channels} channels: use {{range}}.")
    if math.prod(shape) > LIMITS.input_values:
        raise FileProblem(
            f"{where} has {format_shape(tuple(shape))} = {math.prod(shape)} values ({byte_size(shape) >> 20} MiB), "
            f"and at most {LIMITS.input_values} fit: crop it or make it smaller."
        )


def check_output_shape(shape: Sequence[int], where: str) -> None:
    """Raise FileProblem unless feature maps `(*output, filters)` of that shape fit; `where` names their input."""
    if math.prod(shape) > LIMITS.output_values:
        raise FileProblem(
            f"{where} would make feature maps of {format_shape(tuple(shape))} = {math.prod(shape)} values "
            f"({byte_size(shape) >> 20} MiB), and at most {LIMITS.output_values} fit: use fewer kernels, a larger "
            "stride or a smaller input."
        )


def check_kernel_size(size: Sequence[int], where: str) -> None:
    """Raise FileProblem unless every axis of a kernel keeps to the limits; `where` names the kernel."""
    for length in size:
        check_between(
            1,
            length,
            LIMITS.kernel_length,
            f"{where} holds a kernel of {format_shape(tuple(size))} with a side of {length}: use {{range}}.",
        )


def check_between(least: int, number: int, most: int, sentence: str) -> None:
    """Raise FileProblem unless the number is between the two; in its `sentence` `{range}` becomes that range."""
    if not least <= number <= most:
        raise FileProblem(sentence.replace("{range}", f"{least} to {most}"))


def check_page(page: int, pages: int, where: str, noun: str = "page") -> None:
    """Raise FileProblem unless the file has that page, or that part of another name."""
    if not 1 <= page <= pages:
        advice = one_or_many(pages, f"choose {noun} 1", f"choose one from 1 to {pages}")
        raise FileProblem(f"{where} has {counted(pages, noun)}, not a {noun} {page}: {advice}.")
