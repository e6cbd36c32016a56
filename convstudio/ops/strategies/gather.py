"""How the loss changes with the weights: `grad_weights[k, c, f] = Σ x[q, c] · grad_y[p, f]` over all positions p.

Equals [product] of `ops.reference`, differentiated by the weight: with the same loops around it,
`grad_weights[tap, channel, filter] += value * grad_y[position, filter]`.

The windows of some positions as rows of a matrix, turned, times the gradients at these positions as rows of
another, are what these positions add to the sum::

    windows  (x₀ x₁ x₂)ᵀ  ·  gradients  g₀        x₀·g₀ + x₁·g₁ + x₂·g₂
             (x₁ x₂ x₃)                 g₁    =   x₁·g₀ + x₂·g₁ + x₃·g₂
             (x₂ x₃ x₄)                 g₂        x₂·g₀ + x₃·g₁ + x₄·g₂

As in `unfold`, only a stretch of each row is copied for a window, and windows below each other share
stretches. Every box of positions has its own sum; these are added in the order of the boxes, so that the
result has the same bits whatever thread made which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.padding import Array
from convstudio.ops.strategies.bands import stretch
from convstudio.ops.strategies.sweep import Box, Sweep, cut, fitting, run, seen
from convstudio.ops.strategies.taps import blocks, tap_index
from convstudio.ops.threads import Tile

_SUMS = 2**22
"""How many values the sums of all boxes have together before they are added up: 16 MiB of float32."""

_WEIGHTS = 2**20
"""The most weights that are worked on at once."""

_FEWEST = 4
"""Boxes that are worked on together at least, for as many threads."""

_FEW_POSITIONS, _FEW_FILTERS = 256, 64
"""Products of less are slow, and adding them up takes as long."""

_LARGER = 2
"""How much larger than a convolution's a box may be: its sum is one more thing to write and read."""

_ROWS_AT_ONCE = 256
"""Rows that are added up in their own type: the sum of so few has an error of some units of its last place."""

_HIGH = 8
"""Windows below each other that should share stretches; more where the kernel is higher."""


def gather_weights(layer: Sweep, grad: Array, groups: int) -> Array:
    """Sum up, for every weight of a layer, what it met: `grad` is `(samples, planes, rows, columns, filters)`.

    Returns an array of the shape of the layer's weights.

    >>> from convstudio.ops.arguments import conv_call
    >>> from convstudio.ops.strategies.sweep import sweep
    >>> keywords = dict(stride=1, padding=0, padding_mode="zeros", dilation=1, groups=1, flip=False)
    >>> layer = sweep(conv_call([[1.0], [2.0], [3.0]], np.ones((2, 1, 1)), None, **keywords))
    >>> gather_weights(layer, np.ones(layer.output_shape), 1).ravel().tolist()
    [3.0, 5.0]
    """
    gathered = np.zeros(layer.weights.shape, layer.weights.dtype)
    if not grad.size:
        return gathered
    if groups > 1 and layer.weights.shape[-2] == 1:
        _depthwise(layer, grad, gathered[..., 0, :])
        return gathered
    if layer.shape.kernel[0] == 1 and layer.shape.kernel[1] > 1:  # windows overlap along the first axis
        return gather_weights(layer.turned(), grad.swapaxes(1, 2), groups).swapaxes(0, 1)
    boxes = cut(layer.region(), _lengths(layer), (1, 1, 1, 1))
    tiles = [
        (box, read, filters)
        for read, made in blocks(layer.weights, groups)
        for filters in _some(layer, made, len(boxes) * groups)
        for box in boxes
    ]

    def add(tile: tuple[Box, slice, slice], total: Array) -> None:
        box, read, filters = tile
        _add(layer._replace(x=layer.x[..., read]), box, grad[box][..., filters], total)

    add_up([(tile, gathered[..., tile[-1]]) for tile in tiles], add, layer.multiplications)
    return gathered


def gather_bias(grad: Array) -> Array:
    """Sum up the gradients of each feature map: `grad` is `(samples, planes, rows, columns, filters)`.

    >>> gather_bias(np.ones((1, 1, 2, 3, 2))).tolist()
    [6.0, 6.0]
    """
    positions = grad.reshape(-1, grad.shape[-1])
    step = fitting(grad.shape[-1]) or 1
    tiles = [slice(at, at + step) for at in range(0, len(positions), step)]
    gathered = np.zeros(grad.shape[-1], np.float64)

    def add(tile: slice, total: Array) -> None:
        total += sum_of_rows(positions[tile])

    add_up([(tile, gathered) for tile in tiles], add, grad.size)
    return gathered.astype(grad.dtype)


def sum_of_rows(values: Array) -> Array:
    """Add up the rows of `(rows, columns)` in float64: `(columns,)`, whose error does not grow with their number.

    In float32 the last of a million rows would be rounded to the step between two large numbers. A few rows at a time
    are added up in the type of the values, as a product of matrices, which takes half the time of a sum in float64.

    >>> sum_of_rows(np.full((10**6, 1), 0.5, np.float32)).tolist()
    [500000.0]
    """
    rows, columns = values.shape
    whole = rows - rows % _ROWS_AT_ONCE
    blocks = np.matmul(np.ones(_ROWS_AT_ONCE, values.dtype), values[:whole].reshape(-1, _ROWS_AT_ONCE, columns))
    return np.asarray(blocks.sum(axis=0, dtype=np.float64) + values[whole:].sum(axis=0, dtype=np.float64))


