"""How the loss changes with the weights: `grad_weights[k, c, f] = Σ x[q, c] · grad_y[p, f]` over all positions p.

Equals [product] of `ops.reference`, differentiated by the weight: with the same loops around it,
`grad_weights[tap, channel, filter] += value * grad_y[position, filter]`.

The windows of some positions as rows of a matrix, turned, times the gradients at these positions as rows of
another, are what these positions add to the sum::

    windows  (x₀ x₁ x₂)ᵀ  ·  gradients  g₀        x₀·g₀ + x₁·g₁ + x₂·g₂
             (x₁ x₂ x₃)                 g₁    =   x₁·g₀ + x₂·g₁ + x₃·g₂
             (x₂ x₃ x₄)                 g₂        x₂·g₀ + x₃·g₁ + x₄·g₂

Every box of positions has its own sum; these are added in the order of the boxes, so that the result has the same bits
whatever thread made which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.padding import Array
from convstudio.ops.strategies.depthwise import boxes_of, met
from convstudio.ops.strategies.sweep import Box, cut, each_group, fitting, run, seen, whole
from convstudio.ops.strategies.unfold import unfolded
from convstudio.ops.threads import Tile

_SUMS = 2**22
"""How many values the sums of boxes have together before they are added up: 16 MiB of float32."""

_FEWEST = 4
"""Boxes that are worked on together at least, for as many threads."""

_FEW_POSITIONS, _WINDOWS = 256, 2**21
"""Products of fewer positions are slow, and adding them up takes as long, unless their windows have so many values."""

_ROWS_AT_ONCE = 256
"""Rows that are added up in their own type: the sum of so few has an error of some units of its last place."""


def gather_weights(layer: ConvCall, grad: Array) -> Array:
    """Sum up, for every weight of a layer, what it met: `grad` is `(samples, planes, rows, columns, filters)`.

    Returns an array of the shape of the layer's weights.

    >>> from convstudio.ops.calls.conv_call import conv_call
    >>> from convstudio.ops.strategies.sweep import sweep
    >>> layer = sweep(conv_call([[1.0], [2.0], [3.0]], np.ones((2, 1, 1))))
    >>> gather_weights(layer, np.ones(layer.output_shape)).ravel().tolist()
    [3.0, 5.0]
    """
    gathered = np.zeros(layer.weights.shape, layer.weights.dtype)
    if layer.groups > 1 and layer.weights.shape[-2] == 1 and grad.size:
        tiles = [(box, gathered) for box in boxes_of(layer)]
        add_up(tiles, lambda box: _of_taps(layer, box, grad[box]), layer.multiplications)
    elif grad.size:
        for part, filters in each_group(layer):
            _gather(part, grad[..., filters], gathered[..., filters])
    return gathered


def _gather(layer: ConvCall, grad: Array, gathered: Array) -> None:
    """Fill the gradients of the weights of one group."""
    long, filters = math.prod(gathered.shape[:-1]), gathered.shape[-1]
    room = fitting(max(long, filters), math.prod(grad.shape[:4]), layer.multiplications)
    boxes = cut(whole(grad.shape), max(room, min(_FEW_POSITIONS, _WINDOWS // long)))

    def product(box: Box) -> Array:
        windows = unfolded(layer, seen(layer, box))
        return (windows.T @ grad[box].reshape(len(windows), -1)).reshape(gathered.shape)

    add_up([(box, gathered) for box in boxes], product, layer.multiplications)


def _of_taps(layer: ConvCall, box: Box, grad: Array) -> Array:
    """Sum up what a box adds, where every filter reads a channel of its own: kernel cell by kernel cell."""
    sums = [sum_of_rows((cells * grad).reshape(-1, grad.shape[-1])) for _, cells in met(layer, box)]
    return np.asarray(sums, grad.dtype).reshape(layer.weights.shape)


def add_up(tiles: Sequence[tuple[Tile, Array]], make: Callable[[Tile], Array], steps: int, counts: bool = True) -> None:
    """Make the sum of every tile, and add it to the array beside it in the order of the tiles; see `run`.

    >>> total = np.zeros(2)
    >>> add_up([(1.0, total), (2.0, total[:1])], np.float64, 3)
    >>> total.tolist()
    [3.0, 1.0]
    """
    many = max(_SUMS // max(total.size for _, total in tiles), _FEWEST)
    made: dict[int, Array] = {}

    def work(taken: Iterable[int]) -> None:
        for number in taken:
            made[number] = make(tiles[number][0])

    for first in range(0, len(tiles), many):
        some = range(first, min(first + many, len(tiles)))
        run(some, work, steps * len(some) // len(tiles), counts)
        for number in some:
            total = tiles[number][1]
            total += made.pop(number)


def sum_of_rows(values: Array) -> Array:
    """Add up the rows of `(..., rows, columns)` in float64: `(..., columns)`.

    The error does not grow with their number. In float32 the last of a million rows would be rounded to the step
    between two large numbers. A few rows at a time are added up in the type of the values, as a product of matrices,
    which takes half the time of a sum in float64.

    >>> sum_of_rows(np.full((10**6, 1), 0.5, np.float32)).tolist()
    [500000.0]
    """
    *batch, rows, columns = values.shape
    even = rows - rows % _ROWS_AT_ONCE
    blocks = values[..., :even, :].reshape(*batch, even // _ROWS_AT_ONCE, _ROWS_AT_ONCE, columns)
    sums = np.matmul(np.ones(_ROWS_AT_ONCE, values.dtype), blocks)
    return np.asarray(sums.sum(axis=-2, dtype=np.float64) + values[..., even:, :].sum(axis=-2, dtype=np.float64))
