"""The gradient of the weights by the native kernels."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convstudio.ops.arguments import ConvCall
from convstudio.ops.native.engine import kernels
from convstudio.ops.native.forward import side_by_side
from convstudio.ops.native.plans import chunks, encoded, needed, tile_count
from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry
from convstudio.ops.strategies.gather import add_up

_TILE_VALUES, _FEWEST = 2**16, 512
"""Values of input and gradient that a tile should have at most, and positions that it has at least."""

_WEIGHTS = 2**20
"""The most weights that are worked on at once: every part of the positions has a sum of each."""

_WIDE = 64
"""Filters that fill the registers of every processor."""


class _WeightsPart(NamedTuple):
    """Some filters, and some tiles of positions: the first one, and the one after the last."""

    code: bytes
    filters: slice
    tiles: tuple[int, int]


def weight_gradients(layer: ConvCall, grad: Array, groups: int) -> tuple[Array, Array] | None:
    """Sum up, for every weight and bias of a layer, what it met: `grad` is `(samples, planes, rows, columns, filters)`.

    Returns None where there are no native kernels.

    >>> from convstudio.ops.arguments import conv_call
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
    parts = _parts(layer.geometry, x.shape[0], x.shape[-1], grad.shape[-1], groups, layer.padding_mode)
    if len(parts) == 1:
        native.gather(parts[0].code, x, grad, gathered, biases, *parts[0].tiles)
        return gathered, biases.astype(grad.dtype)
    of_biases = [np.zeros(part.filters.stop - part.filters.start) for part in parts]

    def sums(number: int) -> Array:
        part, some = parts[number], grad[..., parts[number].filters]
        made = np.zeros((*gathered.shape[:-1], some.shape[-1]), gathered.dtype)
        native.gather(part.code, x, some, made, of_biases[number], *part.tiles)
        return made

    add_up([(at, gathered[..., part.filters]) for at, part in enumerate(parts)], sums, layer.multiplications)
    for part, own in zip(parts, of_biases, strict=True):
        biases[part.filters] += own
    return gathered, biases.astype(grad.dtype)


@lru_cache(maxsize=256)
def _parts(
    shape: Geometry, samples: int, channels: int, filters: int, groups: int, mode: str
) -> tuple[_WeightsPart, ...]:
    """Deal the sums of a layer of rank 3 into parts that several threads make; they depend on its shape alone."""
    stride, dilation = needed(shape.stride, shape.output), needed(shape.dilation, shape.kernel)
    each = math.prod(shape.kernel) * channels // groups
    step = filters if groups > 1 else max(_WEIGHTS // each // _WIDE, 1) * _WIDE
    parts: list[_WeightsPart] = []
    for first in range(0, filters, step):
        some = slice(first, min(first + step, filters))
        count = some.stop - some.start
        room = max(_TILE_VALUES // (channels + count), _FEWEST)
        columns = min(shape.output[2], room)
        tile = (min(shape.output[1], max(room // columns, 1)), columns)
        before = tuple(pair[0] for pair in shape.pairs)
        counts = (samples, channels, count, groups)
        code = encoded(counts, shape.spatial, shape.kernel, stride, dilation, before, shape.output, mode, tile)
        multiplications = samples * math.prod(shape.output) * each * count
        tiles = tile_count(samples, shape.output, tile)
        parts += [_WeightsPart(code, some, part) for part in chunks(tiles, multiplications)]
    return tuple(parts)
