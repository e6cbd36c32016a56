"""The adjoint of a convolution: every value of a map goes back, weighed, to the cells of its window.

`x[p · stride + k · dilation] += y[p] · weights[k]` paints window upon window. Seen from a cell that receives,
it is a convolution again. With stride 2 and the kernel (a, b, c)::

    x₀ = a·y₀           x₂ = c·y₀ + a·y₁           x₄ = c·y₁ + a·y₂
    x₁ = b·y₀           x₃ = b·y₁                  x₅ = b·y₂

Cells whose places leave the same remainder by the stride meet the same taps of the kernel, last tap first:
each such phase is a convolution of stride 1, and is left to the strategies of `convolution`. Padding y with
zeros there adds no term to a sum, unless a weight is NaN or infinite: such weights paint, tap by tap.

Source: W. Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016,
https://arxiv.org/abs/1609.07009.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import numpy as np

from convstudio.ops.arguments import ConvCall
from convstudio.ops.convolution import convolve_into
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.sweep import Box, cut, fitting, run
from convstudio.ops.taps import blocks

Region = tuple[slice, slice, slice]
"""Some planes, rows and columns of the cells that are painted on."""


class Painting(NamedTuple):
    """What paints: `y` as `(samples, planes, rows, columns, filters)`, weights and steps of rank 3 to match."""

    y: Array
    weights: Array
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int


class _Phase(NamedTuple):
    """The cells of one axis that leave the same remainder, and what they receive from."""

    cells: slice
    taps: slice
    sources: slice
    dilation: int
    pair: tuple[int, int]


def spread(painting: Painting, region: Region, output: Array) -> None:
    """Fill `output`, `(samples, *region, channels)`, with what the cells of a region receive.

    Cells are counted from the first that the first window paints; those that no window paints receive 0.

    >>> y, weights = np.array([1.0, 2.0]).reshape(1, 1, 1, 2, 1), np.array([1.0, 1.0]).reshape(1, 1, 2, 1, 1)
    >>> output = np.empty((1, 1, 1, 3, 1))
    >>> spread(Painting(y, weights, (1, 1, 1), (1, 1, 1), 1), (slice(0, 1), slice(0, 1), slice(0, 3)), output)
    >>> output.ravel().tolist()
    [1.0, 3.0, 2.0]
    """
    if not output.size:
        return
    if not np.isfinite(painting.weights).all():
        _paint(painting, region, output)
        return
    axes = [_phases(painting, axis, cells) for axis, cells in enumerate(region)]
    painted = math.prod(sum(len(range(output.shape[at])[phase.cells]) for phase in axes[at - 1]) for at in (1, 2, 3))
    if painted < math.prod(output.shape[1:4]):
        output[...] = 0
    turned = _turned(painting.weights, painting.groups)
    for phases in itertools.product(*axes):
        call = _call(painting, turned, phases)
        convolve_into(output[:, *(phase.cells for phase in phases)], call)


def _phases(painting: Painting, axis: int, region: slice) -> list[_Phase]:
    """Sort the taps of one axis by the remainder of the cells that they meet."""
    kernel, stride, dilation = painting.weights.shape[axis], painting.stride[axis], painting.dilation[axis]
    apart = stride // math.gcd(stride, dilation)  # taps so far apart meet cells of the same remainder
    size = painting.y.shape[axis + 1]
    phases = []
    for tap in range(min(apart, kernel)):
        taps = range(tap, kernel, apart)
        first = region.start + (tap * dilation - region.start) % stride
        count = len(range(first, region.stop, stride))
        start = (first - taps[-1] * dilation) // stride
        stop = start + count + (taps[-1] - tap) * dilation // stride
        sources = slice(max(start, 0), min(stop, size))
        if count and sources.start < sources.stop:
            cells = slice(first - region.start, None, stride)
            pair = sources.start - start, stop - sources.stop
            phases.append(_Phase(cells, slice(tap, None, apart), sources, apart * dilation // stride, pair))
    return phases


def _turned(weights: Array, groups: int) -> Array:
    """Let channels and filters change places: `(*kernel, filters / groups, channels)`."""
    *kernel, channels, filters = weights.shape
    split = weights.reshape(*kernel, channels, groups, filters // groups)
    return np.moveaxis(split, -1, -3).swapaxes(-1, -2).reshape(*kernel, filters // groups, groups * channels)


def _call(painting: Painting, turned: Array, phases: tuple[_Phase, ...]) -> ConvCall:
    y = painting.y[:, *(phase.sources for phase in phases)]
    weights = turned[tuple(phase.taps for phase in phases)][::-1, ::-1, ::-1]
    spatial, kernel = y.shape[1:4], weights.shape[:3]
    dilation, pairs = tuple(phase.dilation for phase in phases), tuple(phase.pair for phase in phases)
    windows = zip(spatial, pairs, kernel, dilation, strict=True)
    output = tuple(size + sum(pair) - (k - 1) * d for size, pair, k, d in windows)
    shape = Geometry(spatial, kernel, (1, 1, 1), dilation, pairs, output)
    return ConvCall(y, weights, None, shape, "zeros", painting.groups)


def _paint(painting: Painting, region: Region, output: Array) -> None:
    output[...] = 0
    y, weights = painting.y, painting.weights
    for tap in np.ndindex(weights.shape[:3]):
        starts = [k * d - cells.start for k, d, cells in zip(tap, painting.dilation, region, strict=True)]
        planes, rows, columns = map(_painted, starts, painting.stride, output.shape[1:4], y.shape[1:4])
        box = (slice(0, len(y)), planes, rows, columns)
        room = fitting(max(y.shape[-1], output.shape[-1])) or 1
        lengths = (1, 1, max(room // y.shape[3], 1), min(room, y.shape[3]))
        work = partial(_paint_boxes, painting, weights[tap], starts, output)
        if all(axis.stop > axis.start for axis in box):
            run(cut(box, lengths, (1, 1, 1, 1)), work, y.size * weights.shape[-2])


def _painted(start: int, stride: int, cells: int, size: int) -> slice:
    """Say which values of an axis paint inside a region that begins `start` cells before the first one's."""
    first = max(-(start // stride), 0)
    return slice(first, max(min((cells - 1 - start) // stride + 1, size), first))


def _paint_boxes(painting: Painting, matrix: Array, starts: list[int], output: Array, taken: Iterable[Box]) -> None:
    for box in taken:
        cells = (
            slice(at.start * stride + start, (at.stop - 1) * stride + start + 1, stride)
            for at, stride, start in zip(box[1:], painting.stride, starts, strict=True)
        )
        met = output[box[0], *cells]
        for channels, filters in blocks(matrix, painting.groups):
            met[..., channels] += painting.y[box][..., filters] @ matrix[:, filters].T
