"""Layers that no longer fit what they read: the message about them, and the edit that it offers."""

from __future__ import annotations

from dataclasses import dataclass

from convstudio.model.edits.building import fit_layer, misfit
from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.document import Document


@dataclass(frozen=True)
class Misfit:
    """Why a layer does not fit what it reads, as a sentence, and the name of the edit that fits it."""

    sentence: str
    action: str


def find_misfit(document: Document) -> Misfit | None:
    """Explain why the first layer that could be fitted must be; None where every layer fits, or none can be fitted.

    >>> import numpy as np
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("steps", [[1, 2], [3, 4]]), Network((Conv.of(np.ones((1, 1, 1))),)))
    >>> find_misfit(document).sentence
    'The filters read 1 channel and the input has 2: fit the filters, or undo.'
    """
    index = misfit(document)
    read = None if index is None else document.input_shape(index)
    if index is None or read is None:
        return None
    layer = document.layers[index]
    if isinstance(layer, Conv) and layer.channels != read[-1]:
        channels = counted(layer.channels, "channel")
        if index == 0:
            sentence = f"The filters read {channels} and the input has {read[-1]}: fit the filters, or undo."
        else:
            sentence = (
                f"The filters of layer {index + 1} read {channels} and layer {index} makes {read[-1]}: "
                "fit the filters, or undo."
            )
        return Misfit(sentence, "Fit the filters")
    return Misfit(f"Layer {index + 1} does not fit its input any more: fit the layer, or undo.", "Fit the layer")


def fit_all(document: Document) -> Document:
    """Fit every layer, from the first, that could work if it were fitted to what it reads.

    >>> import numpy as np
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> fit_all(Document(Sample.of("steps", [[1, 2]]), Network((Conv.of(np.ones((1, 1, 1))),)))).layers[0].channels
    2
    """
    for _ in document.layers:  # fitting one layer can show that the next one does not fit
        index = misfit(document)
        if index is None:
            break
        document = fit_layer(document, index)
    return document
