"""The gradient of the weights by the native kernels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convstudio.ops.calls.conv_call import ConvCall
from convstudio.ops.native.engine import kernels
from convstudio.ops.native.forward import side_by_side
from convstudio.ops.native.plans import CHUNK_TO_CANCEL, chunks, encoded, needed, tile_count
from convstudio.ops.padding import Array, pad
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.gather import add_up
from convstudio.ops.threads import cores, share

_TILE_VALUES, _FEWEST = 2**16, 512
"""Values of input and gradient that a tile should have at most, and positions that it has at least."""

_WEIGHTS = 2**20
"""The most weights that are worked on at once: every part of the positions has a sum of each."""

_WIDE, _FEWEST_PARTS = 64, 4
"""Filters that fill the registers of every processor, and so often that threads may share a layer by them."""


class _WeightsPart(NamedTuple):
    """Some filters, and some tiles of positions: the first one, and the one after the last."""

    code: bytes
    filters: slice
    tiles: tuple[int, int]


class _WeightsPlan(NamedTuple):
    """The parts of a layer: either each has filters of its own, and reads an input with padding, or they are summed."""

    parts: tuple[_WeightsPart, ...]
    is_by_filters: bool


def weight_gradients(layer: ConvCall, grad: Array, groups: int) -> tuple[Array, Array] | None:
    """Sum up, for every weight and bias of a layer, what it met: `grad` is `(samples, planes, rows, columns, filters)`.

    Returns None where there are no native kernels.

    >>> from convstudio.ops.calls.conv_call import conv_call
    >>> from convstudio.ops.strategies.sweep import sweep
    >>> layer = sweep(conv_call([[1.0], [2.0], [3.0]], np.ones((2, 1, 1))))
    >>> made = weight_gradients(layer, np.ones(layer.output_shape), 1)
    >>> made is None or [part.ravel().tolist() for part in made] == [[3.0, 5.0], [2.0]]
    True
    """
    native = kernels()
    if native is None:
        return None
    gathered, biases = np.zeros(layer.weights.shape, layer.weights.dtype), np.zeros(grad.shape[-1], np.float64)
    if not grad.size:
        return gathered, biases.astype(grad.dtype)
    x, grad = side_by_side(layer.x), side_by_side(grad)
    plan = _plan(layer.geometry, x.shape[0], x.shape[-1], grad.shape[-1], groups, layer.padding_mode)
    if plan.is_by_filters:
        x = pad(x, layer.geometry.pairs, layer.padding_mode, 3)

    def gather(part: _WeightsPart, weights: Array, of_biases: Array) -> None:
        native.gather(part.code, x, grad[..., part.filters], weights, of_biases, *part.tiles)

    if len(plan.parts) == 1:
        gather(plan.parts[0], gathered, biases)
    elif plan.is_by_filters:

        def work(parts: Iterable[_WeightsPart]) -> None:
            for part in parts:
                gather(part, gathered[..., part.filters], biases[part.filters])

        share(plan.parts, work, cores(), layer.multiplications)
    else:
        sums = [np.zeros_like(biases[part.filters]) for part in plan.parts]

        def made(number: int) -> Array:
            weights = np.zeros_like(gathered[..., plan.parts[number].filters], order="C")
            gather(plan.parts[number], weights, sums[number])
            return weights

        totals = [(number, gathered[..., part.filters]) for number, part in enumerate(plan.parts)]
        add_up(totals, made, layer.multiplications)
        for part, own in zip(plan.parts, sums, strict=True):
            biases[part.filters] += own
    return gathered, biases.astype(grad.dtype)


@lru_cache(maxsize=256)
def _plan(shape: Geometry, samples: int, channels: int, filters: int, groups: int, mode: str) -> _WeightsPlan:
    """Deal the sums of a layer of rank 3 into parts that several threads make; they depend on its shape alone."""
    stride, dilation = needed(shape.stride, shape.output), needed(shape.dilation, shape.kernel)
    each, positions = math.prod(shape.kernel) * channels // groups, samples * math.prod(shape.output)
    padded = tuple(size + sum(pair) for size, pair in zip(shape.spatial, shape.pairs, strict=True))
    is_short = positions * each * _WIDE <= CHUNK_TO_CANCEL and samples * math.prod(padded) * channels <= each * filters
    is_by_filters = is_short and groups == 1 and filters >= _FEWEST_PARTS * _WIDE
    sizes, before = (padded, (0, 0, 0)) if is_by_filters else (shape.spatial, tuple(pair[0] for pair in shape.pairs))
    step = filters if groups > 1 else _WIDE if is_by_filters else max(_WEIGHTS // each // _WIDE, 1) * _WIDE
    parts: list[_WeightsPart] = []
    for first in range(0, filters, step):
        some = slice(first, min(first + step, filters))
        count = some.stop - some.start
        room = max(_TILE_VALUES // (channels + count), _FEWEST)
        columns = min(shape.output[2], room)
        tile = (min(shape.output[1], max(room // columns, 1)), columns)
        counts = (samples, channels, count, groups)
        code = encoded(counts, sizes, shape.kernel, stride, dilation, before, shape.output, mode, tile)
        tiles = tile_count(samples, shape.output, tile)
        dealt = ((0, tiles),) if is_by_filters else chunks(tiles, positions * each * count)
        parts += [_WeightsPart(code, some, part) for part in dealt]
    return _WeightsPlan(tuple(parts), is_by_filters)
