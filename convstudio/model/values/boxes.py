"""Boxes of cells: which of them differ between two arrays, how many they hold, and arrays put together from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from convstudio.model.values.arrays import Box, Floats, TiledArray, whole_box
from convstudio.ops.threads import cores, share

SLAB = 2**16
"""Values that are worked on at once: they stay close to a core."""

WORTH_HELPERS = 2**20
"""Values from which a second thread earns its start."""

_COMPARED = 2**22
"""Values up to which a box is compared with what it was, to find the smaller one in it that did change."""

_COMPARED_FOR_PICTURES = 2**18


def changed_cells(inputs: TiledArray, before: TiledArray, most: int = _COMPARED) -> list[Box]:
    """Return boxes that cover every cell of `inputs` that differs from `before`, each as small as may be.

    Boxes of more than `most` values stay as `TiledArray.changed_boxes` gives them.

    >>> before = TiledArray.of(np.zeros((9, 1)))
    >>> changed_cells(before.with_box((slice(4, 5),), [[1]]), before)
    [(slice(4, 5, None),)]
    """
    boxes = inputs.changed_boxes(before)
    if inputs.shape != before.shape:
        return list(boxes)
    found = (_tight(inputs, before, box, most) for box in boxes)
    return [box for box in found if box is not None]


def changed_places(inputs: TiledArray, before: TiledArray) -> list[Box]:
    """Return the same for pictures: small boxes only where comparing costs less than drawing all again."""
    return changed_cells(inputs, before, _COMPARED_FOR_PICTURES)


def whole_input(inputs: TiledArray) -> Floats:
    """Return a whole array, as `TiledArray.to_array` does, but where it must be copied so that it can be cancelled."""
    return inputs.to_array() if inputs.is_one_piece else gathered(inputs.shape, inputs.box)


def gathered(shape: tuple[int, ...], box_of: Callable[[Box], Floats]) -> Floats:
    """Put an array `(*spatial, channels)` together from its boxes, read-only; a watcher can cancel it.

    >>> gathered((3, 1), np.arange(3.0)[:, np.newaxis].__getitem__).tolist()
    [[0.0], [1.0], [2.0]]
    """
    values = np.empty(shape, np.float32)
    size, *others = whole_box(shape[:-1])
    step = max(1, SLAB * size.stop // values.size)

    def work(taken: Iterable[int]) -> None:
        for at in taken:
            part = (slice(at, min(at + step, size.stop)), *others)
            values[part] = box_of(part)

    share(range(0, size.stop, step), work, cores() if values.size >= WORTH_HELPERS else 1)
    values.flags.writeable = False
    return values


def count_outputs(boxes: Iterable[Box]) -> int:
    """Count the positions in boxes."""
    return sum(math.prod(part.stop - part.start for part in box) for box in boxes)


def _tight(inputs: TiledArray, before: TiledArray, box: Box, most: int) -> Box | None:
    """Return the smallest box around what differs inside a box, None where nothing does."""
    if count_outputs([box]) * inputs.channels > most:
        return box
    differs = inputs.box(box) != before.box(box)
    parts: list[slice] = []
    for axis, part in enumerate(box):  # what is left of one axis makes the next one short
        others = tuple(other for other in range(differs.ndim) if other != axis)
        hits = np.flatnonzero(differs.any(axis=others))
        if not hits.size:
            return None
        first, last = int(hits[0]), int(hits[-1])
        parts.append(slice(part.start + first, part.start + last + 1))
        differs = differs[(slice(None),) * axis + (slice(first, last + 1),)]
    return tuple(parts)
