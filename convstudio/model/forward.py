"""Running a document: every layer's feature maps, or the sentence that says why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from convstudio.model.arrays import Floats, TiledArray, frozen
from convstudio.model.document import Document
from convstudio.model.layers import Layer
from convstudio.model.trace import geometry_of
from convstudio.ops import activate, conv


@dataclass(frozen=True, eq=False)
class LayerResult:
    """What one layer made: `maps` is `(*output, filters)`, or None, and then `problem` says why in a sentence."""

    layer: Layer
    read: TiledArray | None
    maps: Floats | None
    problem: str = ""

    @cached_property
    def output(self) -> TiledArray | None:
        """The maps as the next layer reads them: one object, so that an unchanged input is known by identity."""
        return None if self.maps is None else TiledArray(self.maps)


@dataclass(frozen=True, eq=False)
class Forward:
    """The results of all layers of a document, in order."""

    document: Document
    layers: tuple[LayerResult, ...]


def forward(document: Document, before: Forward | None = None) -> Forward:
    """Run the sample through every layer; what did not change since `before` is taken from there.

    A layer that cannot work reports its problem, and so does every layer after it.

    >>> from convstudio.model.layers import Conv
    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> bump = Conv.of(np.reshape([0, 1, 0], (3, 1, 1)))
    >>> sample = Sample.of("tutorial", np.reshape([0, 0, 0, 1, 1, 0, 0, 0], (8, 1)))
    >>> forward(Document(sample, Network((bump,)))).layers[0].maps[:, 0].tolist()
    [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    """
    results: list[LayerResult] = []
    read: TiledArray | None = document.sample.values
    for index, layer in enumerate(document.layers):
        known = before.layers[index] if before is not None and index < len(before.layers) else None
        result = known if known is not None and _is_current(known, layer, read) else _run(layer, read)
        results.append(result)
        read = result.output
    return Forward(document, tuple(results))


def _is_current(known: LayerResult, layer: Layer, read: TiledArray | None) -> bool:
    return known.layer is layer and known.read is read


def _run(layer: Layer, read: TiledArray | None) -> LayerResult:
    if read is None:
        return LayerResult(layer, None, None, "The layer before this one makes no feature map: mend that one first.")
    try:
        geometry_of(layer, read.spatial)  # a leading axis too many would pass for a batch
        maps = _feature_maps(layer, read.to_array())
    except ValueError as refusal:
        return LayerResult(layer, read, None, as_sentence(str(refusal)))
    except MemoryError:
        return LayerResult(layer, read, None, "There is not enough memory for these maps: use fewer filters.")
    return LayerResult(layer, read, maps)


def _feature_maps(layer: Layer, values: Floats) -> Floats:
    sums = conv(
        values,
        layer.weights,
        layer.bias,
        stride=layer.stride,
        padding=layer.padding,
        padding_mode=layer.padding_mode,
        dilation=layer.dilation,
        groups=layer.groups,
        flip=layer.flip,
    )
    maps = np.asarray(activate(sums, layer.activation))
    maps.flags.writeable = False
    return frozen(maps)


def as_sentence(text: str) -> str:
    """Write the text of an error as a sentence for the window.

    >>> as_sentence("the kernel is too large")
    'The kernel is too large.'
    """
    sentence = text[:1].upper() + text[1:]
    return sentence if sentence.endswith(".") else f"{sentence}."
