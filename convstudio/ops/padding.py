"""What is outside the input: the cells that padding invents, and where their values come from."""

from __future__ import annotations

from types import EllipsisType

import numpy as np
import numpy.typing as npt

from convstudio.ops.shapes import PADDING_MODES, Pairs, ShapeError, check_count, padded_shape

Array = npt.NDArray[np.floating]
Index = npt.NDArray[np.int64]


def source_index(index: npt.ArrayLike, size: int, mode: str) -> Index:
    """Map positions on the padded axis to the input cells that they show.

    `index` holds positions counted from the input's first cell, of any shape: −1 is the first padding cell
    before it, `size` the first one after. Returns an int64 array of the same shape with positions in
    `0 .. size − 1`, or −1 where the value is a zero of padding (mode `zeros`).

    Raises ValueError for an unknown mode. Source: the modes of PyTorch's `torch.nn.functional.pad` and, for
    `symmetric`, of `numpy.pad`.

    >>> source_index([-2, -1, 0, 3, 4], 4, "reflect").tolist()
    [2, 1, 0, 3, 2]
    >>> source_index([-2, -1, 0, 3, 4], 4, "zeros").tolist()
    [-1, -1, 0, 3, -1]
    """
    at = np.asarray(index, dtype=np.int64)
    match mode:
        case "zeros":
            return np.where((at >= 0) & (at < size), at, -1)
        case "replicate":
            return np.clip(at, 0, size - 1)
        case "circular":
            return at % size
        case "reflect":
            return _there_and_back(at, size, 2 * (size - 1))
        case "symmetric":
            return _there_and_back(at, size, 2 * size)
    raise ValueError(f'padding mode "{mode}" is not known; use one of {", ".join(PADDING_MODES)}')


def check_padding_mode(spatial: tuple[int, ...], pairs: Pairs, mode: str) -> None:
    """Refuse an unknown mode, and a padding wider than the input has cells to show.

    `reflect` has n − 1 cells to show (the edge is the mirror), `symmetric` and `circular` n, as in PyTorch.

    >>> check_padding_mode((8, 8), ((7, 7), (1, 1)), "reflect")
    """
    if mode not in PADDING_MODES:
        raise ValueError(f'padding mode "{mode}" is not known; use one of {", ".join(PADDING_MODES)}')
    if mode in ("zeros", "replicate"):
        return
    for size, pair in zip(spatial, pairs, strict=True):
        most = size - 1 if mode == "reflect" else size
        if max(pair) > most:
            raise ShapeError(
                f"{mode} padding of {max(pair)} cells is more than an axis of {size} can show; "
                f'use {most} or less, or mode "zeros" or "replicate"'
            )


def pad(x: Array, pairs: Pairs, mode: str, rank: int) -> Array:
    """Surround an input with its padding.

    `x` is `(*batch, *spatial, channels)` with `rank` spatial axes; `pairs` holds (before, after) in cells per
    spatial axis. Returns an array of the same type, each spatial axis longer by before + after; `x` itself
    when there is nothing to add. Raises as `check_padding_mode`.

    >>> pad(np.array([[1.0], [2.0], [3.0]]), ((1, 2),), "circular", 1)[:, 0].tolist()
    [3.0, 1.0, 2.0, 3.0, 1.0, 2.0]
    """
    first = x.ndim - 1 - rank
    check_padding_mode(x.shape[first:-1], pairs, mode)
    if not any(map(any, pairs)):
        return x
    check_count((*x.shape[:first], *padded_shape(x.shape[first:-1], pairs), x.shape[-1]), "the padded input")
    if mode == "zeros":
        return _surround(x, pairs, first)
    for axis, pair in enumerate(pairs, start=first):
        if any(pair):
            index = np.arange(-pair[0], x.shape[axis] + pair[1])
            x = x.take(source_index(index, x.shape[axis], mode), axis=axis)
    return x


def _surround(x: Array, pairs: Pairs, first: int) -> Array:
    spatial = x.shape[first:-1]
    padded = np.zeros((*x.shape[:first], *padded_shape(spatial, pairs), x.shape[-1]), dtype=x.dtype)
    inner = (slice(before, before + size) for size, (before, _) in zip(spatial, pairs, strict=True))
    cells: tuple[slice | EllipsisType, ...] = (..., *inner, slice(None))
    padded[cells] = x
    return padded


def _there_and_back(at: Index, size: int, period: int) -> Index:
    """Walk a mirrored axis: forward through its cells, then backward, again and again."""
    if size == 1:
        return np.zeros_like(at)
    phase = at % period
    return np.where(phase < size, phase, (period - 1 if period == 2 * size else period) - phase)
