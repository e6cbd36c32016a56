"""The maps of a layer, stored so that an edit replaces only what it changes: a box of all maps, or one whole map."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.values.arrays import Box, Floats, TiledArray, frozen, whole_box
from convstudio.model.values.boxes import gathered


class Maps:
    """Read-only maps `(*spatial, filters)`: one tiled array, and for some filters their own tiled map instead.

    >>> maps = Maps(TiledArray.of(np.zeros((4, 2)))).with_map(1, np.ones(4))
    >>> maps.with_box((slice(0, 1),), [[7, 8]]).joined.to_array().T.tolist()
    [[7.0, 0.0, 0.0, 0.0], [8.0, 1.0, 1.0, 1.0]]
    """

    def __init__(self, values: TiledArray, own: Mapping[int, TiledArray] | None = None) -> None:
        self._all = values
        self._own = MappingProxyType(dict(own or {}))

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of a map's axes."""
        return self._all.spatial

    @property
    def filters(self) -> int:
        """The number of maps."""
        return self._all.channels

    @cached_property
    def joined(self) -> TiledArray:
        """All maps as one tiled array, as a layer reads them; a copy only where a map is on its own."""
        return TiledArray(gathered(self._all.shape, self.box)) if self._own else self._all

    def box(self, box: Box) -> Floats:
        """Return the values of all maps inside a box, `(*lengths, filters)`."""
        values = self._all.box(box)
        if not self._own:
            return values
        values = values.copy()
        for index, own in self._own.items():
            values[..., index] = own.box(box)[..., 0]
        return values

    def map(self, index: int) -> Floats:
        """Return one whole map, `(*spatial,)`, read-only."""
        return self.map_box(index, whole_box(self.spatial))

    def map_box(self, index: int, box: Box) -> Floats:
        """Return the values of one map inside a box."""
        own = self._own.get(index)
        return self._all.channel_box(box, index) if own is None else own.channel_box(box, 0)

    def maps_changed(self, before: Maps) -> tuple[int, ...] | None:
        """Return which maps differ from those of `before` as a whole; None where parts of all maps may differ.

        >>> maps = Maps(TiledArray.of(np.zeros((4, 2))))
        >>> maps.with_map(1, np.ones(4)).maps_changed(maps)
        (1,)
        """
        if self._all is not before._all:
            return None
        held = sorted({*self._own, *before._own})
        return tuple(index for index in held if self._own.get(index) is not before._own.get(index))

    def with_box(self, box: Box, values: ArrayLike) -> Maps:
        """Return the maps with other `values`, `(*lengths, filters)`, inside a box."""
        changed = np.asarray(values, np.float32)
        own = {index: held.with_box(box, changed[..., index, np.newaxis]) for index, held in self._own.items()}
        return Maps(self._all.with_box(box, changed), own)

    def with_map(self, index: int, values: ArrayLike) -> Maps:
        """Return the maps with another map, `(*spatial,)`, for one filter."""
        held = TiledArray(frozen(np.asarray(values)[..., np.newaxis]))
        return Maps(self._all, {**self._own, index: held})

    def changed_boxes(self, before: Maps, index: int) -> tuple[Box, ...]:
        """Return boxes that cover every difference of one map from that of `before`."""
        mine, other = self._own.get(index), before._own.get(index)
        if mine is not None and other is not None:
            return mine.changed_boxes(other)
        if mine is None and other is None:
            return self._all.changed_boxes(before._all)
        return (whole_box(self.spatial),)
