"""Edits of the weights of one filter, and of the size of all kernels of a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convstudio.model.edits.conv_fields import with_conv
from convstudio.model.edits.input_cells import as_block
from convstudio.model.kinds.conv_weights import check_weights, tidy_names, with_moved_weights
from convstudio.model.kinds.convolution import conv_at
from convstudio.model.values.answers.axis_names import place
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.kernels import centred
from convstudio.model.values.numbers import format_number, format_shape

# --- the kernel --------------------------------------------------------------------------------------------------


def set_weights_block(
    document: Document, layer: int, filter_index: int, channel: int, start: Sequence[int], values: ArrayLike
) -> Document:
    """Write a block of weights into one kernel, its first cell at `start`; raises ValueError where it does not fit."""
    conv = conv_at(document, layer)
    block = as_block(values, conv.rank, "kernel")
    reach = zip(start, block.shape, conv.kernel_size, strict=True)
    if any(first < 0 or first + n > length for first, n, length in reach):
        raise ValueError(
            f"The {format_shape(block.shape)} block does not fit into the {format_shape(conv.kernel_size)} kernel from "
            f"{place(start)}: set a larger kernel first."
        )
    weights = conv.weights.copy()
    box = tuple(slice(first, first + n) for first, n in zip(start, block.shape, strict=True))
    weights[..., channel, filter_index][box] = block
    return with_conv(document, layer, weights=frozen(weights))


def write_into_resized_kernel(
    document: Document,
    layer: int,
    filter_index: int,
    channel: int,
    *,
    size: Sequence[int],
    start: Sequence[int],
    values: ArrayLike,
) -> Document:
    """Give the kernels of a layer a size, and write a block into one of them.

    That one is extended at its end, so that its weights stay in the cells where the user sees them; all others are
    extended around their centre, so that they still make the same maps where the padding is "same".
    """
    held = conv_at(document, layer).weights[..., channel, filter_index]
    sized = set_kernel_size(document, layer, size)
    weights = conv_at(sized, layer).weights.copy()
    kernel = np.zeros(tuple(size), np.float32)
    kernel[tuple(slice(0, length) for length in held.shape)] = held
    weights[..., channel, filter_index] = kernel
    extended = with_conv(sized, layer, weights=frozen(weights))
    return set_weights_block(extended, layer, filter_index, channel, start, values)


def set_filter(document: Document, layer: int, filter_index: int, kernels: ArrayLike) -> Document:
    """Replace one filter by kernels `(*kernel, channels per group)`; another size resizes the other filters too.

    Raises ValueError naming the shapes when the kernels are of another rank or for another number of channels.
    """
    held = frozen(kernels)
    conv = conv_at(document, layer)
    if held.ndim != conv.rank + 1 or held.shape[-1] != conv.channels_per_group:
        raise ValueError(
            f"Kernels of shape {format_shape(held.shape)} do not fit a {conv.rank}-D filter that reads "
            f"{conv.channels_per_group} channels: give {conv.rank} kernel axes, then one kernel per channel."
        )
    sized = set_kernel_size(document, layer, held.shape[:-1])
    weights = conv_at(sized, layer).weights.copy()
    weights[..., filter_index] = held
    return with_conv(sized, layer, weights=frozen(weights))


def use_detector(
    document: Document, layer: int, filter_index: int, detector: Detector, *, is_padded: bool = False
) -> Document:
    """Make a filter of a detector, and give it the bias that was saved with it, if any.

    A 1-D detector on images becomes one row. One of another size gives the whole layer its size; `is_padded` extends it
    with zeros in place of cutting the other filters. Raises ValueError for a 2-D detector on a sequence, and where the
    detector mixes another number of channels.
    """
    conv = conv_at(document, layer)
    if detector.rank > conv.rank:
        raise ValueError(
            f"The detector {detector.filter_name} is a {detector.rank}-D kernel and the input is a sequence: choose an "
            "image, or a detector for sequences."
        )
    kernels = detector.for_channels(conv.channels_per_group)
    extra = (1,) * (conv.rank - detector.rank)
    kernels = kernels.reshape(extra + kernels.shape)
    if is_padded:
        size = tuple(map(max, zip(kernels.shape[:-1], conv.kernel_size, strict=True)))
        kernels = centred(kernels[..., np.newaxis], size)[..., 0]
    changed = set_filter(document, layer, filter_index, kernels)
    named = name_filter(changed, layer, filter_index, detector.filter_name)
    if detector.bias is None or (not conv.has_bias and detector.bias == 0):
        return named
    if not conv.has_bias:
        raise ValueError(
            f"{detector.name} has the bias {format_number(detector.bias)}, and this layer has no bias. "
            "Use it in another layer."
        )
    return set_bias(named, layer, filter_index, detector.bias)


def name_filter(document: Document, layer: int, filter_index: int, name: str) -> Document:
    """Name one filter; an empty name gives it its number back."""
    conv = conv_at(document, layer)
    names = list(conv.filter_names or ("",) * conv.filters)
    names[filter_index] = name
    return with_conv(document, layer, filter_names=tidy_names(names))


def set_kernel_size(document: Document, layer: int, size: Sequence[int]) -> Document:
    """Cut or extend every kernel around its centre to a new size; new weights are zero."""
    conv = conv_at(document, layer)
    if tuple(size) == conv.kernel_size:
        return document
    check_weights((*size, *conv.weights.shape[-2:]), conv)
    return document.with_layer(layer, with_moved_weights(conv, lambda values: centred(values, size)))


def set_bias(document: Document, layer: int, filter_index: int, value: float) -> Document:
    """Set the bias of one filter."""
    bias = conv_at(document, layer).bias.copy()
    bias[filter_index] = value
    return with_conv(document, layer, bias=frozen(bias))


def flip_kernel(document: Document, layer: int, filter_index: int, axis: int) -> Document:
    """Mirror all kernels of a filter along one axis (0: top and bottom change places)."""
    return _map_filter(document, layer, filter_index, lambda kernels: np.flip(kernels, axis))


def rotate_kernel(document: Document, layer: int, filter_index: int) -> Document:
    """Turn all kernels of a filter by 90° clockwise; on a sequence, end for end."""
    if conv_at(document, layer).rank == 1:
        return flip_kernel(document, layer, filter_index, 0)
    return _map_filter(document, layer, filter_index, lambda kernels: np.rot90(kernels, k=-1))


def transpose_kernel(document: Document, layer: int, filter_index: int) -> Document:
    """Swap rows and columns of all kernels of a filter. Raises ValueError on a sequence."""
    if conv_at(document, layer).rank == 1:
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
    """Draw new weights for a filter, standard normal, from a seed, rounded to two decimals to stay readable."""
    shape = conv_at(document, layer).weights.shape[:-1]
    drawn = np.random.default_rng(seed).standard_normal(shape).round(2)
    return _map_filter(document, layer, filter_index, lambda _: drawn)


def _map_filter(document: Document, layer: int, filter_index: int, change: Callable[[Floats], ArrayLike]) -> Document:
    kernels = conv_at(document, layer).weights[..., filter_index]
    return set_filter(document, layer, filter_index, change(kernels))


def _finite_kernels(document: Document, layer: int, filter_index: int) -> NDArray[np.float64]:
    kernels = conv_at(document, layer).weights[..., filter_index].astype(np.float64)
    if not np.all(np.isfinite(kernels)):
        raise ValueError("A weight is NaN or infinite, so the kernel has no sum to divide by: type another weight.")
    return kernels
