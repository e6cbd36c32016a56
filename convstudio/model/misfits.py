"""Layers that no longer fit what they read: what the window says of them, and the edit that it offers."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.building import fit_layer, misfit
from convstudio.model.document import Document
from convstudio.model.layers import Conv


@dataclass(frozen=True)
class Misfit:
    """Why a layer does not fit what it reads, as a sentence, and the name of the edit that fits it."""

    sentence: str
    action: str


def find_misfit(document: Document) -> Misfit | None:
    """Say of the first layer that could be fitted why it must be; None where every layer fits, or none can be helped.

    >>> import numpy as np
    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> document = Document(Sample.of("steps", [[1, 2], [3, 4]]), Network((Conv.of(np.ones((1, 1, 1))),)))
    >>> find_misfit(document).sentence
    'The filters read 1 channel and the input has 2: fit the filters, or undo.'
    """
    index = misfit(document)
    read = None if index is None else document.read_shape(index)
    if index is None or read is None:
        return None
    layer = document.layers[index]
    if isinstance(layer, Conv) and layer.channels != read[-1]:
        filters = "The filters" if index == 0 else f"The filters of layer {index + 1}"
        source = "the input has" if index == 0 else f"layer {index} makes"
        told = f"{filters} read {_count(layer.channels)} and {source} {read[-1]}: fit the filters, or undo."
        return Misfit(told, "Fit the filters")
    return Misfit(f"Layer {index + 1} does not fit what it reads now: fit the layer, or undo.", "Fit the layer")


def fit_all(document: Document) -> Document:
    """Fit every layer, from the first, that could work if it were fitted to what it reads.

    >>> import numpy as np
    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> fit_all(Document(Sample.of("steps", [[1, 2]]), Network((Conv.of(np.ones((1, 1, 1))),)))).layers[0].channels
    2
    """
    for _ in document.layers:  # fitting one layer can show that the next one does not fit
        index = misfit(document)
        if index is None:
            break
        document = fit_layer(document, index)
    return document


def _count(channels: int) -> str:
    return f"{channels} channel{'' if channels == 1 else 's'}"
