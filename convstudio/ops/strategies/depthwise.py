"""Depthwise convolution: every filter reads its own channel, so that the sum runs over the kernel alone.

Equals [terms] of `ops.reference` where [groups] gives every filter one channel: the loop over channels is gone.

`y[p, c] = Σ x[p · stride + k · dilation, c] · weights[k, c]` has one multiplication per kernel cell and output, too few
for a product of matrices, which takes twenty times as long for each channel. For each kernel cell, rows of all channels
are multiplied by weights laid out beside each other, and added.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.padding import Array
from convstudio.ops.strategies.sweep import Box, cut, fitting, run, seen, whole
from convstudio.ops.strategies.unfold import add_bias


def convolve(layer: ConvCall, output: Array) -> None:
    """Fill `output`, `(samples, planes, rows, columns, filters)`; each channel makes one or more maps."""

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            made = output[box]
            made[...] = 0
            for tap, cells in met(layer, box):
                made += cells * np.tile(layer.weights[tap], (made.shape[3], 1))  # one position alone is slow
            add_bias(made, layer.bias)

    run(boxes_of(layer), work, layer.multiplications)


def boxes_of(layer: ConvCall) -> list[Box]:
    """Cut the output so that a box and the products for it stay close to a core."""
    shape = layer.output_shape
    return cut(whole(shape), fitting(2 * shape[-1], math.prod(shape[:4]), layer.multiplications))


def met(layer: ConvCall, box: Box) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Yield every kernel cell with the input cells that it meets, `(samples, planes, rows, columns, filters)`.

    A channel that several filters read stands there once for each of them.
    """
    cells, shape = seen(layer, box), layer.geometry
    cells = np.repeat(cells, layer.weights.shape[-1] // cells.shape[-1], axis=-1)
    spans = [(at.stop - at.start - 1) * stride + 1 for at, stride in zip(box[1:], shape.stride, strict=True)]
    for tap in np.ndindex(*shape.kernel):
        starts = [k * dilation for k, dilation in zip(tap, shape.dilation, strict=True)]
        axes = zip(starts, spans, shape.stride, strict=True)
        yield tap, cells[:, *(slice(start, start + span, stride) for start, span, stride in axes)]
