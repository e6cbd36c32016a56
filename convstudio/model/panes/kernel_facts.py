"""The texts and questions of the kernel pane: pure decisions about one kernel, its filter and its layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convstudio.model.colour.picture_geometry import as_table, position_of
from convstudio.model.kinds.convolution import Conv, conv_at, kernel_as_used
from convstudio.model.kinds.transposed import ConvTranspose
from convstudio.model.run.layer_input import input_channel_names
from convstudio.model.trace import stepping
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.learning.locks import Mask
from convstudio.model.values.numbers import format_number
from convstudio.model.values.view_state import Cell, Pane, ViewState
from convstudio.model.words.data_format import write_filter_shape
from convstudio.ops import OVER_CHANNELS, activate

_LONGEST_COLUMN = 5
_MOST_SPOKEN = 25
_ROUNDING = 1e-6


# --- the current kernel ----------------------------------------------------------------------------------


def kernel_channel(layer: Conv, filter_index: int, channel: int) -> int:
    """Return which kernel of a filter belongs to an input channel; the first one where the filter does not read it.

    >>> kernel_channel(Conv.of(np.ones((3, 3, 3, 1))), 0, 2)
    2
    """
    read = layer.channels_read_by(filter_index)
    return channel - read.start if channel in read else 0


def shown_kernel(layer: Conv, view: ViewState) -> Floats:
    """Return the weights of the selected filter and channel, `(rows, columns)`; a sequence has one row.

    >>> shown_kernel(Conv.of(np.ones((3, 1, 1))), ViewState()).shape
    (1, 3)
    """
    kernel = layer.weights[..., kernel_channel(layer, view.filter, view.channel), view.filter]
    return as_table(kernel)


def used_kernel(layer: Conv, view: ViewState) -> Floats:
    """Return the same kernel as it meets the window, `(rows, columns)`: flipped in a true convolution."""
    kernel = kernel_as_used(layer, view.filter)[..., kernel_channel(layer, view.filter, view.channel)]
    return as_table(kernel)


def input_names(document: Document, layer: int) -> tuple[str, ...]:
    """Name the channels that a convolution's weights are made for; see `input_channel_names`.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> input_names(Document(Sample.of("pixel", np.zeros((1, 1, 3))), Network((Conv.of(np.ones((1, 1, 3, 1))),))), 0)
    ('red', 'green', 'blue')
    """
    return input_channel_names(document, layer, conv_at(document, layer).channels)


def read_channel_names(document: Document, layer: int, filter_index: int) -> tuple[str, ...]:
    """Name the input channels that a filter reads, in the order of its kernels."""
    names = input_names(document, layer)
    return tuple(names[channel] for channel in conv_at(document, layer).channels_read_by(filter_index))


def inside_filters(document: Document, view: ViewState) -> ViewState:
    """Return the view with a filter of the layer: one that is switched off passes on maps, which may be more."""
    last = conv_at(document, view.layer).filters - 1
    return view if view.filter <= last else replace(view, filter=last)


def select_filter(document: Document, view: ViewState, filter_index: int) -> ViewState:
    """Select another filter, its own map, and a channel that it reads."""
    read = conv_at(document, view.layer).channels_read_by(filter_index)
    channel = view.channel if view.channel in read else read.start
    return replace(view, filter=filter_index, channel=channel, combined=False)


def select_kernel(document: Document, view: ViewState, filter_index: int, channel: int) -> ViewState:
    """Select a filter's kernel for an input channel, or for one that it reads where it does not read that channel."""
    return select_filter(document, replace(view, channel=channel), filter_index)


def select_kernel_channel(document: Document, view: ViewState, channel: int) -> ViewState:
    """Select another input channel, and the first filter that reads it where the current one does not."""
    layer = conv_at(document, view.layer)
    readers = [index for index in range(layer.filters) if channel in layer.channels_read_by(index)]
    is_read = view.filter in readers or not readers
    return replace(view, channel=channel, filter=view.filter if is_read else readers[0])


