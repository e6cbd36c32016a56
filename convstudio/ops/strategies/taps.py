"""The kernel cell by cell: which input cells each one meets, and which channels each filter reads.

Equals [cell] and [groups] of `ops.reference`, for all positions, and for all filters of a group, at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import EllipsisType

from convstudio.ops.padding import Array
from convstudio.ops.shapes import Geometry


def tap_index(shape: Geometry, tap: tuple[int, ...]) -> tuple[slice | EllipsisType, ...]:
    """Index the cells of the padded input that one kernel cell meets, one per output position.

    >>> import numpy as np
    >>> from convstudio.ops.shapes import geometry
    >>> np.arange(8).reshape(8, 1)[tap_index(geometry((8,), (3,), stride=2), (1,))][:, 0].tolist()
    [1, 3, 5]
    """
    starts = [k * d for k, d in zip(tap, shape.dilation, strict=True)]
    spans = [(n - 1) * s + 1 for n, s in zip(shape.output, shape.stride, strict=True)]
    return along_space(slice(a, a + b, s) for a, b, s in zip(starts, spans, shape.stride, strict=True))


def along_space(cells: Iterable[slice]) -> tuple[slice | EllipsisType, ...]:
    """Index some cells of every sample and every channel: one slice per spatial axis.

    >>> along_space([slice(2)])
    (Ellipsis, slice(None, 2, None), slice(None, None, None))
    """
    return (..., *cells, slice(None))


def blocks(weights: Array, groups: int) -> Iterator[tuple[slice, slice]]:
    """Pair the channels that each group reads with the filters that read them.

    >>> import numpy as np
    >>> list(blocks(np.ones((3, 2, 6)), 2))
    [(slice(0, 2, None), slice(0, 3, None)), (slice(2, 4, None), slice(3, 6, None))]
    """
    channels, filters = weights.shape[-2], weights.shape[-1] // groups
    for group in range(groups):
        yield (
            slice(group * channels, (group + 1) * channels),
            slice(group * filters, (group + 1) * filters),
        )
