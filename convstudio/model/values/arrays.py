"""Immutable arrays: how every number of a document is held."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convstudio.model.values.limits import LIMITS
from convstudio.ops.shapes import times

Floats = NDArray[np.float32]
Box = tuple[slice, ...]

TILE_SIDES = {0: 1, 1: 16384, 2: 128, 3: 32}


def frozen(values: ArrayLike) -> Floats:
    """Return `values` as a read-only, contiguous float32 array of the same shape.

    The array is copied unless it is one already.

    >>> frozen([[1, 2]]).flags.writeable
    False
    """
    if isinstance(values, np.ndarray) and values.dtype == np.float32 and _is_settled(values):
        return values
    array = np.array(values, np.float32, order="C")
    array.flags.writeable = False
    return array


def settled(values: NDArray[np.floating]) -> Floats:
    """Return an array that nobody else holds or writes to, read-only; copied only where it is not float32 in one piece.

    >>> held = np.ones(2, np.float32)
    >>> settled(held) is held, held.flags.writeable
    (True, False)
    """
    if values.dtype == np.float32 and values.flags.c_contiguous:
        values.flags.writeable = False
    return frozen(values)


def _is_settled(array: NDArray[np.float32]) -> bool:
    return array.flags.c_contiguous and not array.flags.writeable


def distinct(positions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole numbers in rising order, each once, as `np.unique` does; that one would cost every start 25 ms.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    return np.array(sorted(set(positions.tolist())), np.int64)


def same_array(one: Floats, other: Floats) -> bool:
    """Return whether two arrays have the same shape and the same bits, NaN included."""
    return one is other or (one.shape == other.shape and bool(np.array_equal(_bits(one), _bits(other))))


def _bits(values: Floats) -> NDArray[np.uint32]:
    return np.ascontiguousarray(values).view(np.uint32)


class TiledArray:
    """A read-only float32 array `(*spatial, channels)` that is edited by replacing tiles.

    It is one base array and the tiles that replace parts of it, so that an edit of a photograph costs the
    tiles that it touches, and a hundred undo steps share everything else.

    A vector, `(channels,)`, has no spatial axes. Raises ValueError unless `base` has a channel axis and at most three
    spatial ones.

    >>> array = TiledArray.of([[0], [1], [2]])
    >>> array.with_box((slice(1, 2),), [[5]]).to_array()[:, 0].tolist()
    [0.0, 5.0, 2.0]
    """

    __slots__ = ("_base", "_tiles")

    def __init__(self, base: Floats, tiles: Mapping[tuple[int, ...], Floats] | None = None) -> None:
        if base.ndim - 1 not in TILE_SIDES:
            raise ValueError(f"an input has at most 3 spatial axes and a channel axis, not the shape {base.shape}")
        self._base = base
        self._tiles = MappingProxyType(dict(tiles or {}))

    @classmethod
    def of(cls, values: ArrayLike) -> TiledArray:
        """Hold `values`, of shape `(*spatial, channels)`, as a tiled array."""
        return cls(frozen(values))

    @classmethod
    def of_parts(cls, base: Floats, tiles: Mapping[tuple[int, ...], Floats]) -> TiledArray:
        """Hold a base and the tiles that replace parts of it, as `base` and `tiles` gave them.

        Raises ValueError unless every tile has the place and the shape of a part.
        """
        array = cls(base)
        for tile, values in tiles.items():
            if len(tile) != array.rank or min((*tile, 0)) < 0 or base[array._box_of(tile)].shape != values.shape:
                raise ValueError(f"a tile {values.shape} at {tile} is outside an array {base.shape}")
        return cls(frozen(base), {tile: frozen(values) for tile, values in tiles.items()})

    @property
    def base(self) -> Floats:
        """The whole array as it was before any tile was replaced; edits share it."""
        return self._base

    @property
    def tiles(self) -> Mapping[tuple[int, ...], Floats]:
        """The tiles that replace parts of the base, by their place, counted in tiles."""
        return self._tiles

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of all axes, channels last."""
        return self._base.shape

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of the spatial axes."""
        return self._base.shape[:-1]

    @property
    def channels(self) -> int:
        """The number of channels."""
        return int(self._base.shape[-1])

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return self._base.ndim - 1

    @property
    def is_one_piece(self) -> bool:
        """Whether no tile replaces a part of the base, so that the whole array costs no copy."""
        return not self._tiles

    def to_array(self) -> Floats:
        """Return the whole array, read-only: the base itself while no tile replaces a part of it."""
        if not self._tiles:
            return self._base
        whole = self._base.copy()
        for tile, values in self._tiles.items():
            whole[self._box_of(tile)] = values
        whole.flags.writeable = False
        return whole

    def box(self, box: Box) -> Floats:
        """Return the values inside `box`, one slice with bounds per spatial axis, channels included."""
        tiles = [tile for tile in self._tiles_meeting(box) if tile in self._tiles]
        if not tiles:
            return self._base[box]
        if len(tiles) == 1 and self._box_of(tiles[0]) == tuple(box):
            return self._tiles[tiles[0]]
        values = self._base[box].copy()
        for tile in tiles:
            inside, source = self._overlap(tile, box)
            values[inside] = self._tiles[tile][source]
        values.flags.writeable = False
        return values

    def channel_box(self, box: Box, channel: int) -> Floats:
        """Return the values of one channel inside `box`, `(*lengths,)`, without reading the others."""
        values = self._base[box][..., channel]
        tiles = [tile for tile in self._tiles_meeting(box) if tile in self._tiles]
        if tiles:
            values = values.copy()
            for tile in tiles:
                inside, source = self._overlap(tile, box)
                values[inside] = self._tiles[tile][source][..., channel]
            values.flags.writeable = False
        return values

    def at(self, *indices: NDArray[np.int64]) -> Floats:
        """Return the values at the crossings of one array of positions per spatial axis, `(*lengths, channels)`."""
        starts = [int(axis.min()) for axis in indices]
        box = tuple(slice(start, int(axis.max()) + 1) for start, axis in zip(starts, indices, strict=True))
        return self.box(box)[np.ix_(*(axis - start for start, axis in zip(starts, indices, strict=True)))]

    def with_box(self, box: Box, values: ArrayLike) -> TiledArray:
        """Return the array with `values` inside `box`, one slice with bounds per spatial axis."""
        patch = np.broadcast_to(np.asarray(values, np.float32), self._base[box].shape)
        tiles = dict(self._tiles)
        for tile in self._tiles_meeting(box):
            changed = tiles.get(tile, self._base[self._box_of(tile)]).copy()
            inside, source = self._overlap(tile, box)
            changed[source] = patch[inside]
            changed.flags.writeable = False
            tiles[tile] = changed
        return self._settled(tiles)

    def changed_boxes(self, before: TiledArray) -> tuple[Box, ...]:
        """Return boxes that cover every difference from `before`; arrays of other shapes differ everywhere."""
        if self is before:
            return ()
        if self._base is not before._base:
            return (tuple(slice(0, length) for length in self.spatial),)
        tiles = self._tiles.keys() | before._tiles.keys()
        return tuple(
            self._box_of(tile) for tile in sorted(tiles) if self._tiles.get(tile) is not before._tiles.get(tile)
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TiledArray):
            return NotImplemented
        return self is other or same_array(self.to_array(), other.to_array())

    def __hash__(self) -> int:
        return hash(self.shape)

    def __repr__(self) -> str:
        return f"TiledArray(shape={self.shape}, replaced tiles={len(self._tiles)})"

    @property
    def _side(self) -> int:
        return TILE_SIDES[self.rank]

    def _settled(self, tiles: Mapping[tuple[int, ...], Floats]) -> TiledArray:
        """Make an array that is a single tile its own base: nothing would be shared."""
        if all(length <= self._side for length in self.spatial):
            return TiledArray(tiles[(0,) * self.rank]) if tiles else self
        return TiledArray(self._base, tiles)

    def _box_of(self, tile: tuple[int, ...]) -> Box:
        return tuple(
            slice(index * self._side, min((index + 1) * self._side, length))
            for index, length in zip(tile, self.spatial, strict=True)
        )

    def _tiles_meeting(self, box: Box) -> list[tuple[int, ...]]:
        side = self._side
        return list(product(*(range(part.start // side, -(-part.stop // side)) for part in box)))

    def _overlap(self, tile: tuple[int, ...], box: Box) -> tuple[Box, Box]:
        """Return where the tile and the box meet, counted from the box and from the tile."""
        inside, source = [], []
        for part, own in zip(box, self._box_of(tile), strict=True):
            start, stop = max(part.start, own.start), min(part.stop, own.stop)
            inside.append(slice(start - part.start, stop - part.start))
            source.append(slice(start - own.start, stop - own.start))
        return tuple(inside), tuple(source)


def whole_box(spatial: Sequence[int]) -> Box:
    """Return the box that covers an array of the given spatial lengths."""
    return tuple(slice(0, length) for length in spatial)


def byte_size(shape: Sequence[int]) -> int:
    """Return how many bytes a float32 array of `shape` takes."""
    return 4 * math.prod(shape)


def check_count(shape: Sequence[int]) -> None:
    """Raise ValueError, before anything is allocated, where weights of `shape` are more than a layer may have."""
    if math.prod(shape) > LIMITS.layer_values:
        raise ValueError(
            f"A layer with {times(tuple(shape))} = {math.prod(shape)} weights ({byte_size(shape) >> 20} MiB) is too "
            f"large: at most {LIMITS.layer_values} fit. Put a pooling layer before it."
        )
