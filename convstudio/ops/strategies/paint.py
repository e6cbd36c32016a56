"""The adjoint of a convolution, as in the formula: every value of a map paints its window.

Equals [product] of `ops.reference`, read backwards: with the same loops around it,
`x[cell, first + channel] += y[position, filter] * weights[tap, channel, filter]`, where [cell] is inside.

All taps of a value are one product, `painted[k, c] = Σ y[p, f] · weights[k, c, f]` over the filters f; each tap
is then added to the cells that it meets, `p · stride + k · dilation`. What is added is stored channel by
channel, and apart for each remainder by the stride, so that whole rows are added to whole rows. With stride 2
and three taps (a, b, c) of one channel::

    remainder 0:  x₀ x₂ x₄  +=  a·y₀ a·y₁      at 0        remainder 1:  x₁ x₃  +=  b·y₀ b·y₁      at 0
                            +=  c·y₀ c·y₁      at 1

Worth it where channels are fewer than filters; a zero of padding never meets a weight here.

Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
https://arxiv.org/abs/1603.07285, chapter 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from convstudio.ops.padding import Array
from convstudio.ops.strategies.sweep import Box, cut, fitting, run
from convstudio.ops.strategies.taps import blocks

Region = tuple[slice, slice, slice]
"""Some planes, rows and columns of the cells that are painted on, counted from the first cell of the first window."""

_ROWS = 128
"""Taps times channels that make one product: enough rows for a matrix."""

_CLOSE = 4
"""Over how many strides taps of one product may reach, lest much be multiplied that no box needs."""

_BOXES, _BOX_MULTIPLICATIONS = 8, 2**22
"""Boxes that keep a few threads busy to the end, unless there is too little to do in each."""


class Painting(NamedTuple):
    """What paints: `y` as `(samples, planes, rows, columns, filters)`, weights and steps of rank 3 to match."""

    y: Array
    weights: Array
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int

    @property
    def multiplications(self) -> int:
        """The number of multiplications that the formula asks for."""
        return self.y.size * math.prod(self.weights.shape[:-1])


class _PaintedAxis(NamedTuple):
    """One axis of a box: the strides that its cells are on, and where from them the taps paint."""

    cells: slice
    stride: int
    first: int
    strides: int
    size: int
    reaches: tuple[tuple[int, int], ...]
    """For each tap, how many strides after its value's own it paints, and which of the remainders."""
    remainders: list[int]
    """The remainders by the stride of the cells that any tap meets."""

    def values(self, tap: int) -> slice:
        """Name the values of y whose tap paints in the box."""
        after = self.first - self.reaches[tap][0]
        return slice(max(after, 0), min(after + self.strides, self.size))

    def painted(self, tap: int, values: slice) -> slice:
        """Name the strides, counted from the box's first, that some values' tap paints on."""
        before = self.reaches[tap][0] - self.first
        return slice(values.start + before, values.stop + before)

    def cells_and_strides(self, remainder: int) -> tuple[slice, slice]:
        """Pair the cells of the box that leave a remainder with their strides."""
        first = (remainder - self.cells.start) % self.stride
        count = len(range(self.cells.start + first, self.cells.stop, self.stride))
        at = (self.cells.start + first) // self.stride - self.first
        return slice(first, None, self.stride), slice(at, at + count)


class _Group(NamedTuple):
    """Taps that make one product, and its matrix, `(taps · channels, filters)`."""

    taps: list[tuple[int, ...]]
    matrix: Array


class _PaintBuffers(NamedTuple):
    """Memory for what one box after the other paints, and for the products that it adds up."""

    painted: Array
    products: Array


def paint(painting: Painting, region: Region, output: Array) -> None:
    """Fill `output`, `(samples, *region, channels)`, with what the cells of a region receive.

    Cells that no window paints receive 0.

    >>> y, weights = np.array([1.0, 2.0]).reshape(1, 1, 1, 2, 1), np.array([1.0, 1.0]).reshape(1, 1, 2, 1, 1)
    >>> output = np.empty((1, 1, 1, 3, 1))
    >>> paint(Painting(y, weights, (1, 1, 1), (1, 1, 1), 1), (slice(0, 1), slice(0, 1), slice(0, 3)), output)
    >>> output.ravel().tolist()
    [1.0, 3.0, 2.0]
    """
    for channels, filters in blocks(painting.weights, painting.groups):
        part = painting._replace(y=painting.y[..., filters], weights=painting.weights[..., filters], groups=1)
        _paint(part, region, output[..., channels])


def _paint(painting: Painting, region: Region, output: Array) -> None:
    """Paint with a painting of one group."""
    groups = _groups(painting.weights, painting)
    samples, *sizes = output.shape[:4]
    planes, rows, columns = (slice(0, size) for size in sizes)
    lengths = _lengths(painting, output.shape, len(groups[0].matrix))

    def work(taken: Iterable[Box]) -> None:
        room = _room(painting, groups, lengths)
        for box in taken:
            cells = [slice(at.start + b.start, at.start + b.stop) for at, b in zip(region, box[1:], strict=True)]
            _fill(painting._replace(y=painting.y[box[0]]), groups, cells, output[box], room)

    down, below, right = painting.stride
    boxes = cut((slice(0, samples), planes, rows, columns), lengths, (1, down, below, right))
    run(boxes, work, painting.multiplications)


