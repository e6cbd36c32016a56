"""The adjoint of a convolution: every value of a map paints its window, weighed by the filter that made the map.

Equals [product] of `ops.reference`, read backwards: with the same loops around it,
`x[cell, first + channel] += y[position, filter] * weights[tap, channel, filter]`, where [cell] is inside.

For each kernel cell k, `y[p] · weights[k]ᵀ` is what all positions p give to the cells `p · stride + k · dilation`: one
product of matrices, added to every `stride`-th cell. Only positions whose cells are inside take part, so that a weight
that is NaN or infinite never meets a zero that is not in the formula. With stride 2 and the kernel (a, b, c)::

    a:  x₀ += a·y₀   x₂ += a·y₁      b:  x₁ += b·y₀   x₃ += b·y₁      c:  x₂ += c·y₀   x₄ += c·y₁

The painted cells are cut into boxes, so that no two threads paint on the same cell.

Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
https://arxiv.org/abs/1603.07285, chapter 4.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from convstudio.ops.padding import Array
from convstudio.ops.strategies.sweep import Box, blocks, cut, fitting, run, taps, whole
from convstudio.ops.strategies.unfold import add_bias

Region = tuple[slice, slice, slice]
"""Some planes, rows and columns of the cells that are painted on, counted from the first cell of the first window."""


class Painting(NamedTuple):
    """What paints: `y` as `(samples, planes, rows, columns, filters)`, weights and steps of rank 3 to match."""

    y: Array
    weights: Array
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int


def paint(painting: Painting, region: Region, output: Array, bias: Array | None = None) -> None:
    """Fill `output`, `(samples, *region, channels)`, with what the cells of a region receive, and their bias.

    >>> y, weights = np.array([1.0, 2.0]).reshape(1, 1, 1, 2, 1), np.array([1.0, 1.0]).reshape(1, 1, 2, 1, 1)
    >>> output = np.empty((1, 1, 1, 3, 1))
    >>> paint(Painting(y, weights, (1, 1, 1), (1, 1, 1), 1), (slice(0, 1), slice(0, 1), slice(0, 3)), output)
    >>> output.ravel().tolist()
    [1.0, 3.0, 2.0]
    """
    if not output.size:
        return

    def work(taken: Iterable[Box]) -> None:
        for box in taken:
            cells = [slice(at.start + b.start, at.start + b.stop) for at, b in zip(region, box[1:], strict=True)]
            _paint(painting._replace(y=painting.y[box[0]]), cells, output[box])
            add_bias(output[box], bias)

    multiplications = painting.y.size * math.prod(painting.weights.shape[:-1])
    most = 2 * max(painting.y.shape[-1], output.shape[-1])
    run(cut(whole(output.shape), fitting(most, math.prod(output.shape[:4]), multiplications)), work, multiplications)


def _paint(painting: Painting, cells: list[slice], output: Array) -> None:
    output[...] = 0
    starts, sizes = [at.start for at in cells], output.shape[1:4]
    kernel, positions = painting.weights.shape[:3], painting.y.shape[1:4]
    axes = map(taps, kernel, painting.stride, painting.dilation, starts, sizes, positions)
    for (plane, *at_plane), (row, *at_row), (column, *at_column) in itertools.product(*axes):
        giving, met = zip(at_plane, at_row, at_column, strict=True)
        output[:, *met] += _given(painting.y[:, *giving], painting.weights[plane, row, column], painting.groups)


def _given(y: Array, weights: Array, groups: int) -> Array:
    """Weigh what some positions give by one kernel cell: `weights` is `(channels / groups, filters)`."""
    if groups == 1:
        return np.asarray(y @ weights.T)
    if len(weights) == 1:
        given = y * np.tile(weights, (y.shape[3], 1))
        return given if groups == y.shape[-1] else given.reshape(*y.shape[:4], groups, -1).sum(axis=-1)
    return np.concatenate([y[..., filters] @ weights[:, filters].T for _, filters in blocks(weights, groups)], axis=-1)
