"""The layers that an input runs through, in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convstudio.model.values.layer import Layer, Shape, shape_after


@dataclass(frozen=True)
class Network:
    """A stack of layers; the first reads the input, every other one the layer before it."""

    layers: tuple[Layer, ...]

    def with_layer(self, index: int, layer: Layer) -> Network:
        """Return the network with another layer at `index`."""
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))

    def shapes(self, input_shape: Shape) -> tuple[Shape | None, ...]:
        """Return the shape after every layer for an input of that shape; None from the first that cannot work on."""
        made: list[Shape | None] = []
        reached: Shape | None = input_shape
        for layer in self.layers:
            try:
                reached = None if reached is None else shape_after(layer, reached)
            except ValueError:
                reached = None
            made.append(reached)
        return tuple(made)
