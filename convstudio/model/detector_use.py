"""Using a detector, or a kernel from a file, for one filter: the edit, and the way that leaves the others whole."""

from __future__ import annotations

from functools import partial

from convstudio.model import edits
from convstudio.model.asked_edit import Alternative, AskedEdit, Target
from convstudio.model.detectors import Detector
from convstudio.model.document import Document
from convstudio.model.numbers import format_shape


def detector_use(document: Document, layer: int, filter_index: int, detector: Detector, step: str) -> AskedEdit:
    """Return the edit that makes a filter of a detector, for an undo step named `step`.

    A kernel of another size gives the layer its size, which may cut the other filters; the alternative extends the
    new kernel with zeros.
    """
    conv = document.conv(layer)
    size = (1,) * (conv.rank - detector.rank) + detector.kernel.shape[: detector.rank]
    whole = format_shape(tuple(map(max, zip(size, conv.kernel_size, strict=False))))
    use = partial(edits.use_detector, layer=layer, filter_index=filter_index, detector=detector)
    padded = partial(use, is_padded=True)
    instead = Alternative(f"Pad the new kernel with zeros to {whole}", f"{step}, padded with zeros to {whole}", padded)
    return AskedEdit(use, Target.of(document, layer, filter_index), instead)
