"""What the layers behind a convolution must change when its filters change places, so that they mean the same maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convstudio.model.arrays import Floats, frozen
from convstudio.model.document import Document
from convstudio.model.kinds import Activation, BatchNorm, Dense, Dropout, Flatten, GlobalPool, Pool
from convstudio.model.layers import Conv, Layer, check_weights, with_filters

_KEEPING = (Activation, Dropout, Flatten, GlobalPool, Pool)
"""The layers that keep maps apart and in their order, with nothing of their own for each."""


def carried_along(
    document: Document, layer: int, count: int, order: Sequence[int], added: Sequence[int] = ()
) -> Document:
    """Let the layers behind a convolution follow its filters, of which there were `count` and now are those of `order`.

    The next convolution or dense layer gets its kernels or rows in the same order, and what stands between them keeps
    one number per map. So moving a filter changes no result, and removing one takes along what was read of it. A layer
    that does not fit the maps, or reads them in groups, stays as it is, and so do all behind it.

    At the places `added` of the order stand new filters: what adds maps up reads theirs with weights of 0, so that no
    result changes that nobody asked for.
    """
    for index in range(layer + 1, len(document.layers)):
        held = document.layers[index]
        changed = _following(held, count, order, added)
        if changed is not None:
            document = document if changed is held else document.with_layer(index, changed)
        if changed is None or _mixes(held):
            return document
        if isinstance(held, Conv) and held.is_on:
            size = held.filters // count
            order, added, count = _blocks(order, size), _blocks(added, size), held.filters
    return document


def _following(layer: Layer, count: int, order: Sequence[int], added: Sequence[int]) -> Layer | None:
    """Return a layer for the maps in their new order; None where it cannot follow."""
    if not layer.is_on or isinstance(layer, _KEEPING):
        return layer
    if isinstance(layer, Conv):
        return _conv(layer, count, order, added)
    if isinstance(layer, Dense) and layer.weights.shape[0] % count == 0:
        return replace(layer, weights=_picked(layer.weights, count, order, added))
    if isinstance(layer, BatchNorm) and layer.mean.size % count == 0:
        held = (layer.mean, layer.variance, layer.gamma, layer.beta)
        mean, variance, gamma, beta = (_picked(values, count, order) for values in held)
        return replace(layer, mean=mean, variance=variance, gamma=gamma, beta=beta)
    return None


def _conv(layer: Conv, count: int, order: Sequence[int], added: Sequence[int]) -> Conv | None:
    if layer.channels != count:
        return None
    if layer.groups == 1:
        check_weights((*layer.kernel_size, len(order), layer.filters), layer)
        weights = layer.weights[..., list(order), :]
        weights[..., list(added), :] = 0
        return replace(layer, weights=frozen(weights))
    if layer.groups == count and layer.filters % count == 0:
        return replace(with_filters(layer, _blocks(order, layer.filters // count)), groups=len(order))
    return None


def _mixes(layer: Layer) -> bool:
    """Say whether a layer adds up all maps, so that nothing behind it knows of their order."""
    is_conv = isinstance(layer, Conv) and layer.groups == 1
    return layer.is_on and (is_conv or isinstance(layer, Dense))


def _blocks(order: Sequence[int], size: int) -> list[int]:
    """Return an order of blocks of several filters each, one block for every map.

    >>> _blocks([1, 0], 2)
    [2, 3, 0, 1]
    """
    return [size * index + at for index in order for at in range(size)]


def _picked(values: Floats, count: int, order: Sequence[int], added: Sequence[int] = ()) -> Floats:
    """Pick rows by map: `count` of them follow each other at every place of a flattened map, channels last."""
    split = values.reshape(-1, count, *values.shape[1:])[:, list(order)]
    split[:, list(added)] = 0
    return frozen(np.concatenate(split))
