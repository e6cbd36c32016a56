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
class VectorPart:
    """Where an array of a layer is in the vector: from `start` to `stop`, in the memory order of its shape."""

    layer: int
    name: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class Parameters:
    """Which arrays of a network learn, and their vector_parts in the vector.

    Layers that are locked or switched off have none; single weights that are locked have theirs, see `locked`.
    """

    layers: int
    vector_parts: tuple[VectorPart, ...]

    @classmethod
    def of(cls, network: Network) -> Parameters:
        """List the arrays that learn, layer by layer.

        >>> from convstudio.model.kinds.convolution import Conv
        >>> Parameters.of(Network((Conv.of(np.ones((3, 3, 1, 2))),))).size
        20
        """
        vector_parts: list[VectorPart] = []
        at = 0
        for index, layer in enumerate(network.layers):
            for name in layer.learned if layer.is_on and not layer.is_locked else ():
                shape = getattr(layer, name).shape
                vector_parts.append(VectorPart(index, name, shape, at, at + math.prod(shape)))
                at = vector_parts[-1].stop
        return cls(len(network.layers), tuple(vector_parts))

    @property
    def size(self) -> int:
        """The number of values that learn."""
        return self.vector_parts[-1].stop if self.vector_parts else 0

    @property
    def first_layer(self) -> int:
        """The first layer that learns: nothing before it needs a gradient."""
        return self.vector_parts[0].layer if self.vector_parts else self.layers

    def vector(self, arrays: Sequence[Mapping[str, Array]]) -> Floats:
        """Line up arrays that are given for each layer, by the names of its fields."""
        parts = [arrays[part.layer][part.name].reshape(-1) for part in self.vector_parts]
        return np.concatenate(parts).astype(np.float32, copy=False) if parts else np.zeros(0, np.float32)

    def gathered(self, network: Network) -> Floats:
        """Line up what a network has learned so far, read-only."""
        layers = [{name: getattr(layer, name) for name in layer.learned} for layer in network.layers]
        return frozen(self.vector(layers))

    def marks(self, name: str) -> NDArray[np.bool_]:
        """Mark the values of the arrays of a name, such as all weights without biases."""
        marked = np.zeros(self.size, bool)
        for part in self.vector_parts:
            if part.name == name:
                marked[part.start : part.stop] = True
        return marked

    def locked(self, network: Network) -> NDArray[np.bool_] | None:
        """Mark the values that are locked one by one; None where none is, which is usual."""
        marked: NDArray[np.bool_] | None = None
        for part in self.vector_parts:
            layer = network.layers[part.layer]
            if layer.locks is not None:
                marked = np.zeros(self.size, bool) if marked is None else marked
                marked[part.start : part.stop] = getattr(layer.locks, part.name).reshape(-1)
        return marked

    def placed(self, network: Network, vector: Floats, measured: Sequence[Mapping[str, Floats]] = ()) -> Network:
        """Return the network with the values of a read-only vector, and with arrays that were measured, by layer.

        The layers share the vector's memory.
        """
        changes: dict[int, dict[str, Any]] = {}
        for part in self.vector_parts:
            changes.setdefault(part.layer, {})[part.name] = vector[part.start : part.stop].reshape(part.shape)
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
        if self.vector_parts:
            wide = vector.astype(np.float64)
            wide *= wide
            sums = np.add.reduceat(wide, [part.start for part in self.vector_parts])
            for part, own in zip(self.vector_parts, sums.tolist(), strict=True):
                squares[part.layer] += own
        return tuple(map(math.sqrt, squares))
