"""All that a network learns as one vector: then an optimiser's step is a few operations, however many layers learn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.network import Network
from convstudio.ops.padding import Array


@dataclass(frozen=True)
class Slot:
    """Where an array of a layer is in the vector: from `start` to `stop`, in the memory order of its shape."""

    layer: int
    name: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class Parameters:
    """Which arrays of a network learn, and their slots in the vector.

    Layers that are locked or switched off have none.
    """

    layers: int
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, network: Network) -> Parameters:
        """List the arrays that learn, layer by layer.

        >>> from convstudio.model.kinds.convolution import Conv
        >>> Parameters.of(Network((Conv.of(np.ones((3, 3, 1, 2))),))).size
        20
        """
        slots: list[Slot] = []
        at = 0
        for index, layer in enumerate(network.layers):
            for name in layer.learned if layer.is_on and not layer.is_locked else ():
                shape = getattr(layer, name).shape
                slots.append(Slot(index, name, shape, at, at + math.prod(shape)))
                at = slots[-1].stop
        return cls(len(network.layers), tuple(slots))

    @property
    def size(self) -> int:
        """The number of values that learn."""
        return self.slots[-1].stop if self.slots else 0

    @property
    def first_layer(self) -> int:
        """The first layer that learns: nothing before it needs a gradient."""
        return self.slots[0].layer if self.slots else self.layers

    def vector(self, arrays: Sequence[Mapping[str, Array]]) -> Floats:
        """Line up arrays that are given for each layer, by the names of its fields."""
        parts = [arrays[slot.layer][slot.name].reshape(-1) for slot in self.slots]
        return np.concatenate(parts).astype(np.float32, copy=False) if parts else np.zeros(0, np.float32)

    def gathered(self, network: Network) -> Floats:
        """Line up what a network has learned so far, read-only."""
        layers = [{name: getattr(layer, name) for name in layer.learned} for layer in network.layers]
        return frozen(self.vector(layers))

    def marks(self, name: str) -> NDArray[np.bool_]:
        """Mark the values of the arrays of a name, such as all weights without biases."""
        marked = np.zeros(self.size, bool)
        for slot in self.slots:
            if slot.name == name:
                marked[slot.start : slot.stop] = True
        return marked

    def placed(self, network: Network, vector: Floats, measured: Sequence[Mapping[str, Floats]] = ()) -> Network:
        """Return the network with the values of a read-only vector, and with arrays that were measured, by layer.

        The layers share the vector's memory.
        """
        changes: dict[int, dict[str, Any]] = {}
        for slot in self.slots:
            changes.setdefault(slot.layer, {})[slot.name] = vector[slot.start : slot.stop].reshape(slot.shape)
        for index, arrays in enumerate(measured):
            if arrays:
                changes.setdefault(index, {}).update(arrays)
        layers = list(network.layers)
        for index, fields in changes.items():
            layers[index] = replace(layers[index], **fields)
        return Network(tuple(layers))

    def norms(self, vector: Floats) -> tuple[float, ...]:
        """Return for each layer the root of the sum of squares of its values; 0 where it learns nothing."""
        squares = [0.0] * self.layers
        if self.slots:
            wide = vector.astype(np.float64)
            wide *= wide
            sums = np.add.reduceat(wide, [slot.start for slot in self.slots])
            for slot, own in zip(self.slots, sums.tolist(), strict=True):
                squares[slot.layer] += own
        return tuple(map(math.sqrt, squares))
