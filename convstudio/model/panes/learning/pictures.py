"""Small pictures of values and gradients, and the sums that they stand for, as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.display import Levels, colours, signed_levels
from convstudio.model.colour.picture_geometry import as_table, stride_within, table_cell
from convstudio.model.panes.explanation import SmallContent
from convstudio.model.values.answers.axis_names import AXES, VECTOR_AXIS
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import frozen
from convstudio.model.values.numbers import format_number, in_sum
from convstudio.ops.padding import Array

_MOST_CELLS = 63
_LONGEST_VECTOR = 7
_MOST_TERMS = 20


def small_picture(
    caption: str,
    values: Array,
    levels: Levels | None = None,
    *,
    at: Sequence[int] | None = None,
    shown: int | None = None,
    dimmed: NDArray[np.bool_] | None = None,
    is_vector: bool = False,
) -> SmallContent:
    """Show one map, `(*spatial,)`, or the values of a vector, as a small grid; a large one is reduced to a picture.

    `at` is the current cell, and cells from `shown` on are still to come; both are left out of a reduced picture.

    >>> small_picture("gradient", np.zeros((200, 100))).values.shape
    (50, 25)
    """
    axes = VECTOR_AXIS if is_vector else AXES[min(2, values.ndim)]
    if is_vector and len(values) > _LONGEST_VECTOR:
        return _folded(caption, values, levels, at, shown, axes)
    table = as_table(np.asarray(values, np.float32))
    step = stride_within(max(table.shape), _MOST_CELLS)
    if step > 1:
        table, at, shown, dimmed = table[::step, ::step], None, None, None
        caption = f"{caption}, 1 cell of {step}"
    held = frozen(table)
    painted = colours(held, levels or signed_levels(held))
    place = None if at is None or values.ndim > 2 else int(np.ravel_multi_index(table_cell(at), held.shape))
    marks = None if dimmed is None else as_table(dimmed)
    return SmallContent(caption, held, painted, marks, place, shown, axes)


def _folded(
    caption: str,
    values: Array,
    levels: Levels | None,
    at: Sequence[int] | None,
    shown: int | None,
    axes: Sequence[str],
) -> SmallContent:
    """Fold a long vector into rows; the cells that fill its last one are dimmed."""
    side = max(5, math.ceil(math.sqrt(len(values))))
    rows = -(-len(values) // side)
    table = np.zeros(rows * side, np.float32)
    table[: len(values)] = values
    held = frozen(table.reshape(rows, side))
    filler = (np.arange(rows * side) >= len(values)).reshape(rows, side)
    painted = colours(held, levels or signed_levels(held))
    return SmallContent(caption, held, painted, filler, None if at is None else at[0], shown, axes)


def shared_levels(*arrays: Array) -> Levels:
    """Return signed levels that all arrays share, so that the same colour is the same number in each."""
    return signed_levels(np.concatenate([np.asarray(one, np.float32).ravel() for one in arrays]))


def products_line(inputs: Array, grads: Array, total: float, *, whole: bool = False) -> str:
    """Write a sum of products, `x·y + … = total`; of many terms those that count most, unless the `whole` is wanted.

    >>> products_line(np.array([1, 0]), np.array([2, -3]), 2.0)
    '1·2 + 0·(-3) = 2'
    """
    pairs = list(zip(np.ravel(inputs).tolist(), np.ravel(grads).tolist(), strict=True))
    if not pairs:
        return f"no terms = {format_number(total)}"
    kept = range(len(pairs)) if whole or len(pairs) <= _MOST_TERMS else _largest(pairs)
    terms = [f"{factor(x)}·{factor(y)}" for x, y in (pairs[index] for index in kept)]
    hidden = len(pairs) - len(terms)
    if hidden:
        terms.append(f"… {counted(hidden, 'more term')} …")
    return f"{' + '.join(terms)} = {format_number(total)}"


def factor(value: float) -> str:
    """Write a number that is a factor or a term: in brackets where it is negative."""
    return in_sum(format_number(value))


def _largest(pairs: Sequence[tuple[float, float]]) -> list[int]:
    """Return the places of the largest terms, in their order."""
    sizes = sorted(range(len(pairs)), key=lambda index: -abs(pairs[index][0] * pairs[index][1]))
    return sorted(sizes[: _MOST_TERMS // 2])
