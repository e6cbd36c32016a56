"""The adjoint of a convolution by the native kernels: sorted by the cell that receives, it is a convolution again.

With stride 2 and the kernel (a, b, c)::

    x₀ = a·y₀           x₂ = c·y₀ + a·y₁           x₄ = c·y₁ + a·y₂
    x₁ = b·y₀           x₃ = b·y₁                  x₅ = b·y₂

Cells whose places leave the same remainder by the stride meet the same taps of the kernel, last tap first: each such
phase is a convolution of stride 1. Padding y with zeros there adds nothing to a sum, unless a weight is NaN or
infinite: then NumPy paints, see `strategies.paint`. Where channels are few, the columns of all phases are made side by
side, as channels of one.

Source: W. Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016,
https://arxiv.org/abs/1609.07009.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np

from convstudio.ops.native.engine import kernels
from convstudio.ops.native.forward import fill
from convstudio.ops.native.plans import conv_plan
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.paint import Painting, Region

_FEW_CHANNELS = 16
"""Channels from which those of one column fill the vectors."""

_ROOM = 1.5
"""How many multiplications by zero joined columns may add, as a factor."""


class _Phase(NamedTuple):
    """The cells of one axis that leave the same remainder, and what they receive from."""

    cells: slice
    taps: slice
    sources: slice
    dilation: int
    pair: tuple[int, int]


def spread(painting: Painting, region: Region, output: Array, bias: Array | None = None) -> bool:
    """Fill `output`, `(samples, *region, channels)`, with what the cells of a region receive, and their bias.

    Returns whether it did; where not, NumPy is to compute, see `strategies.paint`.

    >>> y, weights = np.array([1.0, 2.0]).reshape(1, 1, 1, 2, 1), np.array([1.0, 1.0]).reshape(1, 1, 2, 1, 1)
    >>> output = np.empty((1, 1, 1, 3, 1))
    >>> painting, region = Painting(y, weights, (1, 1, 1), (1, 1, 1), 1), (slice(0, 1), slice(0, 1), slice(0, 3))
    >>> not spread(painting, region, output) or output.ravel().tolist() == [1.0, 3.0, 2.0]
    True
    """
    native = kernels()
    if native is None or not np.isfinite(painting.weights).all():
        return False
    if not output.size:
        return True
    planes, rows, columns = region
    stride = painting.stride[2]
    first, last = -(-columns.start // stride), columns.stop // stride
    if last <= first or not _is_joined(painting):
        _convolve(native, painting, region, output, bias)
        return True
    before, after = first * stride - columns.start, last * stride - columns.start
    joined = output[..., before:after, :].reshape(*output.shape[:3], last - first, -1)
    whole = painting._replace(
        weights=_joined(painting), stride=(*painting.stride[:2], 1), dilation=(*painting.dilation[:2], 1)
    )
    _convolve(
        native, whole, (planes, rows, slice(first, last)), joined, None if bias is None else np.tile(bias, stride)
    )
    for at, stop in ((0, before), (after, output.shape[3])):
        if stop > at:
            edge = planes, rows, slice(columns.start + at, columns.start + stop)
            _convolve(native, painting, edge, output[..., at:stop, :], bias)
    return True


def _is_joined(painting: Painting) -> bool:
    """Return whether columns of a stride should be channels of one: few zeros join the weights, none meets NaN."""
    kernel, channels, stride = painting.weights.shape[2], painting.weights.shape[3], painting.stride[2]
    width = ((kernel - 1) * painting.dilation[2] // stride + 1) * stride
    is_worth_it = stride > 1 == painting.groups and channels < _FEW_CHANNELS and width <= _ROOM * kernel
    return is_worth_it and bool(np.isfinite(painting.y).all())


def _joined(painting: Painting) -> Array:
    """Return weights that see the columns of one stride, which are side by side, as channels of one column."""
    planes, rows, columns, channels, filters = painting.weights.shape
    stride, dilation = painting.stride[2], painting.dilation[2]
    width = (columns - 1) * dilation // stride + 1
    weights = np.zeros((planes, rows, width, stride, channels, filters), painting.weights.dtype)
    for tap in range(columns):
        weights[:, :, tap * dilation // stride, tap * dilation % stride] = painting.weights[:, :, tap]
    return weights.reshape(planes, rows, width, -1, filters)


def _convolve(native: Any, painting: Painting, region: Region, output: Array, bias: Array | None) -> None:
    """Fill a region phase by phase."""
    axes = [_phases(painting, axis, cells) for axis, cells in enumerate(region)]
    met = math.prod(
        sum(len(range(*phase.cells.indices(output.shape[at]))) for phase in axes[at - 1]) for at in (1, 2, 3)
    )
    if met < math.prod(output.shape[1:4]):
        output[...] = 0 if bias is None else bias
    turned = _turned(painting.weights, painting.groups)
    for phases in itertools.product(*axes):
        y = painting.y[:, *(phase.sources for phase in phases)]
        weights = turned[tuple(phase.taps for phase in phases)][::-1, ::-1, ::-1]
        plan = conv_plan(_geometry(phases, y, weights), len(y), y.shape[-1], output.shape[-1], painting.groups, "zeros")
        fill(native, plan, y, weights, bias, output[:, *(phase.cells for phase in phases)])


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
    """Let channels and filters change places: `(*kernel, filters / groups, groups, channels)`, nothing of it copied."""
    return weights.reshape(*weights.shape[:-1], groups, -1).swapaxes(-1, -3)


def _geometry(phases: tuple[_Phase, ...], y: Array, weights: Array) -> Geometry:
    spatial, kernel = y.shape[1:4], weights.shape[:3]
    dilation, pairs = tuple(phase.dilation for phase in phases), tuple(phase.pair for phase in phases)
    windows = zip(spatial, pairs, kernel, dilation, strict=True)
    output = tuple(size + sum(pair) - (k - 1) * d for size, pair, k, d in windows)
    return Geometry(spatial, kernel, (1, 1, 1), dilation, pairs, output)
