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
from typing import NamedTuple

import numpy as np

from convstudio.ops.arguments import ConvCall
from convstudio.ops.padding import Array, pad, source_index
from convstudio.ops.shapes import Geometry
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


class Sweep(NamedTuple):
    """A convolution with `x` as `(samples, planes, rows, columns, channels)` and weights to match."""

    x: Array
    weights: Array
    bias: Array | None
    shape: Geometry
    padding_mode: str

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the feature maps: `(samples, planes, rows, columns, filters)`."""
        return (len(self.x), *self.shape.output, self.weights.shape[-1])

    @property
    def multiplications(self) -> int:
        """The number of multiplications that the formula asks for."""
        return math.prod(self.output_shape) * math.prod(self.weights.shape[:-1])

    def groups(self, count: int) -> Iterator[tuple[Sweep, slice]]:
        """Yield each group as a layer of its own, with the filters that it makes."""
        for channels, filters in blocks(self.weights, count):
            bias = None if self.bias is None else self.bias[filters]
            yield self._replace(x=self.x[..., channels], weights=self.weights[..., filters], bias=bias), filters


def sweep(call: ConvCall) -> Sweep:
    """See a convolution of any rank as one of rank 3.

    >>> from convstudio.ops.arguments import conv_call
    >>> keywords = dict(stride=1, padding=0, padding_mode="zeros", dilation=1, groups=1, flip=False)
    >>> sweep(conv_call(np.ones((9, 2)), np.ones((3, 2, 4)), None, **keywords)).output_shape
    (1, 1, 1, 7, 4)
    """
    spatial, kernel, stride, dilation, pairs, output = call.geometry
    more = (1,) * (3 - call.geometry.rank)
    none = ((0, 0),) * len(more)
    lifted = Geometry(more + spatial, more + kernel, more + stride, more + dilation, none + pairs, more + output)
    x = call.x.reshape(math.prod(call.batch), *lifted.spatial, call.x.shape[-1])
    return Sweep(x, call.weights.reshape(more + call.weights.shape), call.bias, lifted, call.padding_mode)


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


def cut(region: Box, room: int, width: int = 1) -> list[Box]:
    """Cut a region into boxes of at most so many positions, neighbours together, the columns at multiples of a width.

    >>> region = (slice(0, 1), slice(0, 1), slice(0, 9), slice(0, 100))
    >>> [box[2] for box in cut(region, 400)]
    [slice(0, 3, None), slice(3, 6, None), slice(6, 9, None)]
    """
    lengths: list[int] = []
    for axis, step in zip(reversed(region), (width, 1, 1, 1), strict=True):
        lengths.insert(0, max(min(axis.stop - axis.start, room // step * step), step))
        room //= lengths[0]
    return cut_evenly(region, lengths, (1, 1, 1, width))


def cut_evenly(region: Box, lengths: Sequence[int], steps: Sequence[int] = (1, 1, 1, 1)) -> list[Box]:
    """Cut a region into boxes of about equal size, at most so long on each axis; none is shorter than a step."""
    parts = []
    for axis, length, step in zip(region, lengths, steps, strict=True):
        count = -(-(axis.stop - axis.start) // step)
        even = -(-count // max(-(-count // max(length // step, 1)), 1)) * step
        ends = range(axis.start, axis.stop, max(even, 1))
        parts.append([slice(at, min(at + even, axis.stop)) for at in ends])
    return [(n, p, r, c) for n, p, r, c in itertools.product(*parts)]


def seen(layer: Sweep, box: Box) -> Array:
    """Cut out the input cells that the windows of a box meet, padding included, without padding the whole.

    Returns `(samples, planes, rows, columns, channels)`: a view where no padding is met, else a copy.
    """
    x, lacking, repeated = layer.x[box[0]], [], {}
    axes = zip(box[1:], layer.shape.spatial, *layer.shape[1:5], strict=True)
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


def run(tiles: Sequence[Tile], work: Callable[[Iterable[Tile]], None], steps: int, worth: float | None = None) -> None:
    """Work through tiles, in several threads where there are steps enough; each step is worth one unless said."""
    share(tiles, work, cores() if steps >= _WORTH_HELPERS else 1, steps if worth is None else worth)
