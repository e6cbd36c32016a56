"""Edits of the channels of the input: Document -> Document.

Moving a channel takes along what the layers read of it, so that every map stays. All others leave the weights alone:
`model.edits.misfits` says which filters no longer fit, and fits them where the user wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convstudio.model.edits.readers import carried_along
from convstudio.model.values.answers.map_order import MapOrder
from convstudio.model.values.arrays import TiledArray
from convstudio.model.values.document import Document
from convstudio.model.values.limits import LIMITS, Limits
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.sample import RGB, channel_names


def keep_channel(document: Document, channel: int) -> Document:
    """Make one channel the whole input, and name the sample after it.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("pixel", [[[1, 2, 3]]]), Network(()))
    >>> keep_channel(document, 1).sample.name
    'pixel, green'
    """
    sample = document.sample
    if sample.channels == 1:
        return document
    values = TiledArray.of(sample.values.to_array()[..., channel : channel + 1])
    return _with_one(document, values, sample.channel_names[channel])


def mean_of_channels(document: Document) -> Document:
    """Make the input grey: every cell becomes the mean of its channels, `(*spatial, 1)`.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("pixel", [[[1, 2, 6]]]), Network(()))
    >>> mean_of_channels(document).sample.values.to_array().tolist()
    [[[3.0]]]
    """
    if document.sample.channels == 1:
        return document
    means = document.sample.values.to_array().mean(axis=-1, keepdims=True, dtype=np.float64)
    return _with_one(document, TiledArray.of(means), "grey")


def add_channels(document: Document, values: ArrayLike) -> Document:
    """Put channels `(*spatial, added)` after those of the input.

    Raises ValueError naming both shapes where the new ones are of another size.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("pixel", [[[1, 2]]]), Network(()))
    >>> add_channels(document, [[[3]]]).sample.channel_names
    ('red', 'green', 'blue')
    """
    held, added = document.sample.values, np.asarray(values, np.float32)
    if added.shape[:-1] != held.spatial:
        raise ValueError(
            f"Channels of {format_shape(added.shape[:-1])} do not fit an input of {format_shape(held.spatial)}: "
            "choose some of the same size."
        )
    joined = np.concatenate([held.to_array(), added], axis=-1)
    return _with_channels(document, joined, _more_names(document.sample.own_names, held.channels, joined.shape[-1]))


def add_empty_channel(document: Document) -> Document:
    """Put a channel of zeros after those of the input."""
    return add_channels(document, np.zeros((*document.sample.spatial, 1), np.float32))


def copy_channel(document: Document, channel: int) -> Document:
    """Put a copy of one channel after those of the input."""
    return add_channels(document, document.sample.values.to_array()[..., channel : channel + 1])


def remove_channel(document: Document, channel: int) -> Document:
    """Take one channel out of the input. Raises ValueError where it is the only one.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("pixel", [[[1, 2, 3]]]), Network(()))
    >>> remove_channel(document, 1).sample.channel_names
    ('red', 'blue')
    """
    sample = document.sample
    if sample.channels == 1:
        raise ValueError("Removing the only channel would leave no input: add another one first.")
    return _reordered(document, [at for at in range(sample.channels) if at != channel])


def move_channel(document: Document, channel: int, place: int) -> Document:
    """Move one channel, with its name and its kernels, to another place among the channels; the maps stay the same.

    The kernels of a layer in groups of several channels stay where they are: see `moving_step`.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("pixel", [[[1, 2, 3]]]), Network(()))
    >>> move_channel(document, 0, 2).sample.channel_names
    ('green', 'blue', 'red')
    """
    count = document.sample.channels
    if channel == place or not max(channel, place) < count:  # there may be fewer by now
        return document
    order = _order_after(count, channel, place)
    return carried_along(_reordered(document, order), -1, count, order)


def moving_step(document: Document, channel: int, place: int) -> str:
    """Name the undo step that moves a channel, and say where the first layer cannot follow it.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> moving_step(Document(Sample.of("pixel", [[[1, 2, 3]]]), Network(())), 0, 2)
    'Move channel red to place 3'
    """
    count, follows = document.sample.channels, True
    maps: MapOrder | None = MapOrder(count, tuple(_order_after(count, channel, place)))
    for layer in document.layers:
        if maps is not None and layer.is_on:
            follows = follows and layer.following(maps) is not None
            maps = layer.order_after(maps) if follows else None
    name = document.sample.channel_names[channel]
    called = name if name.startswith("channel ") else f"channel {name}"
    return f"Move {called} to place {place + 1}{'' if follows else ' without its kernels'}"


def rename_channel(document: Document, channel: int, name: str) -> Document:
    """Give one channel another name. Raises ValueError for an empty or long one, and for that of another channel."""
    sample, wanted = document.sample, " ".join(name.split())
    others = [held for at, held in enumerate(sample.channel_names) if at != channel]
    if not wanted or len(wanted) > LIMITS.channel_name:
        raise ValueError(
            f"A channel's name has 1 to {LIMITS.channel_name} letters, and this one has {len(wanted)}: change it."
        )
    if wanted in others:
        raise ValueError(f"Another channel is called {wanted} already: choose another name.")
    if wanted == sample.channel_names[channel]:
        return document
    names = [*others[:channel], wanted, *others[channel:]]
    return document.with_sample(sample.with_channels(sample.values, names))


def too_many_channels(document: Document, added: int, limits: Limits) -> str | None:
    """Return the sentence that refuses to add so many channels to the input, or None where they fit."""
    sample = document.sample
    channels = sample.channels + added
    if channels > limits.input_channels:
        return (
            f"The input would have {channels} channels, and at most {limits.input_channels} fit: "
            "remove channels before you add others."
        )
    size = channels * int(np.prod(sample.spatial))
    if size > limits.input_values:
        return (
            f"The input would have {format_shape((*sample.spatial, channels))} = {size} values, and at most "
            f"{limits.input_values} fit: make it smaller first."
        )
    return None


def _with_one(document: Document, values: TiledArray, name: str) -> Document:
    sample = document.sample.with_channels(values, channel_names(1))
    return document.with_sample(replace(sample, name=f"{sample.name}, {name}"))


def _with_channels(document: Document, values: ArrayLike, names: Sequence[str]) -> Document:
    return document.with_sample(document.sample.with_channels(TiledArray.of(values), names))


def _order_after(count: int, channel: int, place: int) -> list[int]:
    """Return which channels stand where after one was moved to a place."""
    order = [at for at in range(count) if at != channel]
    order.insert(place, channel)
    return order


def _reordered(document: Document, order: list[int]) -> Document:
    names = document.sample.channel_names
    return _with_channels(document, document.sample.values.to_array()[..., order], [names[at] for at in order])


def _more_names(own: tuple[str, ...], held: int, wanted: int) -> tuple[str, ...]:
    """Name the channels after those held; three that were never named become red, green and blue."""
    if not own and held != len(RGB):
        return channel_names(wanted)
    names = list(own or RGB)
    while len(names) < wanted:
        names.append(_free_name(names))
    return tuple(names)


def _free_name(names: Sequence[str]) -> str:
    number = len(names) + 1
    while f"channel {number}" in names:
        number += 1
    return f"channel {number}"
