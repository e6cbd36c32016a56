"""Other fields of a convolution in a document: what every edit of its settings and weights ends in."""

from __future__ import annotations

from dataclasses import replace

from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.document import Document


def with_conv(document: Document, layer: int, **changes: object) -> Document:
    """Return the document with other fields of a convolution; the document itself where they are what they were."""
    conv = conv_at(document, layer)
    changed = replace(conv, **changes)  # type: ignore[arg-type]  # the callers name the fields
    return document if changed == conv else document.with_layer(layer, changed)
