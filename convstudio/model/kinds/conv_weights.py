"""The weights of a convolution for another rank, or other channels, groups or filters, within the limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.values.answers.counted import counted
from convstudio.model.values.arrays import byte_size, frozen
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_shape

if TYPE_CHECKING:
    from convstudio.model.kinds.convolution import Conv


def with_rank(layer: Conv, rank: int) -> Conv:
    """Return the layer for inputs of another rank: a kernel loses or gains its leading axes.

    From 2-D to 1-D the middle row stays (`0 1 0` of the tutorial's line detector is its bump detector); from 1-D
    to 2-D the kernel becomes one row.
    """
    if layer.rank == rank:
        return layer
    extra = layer.rank - rank

    def ranked(values: NDArray[Any]) -> NDArray[Any]:
        for _ in range(extra):
            values = values[values.shape[0] // 2]
        return values.reshape((1,) * max(0, -extra) + values.shape)

    return with_moved_weights(layer, ranked, **layer.settings_in_rank(rank))


def with_channels(layer: Conv, channels: int) -> Conv:
    """Return the layer for inputs of `channels` channels: kernels are dropped, or the first one is repeated.

    Groups stay where they divide the channels, and become 1 where they do not.
    """
    if layer.channels == channels:
        return layer
    groups = layer.groups if channels % layer.groups == 0 else 1
    per_group = channels // groups
    check_weights((*layer.kernel_size, per_group, layer.filters), layer)

    def fitted(values: NDArray[Any]) -> NDArray[Any]:
        kept = values[..., :per_group, :]
        return np.concatenate([kept, np.repeat(values[..., :1, :], per_group - kept.shape[-2], axis=-2)], axis=-2)

    return with_moved_weights(layer, fitted, groups=groups)


def with_groups(layer: Conv, groups: int) -> Conv:
    """Return the layer in `groups` groups, which must divide its channels and its filters.

    Every filter keeps the kernels of the channels that it still reads; a channel that it did not read before gets a
    copy of its first kernel.
    """
    per_group, per_block = layer.channels // groups, layer.filters // groups
    check_weights((*layer.kernel_size, per_group, layer.filters), layer)
    first_now = np.arange(layer.filters) // per_block * per_group
    first_before = np.array([layer.channels_read_by(index).start for index in range(layer.filters)])
    places = first_now - first_before + np.arange(per_group)[:, np.newaxis]
    known = np.where((places >= 0) & (places < layer.channels_per_group), places, 0)
    at = known[(np.newaxis,) * layer.rank]
    return with_moved_weights(layer, lambda values: np.take_along_axis(values, at, axis=-2), groups=groups)


def with_filters(layer: Conv, order: Sequence[int]) -> Conv:
    """Return the layer with the filters of `order`, each with its bias and name; one may come twice, or not at all.

    Raises ValueError for an empty order and for one that is too long.

    >>> from convstudio.model.kinds.convolution import Conv
    >>> with_filters(Conv.of(np.ones((3, 1, 2))), [0, 1, 1]).filters
    3
    """
    if not order:
        raise ValueError("A layer needs at least one filter: keep one, and change it instead.")
    check_filters(len(order))
    check_weights((*layer.weights.shape[:-1], len(order)), layer)
    names = tidy_names([layer.filter_names[index] for index in order] if layer.filter_names else [])
    bias = frozen(layer.bias[list(order)])
    return with_moved_weights(layer, lambda values: values[..., order], order, bias=bias, filter_names=names)


def with_moved_weights(
    layer: Conv,
    change: Callable[[NDArray[Any]], NDArray[Any]],
    order: Sequence[int] | None = None,
    **fields: Any,
) -> Conv:
    """Return the layer with its weights at other places, and its locks with them; `fields` are others that change.

    `order` are the filters as they were before, where these changed places.
    """
    locks = None if layer.locks is None else layer.locks.moved(change, order).some
    return replace(layer, weights=frozen(change(layer.weights)), locks=locks, **fields)


def unlocked(layer: Conv, filters: Sequence[int]) -> Conv:
    """Return the layer without the locks of some filters, such as those that others replace."""
    if layer.locks is None:
        return layer
    return replace(layer, locks=layer.locks.of_filters(filters, is_locked=False).some)


def tidy_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a layer's filters as it holds them: none at all where every one is empty.

    >>> tidy_names(["", ""])
    ()
    """
    return tuple(names) if any(names) else ()


def check_filters(count: int) -> None:
    """Raise ValueError where so many filters are more than a layer may have."""
    if count > LIMITS.filters:
        raise ValueError(
            f"A layer has at most {LIMITS.filters} filters, and this would make {count}: remove some first."
        )


def check_weights(shape: Sequence[int], layer: Conv) -> None:
    """Raise ValueError, before anything is allocated, where weights of `shape` are too many; fewer than now never are.

    `shape` is `(*kernel, channels / groups, filters)`.
    """
    count = math.prod(shape)
    if count <= max(LIMITS.weights, layer.weights.size):
        return
    *size, channels, filters = shape
    raise ValueError(
        f"{counted(filters, 'filter')} of {counted(channels, 'kernel')} {format_shape(tuple(size))} would be "
        f"{count} weights ({byte_size(shape) >> 20} MiB), and at most {LIMITS.weights} fit: use fewer filters, fewer "
        "channels or a smaller kernel."
    )
