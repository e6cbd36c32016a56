"""What is worked out once for layers of the same shapes and settings, and written down for the kernels."""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from convstudio.ops.shapes import PADDING_MODES, Geometry

_TILE_VALUES = 2**16
"""Values of the input band, and of the output, that a tile should have at most: they stay close to a core."""

_FEWEST_ROWS, _FEWEST_COLUMNS = 4, 12
"""Rows and columns that a tile should have at least: the bands of smaller ones overlap, and blocks are not filled."""

_CHUNK = 2**22
"""Multiplications from which a layer is worth a second thread's while, each having half of them."""

CHUNK_TO_CANCEL = 2**27
"""Multiplications after which a thread asks whether to go on: a few hundredths of a second."""

_A_ROUND = 4
"""How many times that before threads that share tiles ask: they wait for each other then."""

_CHUNKS = 16
"""Parts that keep a few threads busy to the end."""

_FEW_POSITIONS, _CACHED_WEIGHTS, _FILTERS = 2**10, 2**17, 32
"""A layer of so few positions and more weights than stay close to a core goes by its filters, so many at a time at
least: every weight is read once then, not once a tile."""


Triple = tuple[int, ...]
"""A number for planes, one for rows and one for columns."""


class FiltersPart(NamedTuple):
    """What one call of a kernel computes of some filters of a layer whose input has its padding already."""

    code: bytes
    filters: slice
    tiles: tuple[int, int]


class Plan(NamedTuple):
    """A layer of rank 3 as the kernels take it."""

    code: bytes
    """The `Layer` of `layer.h`."""
    x: tuple[int, ...]
    """The shape of the input: samples, planes, rows, columns, channels."""
    weights: tuple[int, ...]
    """That of the weights: planes, rows, columns, channels of a group, groups, filters of a group."""
    y: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    mode: str
    """The padding before and after, per axis, and its mode."""
    chunks: tuple[tuple[int, int], ...]
    """The tiles that one call of a kernel computes: the first one, and the one after the last."""
    by_filters: tuple[FiltersPart, ...]
    """The same where the weights are many and the positions few, else nothing."""
    multiplications: int


