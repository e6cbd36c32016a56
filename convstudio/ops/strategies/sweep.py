"""A convolution of any rank as one of planes, rows and columns, cut into boxes that fit a core's cache.

Equals [samples], [positions], [cell] and [padding] of `ops.reference`: it decides which outputs are computed together,
and which input cells they read. The other files of this folder compute the [terms] of one box::

      input x, with its padding (·)                      feature maps
      · · · · · · · · · · ·                             ┌───────────────┐
      · x x x x x x x x x ·                             │ box 0         │  ◄── cut(region, room)
    ┌───────────────────────┐   seen(layer, box)        ├───────────────┤      cuts the region into boxes
    │ · x x x x x x x x x · │ ◄──────────────────────── │ box 1         │      of about equal size
    │ · x x x x x x x x x · │   the cells that the      ├───────────────┤
    └───────────────────────┘   windows of box 1 meet   │ box 2         │  ◄── run(boxes, work, multiplications)
      · x x x x x x x x x ·                             └───────────────┘      shares them among the threads

A sequence is seen as an image of one row, and an image as a volume of one plane, so that everything is written once.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.padding import Array, pad, source_index
from convstudio.ops.threads import Tile, cores, share

BOX_VALUES = 2**19
"""How many unfolded values are worked on at once: 2 MiB of float32 stay close to a core."""

_BOXES, _BOX_MULTIPLICATIONS = 8, 2**22
"""Boxes that keep a few threads busy to the end, unless there is too little to do in each."""

_UNINTERRUPTED_MULTIPLICATIONS = 2**27
"""What a box may have, so that a computation can soon be cancelled: between boxes it is asked whether to go on."""

_WORTH_HELPERS = 2**21
"""Multiplications, or other steps, from which a second thread earns the 20 µs of its waking."""

Box = tuple[slice, slice, slice, slice]
"""Positions that are computed together: samples, planes, rows, columns."""


def sweep(call: ConvCall) -> ConvCall:
    """See a convolution of any rank as one of rank 3, with `x` as `(samples, planes, rows, columns, channels)`.

    >>> from convstudio.ops.calls.conv_call import conv_call
    >>> sweep(conv_call(np.ones((9, 2)), np.ones((3, 2, 4)))).output_shape
    (1, 1, 1, 7, 4)
    """
    lifted = call.geometry.lifted()
    x = call.x.reshape(math.prod(call.batch), *lifted.spatial, call.x.shape[-1])
    weights = call.weights.reshape(*lifted.kernel, *call.weights.shape[-2:])
    return call._replace(x=x, weights=weights, geometry=lifted)


def each_group(layer: ConvCall) -> Iterator[tuple[ConvCall, slice]]:
    """Yield each group as a layer of its own, with the filters that it makes."""
    for channels, filters in blocks(layer.weights, layer.groups):
        weights, bias = layer.weights[..., filters], None if layer.bias is None else layer.bias[filters]
        yield layer._replace(x=layer.x[..., channels], weights=weights, bias=bias, groups=1), filters


def blocks(weights: Array, groups: int) -> Iterator[tuple[slice, slice]]:
    """Pair the channels that each group reads with the filters that read them.

    >>> list(blocks(np.ones((3, 2, 6)), 2))
    [(slice(0, 2, None), slice(0, 3, None)), (slice(2, 4, None), slice(3, 6, None))]
    """
    channels, filters = weights.shape[-2], weights.shape[-1] // groups
    for group in range(groups):
        yield slice(group * channels, (group + 1) * channels), slice(group * filters, (group + 1) * filters)


def whole(shape: Sequence[int]) -> Box:
    """Name all samples, planes, rows and columns of an array of such a shape."""
    samples, planes, rows, columns = (slice(0, size) for size in shape[:4])
    return samples, planes, rows, columns


def fitting(values: int, positions: int, multiplications: int) -> int:
    """Say how many of so many positions a box may have, when each takes so many values: `room` for `cut`.

    At least one; and no more than leaves every thread some boxes to take, each soon done.

    >>> fitting(BOX_VALUES // 3, 100, 1000)
    3
    """
    some = min(-(-multiplications // _BOX_MULTIPLICATIONS), _BOXES)
    fewest = max(some, multiplications // _UNINTERRUPTED_MULTIPLICATIONS, 1)
    return max(min(BOX_VALUES // values, positions // fewest), 1)


def cut(region: Box, room: int) -> list[Box]:
    """Cut a region into boxes of about equal size, at most so many positions, neighbours together.

    >>> region = (slice(0, 1), slice(0, 1), slice(0, 9), slice(0, 100))
    >>> [box[2] for box in cut(region, 400)]
    [slice(0, 3, None), slice(3, 6, None), slice(6, 9, None)]
    """
    parts: list[list[slice]] = []
    for axis in reversed(region):
        size = axis.stop - axis.start
        length = max(min(size, room), 1)
        room //= length
        even = max(-(-size // -(-size // length)), 1) if size else 1
        parts.insert(0, [slice(at, min(at + even, axis.stop)) for at in range(axis.start, axis.stop, even)])
    return [(n, p, r, c) for n, p, r, c in itertools.product(*parts)]


def seen(layer: ConvCall, box: Box) -> Array:
    """Cut out the input cells that the windows of a box meet, padding included, without padding the whole.

    Returns `(samples, planes, rows, columns, channels)`: a view where no padding is met, else a copy.
    """
    x, lacking, repeated = layer.x[box[0]], [], {}
    axes = zip(box[1:], layer.geometry.spatial, *layer.geometry[1:5], strict=True)
    for axis, (at, size, kernel, stride, dilation, (before, _)) in enumerate(axes, start=1):
        first = at.start * stride - before
        stop = first + (at.stop - at.start - 1) * stride + (kernel - 1) * dilation + 1
        inside = slice(min(max(first, 0), size), max(min(stop, size), 0))
        if layer.padding_mode == "zeros" or (first >= 0 and stop <= size):
            x = x[(slice(None),) * axis + (inside,)]
            lacking.append((min(max(-first, 0), stop - first), min(max(stop - size, 0), stop - first)))
        else:
            repeated[axis] = source_index(np.arange(first, stop), size, layer.padding_mode)
            lacking.append((0, 0))
    for axis, cells in repeated.items():  # after the views, because this copies
        x = x.take(cells, axis=axis)
    return pad(x, tuple(lacking), "zeros", 3)


def taps(
    kernel: int, stride: int, dilation: int, before: int, size: int, positions: int
) -> list[tuple[int, slice, slice]]:
    """List the kernel cells of an axis that meet some of `size` cells: from which positions, and which of these.

    `before` is how far the first window begins before the first of these cells.

    >>> taps(kernel=3, stride=2, dilation=1, before=0, size=4, positions=2)[2]
    (2, slice(0, 1, None), slice(2, 3, 2))
    """
    found = []
    for tap in range(kernel):
        offset = tap * dilation - before
        first, last = max(-(offset // stride), 0), min((size - 1 - offset) // stride, positions - 1)
        if first <= last:
            cells = slice(first * stride + offset, last * stride + offset + 1, stride)
            found.append((tap, slice(first, last + 1), cells))
    return found


def run(tiles: Sequence[Tile], work: Callable[[Iterable[Tile]], None], steps: int, counts: bool = True) -> None:
    """Work through tiles, in several threads where there are steps enough; a watcher is told of steps that count."""
    share(tiles, work, cores() if steps >= _WORTH_HELPERS else 1, steps if counts else 0)