def add_up(tiles: Sequence[tuple[Tile, Array]], make: Callable[[Tile, Array], None], multiplications: int) -> None:
    """Let every tile make a sum, and add it to the array beside it in the order of the tiles.

    >>> total = np.zeros(2)
    >>> add_up([(1.0, total), (2.0, total[:1])], lambda tile, own: own.fill(tile), 3)
    >>> total.tolist()
    [3.0, 1.0]
    """
    many = max(_SUMS // max((total.size for _, total in tiles), default=1), _FEWEST)

    def work(taken: Iterable[tuple[Tile, Array]]) -> None:
        for tile, own in taken:
            make(tile, own)

    for at in range(0, len(tiles), many):
        some = tiles[at : at + many]
        made = [(tile, np.zeros(total.shape, total.dtype)) for tile, total in some]
        run(made, work, multiplications * len(some) // len(tiles))
        for (_, total), (_, own) in zip(some, made, strict=True):
            total += own


def _some(layer: Sweep, filters: slice, boxes: int) -> Iterable[slice]:
    """Divide filters so that there are tiles for every thread, and that no sum grows too large."""
    count, weights = filters.stop - filters.start, math.prod(layer.weights.shape[:-1])
    fair = max(count * boxes // layer.fewest_boxes, _FEW_FILTERS)
    step = max(min(fair, _WEIGHTS // weights), 1)
    return (slice(at, min(at + step, filters.stop)) for at in range(filters.start, filters.stop, step))


def _lengths(layer: Sweep) -> tuple[int, int, int, int]:
    """Say how many samples, planes, rows and columns a box has at most, so that its stretches stay in cache."""
    samples, planes, rows, columns, filters = layer.output_shape
    kernel, stride = layer.shape.kernel[0], layer.shape.stride[0]
    values = math.prod(layer.weights.shape[1:4])
    high = min(planes, max(_HIGH, kernel))
    room = _LARGER * fitting(max(values * stretch(high, kernel, stride, 1), filters * high))  # columns of that height
    wide = min(columns, max(room, min(_FEW_POSITIONS // high, 2 * room), 1))
    deep = min(rows, max(room // wide, 1))
    fair = max(planes * samples // layer.fewest_boxes, _FEW_POSITIONS // (wide * deep), 1)
    high = min(planes, max(high * room // (wide * deep), high), fair)
    many = room * high // (planes * rows * columns) if high == planes else 1
    return min(max(many, 1), max(fair // planes, 1)), high, deep, wide


def _add(layer: Sweep, box: Box, grad: Array, total: Array) -> None:
    """Add what the positions of one box meet, kernel plane by kernel plane.

    Kernel planes meet every `stride`-th plane of the input; those that leave the same remainder share stretches.
    """
    kernel, stride, dilation = (axes[0] for axes in layer.shape[1:4])
    planes, filters = grad.shape[1], grad.shape[-1]
    gradients = np.ascontiguousarray(grad.swapaxes(0, 1)).reshape(-1, filters)
    stretches, matrices = _stretches(layer, seen(layer, box)), total.reshape(kernel, -1, filters)
    for remainder in {k * dilation % stride for k in range(kernel)}:
        met = np.ascontiguousarray(stretches[remainder::stride])
        for k in range(kernel):
            first, left = divmod(k * dilation, stride)
            if left == remainder:
                windows = met[first : first + planes].reshape(len(gradients), -1)
                np.matmul(windows.T, gradients, out=matrices[k])


def _stretches(layer: Sweep, cells: Array) -> Array:
    """View the stretches of some cells: `(planes, samples, rows, columns, *kernel rows and columns, channels)`."""
    (_, high, wide), (_, down, right) = layer.shape.kernel, layer.shape.stride
    (_, below, beside) = layer.shape.dilation
    windows = sliding_window_view(cells, (stretch(1, high, 1, below), stretch(1, wide, 1, beside)), axis=(2, 3))
    return windows[:, :, ::down, ::right, :, ::below, ::beside].transpose(1, 0, 2, 3, 5, 6, 4)


def _depthwise(layer: Sweep, grad: Array, gathered: Array) -> None:
    """Sum up the products of a layer whose filters read a channel each, in `gathered`, `(*kernel, filters)`."""
    samples, planes, rows, columns, filters = layer.output_shape
    wide = min(columns, max(fitting(math.prod(layer.shape.kernel) * filters), 1))
    high = max(min(rows * planes * samples // layer.fewest_boxes, fitting(wide * filters)), 1)

    boxes = cut(layer.region(), (1, 1, high, wide), (1, 1, 1, 1))

    def add(box: Box, total: Array) -> None:
        _add_each(layer, seen(layer, box), grad[box], total)

    add_up([(box, gathered) for box in boxes], add, layer.multiplications)


def _add_each(layer: Sweep, cells: Array, grad: Array, total: Array) -> None:
    rows, filters = math.prod(grad.shape[:3]), grad.shape[-1]
    if filters > cells.shape[-1]:
        cells = np.repeat(cells, filters // cells.shape[-1], axis=-1)
    for tap in np.ndindex(layer.shape.kernel):
        met = cells[tap_index(layer.shape._replace(output=grad.shape[1:4]), tap)]
        products = np.einsum("rc,rc->c", met.reshape(rows, -1), grad.reshape(rows, -1))  # columns side by side
        total[tap] = products.reshape(-1, filters).sum(axis=0)
