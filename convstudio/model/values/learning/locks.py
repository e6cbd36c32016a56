"""Which single weights of a layer are locked: training leaves them as they are, bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Locks:
    """True for every weight and every bias that is locked: `weights` in the shape of a layer's, `bias` `(filters,)`.

    Of a dense layer they are `(inputs, units)` and `(units,)`.

    >>> Locks.none((3, 1, 2)).of_filters([1]).is_filter_locked(1)
    True
    """

    weights: Mask
    bias: Mask

    def __post_init__(self) -> None:
        for mask in (self.weights, self.bias):
            mask.flags.writeable = False

    @classmethod
    def none(cls, shape: Sequence[int]) -> Locks:
        """Lock nothing of weights `(*kernel, channels / groups, filters)`."""
        return cls(np.zeros(tuple(shape), bool), np.zeros(shape[-1], bool))

    @property
    def some(self) -> Locks | None:
        """The same, or None where nothing is locked: a layer holds locks only where it has some."""
        return self if self.weights.any() or self.bias.any() else None

    def is_filter_locked(self, index: int) -> bool:
        """Return whether a whole filter is locked: all its weights and its bias."""
        return bool(self.weights[..., index].all() and self.bias[index])

    def of_filters(self, filters: Sequence[int], *, is_locked: bool = True) -> Locks:
        """Lock or unlock whole filters."""
        weights, bias = self.weights.copy(), self.bias.copy()
        weights[..., list(filters)] = is_locked
        bias[list(filters)] = is_locked
        return Locks(weights, bias)

    def of_weights(self, places: Sequence[tuple[int, ...]], *, is_locked: bool = True) -> Locks:
        """Lock or unlock single weights by their places, `(*kernel, channel, filter)` or `(input, unit)`.

        >>> np.argwhere(Locks.none((3, 2)).of_weights([(0, 1), (2, 1)]).weights).tolist()
        [[0, 1], [2, 1]]
        """
        weights = self.weights.copy()
        for place in places:
            weights[place] = is_locked
        return Locks(weights, self.bias)

    def of_bias(self, index: int, *, is_locked: bool = True) -> Locks:
        """Lock or unlock the bias of one filter or unit.

        >>> Locks.none((3, 2)).of_bias(1).bias.tolist()
        [False, True]
        """
        bias = self.bias.copy()
        bias[index] = is_locked
        return Locks(self.weights, bias)

    def moved(self, change: Callable[[Mask], NDArray[np.generic]], order: Sequence[int] | None = None) -> Locks:
        """Return the locks of weights that changed places: `change` does to them what was done to the weights.

        `order` are the filters as they were before, where these changed places.
        """
        weights = np.asarray(change(self.weights), bool)
        bias = self.bias if order is None else self.bias[list(order)]
        return Locks(weights, bias)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Locks):
            return NotImplemented
        return np.array_equal(self.weights, other.weights) and np.array_equal(self.bias, other.bias)

    def __hash__(self) -> int:
        return hash((self.weights.shape, int(self.weights.sum())))
