"""The same place in two layers: which output of one layer sees the same input cells as an output of another."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convstudio.model.trace.receptive_field import field_steps
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Shape
from convstudio.ops import receptive_field
from convstudio.ops.shapes import Geometry

Position = tuple[int, ...]


def output_at(document: Document, layer: int, position: Sequence[int], other: int) -> Position | None:
    """Return the output of the layer `other` that is centred on the same place of the input as an output of `layer`.

    The place is the middle of the receptive field; the output whose middle is nearest is returned, cut to the map.
    Where a layer leaves no receptive field of one size, the place is taken as a share of the map.
    None where one of the two makes a vector, whose values have no place, or cannot work.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.kinds.pooling import Pool
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> layers = Conv.of(np.ones((3, 1, 1))), Pool(size=(2,))
    >>> document = Document(Sample.of("steps", np.zeros((10, 1))), Network(layers))
    >>> output_at(document, 1, (2,), 0), output_at(document, 0, (5,), 1)
    ((4,), (2,))
    """
    held_shape, other_shape = _spatial(document, layer), _spatial(document, other)
    if held_shape is None or other_shape is None or not len(held_shape) == len(other_shape) == len(position):
        return None
    if layer == other:
        return tuple(position)
    fields = _middles(document, layer), _middles(document, other)
    reached = []
    for axis, (at, held, length) in enumerate(zip(position, held_shape, other_shape, strict=True)):
        if fields[0] is None or fields[1] is None:
            wanted = (at + 0.5) * length / held - 0.5
        else:
            (first, jump), (other_first, other_jump) = fields[0][axis], fields[1][axis]
            wanted = (first + at * jump - other_first) / other_jump
        reached.append(min(max(math.ceil(wanted - 0.5), 0), length - 1))  # of two that are as near, the first
    return tuple(reached)


def has_place(document: Document, layer: int) -> bool:
    """Return whether the outputs of a layer have a place in the input: those of a vector have none."""
    return _spatial(document, layer) is not None


def _spatial(document: Document, layer: int) -> Shape | None:
    """Return the axes of a layer's map; None where it is a vector, where a vector comes before it, or there is none."""
    if layer >= len(document.layers):
        return None
    reached = [document.output_shape(index) for index in range(layer + 1)]
    made = reached[-1]
    return None if made is None or any(shape is None or len(shape) == 1 for shape in reached) else made[:-1]


def _middles(document: Document, layer: int) -> list[tuple[float, int]] | None:
    """Return, per axis, the middle of the first output's receptive field, and how far it moves to the next output.

    None where a layer leaves no field of one size, as a transposed convolution does.
    """
    steps = field_steps(document, layer)
    if steps is None:
        return None
    sliding = [step for step in steps if isinstance(step, Geometry)]
    if not sliding:
        return [(0.0, 1)] * document.sample.rank
    field = receptive_field(sliding)
    return [
        (start + (size - 1) / 2, jump) for start, size, jump in zip(field.start, field.size, field.jump, strict=True)
    ]