def _groups(weights: Array, painting: Painting) -> list[_Group]:
    """Gather taps until they make enough rows for a matrix; those of several kernel rows only if they are close."""
    planes, rows, columns, channels, filters = weights.shape
    taps, matrix = list(np.ndindex(planes, rows, columns)), weights.reshape(-1, filters)
    is_low = planes == 1 and (rows - 1) * painting.dilation[1] <= _CLOSE * painting.stride[1]
    together = len(taps) if is_low and len(matrix) <= _ROWS else min(max(_ROWS // channels, 1), columns)
    starts = [at + first for at in range(0, len(taps), columns) for first in range(0, columns, together)]
    if together == len(taps):
        starts = [0]
    stops = [*starts[1:], len(taps)]
    return [
        _Group(taps[start:stop], matrix[start * channels : stop * channels])
        for start, stop in zip(starts, stops, strict=True)
    ]


def _lengths(painting: Painting, shape: tuple[int, ...], products: int) -> tuple[int, int, int, int]:
    """Say how many samples, planes, rows and columns a box has at most, so that its products stay in cache."""
    samples, planes, rows, columns, channels = shape
    down, below, right = painting.stride
    filters = painting.y.shape[-1]
    fewest = min(-(-painting.multiplications // _BOX_MULTIPLICATIONS), _BOXES)
    room = fitting(max(products, filters, channels)) or 1  # values of y, on strides of the output
    wide = min(-(-columns // right), room)
    deep = min(-(-rows // below), max(room // wide // 8 * 8, 1))
    high = min(-(-planes // down), max(room // (wide * deep), 1))
    many = min(samples, max(room // (wide * deep * high), 1))
    if samples >= fewest:
        many = min(many, samples // fewest)
    elif planes >= fewest * down:
        high = min(high, -(-planes // (down * fewest)))
    else:
        deep = min(deep, max(-(-rows * planes * samples // (below * fewest)), 1))
    return many, high * down, deep * below, wide * right


def _room(painting: Painting, groups: list[_Group], lengths: tuple[int, int, int, int]) -> _PaintBuffers:
    """Set memory aside for the largest box: what is never touched takes none."""
    axes = [_axis(painting, at, slice(0, length)) for at, length in enumerate(lengths[1:])]
    strides = math.prod((lengths[0], *(axis.strides + 1 for axis in axes)))
    values = math.prod((lengths[0], *(axis.strides + 1 + axis.reaches[-1][0] for axis in axes)))
    cells = strides * math.prod(len(axis.remainders) for axis in axes) * painting.weights.shape[-2]
    most = max(len(group.matrix) for group in groups)
    return _PaintBuffers(np.empty(cells, painting.y.dtype), np.empty(most * values, painting.y.dtype))


def _fill(painting: Painting, groups: list[_Group], cells: list[slice], output: Array, room: _PaintBuffers) -> None:
    axes = [_axis(painting, at, part) for at, part in enumerate(cells)]
    remainders = [len(axis.remainders) for axis in axes]
    shape = (*remainders, output.shape[-1], len(output), *(axis.strides for axis in axes))
    painted = room.painted[: math.prod(shape)].reshape(shape)
    painted[...] = 0
    for group in groups:
        _add(painting.y, group, axes, painted, room.products)
    if any(found < axis.stride for found, axis in zip(remainders, axes, strict=True)):
        output[...] = 0
    for numbers in np.ndindex(*remainders):
        made = [axis.cells_and_strides(axis.remainders[number]) for axis, number in zip(axes, numbers, strict=True)]
        here, there = zip(*made, strict=True)
        output[:, *here] = painted[numbers][:, :, *there].transpose(1, 2, 3, 4, 0)


def _axis(painting: Painting, at: int, cells: slice) -> _PaintedAxis:
    stride, first = painting.stride[at], cells.start // painting.stride[at]
    reaches = [divmod(tap * painting.dilation[at], stride) for tap in range(painting.weights.shape[at])]
    remainders = sorted({remainder for _, remainder in reaches})
    numbered = tuple((after, remainders.index(remainder)) for after, remainder in reaches)
    strides = (cells.stop - 1) // stride + 1 - first
    return _PaintedAxis(cells, stride, first, strides, painting.y.shape[at + 1], numbered, remainders)


def _add(y: Array, group: _Group, axes: list[_PaintedAxis], painted: Array, room: Array) -> None:
    """Add what one group of taps paints: `painted` is `(*remainders, channels, samples, *strides)`."""
    met = {tap: [axis.values(k) for axis, k in zip(axes, tap, strict=True)] for tap in group.taps}
    met = {tap: values for tap, values in met.items() if all(part.stop > part.start for part in values)}
    if not met:
        return
    around = [slice(min(v.start for v in at), max(v.stop for v in at)) for at in zip(*met.values(), strict=True)]
    part = y[:, *around]
    values = part.reshape(-1, part.shape[-1])
    products = room[: len(group.matrix) * len(values)].reshape(len(group.matrix), len(values))
    np.matmul(group.matrix, values.T, out=products)
    every = products.reshape(len(group.taps), -1, *part.shape[:-1])
    for tap, product in zip(group.taps, every, strict=True):
        if tap in met:
            here = [slice(v.start - a.start, v.stop - a.start) for v, a in zip(met[tap], around, strict=True)]
            there = [axis.painted(k, v) for axis, k, v in zip(axes, tap, met[tap], strict=True)]
            cells = painted[*(axis.reaches[k][1] for axis, k in zip(axes, tap, strict=True))][:, :, *there]
            cells += product[:, :, *here]
