"""What the selected layer reads: the document's sample, or the maps of the layer before it."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.kinds.convolution import Conv
from convstudio.model.run.forward import Forward
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.model.words.wording import nothing_read


@dataclass(frozen=True)
class LayerInput:
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
        """Whether the layer reads values without a place, as after a flattening, a dense layer or a global pooling."""
        return self.values.rank == 0


def reading_of(document: Document, view: ViewState, result: Forward | None) -> LayerInput | None:
    """Return what the selected layer reads; None while it is not computed, or where it cannot be."""
    if view.layer == 0:
        return LayerInput(document.sample.values, document.sample, is_own=True)
    read = None if result is None or view.layer >= len(result.layers) else result.layers[view.layer].read
    if read is None or read.shape != document.input_shape(view.layer):
        return None
    before = document.layers[view.layer - 1]
    name = f"Made by layer {view.layer}: {before.name}"
    shown = as_shown(read)
    return LayerInput(
        read, Sample(name, shown, own_names=input_channel_names(document, view.layer, shown.channels)), is_own=False
    )


@dataclass(frozen=True)
class WayBack:
    """A button that selects a layer: its text and its tip."""

    text: str
    tip: str
    layer: int


@dataclass(frozen=True)
class Origin:
    """Where the input of a later layer comes from, in words, and the ways back."""

    title: str
    ways: tuple[WayBack, ...]


def origin_of(document: Document, layer: int) -> Origin | None:
    """Return where a layer's input comes from; None where it is the sample itself.

    >>> from convstudio.model.kinds.activation import Activation
    >>> from convstudio.model.values.network import Network
    >>> document = Document(Sample("pixel", TiledArray.of([[[1]]])), Network((Activation(), Activation())))
    >>> origin = origin_of(document, 1)
    >>> origin.title, [way.text for way in origin.ways]
    ('Maps of layer 1', ['Show the sample'])
    """
    if layer == 0:
        return None
    output_shape = document.input_shape(layer)
    is_vector = output_shape is not None and len(output_shape) == 1
    tip = "Select the layer that made these values" if is_vector else "Select the layer that made these maps"
    before = WayBack(f"Select layer {layer}", tip, layer - 1)
    first = WayBack("Show the sample", "Select layer 1, which reads the sample", 0)
    title = f"Values of layer {layer}" if is_vector else f"Maps of layer {layer}"
    return Origin(title, (before, first) if layer > 1 else (first,))


def why_unread(document: Document, view: ViewState, result: Forward | None) -> str:
    """Say why there is nothing to read: a layer before cannot work, or was not computed, or is not computed yet."""
    known = () if result is None or result.document is not document else result.layers[: view.layer]
    problem = next((held.problem for held in known if held.output is None), "")
    before = f"Layer {view.layer} ({document.layers[view.layer - 1].name})"
    return nothing_read(document, view.layer) or problem or f"{before} is being computed."


def as_shown(values: TiledArray) -> TiledArray:
    """Return values as the window shows them: a vector `(values,)` as a sequence `(values, 1)`.

    >>> as_shown(TiledArray.of([1, 2, 3])).shape
    (3, 1)
    """
    return values if values.rank else TiledArray(values.to_array()[:, None])


def input_channel_names(document: Document, layer: int, count: int) -> tuple[str, ...]:
    """Name the channels of what a layer reads: those of the sample, or of the filters that made the maps before it.

    A map whose filter has no name has its number, and so has a channel that weights are made for and that the sample
    does not have. Layers that keep the maps apart, such as pooling, keep the names.

    >>> from convstudio.model.kinds.pooling import Pool
    >>> from convstudio.model.values.network import Network
    >>> document = Document(Sample("pixel", TiledArray.of([[[1, 2, 3]]])), Network((Pool(size=(1, 1)), Pool())))
    >>> input_channel_names(document, 1, 3)
    ('red', 'green', 'blue')
    """
    makers = [held for held in document.layers[:layer] if isinstance(held, Conv) and held.is_on]
    names = _map_names(makers[-1]) if makers else document.sample.channel_names
    if layer == 0:
        return (*names, *(f"channel {number}" for number in range(len(names) + 1, count + 1)))[:count]
    return names if len(names) == count else _numbered(count)


def _map_names(layer: Conv) -> tuple[str, ...]:
    given = layer.filter_names or ("",) * layer.filters
    return tuple(own or name for own, name in zip(given, _numbered(layer.filters), strict=True))


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"map {number}" for number in range(1, count + 1))
