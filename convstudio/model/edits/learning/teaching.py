"""Edits of teaching by example: drawing a target map, hiding a detector to be found, beginning at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convstudio.model.edits.initialisers import INITIALISERS, initialise
from convstudio.model.edits.learning.targets import set_target_map
from convstudio.model.kinds.convolution import Conv, conv_at
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import Floats, frozen
from convstudio.model.values.detectors import Detector
from convstudio.model.values.document import Document
from convstudio.model.values.learning.target import MapTarget
from convstudio.model.values.numbers import format_shape
from convstudio.model.values.progress import Progress

_GLOROT = INITIALISERS[0]


def output_shape(document: Document) -> tuple[int, ...]:
    """Return the shape that a target map has: that of the network's output.

    Raises ValueError where the network makes nothing.
    """
    shape = document.output_shape(len(document.layers) - 1)
    if shape is None:
        raise ValueError("The network makes no map now. Fix its layers first.")
    return shape


def blank_target(document: Document) -> Document:
    """Make zeros everywhere the target, to draw on."""
    return set_target_map(document, np.zeros(output_shape(document), np.float32))


def fitting_map(document: Document) -> Floats:
    """Return the target map that can be drawn on: it has the shape of the network's output.

    Raises ValueError where there is none.
    """
    target, shape = document.target, output_shape(document)
    if not isinstance(target, MapTarget):
        raise ValueError("There is no target map yet. Begin with a blank one, or with the map as it is now.")
    if target.values.shape != shape:
        raise ValueError(
            f"The target {format_shape(target.values.shape)} is not as large as the output {format_shape(shape)}. "
            "Begin with a blank one, or with the map as it is now."
        )
    return target.values


def write_target(document: Document, start: tuple[int, int], block: NDArray[np.floating], channel: int) -> Document:
    """Write a block `(rows, columns)` into one channel of the target, its first cell at a row and a column.

    A target of a sequence, or of values without a place, is one row. What reaches past the end raises ValueError.

    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> document = Document(Sample.of("steps", [[1], [2]]), Network((Conv.of(np.ones((1, 1, 1))),)))
    >>> drawn = write_target(blank_target(document), (0, 1), np.ones((1, 1)), 0)
    >>> drawn.target.values.ravel().tolist()
    [0.0, 1.0]
    """
    values = fitting_map(document).copy()
    table = target_table(values, channel)
    (rows, columns), (row, column) = block.shape, start
    if row + rows > table.shape[0] or column + columns > table.shape[1] or min(start) < 0:
        raise ValueError(
            f"The {format_shape(block.shape)} block does not fit into the {format_shape(table.shape)} target from row "
            f"{row + 1}, column {column + 1}. Paste it further up and left."
        )
    table[row : row + rows, column : column + columns] = block
    return set_target_map(document, values)


def paint_target(
    document: Document, cells: Sequence[tuple[int, int]], size: int, value: float, channel: int
) -> Document:
    """Paint a square of `size` cells around each of some cells, (row, column), of one channel of the target."""
    values = fitting_map(document).copy()
    table = target_table(values, channel)
    for row, column in cells:
        top, left = (max(0, at - (size - 1) // 2) for at in (row, column))
        bottom, right = (at - (size - 1) // 2 + size for at in (row, column))
        table[top : max(0, bottom), left : max(0, right)] = value
    return set_target_map(document, values)


def target_table(values: Floats, channel: int) -> Floats:
    """Return one channel of `(*spatial, channels)` as a view of rows and columns; values without a place are one row.

    >>> target_table(np.zeros((4, 2), np.float32), 1).shape, target_table(np.zeros(3, np.float32), 0).shape
    ((1, 4), (1, 3))
    """
    own = values if values.ndim == 1 else values[..., channel]
    return own.reshape(1, -1) if own.ndim == 1 else own.reshape(-1, own.shape[-1]) if own.ndim > 2 else own


def hideable(detectors: Sequence[Detector], layer: Conv) -> tuple[Detector, ...]:
    """Return the detectors that fit the kernels of a layer as they are."""
    return tuple(
        one
        for one in detectors
        if one.kernel.shape == layer.kernel_size and not one.mixes_channels and bool(one.kernel.any())
    )


def with_hidden_target(
    document: Document, layer: int, filter_index: int, detector: Detector, progress: Progress | None = None
) -> Document:
    """Make the target what the network would make with a detector in the place of one filter; its kernel stays away.

    Raises ValueError with a sentence where the layer is not a convolution, or the network makes nothing.
    """
    conv = conv_at(document, layer)
    weights, bias = conv.weights.copy(), conv.bias.copy()
    weights[..., filter_index] = detector.for_channels(conv.channels_per_group)
    bias[filter_index] = 0
    hiding = document.with_layer(layer, replace(conv, weights=frozen(weights), bias=frozen(bias)))
    made = forward(hiding, progress=progress).layers[-1]
    if made.maps is None:
        raise ValueError(made.problem)
    return set_target_map(document, made.maps)


def hide_one_of(
    document: Document, layer: int, filter_index: int, detectors: Sequence[Detector], progress: Progress | None = None
) -> tuple[Detector, Document]:
    """Hide the first of some detectors whose map is not the same everywhere: nobody could find what made such a one.

    Raises ValueError with a sentence where no detector makes another map, and as `with_hidden_target`.
    """
    for detector in detectors:
        hiding = with_hidden_target(document, layer, filter_index, detector, progress)
        values = fitting_map(hiding)
        table = target_table(values, min(filter_index, values.shape[-1] - 1))
        if bool((table != table[0, 0]).any()):
            return detector, hiding
    raise ValueError("Every detector of this size makes the same value everywhere of this input. Choose another input.")


def begin_at_random(document: Document, layer: int, seed: int) -> Document:
    """Draw all filters of a layer at random, as Keras begins: Glorot uniform, biases 0."""
    return initialise(document, layer, _GLOROT, 0.0, seed)
