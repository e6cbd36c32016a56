"""Depthwise convolution: every filter reads its own channel, so that the sum runs over the kernel alone.

Equals [terms] of `ops.reference` where [groups] gives every filter one channel: the loop over channels is gone.

`y[p, c] = Σ x[p · stride + k · dilation, c] · weights[k, c]` has one multiplication per kernel cell and output, too few
for a product of matrices, which takes twenty times as long for each channel. Rows of all channels are multiplied and
summed in memory order, by weights laid out beside them: `einsum` is fast here, as its innermost loop is a whole row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.bands import stretch
from convstudio.ops.strategies.sweep import Box, Sweep, cut, fitting, run, seen, whole
from convstudio.ops.strategies.unfold import add_bias

_LAID_OUT = 2**21
"""The most values of weights that are laid out beside each other: 8 MiB of float32."""


def convolve(layer: Sweep, output: Array) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`; each channel makes one or more maps."""
    laid_out = np.repeat(layer.weights, min(output.shape[3], _columns(layer)), axis=3)

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            made = output[box]
            _multiply(layer.shape, _cells(layer, box), laid_out[..., : made.shape[3], :], made)
            add_bias(made, layer.bias)

    run(boxes_of(layer), work, layer.multiplications)


def _multiply(shape: Geometry, cells: Array, weights: Array, made: Array) -> None:
    (planes, rows, _), (down, below, beside), gaps = shape[1:4]
    filters, gap = made.shape[-1], gaps[2]
    if beside == 1 and made.strides[3] == filters * made.itemsize:  # columns and channels are one long row
        cells, weights, made = (part.reshape(*part.shape[:3], -1, 1) for part in (cells, weights, made))
        gap *= filters
    extent = stretch(1, planes, 1, gaps[0]), stretch(1, rows, 1, gaps[1]), stretch(made.shape[3], 1, beside, 1)
    met = np.moveaxis(sliding_window_view(cells, extent, axis=(1, 2, 3)), 4, -1)  # whole rows, once a kernel cell
    met = met[:, ::down, ::below, ::gap, :: gaps[0], :: gaps[1], ::beside]
    np.einsum("nprkijcf,ijkcf->nprcf", met, weights, out=made)


def boxes_of(layer: Sweep) -> list[Box]:
    """Cut the output so that a box and the products for it stay close to a core."""
    shape = layer.output_shape
    room = fitting(2 * shape[-1], math.prod(shape[:4]), layer.multiplications)
    return cut(whole(shape), room if shape[3] <= _columns(layer) else min(room, _columns(layer)))


def _columns(layer: Sweep) -> int:
    """Say for how many columns of a box the weights are laid out at most."""
    return max(_LAID_OUT // layer.weights.size, 1)


def met(layer: Sweep, box: Box) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Yield every kernel cell with the input cells that it meets, `(samples, planes, rows, columns, filters)`."""
    cells, shape = _cells(layer, box), layer.shape
    spans = [(at.stop - at.start - 1) * stride + 1 for at, stride in zip(box[1:], shape.stride, strict=True)]
    for tap in np.ndindex(*shape.kernel):
        starts = [k * dilation for k, dilation in zip(tap, shape.dilation, strict=True)]
        axes = zip(starts, spans, shape.stride, strict=True)
        yield tap, cells[:, *(slice(start, start + span, stride) for start, span, stride in axes)]


def _cells(layer: Sweep, box: Box) -> Array:
    """Cut out what a box meets; a channel that several filters read, once for each of them."""
    cells = seen(layer, box)
    return np.repeat(cells, layer.weights.shape[-1] // cells.shape[-1], axis=-1)
