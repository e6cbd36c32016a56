"""How much memory the maps of a network take: worked out, and said, before any of them is computed."""

from __future__ import annotations

import math
from itertools import accumulate

from convstudio.model.arrays import byte_size
from convstudio.model.document import Document
from convstudio.model.layers import Layer, Shape
from convstudio.model.numbers import format_bytes
from convstudio.model.patching import is_patchable, is_plain

MOST_MAP_BYTES = 2**31
"""What the maps of all layers may take together; while they are computed anew, the old ones are still there."""
_NEWS = 2**26


def map_bytes(document: Document) -> tuple[int, ...]:
    """Return how many bytes of maps there are up to and with each layer.

    A convolution keeps its sums beside its maps where they differ; a layer that is off passes on what it reads.

    >>> import numpy as np
    >>> from convstudio.model.layers import Conv
    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> layer = Conv.of(np.ones((3, 3, 1, 2)))
    >>> map_bytes(Document(Sample.of("flat", np.ones((8, 8, 1))), Network((layer, layer))))
    (288, 288)
    """
    held = zip(document.layers, map(document.made_shape, range(len(document.layers))), strict=True)
    return tuple(accumulate(_bytes_of(layer, made) for layer, made in held))


def refusals(document: Document) -> tuple[str, ...]:
    """Return for each layer the sentence that refuses to compute it for want of memory; "" where there is enough."""
    reached = enumerate(map_bytes(document), start=1)
    return tuple(_refusal(number, count) if count > MOST_MAP_BYTES else "" for number, count in reached)


def most_values(document: Document) -> int:
    """Return how many values the largest of the sample and all maps has; layers that cannot work make none.

    >>> import numpy as np
    >>> from convstudio.model.layers import Conv
    >>> from convstudio.model.network import Network
    >>> from convstudio.model.sample import Sample
    >>> most_values(Document(Sample.of("flat", np.ones((8, 8, 1))), Network((Conv.of(np.ones((3, 3, 1, 2))),))))
    72
    """
    made = (document.made_shape(layer) for layer in range(len(document.layers)))
    return max(math.prod(shape) for shape in (document.sample.values.shape, *filter(None, made)))


def memory_line(document: Document) -> str:
    """Say how much memory the maps take where that is much; "" where it is not worth a word."""
    reached = map_bytes(document)[-1]
    return f"maps need {format_bytes(reached)}" if reached >= _NEWS else ""


def _bytes_of(layer: Layer, made: Shape | None) -> int:
    if made is None or not layer.is_on:
        return 0
    has_sums = is_patchable(layer) and not is_plain(layer)
    return byte_size(made) * (2 if has_sums else 1)


def _refusal(number: int, reached: int) -> str:
    return (
        f"The maps up to layer {number} would take {format_bytes(reached)} of memory, and at most "
        f"{format_bytes(MOST_MAP_BYTES)} are held: use fewer filters, a larger stride or a smaller input."
    )
