"""Moving an input: a map moves with it, a stride or a pooling makes it jump, and one number for all stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np

from convstudio.model.lenses.linear import Linear
from convstudio.model.lenses.subject import Doubles
from convstudio.model.values.answers.axis_names import AXES, PLURALS, place
from convstudio.model.values.answers.counted import one_or_many
from convstudio.model.values.numbers import format_number
from convstudio.ops import global_pool, pool, times

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class ShiftResult:
    """A map of an input and the map of the moved input, `(*output,)` each, and the whole move that fits best.

    `difference` is the second map minus the first one moved by `by` cells, cut to the cells that both have.
    `is_exact` means that the move of the input is a whole number of cells of the map.
    """

    before: Doubles
    after: Doubles
    difference: Doubles
    by: tuple[int, ...]
    is_exact: bool

    @property
    def largest(self) -> float:
        """The largest absolute difference."""
        return float(np.abs(self.difference).max())

    @property
    def is_same(self) -> bool:
        """Whether the map moved as a whole, up to rounding."""
        return self.largest <= _ROUNDING * max(1.0, float(np.abs(self.before).max()))


def moved(x: Doubles, by: Sequence[int]) -> Doubles:
    """Move an input `(*spatial, channels)` by whole cells along its spatial axes; zeros fill the cells that it leaves.

    >>> moved(np.array([[1.0], [2.0], [3.0]]), (1,))[:, 0].tolist()
    [0.0, 1.0, 2.0]
    """
    result = np.zeros_like(x)
    into, out_of = _overlap(x.shape, by)
    result[into] = x[out_of]
    return result


def compare(before: Doubles, after: Doubles, by: Sequence[int], step: Sequence[int]) -> ShiftResult:
    """Compare a map with that of the input moved `by` cells, where one cell of the map is `step` cells of the input.

    Where the move is not a whole number of map cells, the neighbouring whole move with the least difference is taken.

    Raises ValueError where the move leaves nothing to compare.

    >>> compare(np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0]), (1,), (1,)).largest
    0.0
    """
    around = [sorted({cells // s, -(-cells // s)}, key=abs) for cells, s in zip(by, step, strict=True)]
    is_exact = all(cells % s == 0 for cells, s in zip(by, step, strict=True))
    found = [ShiftResult(before, after, _difference(before, after, way), way, is_exact) for way in product(*around)]
    left = [one for one in found if one.difference.size]
    if not left:
        raise ValueError(
            f"After a move by {times(by)} cells, no part of the map of {times(before.shape)} is left to compare: "
            "move the input less."
        )
    return min(left, key=lambda one: one.largest)


def map_moved(kernel: Linear, x: Doubles, by: Sequence[int], stride: int) -> ShiftResult:
    """Compare the only map of `kernel` over `x` `(*spatial, channels)` and over the moved `x`, with another stride.

    >>> x = np.array([0.0, 0, 0, 1, 1, 0, 0, 0])[:, np.newaxis]
    >>> map_moved(Linear.of_kernel([0, 1, 0]), x, (1,), 1).after.tolist()
    [0.0, 0.0, 0.0, 1.0, 1.0, 0.0]
    """
    steps = (stride,) * len(by)
    before, after = (Linear(kernel.weights, kernel.bias, steps).run(one)[..., 0] for one in (x, moved(x, by)))
    return compare(before, after, by, steps)


def pooled_moved(found: ShiftResult, kind: str, size: int, by: Sequence[int]) -> ShiftResult:
    """Compare both maps after pooling with windows of `size` cells that do not overlap; `kind` is `max` or `average`.

    Raises ShapeError when a map is smaller than a window.

    >>> made = compare(np.array([0.0, 0, 1, 1, 0, 0]), np.array([0.0, 0, 0, 1, 1, 0]), (1,), (1,))
    >>> pooled_moved(made, "max", 2, (1,)).after.tolist()
    [0.0, 1.0, 1.0]
    """
    window = (size,) * len(by)
    before, after = (
        pool(one[..., np.newaxis], kind, window)[..., 0].astype(np.float64) for one in (found.before, found.after)
    )
    return compare(before, after, by, window)


def move_verdict(found: ShiftResult, step: int) -> str:
    """Say in a sentence what the move of the input did to a map, one of whose cells is `step` input cells.

    >>> x = np.array([0.0, 0, 0, 1, 1, 0, 0, 0])[:, np.newaxis]
    >>> move_verdict(map_moved(Linear.of_kernel([0, 1, 0]), x, (1,), 1), 1)
    'Moved along: difference 0.'
    """
    told = format_number(found.largest, 3)
    if found.is_exact and found.is_same:
        return f"Moved along: difference {told}."
    if found.is_exact:
        return f"Moved, except at the border: largest difference {told}, where values left or came in."
    if found.is_same:
        return f"Not a multiple of {step}, yet no difference here."
    return f"Not a multiple of {step}: the least difference after any whole move is {told}."


def move_summary(by: Sequence[int], maps: ShiftResult, pooled: ShiftResult) -> str:
    """Say what a move of the input did to its maps, to what pooling makes of them, and to one number for all.

    >>> x = np.array([0.0, 0, 0, 1, 1, 0, 0, 0])[:, np.newaxis]
    >>> made = map_moved(Linear.of_kernel([0, 1, 0]), x, (1,), 1)
    >>> move_summary((1,), made, pooled_moved(made, "max", 2, (1,)))
    'The input moved 1 step. Its map moves with it (equivariance). The pooled map jumps. The global maximum stays.'
    """
    if not any(by):
        return "Nothing has moved yet. Move the input with the fields or the arrows."
    names = zip(by, AXES[len(by)], PLURALS[len(by)], strict=True)
    cells = ", ".join(f"{n} {one_or_many(abs(n), one, many)}" for n, one, many in names if n)
    sentences = [f"The input moved {cells}."]
    if maps.is_same:
        sentences.append("Its map moves with it (equivariance).")
    else:
        sentences.append("Its map moves with it, except at the border.")
    if not pooled.is_same:
        sentences.append("The pooled map jumps.")
    elif any(pooled.by):
        sentences.append("The pooled map moves too.")
    else:
        sentences.append("The pooled map stays.")
    is_kept = _is_near(float(maps.before.max()), float(maps.after.max()))
    sentences.append("The global maximum stays." if is_kept else "The global maximum changes.")
    return " ".join(sentences)


def global_line(found: ShiftResult) -> str:
    """Say where the largest value of the maps is, and what global pooling makes of both.

    >>> x = np.array([0.0, 0, 0, 1, 1, 0, 0, 0])[:, np.newaxis]
    >>> global_line(map_moved(Linear.of_kernel([1, 1, 1]), x, (1,), 1))
    'Largest at step 3, then step 4. Global maximum 2 → 2: it stays. Global average 1 → 1: it stays.'
    """
    first, then = (place(_first_of_largest(one)) for one in (found.before, found.after))
    changes = " ".join(_global_change(found, kind) for kind in _GLOBAL_CHANGES)
    return f"Largest at {first}, then {then}. {changes}"


_GLOBAL_CHANGES = MappingProxyType(
    {
        "max": (
            "Global maximum {before} → {after}: it stays.",
            "Global maximum {before} → {after}: it changes with what left or came in.",
        ),
        "average": (
            "Global average {before} → {after}: it stays.",
            "Global average {before} → {after}: it changes with what left or came in.",
        ),
    }
)


def _global_change(found: ShiftResult, kind: str) -> str:
    one, other = (float(global_pool(part[..., np.newaxis], kind, part.ndim)[0]) for part in (found.before, found.after))
    stays, changes = _GLOBAL_CHANGES[kind]
    sentence = stays if _is_near(one, other) else changes
    return sentence.format(before=format_number(one, 3), after=format_number(other, 3))


def _is_near(one: float, other: float) -> bool:
    return abs(one - other) <= _ROUNDING * max(1.0, abs(one))


def _first_of_largest(values: Doubles) -> tuple[int, ...]:
    return tuple(int(at) for at in np.unravel_index(int(values.argmax()), values.shape))


def _difference(before: Doubles, after: Doubles, by: Sequence[int]) -> Doubles:
    into, out_of = _overlap(before.shape, by)
    difference: Doubles = after[into] - before[out_of]
    return difference


def _overlap(shape: tuple[int, ...], by: Sequence[int]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return the cells that something moves into, and those that it comes from."""
    into = tuple(slice(max(0, cells), max(0, n + min(0, cells))) for n, cells in zip(shape, by, strict=False))
    out_of = tuple(slice(max(0, -cells), max(0, n - max(0, cells))) for n, cells in zip(shape, by, strict=False))
    return into, out_of
