"""Pooling, and its gradient, by the native kernels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from convstudio.ops.calls.pooled_axes import PooledAxis, Pooling
from convstudio.ops.native.engine import kernels
from convstudio.ops.native.forward import side_by_side
from convstudio.ops.native.plans import chunks, encoded, rounds, tile_count
from convstudio.ops.padding import Array
from convstudio.ops.threads import cores, share

_ROW, _TILE = 2**12, 2**15
"""Values of a row, and of all rows, that a tile should have at most."""

_ROWS_AN_OVERLAP, _OVERLAP = 8, 4
"""Rows that a tile should have for each row of cells that two rows of windows share, and how many of these count."""

_FEW_CELLS, _FEW_CHANNELS = 32, 16
"""Windows of more cells, in fewer channels, are faster searched axis by axis, as NumPy does."""

_STEP = 8
"""How many multiplications take as long as one cell of a window: memory is what a pooling waits for."""

_SMALL = 2**19
"""Multiplications that would take as long, some 10 µs, up to which nobody is asked whether to go on."""


class _PoolingPlan(NamedTuple):
    """A pooling as the kernels take it, and what one call of a kernel computes."""

    code: bytes
    tiles: tuple[tuple[int, int], ...]
    worth: int
    """The multiplications that would take as long."""


def pool(pooling: Pooling, counts: Array | None) -> Array | None:
    """Pool in maxima, or in sums divided by the counts of the windows; None where there are no native kernels."""
    native = kernels()
    if native is None:
        return None
    pooled = np.empty(pooling.output_shape, pooling.x.dtype)
    if pooled.size:
        x = side_by_side(pooling.x)
        plan = _plan(tuple(pooling.axes), len(x), x.shape[-1])
        divisor = 0 if counts is None else counts.item() if counts.size == 1 else 1
        _run(plan, lambda *dealt: native.pool(plan.code, x, pooled, divisor, *dealt))
        if counts is not None and divisor == 1:
            pooled /= counts
    return pooled


def pool_gradient(pooling: Pooling, grads: Array, kind: str) -> Array | None:
    """Give the gradients back to the cells; None where NumPy is to compute. Those of means are divided already."""
    native = kernels()
    few = pooling.x.shape[-1] < _FEW_CHANNELS
    if native is None or (kind == "max" and few and pooling.cells > _FEW_CELLS):
        return None
    grad_x = np.empty(pooling.x.shape, pooling.x.dtype)
    if not grads.size:
        grad_x[...] = 0
    elif grad_x.size:
        x, grads = side_by_side(pooling.x) if kind == "max" else grad_x, side_by_side(grads)  # a sum reads no input
        plan = _gradient_plan(tuple(pooling.axes), len(x), x.shape[-1])
        is_sum = kind == "average"
        _run(plan, lambda *dealt: native.pool_gradient(plan.code, x, grad_x, grads, is_sum, *dealt))
    return grad_x


@lru_cache(maxsize=256)
def _plan(axes: tuple[PooledAxis, ...], samples: int, channels: int) -> _PoolingPlan:
    output = tuple(axis.output for axis in axes)
    columns = min(output[2], max(_ROW // (channels * axes[2].stride), 1))
    rows = min(output[1], max(_TILE // (channels * axes[2].stride * columns * axes[1].stride), 1))
    return _encoded(axes, samples, channels, output, (rows, columns))


@lru_cache(maxsize=256)
def _gradient_plan(axes: tuple[PooledAxis, ...], samples: int, channels: int) -> _PoolingPlan:
    """Plan in tiles of the input: whole strides of rows, so that few windows belong to two tiles."""
    spatial = tuple(axis.size for axis in axes)
    columns = min(spatial[2], max(_TILE // (channels * axes[1].stride), axes[2].extent))
    rows = max(_TILE // (channels * columns * axes[1].stride), 1) * axes[1].stride
    rows = min(spatial[1], max(rows, _ROWS_AN_OVERLAP * min(axes[1].extent - axes[1].stride, _OVERLAP)))
    return _encoded(axes, samples, channels, spatial, (rows, columns))


def _encoded(
    axes: tuple[PooledAxis, ...], samples: int, channels: int, tiled: tuple[int, ...], tile: tuple[int, int]
) -> _PoolingPlan:
    spatial, kernel, stride, dilation, before, output = (
        tuple(getattr(axis, name) for axis in axes)
        for name in ("size", "cells", "stride", "dilation", "before", "output")
    )
    counts = (samples, channels, channels, channels)
    code = encoded(counts, spatial, kernel, stride, dilation, before, output, "zeros", tile)
    worth = _STEP * samples * channels * math.prod(output) * math.prod(kernel)
    return _PoolingPlan(code, chunks(tile_count(samples, tiled, tile), worth), worth)


def _run(plan: _PoolingPlan, compute: Callable[..., None]) -> None:
    """Compute all tiles, a large array's in parts that the threads share."""
    if plan.worth <= _SMALL:
        compute(0, plan.tiles[-1][1], 1, 1)
        return
    threads = cores()

    def work(parts: Iterable[tuple[int, int, int]]) -> None:
        for part in parts:
            compute(*part, threads)

    share(
        rounds(plan.tiles, plan.worth, threads), work, 1
    )  # a pooling multiplies nothing, so that it counts as nothing done
