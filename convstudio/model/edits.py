"""Every edit that a user can make, as a pure function: Document -> Document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convstudio.model.arrays import Box, Floats, TiledArray, frozen, same_array
from convstudio.model.building import fitted_to, pool_with_rank
from convstudio.model.detectors import Detector
from convstudio.model.document import Document
from convstudio.model.kinds import Pool
from convstudio.model.layers import (
    Conv,
    Layer,
    Padding,
    centred,
    check_weights,
    tidy_names,
    with_filters,
    with_groups,
    with_rank,
)
from convstudio.model.network import Network
from convstudio.model.new_filters import new_filters, with_new_filters
from convstudio.model.numbers import format_shape
from convstudio.model.readers import carried_along
from convstudio.model.sample import Sample
from convstudio.model.wording import PLURALS, place

# --- the input ---------------------------------------------------------------------------------------------------


def set_sample(document: Document, sample: Sample) -> Document:
    """Put another sample in; the first layer is fitted to it, and of the others what slides to its rank."""
    if sample == document.sample:
        return document
    first, *others = document.layers
    layers = (fitted_to(first, sample.values.shape), *(_sliding_along(layer, sample.rank) for layer in others))
    is_same = all(one is other for one, other in zip(layers, document.layers, strict=True))
    return replace(document, sample=sample, network=document.network if is_same else Network(layers))


def _sliding_along(layer: Layer, rank: int) -> Layer:
    if isinstance(layer, Conv):
        return with_rank(layer, rank)
    return pool_with_rank(layer, rank) if isinstance(layer, Pool) else layer


def set_input_values(document: Document, start: Sequence[int], values: ArrayLike, channel: int | None) -> Document:
    """Write a block `(*lengths,)` into one channel of the input, or into all (None), its first cell at `start`.

    Raises ValueError naming both shapes when the block reaches past the end.
    """
    held = document.sample.values
    block = _block(values, held.rank, "input")
    box = tuple(slice(first, first + length) for first, length in zip(start, block.shape, strict=True))
    if any(part.start < 0 or part.stop > length for part, length in zip(box, held.spatial, strict=True)):
        raise ValueError(
            f"The {format_shape(block.shape)} block does not fit into the {format_shape(held.spatial)} input from "
            f"{place(start)}: paste it further up and left, or make the input larger."
        )
    changed = held.box(box).copy()
    changed[..., _written(channel)] = block[..., np.newaxis]
    return _with_box(document, box, changed)


def paint_input(document: Document, centre: Sequence[int], size: int, value: float, channel: int | None) -> Document:
    """Paint a square (on a sequence: a stretch) of `size` cells around `centre`, in one channel or in all (None)."""
    held = document.sample.values
    starts = [at - (size - 1) // 2 for at in centre]
    box = tuple(
        slice(max(0, start), min(length, start + size)) for start, length in zip(starts, held.spatial, strict=True)
    )
    if any(part.start >= part.stop for part in box):
        return document
    painted = held.box(box).copy()
    painted[..., _written(channel)] = value
    return _with_box(document, box, painted)


def fill_input(document: Document, value: float, channel: int | None = None) -> Document:
    """Set every cell of the input to one value, in one channel or in all (None)."""
    held = document.sample.values
    values = held.to_array().copy()
    values[..., _written(channel)] = value
    filled = TiledArray.of(values)
    return document if filled == held else _with_values(document, filled)


def insert_input(document: Document, axis: int, at: int, count: int = 1) -> Document:
    """Insert `count` rows (axis 0), columns or steps of zeros before position `at`."""
    values = document.sample.values.to_array()
    shape = (*values.shape[:axis], count, *values.shape[axis + 1 :])
    zeros = np.zeros(shape, np.float32)
    before, after = np.split(values, [at], axis=axis)
    return _with_values(document, TiledArray.of(np.concatenate([before, zeros, after], axis=axis)))


def delete_input(document: Document, axis: int, positions: Sequence[int]) -> Document:
    """Delete rows (axis 0), columns or steps. Raises ValueError when none would be left."""
    values = document.sample.values.to_array()
    if len(set(positions)) >= values.shape[axis]:
        raise ValueError(
            f"Deleting all {values.shape[axis]} {PLURALS[document.sample.rank][axis]} would leave no input: "
            "keep at least one."
        )
    return _with_values(document, TiledArray.of(np.delete(values, list(positions), axis=axis)))


def set_input_shape(document: Document, spatial: Sequence[int]) -> Document:
    """Cut the input, or extend it with zeros, at its end to a new spatial shape."""
    held = document.sample.values
    if tuple(spatial) == held.spatial:
        return document
    values = np.zeros((*spatial, held.channels), np.float32)
    kept = tuple(slice(0, min(old, new)) for old, new in zip(held.spatial, spatial, strict=True))
    values[kept] = held.box(kept)
    return _with_values(document, TiledArray.of(values))


# --- the kernel --------------------------------------------------------------------------------------------------


def set_weights_block(
    document: Document, layer: int, filter_index: int, channel: int, start: Sequence[int], values: ArrayLike
) -> Document:
    """Write a block of weights into one kernel, its first cell at `start`; raises ValueError where it does not fit."""
    conv = document.conv(layer)
    block = _block(values, conv.rank, "kernel")
    reach = zip(start, block.shape, conv.kernel_size, strict=True)
    if any(first < 0 or first + n > length for first, n, length in reach):
        raise ValueError(
            f"The {format_shape(block.shape)} block does not fit into the {format_shape(conv.kernel_size)} kernel from "
            f"{place(start)}: set a larger kernel first."
        )
    weights = conv.weights.copy()
    box = tuple(slice(first, first + n) for first, n in zip(start, block.shape, strict=True))
    weights[..., channel, filter_index][box] = block
    return _with_conv(document, layer, weights=frozen(weights))


def set_filter(document: Document, layer: int, filter_index: int, kernels: ArrayLike) -> Document:
    """Replace one filter by kernels `(*kernel, channels per group)`; another size resizes the other filters too.

    Raises ValueError naming the shapes when the kernels are of another rank or for another number of channels.
    """
    held = frozen(kernels)
    conv = document.conv(layer)
    if held.ndim != conv.rank + 1 or held.shape[-1] != conv.channels_per_group:
        raise ValueError(
            f"Kernels of shape {format_shape(held.shape)} do not fit a {conv.rank}-D filter that reads "
            f"{conv.channels_per_group} channels: give {conv.rank} kernel axes, then one kernel per channel."
        )
    sized = set_kernel_size(document, layer, held.shape[:-1])
    weights = sized.conv(layer).weights.copy()
    weights[..., filter_index] = held
    return _with_conv(sized, layer, weights=frozen(weights))


def use_detector(
    document: Document, layer: int, filter_index: int, detector: Detector, *, is_padded: bool = False
) -> Document:
    """Make a filter of a detector.

    A 1-D detector on images becomes one row. One of another size gives the whole layer its size; `is_padded` extends it
    with zeros in place of cutting the other filters. Raises ValueError for a 2-D detector on a sequence, and where the
    detector mixes another number of channels.
    """
    conv = document.conv(layer)
    if detector.rank > conv.rank:
        raise ValueError(
            f"The detector {detector.id} is a {detector.rank}-D kernel and the input is a sequence: choose an image, "
            "or a detector for sequences."
        )
    kernels = detector.for_channels(conv.channels_per_group)
    extra = (1,) * (conv.rank - detector.rank)
    kernels = kernels.reshape(extra + kernels.shape)
    if is_padded:
        size = tuple(map(max, zip(kernels.shape[:-1], conv.kernel_size, strict=True)))
        kernels = centred(kernels[..., np.newaxis], size)[..., 0]
    changed = set_filter(document, layer, filter_index, kernels)
    return name_filter(changed, layer, filter_index, detector.id)


def name_filter(document: Document, layer: int, filter_index: int, name: str) -> Document:
    """Name one filter; an empty name gives it its number back."""
    conv = document.conv(layer)
    names = list(conv.filter_names or ("",) * conv.filters)
    names[filter_index] = name
    return _with_conv(document, layer, filter_names=tidy_names(names))


def set_kernel_size(document: Document, layer: int, size: Sequence[int]) -> Document:
    """Cut or extend every kernel around its centre to a new size; new weights are zero."""
    conv = document.conv(layer)
    if tuple(size) == conv.kernel_size:
        return document
    check_weights((*size, *conv.weights.shape[-2:]), conv)
    return _with_conv(document, layer, weights=centred(conv.weights, size))


def set_bias(document: Document, layer: int, filter_index: int, value: float) -> Document:
    """Set the bias of one filter."""
    bias = document.conv(layer).bias.copy()
    bias[filter_index] = value
    return _with_conv(document, layer, bias=frozen(bias))


def flip_kernel(document: Document, layer: int, filter_index: int, axis: int) -> Document:
    """Mirror all kernels of a filter along one axis (0: top and bottom change places)."""
    return _map_filter(document, layer, filter_index, lambda kernels: np.flip(kernels, axis))


def rotate_kernel(document: Document, layer: int, filter_index: int) -> Document:
    """Turn all kernels of a filter by 90° clockwise; on a sequence, end for end."""
    if document.conv(layer).rank == 1:
        return flip_kernel(document, layer, filter_index, 0)
    return _map_filter(document, layer, filter_index, lambda kernels: np.rot90(kernels, k=-1))


def transpose_kernel(document: Document, layer: int, filter_index: int) -> Document:
    """Swap rows and columns of all kernels of a filter. Raises ValueError on a sequence."""
    if document.conv(layer).rank == 1:
        raise ValueError("A 1-D kernel has no rows and columns to swap.")
    return _map_filter(document, layer, filter_index, lambda kernels: np.swapaxes(kernels, 0, 1))


def negate_kernel(document: Document, layer: int, filter_index: int) -> Document:
    """Change the sign of every weight of a filter."""
    return _map_filter(document, layer, filter_index, lambda kernels: 0 - kernels)


def normalise_kernel(document: Document, layer: int, filter_index: int) -> Document:
    """Divide every kernel of a filter by its sum, so that it keeps the value of a constant input.

    Raises ValueError for a zero sum: dividing by Σ|w| is the other way; and for weights that are not finite.
    """
    kernels = _finite_kernels(document, layer, filter_index)
    sums = kernels.reshape(-1, kernels.shape[-1]).sum(axis=0)
    smallest = 1e-6 * np.abs(kernels).sum()
    if np.any(np.abs(sums) <= smallest):
        raise ValueError("The weights add up to 0, so dividing by the sum is impossible: divide by Σ|w| instead.")
    return _map_filter(document, layer, filter_index, lambda held: held / sums)


def normalise_kernel_by_size(document: Document, layer: int, filter_index: int) -> Document:
    """Divide every kernel of a filter by the sum of its weights' absolute values.

    Raises ValueError when they are all 0, and for weights that are not finite.
    """
    kernels = _finite_kernels(document, layer, filter_index)
    sizes = np.abs(kernels).reshape(-1, kernels.shape[-1]).sum(axis=0)
    if np.any(sizes == 0):
        raise ValueError("Every weight is 0, so there is nothing to normalise: type a weight first.")
    return _map_filter(document, layer, filter_index, lambda held: held / sizes)


def randomise_kernel(document: Document, layer: int, filter_index: int, seed: int) -> Document:
    """Draw the weights of a filter anew, standard normal, from a seed, rounded to two decimals to stay readable."""
    shape = document.conv(layer).weights.shape[:-1]
    drawn = np.random.default_rng(seed).standard_normal(shape).round(2)
    return _map_filter(document, layer, filter_index, lambda _: drawn)


# --- the layer ---------------------------------------------------------------------------------------------------


def set_stride(document: Document, layer: int, stride: Sequence[int]) -> Document:
    """Set the stride, one number per spatial axis."""
    return _with_conv(document, layer, stride=tuple(stride))


def set_dilation(document: Document, layer: int, dilation: Sequence[int]) -> Document:
    """Set the dilation, one number per spatial axis."""
    return _with_conv(document, layer, dilation=tuple(dilation))


def set_padding(document: Document, layer: int, padding: Padding) -> Document:
    """Set the padding: a name, or a (before, after) pair per spatial axis."""
    return _with_conv(document, layer, padding=padding)


def set_padding_mode(document: Document, layer: int, mode: str) -> Document:
    """Set what the padding cells hold."""
    return _with_conv(document, layer, padding_mode=mode)


def set_flip(document: Document, layer: int, flip: bool) -> Document:
    """Choose true convolution (the kernel is flipped first) or cross-correlation."""
    return _with_conv(document, layer, flip=flip)


def set_activation(document: Document, layer: int, activation: str) -> Document:
    """Set the activation."""
    return _with_conv(document, layer, activation=activation)


def set_filters(document: Document, layer: int, count: int, detectors: Sequence[Detector] = ()) -> Document:
    """Drop the last filters, or add new ones after the last, until there are `count`; the layers after it follow.

    New ones are the next detectors where the last filter is one of `detectors`, else random: see `new_filters`.
    """
    conv = document.conv(layer)
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
    conv = document.conv(layer)
    if conv.channels % groups or conv.filters % groups:
        channels, filters = _counted(conv.channels, "channel"), _counted(conv.filters, "filter")
        raise ValueError(
            f"{groups} groups do not divide {channels} and {filters} evenly: choose a number that divides both."
        )
    return document if groups == conv.groups else document.with_layer(layer, with_groups(conv, groups))


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def set_title(document: Document, title: str) -> Document:
    """Name the project."""
    return document if title == document.title else replace(document, title=title)


# --- helpers -----------------------------------------------------------------------------------------------------


def _with_box(document: Document, box: Box, values: ArrayLike) -> Document:
    held = document.sample.values
    now = held.box(box)
    if same_array(np.broadcast_to(np.asarray(values, np.float32), now.shape), now):
        return document
    return _with_values(document, held.with_box(box, values))


def _written(channel: int | None) -> slice:
    return slice(None) if channel is None else slice(channel, channel + 1)


def _with_values(document: Document, values: TiledArray) -> Document:
    return document.with_sample(document.sample.with_values(values))


def _with_conv(document: Document, layer: int, **changes: object) -> Document:
    conv = document.conv(layer)
    changed = replace(conv, **changes)  # type: ignore[arg-type]  # the callers above name the fields
    return document if changed == conv else document.with_layer(layer, changed)


def _map_filter(document: Document, layer: int, filter_index: int, change: Callable[[Floats], ArrayLike]) -> Document:
    kernels = document.conv(layer).weights[..., filter_index]
    return set_filter(document, layer, filter_index, change(kernels))


def _finite_kernels(document: Document, layer: int, filter_index: int) -> NDArray[np.float64]:
    kernels = document.conv(layer).weights[..., filter_index].astype(np.float64)
    if not np.all(np.isfinite(kernels)):
        raise ValueError("A weight is NaN or infinite, so the kernel has no sum to divide by: type another weight.")
    return kernels


def _block(values: ArrayLike, rank: int, target: str) -> Floats:
    block = np.asarray(values, np.float32)
    if block.ndim != rank:
        raise ValueError(f"A {block.ndim}-D block does not fit into a {rank}-D {target}: give one with {rank} axes.")
    return block
