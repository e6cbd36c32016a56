"""What is read of a kernel's file, and what all formats of kernels share: shapes, lines, numbers, turning by 180°."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.files.arrays.npy import to_float32
from convstudio.files.limits import check_between, check_kernel_size
from convstudio.files.problems import FileProblem
from convstudio.files.weights import WEIGHTS_MENU
from convstudio.model.values.arrays import Floats
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_exact, format_number, format_shape

_MOST_NAMED = 5
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, eq=False)
class KernelContent:
    """A kernel to be written, with the name and the bias of its filter; `where` names the file in sentences."""

    kernel: Floats
    name: str = ""
    bias: float | None = None
    where: str = "The kernel"


@dataclass(frozen=True, eq=False)
class KernelReading:
    """A kernel as it was read, `(columns,)`, `(rows, columns)` or either with channels, and what was decided.

    `bias` is what the file adds to every output, None where it tells nothing of that. `details` are ends of the
    sentence that tells what was read, `notes` are sentences after it, and `format` is the name of the format.
    """

    kernel: Floats
    bias: float | None = None
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    format: str = ""

    @property
    def is_decided(self) -> bool:
        """Whether something was decided that its user may not expect."""
        return bool(self.details or self.notes or self.bias)

    @property
    def words(self) -> str:
        """Write the kernel in a line: its shape, and its first row.

        >>> KernelReading(np.ones((2, 2), np.float32)).words
        '2×2, first row 1 1'
        """
        first = np.atleast_2d(self.kernel)[0].reshape(-1)
        return f"{format_shape(self.kernel.shape)}, first row {' '.join(map(format_number, first.tolist()))}"

    def sentence(self, name: str) -> str:
        """Tell what was read from a file or text of that name.

        >>> KernelReading(np.ones((1, 2), np.float32), details=("turned",), format="Table").sentence("a.csv")
        'Read a.csv as a kernel of 1×2 (Table, turned).'
        """
        told = ", ".join((self.format, *self.details))
        bias = () if self.bias is None else (f"Its bias is {format_number(self.bias)}.",)
        return " ".join([f"Read {name} as a kernel of {format_shape(self.kernel.shape)} ({told}).", *bias, *self.notes])


class SeveralKernels(FileProblem):
    """Says that a file holds more than one kernel; who can ask offers the `readings`, by their names, in their order.

    In place of a reading stands the problem of a kernel that cannot be read. `usual` is the name of the one that is
    taken where nobody asks for another one; without it, one has to be chosen.
    """

    def __init__(
        self, sentence: str, readings: Sequence[tuple[str, KernelReading | FileProblem]], usual: str = ""
    ) -> None:
        super().__init__(sentence)
        self.readings = tuple(readings)
        self.usual = usual

    def of_name(self, name: str, where: str) -> KernelReading:
        """Return the kernel of a name, or of the number that stands before its name; raise FileProblem.

        `where` names the file in the sentence about a kernel that it does not hold.
        """
        for found, reading in self.readings:
            number, _, rest = found.partition(". ")
            if name in (found, *((number, rest) if rest and number.isdecimal() else ())):
                if isinstance(reading, FileProblem):
                    raise reading
                return reading
        names = ", ".join(f"“{found}”" for found, _ in self.readings[:_MOST_NAMED])
        raise FileProblem(f"{where} holds no kernel “{name[:60]}”: choose one such as {names}.")

    @property
    def texts(self) -> list[str]:
        """A line about each of them, as a list of choices shows it."""
        return [
            f"{name}: {reading}" if isinstance(reading, FileProblem) else f"{name}: {reading.words}"
            for name, reading in self.readings
        ]


def check_kernel_shape(shape: tuple[int, ...], where: str) -> None:
    """Raise FileProblem unless a kernel of that shape keeps to the limits; `where` names it."""
    if len(shape) not in (1, 2, 3):
        raise FileProblem(
            f"{where} has {len(shape)} axes ({format_shape(shape) or 'a single number'}): "
            "a kernel is steps, rows × columns, or either with channels. "
            f"Open the weights of a whole layer by {WEIGHTS_MENU}."
        )
    check_kernel_size(shape[:2], where)
    if len(shape) == 3:
        check_between(1, shape[2], LIMITS.input_channels, f"{where} has {shape[2]} channels: use {{range}}.")


def as_kernel(values: NDArray[Any], rank: int | None, where: str) -> Floats:
    """Return rows and columns as a kernel: one line of them is a kernel for sequences, unless `rank` is 2.

    Raises FileProblem where a number is beyond float32, or a side beyond the limits.
    """
    kernel = to_float32(values, where)
    if kernel.ndim == 2 and 1 in kernel.shape and rank != 2:
        kernel = kernel.reshape(-1)
    check_kernel_shape(kernel.shape, where)
    return kernel


def rows_of(content: KernelContent) -> Floats:
    """Return a kernel as `(rows, columns)`, a sequence as one row; raise FileProblem where it has channels."""
    kernel = content.kernel
    if kernel.ndim > 2:
        raise FileProblem(
            f"{content.where} holds rows and columns, and the kernel has {kernel.shape[-1]} channels: "
            "use the extension .json or .npy."
        )
    return np.atleast_2d(kernel)


def turned(rows: NDArray[Any]) -> NDArray[Any]:
    """Return rows and columns turned by 180°: between cross-correlation and true convolution."""
    return rows[::-1, ::-1]


def read_numbers(text: str, count: int, what: str) -> NDArray[np.float64]:
    """Read exactly so many numbers, apart by commas or blanks; raise FileProblem, which begins with `what`.

    The text is never split into many more parts than are wanted.
    """
    parts = text.replace(",", " ").split(None, count)
    if len(parts) != count:
        raise FileProblem(f"{what} has {'more' if len(parts) > count else len(parts)} numbers, not {count}: write all.")
    return np.array([read_one(part, what) for part in parts], np.float64)


def read_one(text: str, what: str) -> float:
    """Read a number as programs write it; raise FileProblem, which begins with `what`."""
    if not _NUMBER.fullmatch(text):
        raise FileProblem(f"{what} holds “{text[:40]}”, which is not a number: write one such as 2, -0.5 or 1e-3.")
    return float(text)


def divided(values: NDArray[np.float64], divisor: float) -> NDArray[np.float64]:
    """Return values divided in float64, so that they are rounded to float32 once."""
    with np.errstate(over="ignore", invalid="ignore"):
        return values if divisor == 1 else values / divisor


def exact(value: float) -> str:
    """Write a finite float32 so that it reads back with all its bits, the sign of a zero included.

    >>> exact(-0.0), exact(0.5)
    ('-0', '0.5')
    """
    return "-0" if value == 0 and np.signbit(value) else format_exact(value)


def exact_rows(rows: NDArray[Any], separator: str) -> list[str]:
    """Write rows of numbers, each line with the separator between."""
    return [separator.join(map(exact, row)) for row in np.asarray(rows, np.float32).tolist()]
