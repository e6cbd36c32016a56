"""The receptive-field X-ray: what one output cell sees of every layer before it, and along how many paths."""

from __future__ import annotations

from collections.abc import Sequence

from convstudio.model.values.answers.path_counts import PathCounts, one_at
from convstudio.model.values.document import Document
from convstudio.model.values.layer import FieldStep, Layer, Shape
from convstudio.ops import ReceptiveField, receptive_field
from convstudio.ops.shapes import Geometry


def xray(document: Document, layer: int, position: Sequence[int], channel: int) -> tuple[PathCounts, ...]:
    """Follow one output of a layer back: what it sees of the input, then of what each layer up to this one makes.

    `position` has one number per spatial axis of what the layer makes and `channel` tells which map; in a vector
    `position` is the place alone. The last entry is the output itself. Padding is left out, or counts for the cells it
    shows; no path leads from zeros that count in a mean, as they are not cells of the input. Dropout silences, but does
    not change what could be seen.

    Raises ValueError where the layer, or one before it, cannot work, and for a position that is not there.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> bump = Conv.of(np.ones((3, 1, 1)))
    >>> document = Document(Sample.of("steps", np.zeros((8, 1))), Network((bump, bump)))
    >>> xray(document, 1, (2,), 0)[0].paths[0].tolist()
    [0, 0, 1, 2, 3, 2, 1, 0]
    """
    output_shape = document.output_shape(layer)
    if output_shape is None:
        raise ValueError(_why_nothing(document, layer))
    cell = tuple(position) if len(output_shape) == 1 else (*position, channel)
    if len(cell) != len(output_shape) or any(
        not 0 <= at < length for at, length in zip(cell, output_shape, strict=True)
    ):
        raise ValueError(f"The cell {cell} is outside the map of {output_shape}: choose a cell of the feature map.")
    seen = [PathCounts(tuple(one_at(length, at) for length, at in zip(output_shape, cell, strict=True)))]
    for index in range(layer, -1, -1):
        held, input_shape = document.layers[index], document.input_shape(index)
        assert input_shape is not None, "the layers up to this one work"
        seen.append(held.paths(input_shape, seen[-1]) if held.is_on else seen[-1])
    return tuple(reversed(seen))


def field_of(document: Document, layer: int) -> ReceptiveField | None:
    """Return size, jump and start of a layer's receptive field; None where layers do not all slide over the input.

    None too where nothing slides at all, and where a layer before this one cannot work. Source: `receptive_field`.
    """
    steps = field_steps(document, layer)
    sliding = [step for step in steps or () if isinstance(step, Geometry)]
    return receptive_field(sliding) if sliding else None


def field_steps(document: Document, layer: int) -> tuple[Geometry | FieldStep, ...] | None:
    """Return what each layer up to this one does to a receptive field; None where it is lost, or one cannot work."""
    shape = document.sample.values.shape
    made = document.network.shapes(shape)[: layer + 1]
    steps = [_step(*held) for held in zip(document.layers, (shape, *made), made, strict=False)]
    is_lost = any(step in (None, FieldStep.LOST) for step in steps)
    return None if is_lost else tuple(step for step in steps if step is not None)


def is_field_lost(layer: Layer, input_shape: Shape) -> bool:
    """Return whether a layer does more than slide a window over an input of shape `input_shape`."""
    return layer.is_on and layer.field_step(input_shape) is FieldStep.LOST


def _step(layer: Layer, input_shape: Shape | None, output_shape: Shape | None) -> Geometry | FieldStep | None:
    if input_shape is None or output_shape is None:
        return None
    return layer.field_step(input_shape) if layer.is_on else FieldStep.UNCHANGED


def _why_nothing(document: Document, layer: int) -> str:
    """Say which layer up to this one makes nothing, and why."""
    index = next(index for index in range(layer + 1) if document.output_shape(index) is None)
    input_shape = document.input_shape(index)
    assert input_shape is not None, "the layers before it work"
    try:
        document.layers[index].output_shape(input_shape)
    except ValueError as reason:
        return f"Layer {index + 1} makes no feature map: {reason}"
    raise AssertionError("it works after all")
