"""How much memory the maps of a network take: worked out, and said, before any of them is computed."""

from __future__ import annotations

import math
from itertools import accumulate

from convstudio.model.run.patching import is_patchable, is_plain
from convstudio.model.values.arrays import byte_size
from convstudio.model.values.document import Document
from convstudio.model.values.layer import Layer, Shape
from convstudio.model.values.limits import LIMITS
from convstudio.model.values.numbers import format_bytes

_NEWS = 2**26


def map_bytes(document: Document) -> tuple[int, ...]:
    """Return how many bytes of maps there are up to and with each layer.

    A convolution keeps its sums beside its maps where they differ; a layer that is off passes on what it reads.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> layer = Conv.of(np.ones((3, 3, 1, 2)))
    >>> map_bytes(Document(Sample.of("flat", np.ones((8, 8, 1))), Network((layer, layer))))
    (288, 288)
    """
    held = zip(document.layers, map(document.output_shape, range(len(document.layers))), strict=True)
    return tuple(accumulate(_bytes_of(layer, made) for layer, made in held))


def refusals(document: Document) -> tuple[str, ...]:
    """Return for each layer the sentence that refuses to compute it for want of memory; "" where there is enough."""
    reached = enumerate(map_bytes(document), start=1)
    return tuple(_refusal(number, count) if count > LIMITS.map_bytes else "" for number, count in reached)


def most_values(document: Document) -> int:
    """Return how many values the largest of the sample and all maps has; layers that cannot work make none.

    >>> import numpy as np
    >>> from convstudio.model.kinds.convolution import Conv
    >>> from convstudio.model.values.network import Network
    >>> from convstudio.model.values.sample import Sample
    >>> most_values(Document(Sample.of("flat", np.ones((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 2))),))))
    72
    """
    made = (document.output_shape(layer) for layer in range(len(document.layers)))
    return max(math.prod(shape) for shape in (document.sample.values.shape, *filter(None, made)))


def memory_line(document: Document) -> str:
    """Say how much memory the maps take where that is much; "" where it is not worth a word."""
    reached = map_bytes(document)[-1]
    return f"maps need {format_bytes(reached)}" if reached >= _NEWS else ""


def _bytes_of(layer: Layer, output_shape: Shape | None) -> int:
    if output_shape is None or not layer.is_on:
        return 0
    has_sums = is_patchable(layer) and not is_plain(layer)
    return byte_size(output_shape) * (2 if has_sums else 1)


def _refusal(number: int, reached: int) -> str:
    return (
        f"The maps up to layer {number} would take {format_bytes(reached)} of memory, and at most "
        f"{format_bytes(LIMITS.map_bytes)} are held: use fewer filters, a larger stride or a smaller input."
    )