def is_matrix_wanted(layer: Conv) -> bool:
    """Return whether there is more than one kernel to choose from.

    >>> is_matrix_wanted(Conv.of(np.ones((3, 3, 1, 1))))
    False
    """
    return layer.filters * layer.channels > 1


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return channel names that fit above a small picture: the name itself, else its number counted from 1.

    >>> short_names(("red", "channel 2", "map 3"))
    ('red', '2', '3')
    """
    return tuple(_short(name, str(n)) for n, name in enumerate(names, start=1))


def _short(name: str, number: str) -> str:
    return number if len(name) > _LONGEST_COLUMN or name.endswith(f" {number}") else name


def kernel_text(layer: Conv, filter_index: int, channel: int, channel_name: str) -> str:
    """Say the kernel of a filter for an input channel in words: its weights row by row, or their sum where many.

    >>> kernel_text(Conv.of(np.ones((1, 2, 1, 1))), 0, 0, "grey")
    'filter 1, grey: 1 1'
    """
    names = f"{layer.filter_name(filter_index)}, {channel_name}"
    read = layer.channels_read_by(filter_index)
    if channel not in read:
        return f"{names}: no kernel, because this filter reads other channels ({layer.groups} groups)"
    kernel = as_table(layer.weights[..., channel - read.start, filter_index])
    if kernel.size > _MOST_SPOKEN:
        return f"{names}: {kernel.shape[0]} × {kernel.shape[1]} weights, sum {kernel_sum(kernel)}"
    return f"{names}: " + "; ".join(" ".join(format_number(float(value)) for value in row) for row in kernel)


# --- locks -----------------------------------------------------------------------------------------------------------


def weight_locks(layer: Conv, view: ViewState) -> Mask | None:
    """Return which weights of the shown kernel have locks of their own, `(rows, columns)`; None where no weight has.

    >>> from convstudio.model.values.learning.locks import Locks
    >>> locks = Locks.none((3, 1, 1)).of_weights([(2, 0, 0)])
    >>> weight_locks(replace(Conv.of(np.ones((3, 1, 1))), locks=locks), ViewState()).tolist()
    [[False, False, True]]
    """
    if layer.locks is None:
        return None
    return as_table(layer.locks.weights[..., kernel_channel(layer, view.filter, view.channel), view.filter])


def padlocks(layer: Conv, view: ViewState) -> Mask | None:
    """Return which weights of the shown kernel training leaves as they are: all of a locked layer's."""
    if layer.is_locked:
        return np.ones(shown_kernel(layer, view).shape, bool)
    return weight_locks(layer, view)


def is_filter_locked(layer: Conv, filter_index: int) -> bool:
    """Return whether training leaves a whole filter as it is, with its bias.

    >>> is_filter_locked(replace(Conv.of(np.ones((3, 1, 1))), is_locked=True), 0)
    True
    """
    return layer.is_locked or (layer.locks is not None and layer.locks.is_filter_locked(filter_index))


# --- cells -----------------------------------------------------------------------------------------------------------


def weight_cell(layer: Conv, row: int, column: int) -> Cell:
    """Return the cell of a weight shown in a table of rows and columns; a sequence's kernel is one row."""
    return Cell(Pane.KERNEL, position_of(row, column, layer.rank))


def mirrored(layer: Conv, index: Sequence[int]) -> tuple[int, ...]:
    """Return where a weight is in the kernel as it is used, or the reverse.

    >>> mirrored(Conv.of(np.ones((3, 3, 1, 1))), (0, 1))
    (0, 1)
    """
    if not layer.flip:
        return tuple(index)
    return tuple(length - 1 - at for at, length in zip(index, layer.kernel_size, strict=True))


def term_weight(document: Document, view: ViewState) -> tuple[int, ...] | None:
    """Return the shown kernel's weight that the current term multiplies with, or None.

    Terms run through channels, then rows and columns of the kernel as it is used: of a transposed convolution those
    weights alone that paint the output. In the gradient of an input cell they run through the filters that read it, and
    through the weights in the order in which these meet the gradients.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("zeros", np.zeros((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 1))),)))
    >>> term_weight(document, ViewState(term=4))
    (1, 1)
    """
    if view.term is None or view.watch.is_learning:
        return _gradient_weight(document, view)
    layer, used = conv_at(document, view.layer), stepping.kernel_cells_used(document, view)
    lengths = [len(along) for along in used]
    if not all(lengths):
        return None
    channel, step = divmod(view.term, math.prod(lengths))
    if channel != kernel_channel(layer, view.filter, view.channel):
        return None
    places = zip(used, np.unravel_index(step, lengths), strict=True)
    return mirrored(layer, tuple(int(along[at]) for along, at in places))


def _gradient_weight(document: Document, view: ViewState) -> tuple[int, ...] | None:
    """Return the shown kernel's weight in the current term of an input cell's gradient, or None."""
    layer, input_shape = conv_at(document, view.layer), document.input_shape(view.layer)
    is_shown = view.watch.phase == "backward" and stepping.stepped_pane(document, view) is Pane.INPUT
    if view.term is None or not is_shown or input_shape is None:
        return None
    channel, (part, step) = layer.channel_shown(input_shape, view), divmod(view.term, math.prod(layer.kernel_size))
    is_of_kernel = channel % layer.channels_per_group == kernel_channel(layer, view.filter, view.channel)
    if not is_of_kernel or [*layer.filters_reading(channel)][part : part + 1] != [view.filter]:
        return None
    place = tuple(int(at) for at in np.unravel_index(step, layer.kernel_size))
    if not layer.flips_backward:
        return place
    return tuple(length - 1 - at for at, length in zip(place, layer.kernel_size, strict=True))


# --- facts ---------------------------------------------------------------------------------------------------------


