"""Two convolutions without an activation between them are one larger convolution; with ReLU they are not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from convstudio.model.lenses.linear import Linear, difference_words, joined
from convstudio.model.lenses.subject import Doubles
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.numbers import format_shape

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Collapse:
    """Two convolutions of an input and the one that they become.

    `between` is what the second one reads, `(*spatial, maps)`; `apart` and `at_once` are one map each, `(*output, 1)`:
    made in two steps, and in one. `cut` counts the negative values that ReLU set to 0 (None: no ReLU between).
    """

    first: Linear
    second: Linear
    both: Linear
    between: Doubles
    apart: Doubles
    at_once: Doubles
    cut: int | None

    @property
    def difference(self) -> Doubles:
        """What two steps make minus what the one larger kernel makes."""
        return self.apart - self.at_once

    @property
    def largest(self) -> float:
        """The largest absolute difference."""
        return float(np.abs(self.difference).max())

    @property
    def is_same(self) -> bool:
        """Whether both ways give the same, up to rounding."""
        return self.largest <= _ROUNDING * max(1.0, float(np.abs(self.apart).max()))


def collapse(x: Doubles, first: Linear, second: Linear, *, has_relu: bool) -> Collapse:
    """Run an input through two convolutions, and through the one that they become.

    `x` is `(*spatial, channels)`; `second` makes one map. With `has_relu` the first one's maps pass through ReLU.

    Raises ShapeError or ValueError when they do not fit each other or `x`, or would take too long.

    >>> ones = Linear.of_kernel([1, 1])
    >>> collapse(np.arange(5.0)[:, np.newaxis], ones, ones, has_relu=False).at_once.ravel().tolist()
    [4.0, 8.0, 12.0]
    """
    both = joined(first, second)
    made = first.run(x)
    between = np.maximum(made, 0) if has_relu else made
    cut = int(np.count_nonzero(made < 0)) if has_relu else None
    return Collapse(first, second, both, between, second.run(between), both.run(x), cut)


def collapse_verdict(found: Collapse) -> str:
    """Say what the two ways have in common, with the largest difference.

    >>> ones = Linear.of_kernel([1, 1])
    >>> collapse_verdict(collapse(np.arange(5.0)[:, np.newaxis], ones, ones, has_relu=False))
    'The same: the largest difference is 0. Two convolutions without an activation between them are one.'
    """
    difference = difference_words(found.largest, is_rounding=found.is_same)
    if found.cut is None:
        return (
            f"The same: the largest difference is {difference}. "
            "Two convolutions without an activation between them are one."
        )
    if found.cut == 0:
        return (
            f"Still the same: the largest difference is {difference}. "
            "ReLU found no negative value between them. Choose a kernel with negative weights."
        )
    values = counted(found.cut, "negative value")
    if found.is_same:
        return (
            f"Still the same here: the largest difference is {difference}, although ReLU set {values} to 0. "
            "On other inputs it may not be."
        )
    return (
        f"Not the same any more: the largest difference is {difference}. "
        f"ReLU set {values} to 0, and the one larger kernel cannot do that."
    )


def collapse_counts(found: Collapse) -> str:
    """Say how large the kernels are and how many weights both ways have.

    >>> ones = Linear.of_kernel([1, 1])
    >>> collapse_counts(collapse(np.zeros((5, 1)), ones, ones, has_relu=False))
    'Kernels 2 and 2 make one of 3 · weights 2 + 2 = 4 against 3'
    """
    sizes = [format_shape(one.kernel_size) for one in (found.first, found.second, found.both)]
    counts = [math.prod(one.weights.shape) for one in (found.first, found.second, found.both)]
    facts = [
        f"Kernels {sizes[0]} and {sizes[1]} make one of {sizes[2]}",
        f"weights {counts[0]} + {counts[1]} = {counts[0] + counts[1]} against {counts[2]}",
    ]
    if max(found.both.stride) > 1:
        facts.append(f"stride {format_shape(found.both.stride)}")
    return " · ".join(facts)