@lru_cache(maxsize=256)
def conv_plan(shape: Geometry, samples: int, channels: int, filters: int, groups: int, mode: str) -> Plan:
    """Plan a convolution of any rank as one of planes, rows and columns.

    >>> from convstudio.ops.shapes import geometry
    >>> conv_plan(geometry((8, 8), (3, 3)), 2, 1, 4, 1, "zeros").y
    (2, 1, 6, 6, 4)
    """
    more = (1,) * (3 - shape.rank)
    spatial, kernel, output = more + shape.spatial, more + shape.kernel, more + shape.output
    stride, dilation = more + needed(shape.stride, shape.output), more + needed(shape.dilation, shape.kernel)
    pairs = (*((0, 0),) * len(more), *shape.pairs)
    each, positions = math.prod(kernel) * channels // groups, samples * math.prod(output)
    padded = tuple(size + sum(pair) for size, pair in zip(spatial, pairs, strict=True))

    def cut(filters: int, sizes: Triple, before: Triple) -> tuple[bytes, tuple[tuple[int, int], ...]]:
        tile = _tile(kernel, stride, dilation, output, channels, max(each * filters, 1), samples)
        counts = samples, channels, filters, groups
        code = encoded(counts, sizes, kernel, stride, dilation, before, output, mode, tile)
        return code, chunks(tile_count(samples, output, tile), positions * each * filters)

    by_filters: list[FiltersPart] = []
    step = max(_CACHED_WEIGHTS // max(each, 1) // _FILTERS, 1) * _FILTERS
    is_short = positions <= _FEW_POSITIONS and positions * each * step <= CHUNK_TO_CANCEL
    if groups == 1 and is_short and each * filters > max(_CACHED_WEIGHTS, samples * math.prod(padded) * channels):
        for first in range(0, filters, step):
            code, tiles = cut(min(step, filters - first), padded, (0, 0, 0))
            by_filters.append(FiltersPart(code, slice(first, first + step), (0, tiles[-1][1])))
    code, tiles = cut(filters, spatial, tuple(pair[0] for pair in pairs))
    return Plan(
        code,
        (samples, *spatial, channels),
        (*kernel, channels // groups, groups, filters // groups),
        (samples, *output, filters),
        pairs,
        mode,
        tiles,
        tuple(by_filters),
        positions * each * filters,
    )


def needed(steps: Triple, counts: Triple) -> Triple:
    """Return the steps between so many windows, or cells: between one and none there is no step, however large.

    >>> needed((10**30, 2), (1, 5))
    (1, 2)
    """
    return tuple(step if many > 1 else 1 for step, many in zip(steps, counts, strict=True))


def encoded(
    counts: tuple[int, int, int, int],
    spatial: Triple,
    kernel: Triple,
    stride: Triple,
    dilation: Triple,
    before: Triple,
    output: Triple,
    mode: str,
    tile: tuple[int, int],
) -> bytes:
    """Write down a `Layer` of `layer.h`; the counts are those of samples, channels, filters and groups.

    >>> len(encoded((1, 1, 1, 1), *[(1, 1, 1)] * 6, "zeros", (1, 1)))
    200
    """
    numbers = (*counts, *spatial, *kernel, *stride, *dilation, *before, *output, PADDING_MODES.index(mode), *tile)
    return struct.pack(f"={len(numbers)}q", *numbers)


def tile_count(samples: int, output: Triple, tile: tuple[int, int]) -> int:
    """Count the tiles of a layer, as `layer.c` does.

    >>> tile_count(2, (1, 10, 10), (4, 10))
    6
    """
    return samples * output[0] * -(-output[1] // tile[0]) * -(-output[2] // tile[1])


def _tile(
    kernel: Triple, stride: Triple, dilation: Triple, output: Triple, channels: int, each: int, samples: int
) -> tuple[int, int]:
    """Choose how many rows and columns of the output are computed together.

    What they read stays close to a core; `each`, the multiplications of a position, keeps tiles short enough to be
    cancelled; and there are tiles for several threads, each of at least four rows, which share what they read.
    """
    room = _TILE_VALUES // max(channels * stride[2] * kernel[0], 1)
    columns = max(2 * room // ((kernel[1] - 1) * dilation[1] + _FEWEST_ROWS * stride[1]), 64)
    columns = min(output[2], columns, max(CHUNK_TO_CANCEL // each, _FEWEST_COLUMNS))
    rows = min(max(room // (columns * stride[1]), _FEWEST_ROWS), max(CHUNK_TO_CANCEL // (each * columns), 1))
    others = samples * output[0] * -(-output[2] // columns)
    parts = _shares(others * output[1] * columns * each)
    rows = min(rows, max(-(-others * output[1] // parts), _FEWEST_ROWS))
    even = -(-output[1] // -(-output[1] // rows))
    return min(even if rows < _FEWEST_ROWS else -(-even // _FEWEST_ROWS) * _FEWEST_ROWS, output[1]), columns


def chunks(tiles: int, multiplications: int) -> tuple[tuple[int, int], ...]:
    """Deal the tiles into parts: several for the threads, and each short enough to be cancelled.

    >>> chunks(5, 2**22)
    ((0, 2), (2, 5))
    """
    parts = min(max(_shares(multiplications), -(-multiplications // CHUNK_TO_CANCEL)), max(tiles, 1))
    edges = [tiles * part // parts for part in range(parts + 1)]
    return tuple(pairwise(edges))


def rounds(dealt: tuple[tuple[int, int], ...], multiplications: int, threads: int) -> list[tuple[int, int, int]]:
    """Gather what threads compute without asking whether to go on: first tile, one after the last, and parts of these.

    >>> rounds(((0, 2), (2, 5), (5, 7)), 3 * 2**27, 2)
    [(0, 7, 7)]
    """
    many = threads * max(_A_ROUND * CHUNK_TO_CANCEL * len(dealt) // max(multiplications, 1), 1)
    gathered = [dealt[at : at + many] for at in range(0, len(dealt), many)]
    ends = [(some[0][0], some[-1][1]) for some in gathered]
    return [(first, stop, stop - first if len(dealt) > 1 else 1) for first, stop in ends]


def _shares(multiplications: int) -> int:
    """Count the parts that are worth making: a power of two, so that two threads, or four, have as many each."""
    return min(1 << (multiplications // _CHUNK).bit_length(), _CHUNKS)