def shape_facts(document: Document, view: ViewState) -> str:
    """Tell the shape of the selected filter, in the order of the view's data format, and which one it is.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> shape_facts(Document(Sample.of("dot", [[[1]]]), Network((Conv.of(np.ones((3, 3, 1, 1))),))), ViewState())
    '3 × 3 × 1 · filter 1 of 1'
    """
    layer = conv_at(document, view.layer)
    text = f"{write_filter_shape(layer, view.data_format)} · filter {view.filter + 1} of {layer.filters}"
    names = read_channel_names(document, view.layer, view.filter)
    return f"{text} · {names[kernel_channel(layer, view.filter, view.channel)]}" if len(names) > 1 else text


def facts_line(layer: Conv, view: ViewState) -> str:
    """Say what a filter's weights add up to and what it makes of a constant input; with the shown kernel's own sum.

    >>> facts_line(Conv.of(np.reshape([0, 1, 0], (3, 1, 1))), ViewState())
    'Sum 1 · Σ|w| 1 · 1 on a constant input of 1'
    """
    kernel = shown_kernel(layer, view)
    text = filter_facts(layer, view.filter)
    if layer.channels_per_group > 1:
        text = f"Kernel sum {kernel_sum(kernel)} · filter: {text[:1].lower()}{text[1:]}"
    return f"{text} · separable" if is_separable(kernel) else text


def filter_facts(layer: Conv, filter_index: int) -> str:
    """Say the sum of a filter's weights, the sum of their absolute values, and what it makes of a constant input.

    >>> filter_facts(Conv.of(np.reshape([-1, 0, 1], (3, 1, 1))), 0)
    'Sum 0 · Σ|w| 2 · 0 on a constant input'
    """
    weights = layer.weights[..., filter_index]
    parts = (
        f"Sum {kernel_sum(weights)}",
        f"Σ|w| {format_number(_size(weights))}",
        constant_answer(layer, filter_index),
    )
    return " · ".join(part for part in parts if part)


def constant_answer(layer: Conv, filter_index: int) -> str:
    """Say what a filter makes of a constant input, with its bias and activation.

    It makes the same of every constant input where each of its kernels adds up to 0; else an input of 1 in all
    channels is told. Nothing is said where the outputs differ from cell to cell, as those of a transposed convolution
    do, or depend on the other filters. Padding with zeros makes the border another input.
    """
    if isinstance(layer, ConvTranspose) or layer.activation in OVER_CHANNELS:
        return ""
    weights = layer.weights[..., filter_index].astype(np.float64)
    sums, rounding = weights.reshape(-1, weights.shape[-1]).sum(axis=0), _ROUNDING * _size(weights)
    total = float(sums.sum()) if abs(sums.sum()) > rounding else 0.0
    output = float(activate(np.array([total + float(layer.bias[filter_index])]), layer.activation)[0])
    if np.all(np.abs(sums) <= rounding):
        fact = f"{format_number(output)} on a constant input"
    else:
        fact = f"{format_number(output)} on a constant input of 1"
    return f"{fact} (except at the border)" if _pads_with_zeros(layer) else fact


def _pads_with_zeros(layer: Conv) -> bool:
    pads = layer.padding != "valid" if isinstance(layer.padding, str) else any(map(any, layer.padding))
    return pads and layer.padding_mode == "zeros"


def _size(weights: NDArray[Any]) -> float:
    return float(np.abs(weights.astype(np.float64)).sum())


def kernel_sum(kernel: Floats) -> str:
    """Write the sum of a kernel's weights; rounding errors of fractions count as 0.

    >>> kernel_sum(np.float32([1, -2, 1]))
    '0'
    """
    total = float(kernel.astype(np.float64).sum())
    return "0" if abs(total) <= _ROUNDING * _size(kernel) else format_number(total)


def is_separable(kernel: Floats) -> bool:
    """Return whether a `(rows, columns)` kernel, longer than 1 both ways, is a column times a row.

    >>> is_separable(np.float32([[1, 2, 1], [2, 4, 2], [1, 2, 1]]))
    True
    """
    if min(kernel.shape) < 2 or not np.all(np.isfinite(kernel)):
        return False
    return int(np.linalg.matrix_rank(kernel)) == 1


# --- detectors -----------------------------------------------------------------------------------------------------


def why_not(detector: Detector, layer: Conv) -> str:
    """Say in a sentence why a detector cannot become a filter of the layer; empty where it can."""
    if detector.rank > layer.rank:
        return f"{detector.name} slides in {detector.rank} directions, and the input is a sequence: choose a 1-D one."
    reads, mixes = layer.channels_per_group, detector.kernel.shape[-1]
    if detector.mixes_channels and mixes != reads:
        return f"{detector.name} mixes {mixes} channels, and a filter of this layer reads {reads}."
    return ""


def detector_picture(detector: Detector) -> Floats:
    """Return a detector's weights as one picture `(rows, columns)`; its channels stand side by side.

    >>> detector_picture(Detector("d", "D", 1, frozen([1, 2]), False, "", "")).shape
    (1, 2)
    """
    kernel = detector.kernel
    if not detector.mixes_channels:
        return as_table(kernel)
    sides = [as_table(kernel[..., channel]) for channel in range(kernel.shape[-1])]
    return frozen(np.concatenate(sides, axis=1))
