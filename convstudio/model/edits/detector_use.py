"""Using a detector, or a kernel from a file, for one filter: the edit, and alternatives that spare the others."""

from __future__ import annotations

from functools import partial

import numpy as np

from convstudio.model.edits import building, kernel_weights
from convstudio.model.edits.intent import Alternative, Intent, Target
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.numbers import format_shape


def detector_use(document: Document, layer: int, filter_index: int, detector: Detector, step: str) -> Intent:
    """Return the edit that makes a filter of a detector, for an undo step named `step`.

    A kernel of another size gives the layer its size, which may cut the other filters. The alternatives extend the new
    kernel with zeros, or put it into a separate layer that reads this layer's maps.
    """
    conv = conv_at(document, layer)
    size = (1,) * (conv.rank - detector.rank) + detector.kernel.shape[: detector.rank]
    whole = format_shape(tuple(map(max, zip(size, conv.kernel_size, strict=False))))
    use = partial(kernel_weights.use_detector, layer=layer, filter_index=filter_index, detector=detector)
    padded = partial(use, is_padded=True)
    instead = Alternative(f"Pad the new kernel with zeros to {whole}", f"{step}, padded with zeros to {whole}", padded)
    ways = (instead, *_in_new_layer(document, layer, detector, step))
    return Intent(step, use, target=Target.of(document, layer, filter_index), instead=ways)


def _in_new_layer(document: Document, layer: int, detector: Detector, step: str) -> tuple[Alternative, ...]:
    """Return the way that makes the detector the only filter of a new layer; none where it does not fit there."""
    output_shape = document.output_shape(layer)
    if output_shape is None or len(output_shape) == 1:
        return ()
    blank = Conv.of(np.zeros((*(1,) * (len(output_shape) - 1), output_shape[-1], 1)))

    def edit(held: Document) -> Document:
        return kernel_weights.use_detector(building.put_layer(held, layer, blank), layer + 1, 0, detector)

    try:
        edit(document)
    except ValueError:  # too many layers, or a detector that mixes another number of channels
        return ()
    text = f"Put it in a new layer after layer {layer + 1}"
    return (Alternative(text, f"{step}, in a new layer", edit, building.adding(layer)),)
