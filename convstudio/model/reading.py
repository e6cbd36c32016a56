"""What the layer that is looked at reads: the document's sample, or the maps of the layer before it."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.arrays import TiledArray
from convstudio.model.document import Document
from convstudio.model.forward import Forward
from convstudio.model.layers import Layer
from convstudio.model.sample import Sample
from convstudio.model.view_state import ViewState
from convstudio.model.wording import layer_name


@dataclass(frozen=True)
class Reading:
    """The input of a layer: `values` as the layer reads them, `sample` as the window shows them.

    A vector is shown as a sequence of one channel. Only the document's own sample can be edited.
    """

    values: TiledArray
    sample: Sample
    is_own: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the channels."""
        return self.sample.channel_names

    @property
    def is_vector(self) -> bool:
        """Whether the layer reads values without a place, as behind a flattening, a dense layer or a global pooling."""
        return self.values.rank == 0


def reading_of(document: Document, view: ViewState, result: Forward | None) -> Reading | None:
    """Return what the layer that is looked at reads; None while it is not computed, or where it cannot be."""
    if view.layer == 0:
        return Reading(document.sample.values, document.sample, is_own=True)
    read = None if result is None or view.layer >= len(result.layers) else result.layers[view.layer].read
    if read is None or read.shape != document.read_shape(view.layer):
        return None
    before = document.layers[view.layer - 1]
    name = f"Made by layer {view.layer}: {layer_name(before)}"
    shown = as_shown(read)
    return Reading(read, Sample(name, shown, own_names=map_names(before, shown.channels)), is_own=False)


def as_shown(values: TiledArray) -> TiledArray:
    """Return values as the window shows them: a vector `(values,)` as a sequence `(values, 1)`.

    >>> as_shown(TiledArray.of([1, 2, 3])).shape
    (3, 1)
    """
    return values if values.rank else TiledArray(values.to_array()[:, None])


def map_names(layer: Layer, count: int) -> tuple[str, ...]:
    """Name the maps that a layer makes, as the layer behind it reads them."""
    del layer
    return tuple(f"map {number}" for number in range(1, count + 1))
