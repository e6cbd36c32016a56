"""What layers have for each map that they read, put in the order of maps that changed places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convstudio.model.values.arrays import Floats, frozen


@dataclass(frozen=True)
class MapOrder:
    """Maps that changed places: there were `count`, and now there are those of `order`.

    At the places `added` of the order stand new maps, whose values nobody asked for yet.
    """

    count: int
    order: tuple[int, ...]
    added: tuple[int, ...] = ()

    def in_blocks(self, size: int) -> MapOrder:
        """Return the order of maps of which `size` were made of each of these, one after the other.

        >>> MapOrder(2, (1, 0)).in_blocks(2).order
        (2, 3, 0, 1)
        """
        return MapOrder(self.count * size, _blocks(self.order, size), _blocks(self.added, size))

    def picked(self, values: Floats, *, adds_up: bool = False) -> Floats:
        """Pick rows by map: `count` of them follow each other at every place of a flattened map, channels last.

        A layer that `adds_up` its rows gets zeros for new maps, so that no result changes.
        """
        split = values.reshape(-1, self.count, *values.shape[1:])[:, list(self.order)]
        if adds_up:
            split[:, list(self.added)] = 0
        return frozen(np.concatenate(split))


def _blocks(order: Sequence[int], size: int) -> tuple[int, ...]:
    return tuple(size * index + at for index in order for at in range(size))
