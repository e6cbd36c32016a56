"""Everything that a project keeps, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convstudio.model.layers import Layer
from convstudio.model.network import Network
from convstudio.model.sample import Sample


@dataclass(frozen=True)
class Document:
    """A sample, the network that it runs through, and a title. Undo keeps whole documents: they share their parts."""

    sample: Sample
    network: Network
    title: str = ""

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the network."""
        return self.network.layers

    def with_layer(self, index: int, layer: Layer) -> Document:
        """Return the document with another layer at `index`."""
        return replace(self, network=self.network.with_layer(index, layer))

    def with_sample(self, sample: Sample) -> Document:
        """Return the document with another sample and the same network."""
        return replace(self, sample=sample)
