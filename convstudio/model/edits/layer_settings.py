"""Edits of how a layer slides its window, of its filters and groups, and of the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convstudio.model.edits.conv_fields import with_conv
from convstudio.model.edits.new_filters import new_filters, with_new_filters
from convstudio.model.edits.readers import carried_along
from convstudio.model.kinds.conv_weights import with_filters, with_groups
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.answers.counted import counted
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Padding

# --- the layer ---------------------------------------------------------------------------------------------------


def set_stride(document: Document, layer: int, stride: Sequence[int]) -> Document:
    """Set the stride, one number per spatial axis."""
    return with_conv(document, layer, stride=tuple(stride))


def set_dilation(document: Document, layer: int, dilation: Sequence[int]) -> Document:
    """Set the dilation, one number per spatial axis."""
    return with_conv(document, layer, dilation=tuple(dilation))


def set_padding(document: Document, layer: int, padding: Padding) -> Document:
    """Set the padding: a name, or a (before, after) pair per spatial axis."""
    return with_conv(document, layer, padding=padding)


def set_padding_mode(document: Document, layer: int, mode: str) -> Document:
    """Set what the padding cells hold."""
    return with_conv(document, layer, padding_mode=mode)


def set_flip(document: Document, layer: int, flip: bool) -> Document:
    """Choose true convolution (the kernel is flipped first) or cross-correlation."""
    return with_conv(document, layer, flip=flip)


def set_activation(document: Document, layer: int, activation: str) -> Document:
    """Set the activation."""
    return with_conv(document, layer, activation=activation)


def set_filters(document: Document, layer: int, count: int, detectors: Sequence[Detector] = ()) -> Document:
    """Drop the last filters, or add new ones after the last, until there are `count`; the layers after it follow.

    New ones are the next detectors where the last filter is one of `detectors`, else random: see `new_filters`.
    """
    conv = conv_at(document, layer)
    if count == conv.filters:
        return document
    kept = min(count, conv.filters)
    order = [*range(kept), *[kept - 1] * (count - kept)]
    changed = with_filters(conv, order)
    if count > kept:
        changed = with_new_filters(changed, kept, new_filters(conv, kept - 1, count - kept, detectors))
    followed = carried_along(document, layer, conv.filters, order, range(kept, count))
    return followed.with_ordered_filters(layer, changed, order)


def set_groups(document: Document, layer: int, groups: int) -> Document:
    """Set the number of groups; every filter keeps the kernels of the channels that it still reads.

    A channel that a filter did not read before gets a copy of its first kernel.

    Raises ValueError when the channels or the filters cannot be divided into so many groups.
    """
    conv = conv_at(document, layer)
    if conv.channels % groups or conv.filters % groups:
        channels, filters = counted(conv.channels, "channel"), counted(conv.filters, "filter")
        raise ValueError(
            f"{groups} groups do not divide {channels} and {filters} evenly: choose a number that divides both."
        )
    return document if groups == conv.groups else document.with_layer(layer, with_groups(conv, groups))


def set_title(document: Document, title: str) -> Document:
    """Name the project."""
    return document if title == document.title else replace(document, title=title)
