"""What a data set is read with, what comes back, and the checks that all kinds share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convstudio.files.problems import FileProblem
from convstudio.model.values.arrays import Floats, byte_size
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_bytes, format_shape

_KIBIBYTE = 1024


@dataclass(frozen=True)
class DataOptions:
    """How to read a data set: `input_shape`, `(*spatial, channels)`, is that of the network, or None for any.

    Pictures become as large, and grey or RGB; the cells of a row in a table are laid out so where their number fits.
    With `is_scaled` all values are divided by the largest one, so that they go up to 1. `labels` names the column of a
    table, or the array of an archive, that holds the classes (of a column, its number from 1 does, too), and `samples`
    the array that holds the samples; "" for what is found by the usual names.
    """

    input_shape: tuple[int, ...] | None = None
    is_scaled: bool = False
    labels: str = ""
    samples: str = ""


AS_STORED = DataOptions()


@dataclass(frozen=True)
class LabelPlaces:
    """Where the classes of a file may be: `names` for `DataOptions.labels`, and the place of the `chosen` one.

    `samples` is the array that holds the samples, "" in a table.
    """

    names: tuple[str, ...] = ()
    chosen: int = -1
    samples: str = ""


class UnclearLabelsError(FileProblem):
    """It is not clear which of some `names` holds the classes, or in an archive which ones hold samples and classes."""

    def __init__(self, sentence: str, names: Sequence[str], *, is_archive: bool = False) -> None:
        super().__init__(sentence)
        self.names, self.is_archive = tuple(names), is_archive


@dataclass(frozen=True)
class LoadedData:
    """A data set, and what is to be told about it.

    `notes` are facts, each a sentence. `left_out` counts the samples that could not be read, and `problems` has the
    sentences of the first of them. `places` are where the classes may be.
    """

    data: Dataset
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    left_out: int = 0
    places: LabelPlaces = LabelPlaces()


def check_memory(shape: Sequence[int], where: str, *, item_bytes: int = 0) -> None:
    """Raise FileProblem where samples of a shape, `(samples, *spatial, channels)`, are too many, before any is read.

    `item_bytes` is what each number takes beside its float32 while it is read.
    """
    if shape[0] > LIMITS.data_samples:
        raise FileProblem(f"{where} holds {shape[0]} samples. Use at most {LIMITS.data_samples}.")
    count = math.prod(shape)
    size = f"{format_shape(tuple(shape))} numbers, which take {format_bytes(byte_size(shape))} of memory"
    if count > LIMITS.data_values:
        raise FileProblem(
            f"{where} holds {size}, and {format_bytes(4 * LIMITS.data_values)} is the most. "
            "Use fewer samples, or smaller ones."
        )
    free = free_memory()
    if free is not None and count * (4 + item_bytes) > free:
        raise FileProblem(
            f"{where} holds {size}, and {format_bytes(free)} is free. "
            "Close other programs, or use fewer or smaller samples."
        )


def free_memory() -> int | None:
    """Return how many bytes the system can still give to programs, or None where it does not tell."""
    with suppress(OSError, ValueError, StopIteration, IndexError):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) * _KIBIBYTE
    return None


def check_class_names(names: Sequence[str], where: str) -> None:
    """Raise FileProblem unless there are two classes or more, each with a name that can be kept."""
    if len(names) == 1:
        raise FileProblem(
            f"{where} has one class only, “{names[0][: LIMITS.class_name]}”. "
            "Add samples of another class, so that there is something to tell apart."
        )
    if len(names) > LIMITS.class_names:
        raise FileProblem(f"{where} has {len(names)} classes. Use at most {LIMITS.class_names}.")
    long = next((name for name in names if len(name) > LIMITS.class_name), None)
    if long is not None:
        raise FileProblem(
            f"{where} has a class named “{long[: LIMITS.class_name]}…”. "
            f"Use names of at most {LIMITS.class_name} letters."
        )


def check_finite(values: Floats, where: str) -> None:
    """Raise FileProblem where a sample holds NaN or an infinity: no loss could be worked out."""
    for number, sample in enumerate(values):
        if not np.isfinite(sample).all():
            raise FileProblem(f"{where}, sample {number + 1}, holds NaN or an infinite number. Leave that sample out.")


def scaled(values: NDArray[np.float32]) -> str:
    """Divide samples by the largest absolute value among them, in place, and say so; "" where all are 0."""
    largest = float(max(abs(values.min(initial=0)), values.max(initial=0)))
    if not largest:
        return ""
    values /= np.float32(largest)
    return f"All values were divided by {largest:g}, the largest."
