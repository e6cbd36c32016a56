"""A convolution of any rank as one of planes, rows and columns, cut into boxes that fit a core's cache.

Equals [samples], [positions], [cell] and [padding] of `ops.reference`: it decides which outputs are computed together,
and which input cells they read. The other files of this folder compute the [terms] of one box, in these words::

    sweep     the layer, lifted to rank 3       region    all output positions, or some rows or columns of them
              (samples, planes, rows, columns)  box       the part of a region that one thread computes at once

      input x, with its padding (·)                      feature maps
      · · · · · · · · · · ·                             ┌───────────────┐
      · x x x x x x x x x ·                             │ box 0         │  ◄── cut(region, lengths, steps)
    ┌───────────────────────┐   seen(layer, box)        ├───────────────┤      cuts the region into boxes
    │ · x x x x x x x x x · │ ◄──────────────────────── │ box 1         │      of about equal size
    │ · x x x x x x x x x · │   the cells that the      ├───────────────┤
    └───────────────────────┘   windows of box 1 meet   │ box 2         │  ◄── run(boxes, work, multiplications)
      · x x x x x x x x x ·                             └───────────────┘      shares them among the threads
      · · · · · · · · · · ·

- `sweep(call)` sees a sequence as an image of one row, and an image as a volume of one plane, so that every strategy
  is written once, for rank 3.
- `fitting(values)` is how many outputs a box may have when each needs so many unfolded values: `BOX_VALUES` of them
  stay in the cache of a core. It gives the lengths for `cut`.
- `cut(region, lengths, steps)` makes the boxes: no longer than the lengths, and cut at multiples of the steps, because
  some strategies compute several neighbouring outputs by one product.
- `seen(layer, box)` is the stretch of the input that the windows of a box read: the places of its outputs times the
  stride, less the padding before, plus the extent of the kernel. It is a view. Only a box that meets padding pays for
  a small copy; the whole input is never padded.
- `may_leak(cells)`, in `bands`, asks whether a NaN or an infinity is among the seen cells. Bands multiply some cells
  by zeros that the formula does not have, and 0 · NaN is NaN: where it may leak, the outputs are computed without
  bands, so that a NaN reaches only those whose windows hold it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from convstudio.ops.arguments import ConvCall
from convstudio.ops.padding import Array, pad, source_index
from convstudio.ops.shapes import Geometry
from convstudio.ops.threads import Tile, cores, share

BOX_VALUES = 2**18
"""How many unfolded values are worked on at once: 1 MiB of float32 stays close to a core."""

_BOXES, _BOX_MULTIPLICATIONS = 8, 2**22
"""Boxes that keep a few threads busy to the end, unless there is too little to do in each."""

UNINTERRUPTED_MULTIPLICATIONS = 2**27
"""What a box may have, so that a computation can soon be cancelled: between boxes it is asked whether to go on."""

_WORTH_HELPERS = 2**21
"""Multiplications from which a second thread earns the 20 µs of its waking."""

Box = tuple[slice, slice, slice, slice]
"""Output positions that are computed together: samples, planes, rows, columns."""


class Sweep(NamedTuple):
    """A convolution with `x` as `(samples, planes, rows, columns, channels)` and weights to match."""

    x: Array
    weights: Array
    shape: Geometry
    padding_mode: str

    def turned(self) -> Sweep:
        """Exchange planes and rows."""
        shape = Geometry._make((axes[1], axes[0], axes[2]) for axes in self.shape)
        return self._replace(x=self.x.swapaxes(1, 2), weights=self.weights.swapaxes(0, 1), shape=shape)

    @property
    def multiplications(self) -> int:
        """The number of multiplications that the formula asks for."""
        return math.prod(self.output_shape) * math.prod(self.weights.shape[:-1])

    @property
    def fewest_boxes(self) -> int:
        """How many boxes to make at least, so that every thread has some to take and none takes long."""
        some = min(-(-self.multiplications // _BOX_MULTIPLICATIONS), _BOXES)
        return max(some, self.multiplications // UNINTERRUPTED_MULTIPLICATIONS)

    @property
    def is_padded(self) -> bool:
        """Whether any window meets padding."""
        return any(map(any, self.shape.pairs))

    @property
    def output_shape(self) -> tuple[int, int, int, int, int]:
        """The shape of the feature maps: `(samples, planes, rows, columns, filters)`."""
        planes, rows, columns = self.shape.output
        return len(self.x), planes, rows, columns, self.weights.shape[-1]

    def region(self, *, rows: slice | None = None, columns: slice | None = None) -> Box:
        """Name all output positions, or all in some rows or columns."""
        samples, planes, *rest, _ = self.output_shape
        return slice(0, samples), slice(0, planes), rows or slice(0, rest[0]), columns or slice(0, rest[1])


def sweep(call: ConvCall) -> Sweep:
    """See a convolution of any rank as one of rank 3: a sequence is an image of one row, an image one plane.

    >>> from convstudio.ops.arguments import conv_call
    >>> keywords = dict(stride=1, padding=0, padding_mode="zeros", dilation=1, groups=1, flip=False)
    >>> sweep(conv_call(np.ones((9, 2)), np.ones((3, 2, 4)), None, **keywords)).output_shape
    (1, 1, 1, 7, 4)
    """
    shape = call.geometry
    more = (1,) * (3 - shape.rank)
    lifted = Geometry(
        more + shape.spatial,
        more + shape.kernel,
        more + shape.stride,
        more + shape.dilation,
        ((0, 0),) * len(more) + shape.pairs,
        more + shape.output,
    )
    x = call.x.reshape(math.prod(call.batch), *lifted.spatial, call.x.shape[-1])
    return Sweep(x, call.weights.reshape(more + call.weights.shape), lifted, call.padding_mode)


def cut(region: Box, lengths: tuple[int, int, int, int], steps: tuple[int, int, int, int]) -> list[Box]:
    """Cut a region of output positions into boxes of about equal size, at most so long on each axis.

    Each axis is cut at multiples of its step from the region's start, and of eight steps where a box holds many:
    products of eight rows at a time are the fastest. No box is shorter than a step, the last ones apart; the first
    is the largest.

    >>> region = (slice(0, 1), slice(0, 9), slice(0, 1), slice(0, 100))
    >>> [box[1] for box in cut(region, (1, 4, 1, 100), (1, 1, 1, 1))]
    [slice(0, 3, None), slice(3, 6, None), slice(6, 9, None)]
    """
    cuts = [_cuts(axis, length, step) for axis, length, step in zip(region, lengths, steps, strict=True)]
    return [(n, p, r, c) for n in cuts[0] for p in cuts[1] for r in cuts[2] for c in cuts[3]]


def _cuts(axis: slice, length: int, step: int) -> list[slice]:
    steps, most = -(-(axis.stop - axis.start) // step), max(length // step, 1)
    even = -(-steps // -(-steps // most))
    if 8 < even < steps:
        even = min(-(-even // 8), most // 8) * 8
    return [slice(at, min(at + even * step, axis.stop)) for at in range(axis.start, axis.stop, even * step)]


def fitting(values: int) -> int:
    """Say how many times so many values fit into a box.

    >>> fitting(BOX_VALUES // 3)
    3
    """
    return BOX_VALUES // values


def seen(layer: Sweep, box: Box) -> Array:
    """Cut out the input cells that the windows of a box meet, padding included, without padding the whole.

    Returns `(samples, planes, rows, columns, channels)`: a view where no padding is met, else a copy.
    """
    shape = layer.shape
    spans = []
    for at, kernel, stride, dilation, (before, _) in zip(
        box[1:], shape.kernel, shape.stride, shape.dilation, shape.pairs, strict=True
    ):
        first = at.start * stride - before
        spans.append((first, first + (at.stop - at.start - 1) * stride + (kernel - 1) * dilation + 1))
    if all(first >= 0 and stop <= size for (first, stop), size in zip(spans, shape.spatial, strict=True)):
        return layer.x[box[0], *(slice(*span) for span in spans)]
    return _with_padding(layer, box[0], spans)


def run(tiles: Sequence[Tile], work: Callable[[Iterable[Tile]], None], multiplications: int) -> None:
    """Work through the tiles of a layer, in several threads when there is enough to do."""
    share(tiles, work, cores() if multiplications >= _WORTH_HELPERS else 1, multiplications)


def _with_padding(layer: Sweep, samples: slice, spans: list[tuple[int, int]]) -> Array:
    x, sizes = layer.x[samples], layer.shape.spatial
    inside = [(min(max(a, 0), size), max(min(b, size), 0)) for (a, b), size in zip(spans, sizes, strict=True)]
    if layer.padding_mode == "zeros":
        lacking = tuple(
            (min(max(-a, 0), b - a), min(max(b - size, 0), b - a)) for (a, b), size in zip(spans, sizes, strict=True)
        )
        return pad(x[:, *(slice(*span) for span in inside)], lacking, "zeros", 3)
    for axis, (span, within) in enumerate(zip(spans, inside, strict=True), start=1):
        if span != within:
            x = x.take(source_index(np.arange(*span), x.shape[axis], layer.padding_mode), axis=axis)
        else:
            x = x[(slice(None),) * axis + (slice(*span),)]
    return x
