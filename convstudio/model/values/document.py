"""Everything that a project keeps, as one frozen value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from convstudio.model.values.combination import Combination, following
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.learning.settings import USUAL_TRAINING, TrainingSettings
from convstudio.model.values.learning.target import ClassTarget, Target
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample


@dataclass(frozen=True)
class Document:
    """A sample, the network that it runs through, a title, and the combination of one layer's maps, if there is one.

    `class_names` are those of what the network predicts, in the order of its outputs; a class without one is a number.
    `target` is what the network should make of the sample, where that is known, and `training` how it learns.
    Undo keeps whole documents: they share their parts.
    """

    sample: Sample
    network: Network
    title: str = ""
    combination: Combination | None = None
    class_names: tuple[str, ...] = ()
    target: Target | None = None
    training: TrainingSettings = USUAL_TRAINING

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the network."""
        return self.network.layers

    def input_shape(self, layer: int) -> Shape | None:
        """Return the shape `(*spatial, channels)` of what a layer reads; None where the one before makes nothing."""
        return self.sample.values.shape if layer == 0 else self.output_shape(layer - 1)

    def output_shape(self, layer: int) -> Shape | None:
        """Return the shape `(*spatial, channels)` of what a layer makes; None where it cannot work."""
        return self._shapes[layer]

    @cached_property
    def _shapes(self) -> tuple[Shape | None, ...]:
        """What every layer makes: asked for many times over a change, and of 32 layers it takes milliseconds."""
        return self.network.shapes(self.sample.values.shape)

    def with_layer(self, index: int, layer: Layer) -> Document:
        """Return the document with another layer at `index`."""
        return replace(self, network=self.network.with_layer(index, layer))

    def with_ordered_filters(self, index: int, layer: Layer, order: Sequence[int]) -> Document:
        """Return the document with a layer whose filters were those of `order` before; a combination goes with them."""
        return replace(self.with_layer(index, layer), combination=following(self.combination, index, order))

    def with_sample(self, sample: Sample) -> Document:
        """Return the document with another sample and the same network."""
        return replace(self, sample=sample)

    def with_new_sample(self, sample: Sample) -> Document:
        """Return the document with another input in the place of its own; which class that belongs to is not known."""
        return replace(self, sample=sample, target=None if isinstance(self.target, ClassTarget) else self.target)

    def combination_of(self, layer: int) -> Combination | None:
        """Return the combination, where it is one of this layer's maps."""
        held = self.combination
        return held if held is not None and held.layer == layer else None
