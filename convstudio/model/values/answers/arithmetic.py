"""How an output that is not a sum of products is computed: the arithmetic in words, and the values that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.answers.windows import Cells
from convstudio.model.values.arrays import Floats
from convstudio.model.values.numbers import between_numbers, format_number, in_sum

_MOST_NAMED = 12


@dataclass(frozen=True, eq=False)
class ReadValues:
    """The values of one channel under a window, `(*window,)`, as the calculation shows them.

    `inside` marks the cells of the input, `padded` those and the padding: only `ceil_mode` reaches the others. The
    `winner` is the place, in reading order, of the one value that the output is, if it is one.
    """

    caption: str
    values: Floats
    inside: NDArray[np.bool_]
    padded: NDArray[np.bool_]
    winner: int | None = None


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """One output in words: what it is, the lines that lead to it, and where it stands ("" where the lines say so).

    The first line of `text` alone is enough for a sentence.
    """

    output: float
    text: str
    where: str = ""
    read: ReadValues | None = None

    @property
    def sentence(self) -> str:
        """The arithmetic in one sentence, for the status line and a screen reader."""
        first = self.text.split("\n", maxsplit=1)[0]
        told = f"{self.where}: {first}" if self.where else first
        return f"{told[:1].upper()}{told[1:]}."


def copied(output: float, text: str) -> Arithmetic:
    """Say of a value that is only moved, or passed on, where it comes from.

    >>> copied(2.5, "value 1 stays where it is").sentence
    '2.5: value 1 stays where it is.'
    """
    return Arithmetic(output, f"{format_number(output)}: {text}")


def largest(seen: Floats, inside: NDArray[np.bool_], positions: Cells) -> tuple[float, str, int]:
    """Return the largest of the values that count, its arithmetic, and its place in the window, in reading order.

    `seen` are the values where `inside` is true, in a line; `positions` are those of the window.
    """
    winner = int(np.flatnonzero(inside)[np.argmax(seen)])
    at = np.unravel_index(winner, inside.shape)
    where = place([int(along[i]) for along, i in zip(positions, at, strict=True)])
    output = float(seen[np.argmax(seen)])
    text = f"max({listed(seen)}) = {format_number(output)}"
    return output, f"{text}\n{where} wins; the other cells do not count", winner


def mean(seen: Floats) -> tuple[float, str]:
    """Return the mean of values, summed up in float64, and its arithmetic.

    >>> mean(np.float32([1, 3]))
    (2.0, '(1 + 3) ÷ 2 = 2')
    """
    output = float(np.float32(seen.sum(dtype=np.float64) / seen.size))
    return output, f"({listed(seen, ' + ')}) ÷ {seen.size} = {format_number(output)}"


def counted_values(values: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Return the values that count, in a line; a whole map costs no more than it must."""
    return values.reshape(-1) if inside.all() else values[inside]


def listed(values: Floats, sign: str = "") -> str:
    """List values, of many the first ones, with a `sign` between them, or what separates numbers in a list.

    >>> listed(np.float32([1, -2]), " + ")
    '1 + (-2)'
    """
    numbers: Sequence[str] = [format_number(float(value)) for value in values[:_MOST_NAMED]]
    if sign == " + " and values.size > 1:
        numbers = [in_sum(number) for number in numbers]
    hidden = [f"… {values.size - _MOST_NAMED} more"] if values.size > _MOST_NAMED else []
    return (sign or between_numbers()).join([*numbers, *hidden])
