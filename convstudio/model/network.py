"""The layers that an input runs through, in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convstudio.model.layers import Layer


@dataclass(frozen=True)
class Network:
    """A stack of layers; the first reads the input, every other one the layer before it."""

    layers: tuple[Layer, ...]

    def with_layer(self, index: int, layer: Layer) -> Network:
        """Return the network with another layer at `index`."""
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))
