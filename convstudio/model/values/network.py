"""The layers that an input runs through, in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from convstudio.model.values.layer import Layer, Shape, shape_after

_MOST_KNOWN = 16
"""So many shapes of inputs are remembered: pictures of a folder may all differ in size."""


@dataclass(frozen=True)
class Network:
    """A stack of layers; the first reads the input, every other one the layer before it."""

    layers: tuple[Layer, ...]

    def with_layer(self, index: int, layer: Layer) -> Network:
        """Return the network with another layer at `index`."""
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))

    def shapes(self, input_shape: Shape) -> tuple[Shape | None, ...]:
        """Return the shape after every layer for an input of that shape; None from the first that cannot work on."""
        known = self._known_shapes.get(input_shape)
        if known is None:
            if len(self._known_shapes) >= _MOST_KNOWN:
                self._known_shapes.clear()
            known = self._known_shapes[input_shape] = self._worked_out(input_shape)
        return known

    @cached_property
    def _known_shapes(self) -> dict[Shape, tuple[Shape | None, ...]]:
        """What was worked out before: a thousand pictures of one size run through the same network."""
        return {}

    def _worked_out(self, input_shape: Shape) -> tuple[Shape | None, ...]:
        made: list[Shape | None] = []
        reached: Shape | None = input_shape
        for layer in self.layers:
            try:
                reached = None if reached is None else shape_after(layer, reached)
            except ValueError:
                reached = None
            made.append(reached)
        return tuple(made)
