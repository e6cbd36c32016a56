"""The same place in two layers: which output of one layer lies over the same input cells as an output of another."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convstudio.model.document import Document
from convstudio.model.kinds import ConvTranspose, Dense, Flatten, GlobalPool, Pool
from convstudio.model.layers import Conv, Shape
from convstudio.model.xray import NOT_SLIDING, field_of

Position = tuple[int, ...]


def output_at(document: Document, layer: int, position: Sequence[int], other: int) -> Position | None:
    """Return the output of the layer `other` that lies over the same place of the input as an output of `layer`.

    The place is the middle of the receptive field; the output whose middle is nearest is returned, cut to the map.
    Where a transposed convolution leaves no receptive field of one size, the place is taken as a share of the map.
    None where one of the two makes a vector, whose values have no place, or cannot work.

    >>> import numpy as np
    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
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
    """Say whether the outputs of a layer have a place in the input: those of a vector have none."""
    return _spatial(document, layer) is not None


def _spatial(document: Document, layer: int) -> Shape | None:
    """Return the axes of a layer's map; None where it is a vector, where a vector comes before it, or there is none."""
    made = document.made_shape(layer) if layer < len(document.layers) else None
    if made is None or len(made) == 1:
        return None
    lost = (GlobalPool, Flatten, Dense)
    return None if any(isinstance(one, lost) and one.is_on for one in document.layers[: layer + 1]) else made[:-1]


def _middles(document: Document, layer: int) -> list[tuple[float, int]] | None:
    """Return, per axis, the middle of the first output's receptive field, and how far it moves to the next output."""
    slides = [one for one in document.layers[: layer + 1] if one.is_on and isinstance(one, (Conv, Pool, *NOT_SLIDING))]
    if any(isinstance(one, ConvTranspose) for one in slides):
        return None
    field = field_of(document, layer)
    if field is None:
        return None if slides else [(0.0, 1)] * document.sample.rank
    return [
        (start + (size - 1) / 2, jump) for start, size, jump in zip(field.start, field.size, field.jump, strict=True)
    ]
