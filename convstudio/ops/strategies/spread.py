"""The adjoint of a convolution: every value of a map goes back, weighed, to the cells of its window.

Equals [product] of `ops.reference`, read backwards as in `paint`, but sorted by the cell that receives: each phase
below is a convolution, and so equals [terms] again.

`x[p · stride + k · dilation] += y[p] · weights[k]` paints window upon window. Seen from a cell that receives,
it is a convolution again. With stride 2 and the kernel (a, b, c)::

    x₀ = a·y₀           x₂ = c·y₀ + a·y₁           x₄ = c·y₁ + a·y₂
    x₁ = b·y₀           x₃ = b·y₁                  x₅ = b·y₂

Cells whose places leave the same remainder by the stride meet the same taps of the kernel, last tap first:
each such phase is a convolution of stride 1, and is left to the strategies of `convolution`. Padding y with
zeros there adds nothing to a sum, unless a weight is NaN or infinite: such weights paint, see `paint`.
Columns of all phases are side by side, and are made by one product where their kernels are about as wide.

Source: W. Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016,
https://arxiv.org/abs/1609.07009.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np

from convstudio.ops.arguments import ConvCall
from convstudio.ops.convolution import convolve_into
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.bands import may_leak
from convstudio.ops.strategies.paint import Painting, Region, paint

_FEWER = 8
"""How many filters per channel, or for how many positions, make painting the quicker way."""

_MANY_WEIGHTS = 2**18
"""Weights that it takes long to turn."""

_ROOM = 1.5
"""How many multiplications by zero a product of joined columns may add, as a factor."""


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
    if _is_painted(painting):
        paint(painting, region, output)
    else:
        _spread(painting, region, output)


def _is_painted(painting: Painting) -> bool:
    """Choose between painting and convolving, by what was measured; weights that are not finite must paint.

    Painting copies results, convolving copies windows, and turns the weights first: the fewer the better.
    """
    channels, filters = painting.weights.shape[-2], painting.weights.shape[-1] // painting.groups
    values = painting.y.size // painting.y.shape[-1]
    few = painting.weights.size >= _MANY_WEIGHTS and _FEWER * filters >= values
    return filters >= _FEWER * channels or few or not np.isfinite(painting.weights).all()


def _spread(painting: Painting, region: Region, output: Array) -> None:
    planes, rows, columns = region
    stride = painting.stride[2]
    first, last = -(-columns.start // stride), columns.stop // stride
    if last <= first or not _is_joined(painting):
        _convolve(painting, region, output)
        return
    before, after = first * stride - columns.start, last * stride - columns.start
    joined = output[..., before:after, :].reshape(*output.shape[:3], last - first, -1)
    _convolve(_joined(painting), (planes, rows, slice(first, last)), joined)
    for at, stop in ((0, before), (after, output.shape[3])):
        edge = planes, rows, slice(columns.start + at, columns.start + stop)
        if stop > at:
            _convolve(painting, edge, output[..., at:stop, :])


def _is_joined(painting: Painting) -> bool:
    """Return whether neighbouring columns can be channels of one: few zeros join the weights, and none meets a NaN."""
    kernel, stride = painting.weights.shape[2], painting.stride[2]
    width = ((kernel - 1) * painting.dilation[2] // stride + 1) * stride
    return stride > 1 == painting.groups and width <= _ROOM * kernel and not may_leak(painting.y)


def _joined(painting: Painting) -> Painting:
    """See the columns of one stride as one column with more channels: they are side by side in memory."""
    planes, rows, columns, channels, filters = painting.weights.shape
    stride, dilation = painting.stride[2], painting.dilation[2]
    width = (columns - 1) * dilation // stride + 1
    weights = np.zeros((planes, rows, width, stride, channels, filters), painting.weights.dtype)
    for tap in range(columns):
        weights[:, :, tap * dilation // stride, tap * dilation % stride] = painting.weights[:, :, tap]
    return painting._replace(
        weights=weights.reshape(planes, rows, width, -1, filters),
        stride=(*painting.stride[:2], 1),
        dilation=(*painting.dilation[:2], 1),
    )


def _convolve(painting: Painting, region: Region, output: Array) -> None:
    """Fill a region phase by phase."""
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
