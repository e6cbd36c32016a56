"""Leading axes: a batch of inputs, however many axes it has, is the same as a loop over single inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.lenses.linear import Linear, difference_words
from convstudio.model.lenses.subject import Doubles, check_effort
from convstudio.model.values.answers.counted import counted
from convstudio.ops import conv

FRAMEWORKS = (
    ("NumPy, this engine", "any number; every leading index is a separate input"),
    ("Keras 2 (tf.keras)", "any number; its layers fold and unfold them automatically"),
    ("Keras 3", "one; more raise “Kernel shape must have the same length as input”"),
    ("PyTorch", "one or none; more are refused"),
)
"""What others do with more than one leading axis."""


@dataclass(frozen=True, eq=False)
class FoldedBatch:
    """A batch `(*leading, *spatial, channels)` on its way through a convolution, folded and in a loop.

    `folded` is `(count, *spatial, channels)`, `maps` `(count, *output, filters)`, `unfolded` and `looped`
    `(*leading, *output, filters)`.
    """

    batch: Doubles
    folded: Doubles
    maps: Doubles
    unfolded: Doubles
    looped: Doubles

    @property
    def largest(self) -> float:
        """The largest absolute difference between folding and looping."""
        return float(np.abs(self.unfolded - self.looped).max())


def batch_of(x: Doubles, leading: Sequence[int]) -> Doubles:
    """Make a batch of inputs: number n is `x` `(*spatial, channels)` moved by n cells in reading order, around the end.

    >>> batch_of(np.array([[1.0], [2.0]]), (2,))[:, :, 0].tolist()
    [[1.0, 2.0], [2.0, 1.0]]
    """
    cells = x.reshape(-1, x.shape[-1])
    moved = [np.roll(cells, number, axis=0) for number in range(math.prod(leading))]
    return np.stack(moved).reshape(*leading, *x.shape)


def fold(kernel: Linear, x: Doubles, leading: Sequence[int]) -> FoldedBatch:
    """Run a batch of `leading` inputs derived from `x` `(*spatial, channels)` through a convolution in both ways.

    Raises ShapeError when the kernel does not fit, ValueError when it would take too long.

    >>> fold(Linear.of_kernel([0, 1, 0]), np.arange(8.0)[:, np.newaxis], (5, 5, 5)).largest
    0.0
    """
    batch = batch_of(x, leading)
    check_effort(batch.size * kernel.weights.size)
    folded = batch.reshape(-1, *x.shape)
    made = _conv(kernel, folded)
    looped = np.empty((*leading, *made.shape[1:]))
    for at in np.ndindex(*leading):
        looped[at] = _conv(kernel, batch[at])
    return FoldedBatch(batch, folded, made, made.reshape(looped.shape), looped)


def place_in(leading: Sequence[int], at: Sequence[int]) -> int:
    """Return the number that an input has after folding.

    >>> place_in((5, 5, 5), (1, 2, 3))
    38
    """
    return int(np.ravel_multi_index(tuple(at), tuple(leading)))


def place_sentence(leading: Sequence[int], at: Sequence[int]) -> str:
    """Say how the number of an input after folding comes about, counted from 0 as in code.

    >>> place_sentence((5, 5, 5), (1, 2, 3))
    'batch[1, 2, 3] is folded[38], because 1·25 + 2·5 + 3·1 = 38'
    """
    steps = [math.prod(leading[axis + 1 :]) for axis in range(len(leading))]
    sums = " + ".join(f"{place}·{step}" for place, step in zip(at, steps, strict=True))
    number = place_in(leading, at)
    return f"batch[{', '.join(map(str, at))}] is folded[{number}], because {sums} = {number}"


def shape_rows(found: FoldedBatch) -> list[tuple[str, str, str]]:
    """Return one row per step: what is done, the shape after it, and a line of code that does it.

    >>> shape_rows(fold(Linear.of_kernel([0, 1, 0]), np.arange(8.0)[:, np.newaxis], (5, 5)))[1]
    ('Fold', '(25, 8, 1)', 'folded = batch.reshape(-1, 8, 1)')
    """
    spatial, made = (", ".join(map(str, one.shape[1:])) for one in (found.folded, found.maps))
    leading = ", ".join(map(str, found.batch.shape[: found.batch.ndim - found.folded.ndim + 1]))
    return [
        ("Batch", str(found.batch.shape), "batch  # leading axes, then one input"),
        ("Fold", str(found.folded.shape), f"folded = batch.reshape(-1, {spatial})"),
        ("Convolve", str(found.maps.shape), "maps = conv(folded, weights)"),
        ("Unfold", str(found.unfolded.shape), f"result = maps.reshape({leading}, {made})"),
    ]


def fold_verdict(found: FoldedBatch) -> str:
    """Say what folding and looping have in common.

    >>> fold_verdict(fold(Linear.of_kernel([0, 1, 0]), np.arange(8.0)[:, np.newaxis], (5, 5, 5)))
    'Folding 125 inputs and looping over them give the same: the largest difference is 0.'
    """
    count = found.folded.shape[0]
    return (
        f"Folding {counted(count, 'input')} and looping over them give the same: "
        f"the largest difference is {difference_words(found.largest, is_rounding=True)}."
    )


def _conv(kernel: Linear, x: Doubles) -> Doubles:
    return np.asarray(conv(x, kernel.weights, kernel.bias, stride=kernel.stride), np.float64)
